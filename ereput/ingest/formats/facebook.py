"""Facebook pages: recommendations since 2018, stars before; the reply is a comment of the page."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "facebook"

_CONVENTIONS: Final = Conventions(platform="facebook", namespace="facebook", fixed=True)
_PINS: Final = {
    "review_text": Role.TEXT,
    "created_time": Role.DATE,
    "rating": Role.RATING,
    "recommendation_type": Role.RECOMMENDED,
    "reviewer.name": Role.AUTHOR,
    "reviewer.id": None,
    "has_rating": None,
    "has_review": None,
    "open_graph_story.id": Role.ID,
    "open_graph_story.comments.data": Role.REPLY,
    "open_graph_story.message": None,
    "open_graph_story.created_time": None,
}
_LAYOUTS: Final = (
    Layout(("recommendation_type", "created_time"), _CONVENTIONS, _PINS),
    Layout(("review_text", "created_time", "reviewer.name"), _CONVENTIONS, _PINS),
    Layout(("recommendation_type",), _CONVENTIONS, {"recommendation_type": Role.RECOMMENDED}),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the fields of page ratings."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read recommendations (no stars) and older ratings (stars)."""
    return read_first(_LAYOUTS, KEY, sample, request)
