"""Google's own exports: Takeout and Business Profile API (the same records), its partners' survey sheet."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_layout
from ereput.ingest.ratings import bare_number
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "google"

_PROFILE: Final = Conventions(platform="google", namespace="google_business", fixed=True)
_RECORD: Final = {
    "name": Role.ID,
    "reviewId": Role.ID,
    "reviewer.displayName": Role.AUTHOR,
    "starRating": Role.RATING,
    "createTime": Role.DATE,
    "updateTime": Role.UPDATED,
    "comment": Role.TEXT,
    "reviewReply.comment": Role.REPLY,
    "reviewReply.updateTime": Role.REPLIED,
}
_LAYOUTS: Final = (
    Layout(
        ("review.starRating", "review.createTime"),
        _PROFILE,
        {f"review.{name}": role for name, role in _RECORD.items()} | {"name": Role.PLACE_ID},
    ),
    Layout(("starRating", "createTime"), _PROFILE, _RECORD),
    Layout(("starRating", "reviewer.displayName"), _PROFILE, _RECORD),
    Layout(
        ("SurveyID for external use (e.g. tech support)",),
        Conventions(namespace="enquete_google"),
        {
            "Overall Score": Role.RATING,
            "Customer Name": Role.AUTHOR,
            "Comment": Role.TEXT,
            "Creation Date": Role.DATE,
            "Social Media Source": Role.SOURCE,
            "Club's Name": Role.PLACE_NAME,
            "SurveyID for external use (e.g. tech support)": Role.ID,
        },
    ),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the columns or fields of one of these exports."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews; a page of the API that does not hold them all says so."""
    layout = first_fit(_LAYOUTS, sample) or Layout((), _PROFILE, _RECORD)
    return read_layout(layout, KEY, sample, request, message=_partial(sample))


def _partial(sample: Sample) -> str:
    facts = sample.tables[0].facts if sample.tables else {}
    announced = bare_number(facts.get("totalReviewCount"))
    if facts.get("nextPageToken"):
        total = f" sur {announced:.0f} annoncés" if announced is not None else ""
        return f"Le fichier ne contient qu’une page des avis{total} : exportez aussi les suivantes."
    return ""
