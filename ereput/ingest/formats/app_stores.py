"""Application stores: Play Console, App Store Connect, the public iTunes feed in JSON, usual scrapers."""

from typing import Final

from ereput.ingest.formats.base import Layout, Request, first_fit, read_first
from ereput.ingest.reading import Reading, Role
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample

KEY: Final = "app_stores"

_PLAY: Final = Conventions(platform="google_play", namespace="google_play", fixed=True, id_in_url="reviewId")
_APPLE: Final = Conventions(platform="app_store", namespace="app_store", fixed=True, numeric_ids=True)
_LAYOUTS: Final = (
    Layout(
        ("Star Rating", "Review Submit Date and Time"),
        _PLAY,
        {
            "Package Name": Role.PLACE_ID,
            "App Version Code": None,
            "App Version Name": None,
            "Reviewer Language": Role.LANGUAGE,
            "Device": None,
            "Review Submit Date and Time": Role.DATE,
            "Review Submit Millis Since Epoch": Role.DATE,
            "Review Last Update Date and Time": Role.UPDATED,
            "Review Last Update Millis Since Epoch": None,
            "Star Rating": Role.RATING,
            "Review Title": Role.TITLE,
            "Review Text": Role.TEXT,
            "Developer Reply Date and Time": Role.REPLIED,
            "Developer Reply Millis Since Epoch": None,
            "Developer Reply Text": Role.REPLY,
            "Review Link": Role.URL,
        },
    ),
    Layout(
        ("reviewId", "score", "at"),
        _PLAY,
        {
            "reviewId": Role.ID,
            "userName": Role.AUTHOR,
            "userImage": None,
            "content": Role.TEXT,
            "score": Role.RATING,
            "at": Role.DATE,
            "replyContent": Role.REPLY,
            "repliedAt": Role.REPLIED,
            "thumbsUpCount": None,
            "appVersion": None,
            "reviewCreatedVersion": None,
        },
    ),
    Layout(
        ("userName", "scoreText"),
        _PLAY,
        {
            "id": Role.ID,
            "userName": Role.AUTHOR,
            "date": Role.DATE,
            "score": Role.RATING,
            "scoreText": None,
            "text": Role.TEXT,
            "title": Role.TITLE,
            "replyText": Role.REPLY,
            "replyDate": Role.REPLIED,
            "thumbsUp": None,
            "userImage": None,
            "version": None,
            "criterias": None,
        },
    ),
    Layout(
        ("attributes.reviewerNickname",),
        _APPLE,
        {
            "id": Role.ID,
            "type": None,
            "attributes.rating": Role.RATING,
            "attributes.title": Role.TITLE,
            "attributes.body": Role.TEXT,
            "attributes.reviewerNickname": Role.AUTHOR,
            "attributes.createdDate": Role.DATE,
            "attributes.territory": None,
        },
    ),
    Layout(
        ("userName", "isEdited"),
        _APPLE,
        {
            "userName": Role.AUTHOR,
            "review": Role.TEXT,
            "rating": Role.RATING,
            "date": Role.DATE,
            "title": Role.TITLE,
            "developerResponse": Role.REPLY,
            "developerResponse.body": Role.REPLY,
            "developerResponse.modified": Role.REPLIED,
            "isEdited": None,
        },
    ),
    Layout(
        ("im:rating", "im:version"),
        _APPLE,
        {
            "id": Role.ID,
            "im:rating": Role.RATING,
            "title": Role.TITLE,
            "content": Role.TEXT,
            "updated": Role.DATE,
            "author.name": Role.AUTHOR,
            "im:version": None,
            "im:voteSum": None,
            "im:voteCount": None,
            "author.uri": None,
            "link": None,
        },
    ),
)


def recognises(sample: Sample) -> bool:
    """Whether the file has the columns or fields of a store's reviews."""
    return first_fit(_LAYOUTS, sample) is not None


def read(sample: Sample, request: Request) -> Reading:
    """Read the reviews."""
    return read_first(_LAYOUTS, KEY, sample, request)
