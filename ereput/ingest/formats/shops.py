"""Review modules of shops (Judge.me): the reviewer's e-mail and address on the network are never read."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "judge_me"

_CONVENTIONS: Final = Conventions(platform="judge_me", namespace="judge_me", fixed=True)
_PINS: Final = {
    "title": Role.TITLE,
    "body": Role.TEXT,
    "rating": Role.RATING,
    "review_date": Role.DATE,
    "source": None,
    "curated": Role.STATUS,
    "reviewer_name": Role.AUTHOR,
    "reviewer_email": None,
    "product_id": None,
    "product_handle": None,
    "product_title": None,
    "product_url": None,
    "reply": Role.REPLY,
    "reply_date": Role.REPLIED,
    "picture_urls": None,
    "ip_address": None,
    "location": None,
}
_LAYOUTS: Final = (
    Layout(("reviewer_name", "body", "curated"), _CONVENTIONS, _PINS),
    Layout(("reviewer_name", "body", "product_handle"), _CONVENTIONS, _PINS),
    Layout(("reviewer_name", "body", "picture_urls"), _CONVENTIONS, _PINS),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the columns of these modules."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the published reviews; those set aside as spam are refused one by one."""
    return read_first(_LAYOUTS, KEY, sample, request)
