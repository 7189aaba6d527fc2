"""Trustpilot: the Business download, and the records that its pages carry."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "trustpilot"

_CONVENTIONS: Final = Conventions(platform="trustpilot", namespace="trustpilot", fixed=True)
_DOWNLOAD: Final = {
    "Review ID": Role.ID,
    "Review Created (UTC)": Role.DATE,
    "Review Consumer User ID": None,
    "Review Username": Role.AUTHOR,
    "Review User Name": Role.AUTHOR,
    "Review Title": Role.TITLE,
    "Review Content": Role.TEXT,
    "Review Stars": Role.RATING,
    "Source Of Review": None,
    "Review Language": Role.LANGUAGE,
    "Domain URL": Role.PLACE_URL,
    "Location ID": Role.PLACE_ID,
    "Business Unit ID": Role.PLACE_ID,
    "Location Name": Role.PLACE_NAME,
    "Webshop Name": Role.PLACE_NAME,
    "Tags": None,
    "Company Reply Date (UTC)": Role.REPLIED,
    "Company Reply": Role.REPLY,
    "Company Reply Content": Role.REPLY,
    "Reference ID": None,
    "Review Consumer Email": None,
    "Consumer Email": None,
}
_PAGE: Final = {
    "id": Role.ID,
    "text": Role.TEXT,
    "title": Role.TITLE,
    "rating": Role.RATING,
    "stars": Role.RATING,
    "consumer.displayName": Role.AUTHOR,
    "consumer.id": None,
    "dates.publishedDate": Role.DATE,
    "dates.experiencedDate": None,
    "dates.updatedDate": Role.UPDATED,
    "createdAt": Role.DATE,
    "updatedAt": Role.UPDATED,
    "reply.message": Role.REPLY,
    "reply.publishedDate": Role.REPLIED,
    "reply.updatedDate": None,
    "companyReply.text": Role.REPLY,
    "companyReply.createdAt": Role.REPLIED,
    "labels.verification.createdDateTime": None,
    "labels.verification.reviewSourceName": None,
    "filtered": None,
    "pending": None,
    "likes": None,
    "numberOfLikes": None,
    "status": Role.STATUS,
}
_LAYOUTS: Final = (
    Layout(("Review Stars", "Review Created (UTC)"), _CONVENTIONS, _DOWNLOAD),
    Layout(("Review Stars", "Review Content"), _CONVENTIONS, _DOWNLOAD),
    Layout(("consumer.displayName", "dates.publishedDate"), _CONVENTIONS, _PAGE),
    Layout(("consumer.displayName", "rating", "text"), _CONVENTIONS, _PAGE),
    Layout(("consumer.displayName", "stars", "text"), _CONVENTIONS, _PAGE),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has Trustpilot's columns or fields."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews; a reply may be known by its date alone."""
    return read_first(_LAYOUTS, KEY, sample, request)
