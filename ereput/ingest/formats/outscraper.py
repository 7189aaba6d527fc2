"""Outscraper (CSV, XLSX, JSON): American dates in UTC, the place's mean under "rating"."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import DateOrder, Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "outscraper"

_CONVENTIONS: Final = Conventions(
    platform="google", namespace="google_maps", fixed=True, order=DateOrder.MONTH_FIRST, utc=True
)
_PINS: Final = {
    "name": Role.PLACE_NAME,
    "place_name": Role.PLACE_NAME,
    "rating": Role.PLACE_RATING,
    "reviews": Role.PLACE_COUNT,
    "place_id": Role.PLACE_ID,
    "google_id": None,
    "query": None,
    "location_link": Role.PLACE_URL,
    "author_title": Role.AUTHOR,
    "author_name": Role.AUTHOR,
    "author_link": None,
    "author_id": None,
    "review_id": Role.ID,
    "review_text": Role.TEXT,
    "review_rating": Role.RATING,
    "review_timestamp": Role.DATE,
    "review_datetime_utc": Role.DATE,
    "review_link": Role.URL,
    "reviews_link": None,
    "reviews_id": None,
    "review_pagination_id": None,
    "review_likes": None,
    "owner_answer": Role.REPLY,
    "owner_answer_timestamp": Role.REPLIED,
    "owner_answer_timestamp_datetime_utc": Role.REPLIED,
    "review_questions": None,
}
_LAYOUTS: Final = tuple(
    Layout(needs, _CONVENTIONS, _PINS)
    for needs in (
        ("review_rating", "author_title"),
        ("review_rating", "review_datetime_utc"),
        ("review_text", "author_title"),
        ("review_text", "owner_answer", "review_timestamp"),
        ("reviews_data",),
    )
)


def recognises(sample: Sample) -> bool:
    """Whether the file has Outscraper's columns; the user may have kept only some."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews."""
    return read_first(_LAYOUTS, KEY, sample, request)
