"""Scraping tools with a fixed layout (Bright Data): failed pages leave rows that hold only an error."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "scrapers"

_MAPS: Final = Conventions(platform="google", namespace="google_maps", fixed=True)
_PINS: Final = {
    "url": Role.PLACE_URL,
    "place_id": Role.PLACE_ID,
    "place_name": Role.PLACE_NAME,
    "country": None,
    "review_id": Role.ID,
    "reviewer_name": Role.AUTHOR,
    "reviews_by_reviewer": None,
    "photos_by_reviewer": None,
    "reviewer_url": None,
    "review_rating": Role.RATING,
    "review": Role.TEXT,
    "review_date": Role.DATE,
    "number_of_likes": None,
    "response_of_owner": Role.REPLY,
    "response_date": Role.REPLIED,
    "timestamp": None,
    "input": None,
    "error": Role.ERROR,
    "error_code": None,
}
_LAYOUTS: Final = (
    Layout(("review_rating", "response_of_owner"), _MAPS, _PINS),
    Layout(("review_rating", "reviews_by_reviewer"), _MAPS, _PINS),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the columns of these tools."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews; the rows of failed pages are refused one by one."""
    return read_first(_LAYOUTS, KEY, sample, request)
