"""Reputation suites that gather several platforms in one file: Podium, ReviewTrackers and their like."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "suites"

_PODIUM: Final = {
    "uid": Role.ID,
    "author.name": Role.AUTHOR,
    "author.profileUrl": None,
    "createdAt": None,
    "updatedAt": None,
    "review.body": Role.TEXT,
    "review.rating": Role.RATING,
    "review.publishDate": Role.DATE,
    "review.siteName": Role.SOURCE,
    "review.url": Role.URL,
    "review.createdAt": None,
    "review.updatedAt": None,
    "responses": Role.REPLY,
    "isRecommendation": None,
    "needsResponse": None,
    "locations": None,
    "attributions": None,
}
_TRACKERS: Final = {
    "Location": Role.PLACE_NAME,
    "Location External ID": Role.PLACE_ID,
    "Source": Role.SOURCE,
    "Published At": Role.DATE,
    "Content": Role.TEXT,
    "Response Status": None,
    "Response Content": Role.REPLY,
    "Response Posted At": Role.REPLIED,
    "Permalink": Role.URL,
}
_LAYOUTS: Final = (
    Layout(
        ("review.siteName", "review.publishDate"),
        Conventions(namespace="podium", trust_updates=False),
        _PODIUM,
    ),
    Layout(("Location External ID", "Published At"), Conventions(namespace="reviewtrackers"), _TRACKERS),
    Layout(("Response Content", "Response Posted At"), Conventions(namespace="reviewtrackers"), _TRACKERS),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the columns or fields of these suites."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews, each with its own platform; a deleted reply is no reply."""
    return read_first(_LAYOUTS, KEY, sample, request)
