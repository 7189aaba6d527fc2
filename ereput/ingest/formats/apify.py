"""Apify's Google Maps scrapers: stars under "stars", "rating" always null, "title" is the place's name."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "apify"

_CONVENTIONS: Final = Conventions(platform="google", namespace="google_maps", fixed=True)
_PINS: Final = {
    "title": Role.PLACE_NAME,
    "name": Role.AUTHOR,
    "reviewerName": Role.AUTHOR,
    "rating": None,
    "stars": Role.RATING,
    "text": Role.TEXT,
    "publishedAtDate": Role.DATE,
    "responseFromOwnerText": Role.REPLY,
    "responseFromOwnerDate": Role.REPLIED,
    "reviewUrl": Role.URL,
    "reviewId": Role.ID,
    "url": Role.PLACE_URL,
    "placeId": Role.PLACE_ID,
    "cid": None,
    "fid": None,
    "totalScore": Role.PLACE_RATING,
    "reviewsCount": Role.PLACE_COUNT,
    "reviewerNumberOfReviews": None,
    "likesCount": None,
    "originalLanguage": Role.LANGUAGE,
    "categoryName": None,
    "scrapedAt": None,
    "visitedIn": None,
}
_LAYOUTS: Final = tuple(
    Layout(needs, _CONVENTIONS, _PINS)
    for needs in (("stars", "publishedAtDate"), ("stars", "responseFromOwnerText"), ("stars", "publishAt"))
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the fields of these scrapers."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews; rows that only describe a place are refused one by one."""
    return read_first(_LAYOUTS, KEY, sample, request)
