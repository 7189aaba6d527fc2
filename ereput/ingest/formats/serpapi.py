"""SerpApi's review engines: the words under "snippet", a relative "date" beside an exact "iso_date"."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "serpapi"

_PINS: Final = {
    "snippet": Role.TEXT,
    "extracted_snippet.original": Role.TEXT,
    "user.name": Role.AUTHOR,
    "user.link": None,
    "user.reviews": None,
    "rating": Role.RATING,
    "iso_date": Role.DATE,
    "iso_date_of_last_edit": Role.UPDATED,
    "link": Role.URL,
    "review_id": Role.ID,
    "response.snippet": Role.REPLY,
    "response.extracted_snippet.original": Role.REPLY,
    "response.iso_date": Role.REPLIED,
    "response.iso_date_of_last_edit": None,
    "source": None,
    "position": None,
    "likes": None,
}
_LAYOUTS: Final = (
    Layout(("snippet", "user.name"), Conventions("google", "google_maps", fixed=True), _PINS),
    Layout(("snippet", "avatar", "title"), Conventions("google_play", "google_play", fixed=True),
           _PINS | {"title": Role.AUTHOR, "id": Role.ID, "response.title": None}),
)  # fmt: skip


def recognises(sample: Sample) -> bool:
    """Whether the document has the fields of these engines."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews of the page; the place stands beside them."""
    return read_first(_LAYOUTS, KEY, sample, request)
