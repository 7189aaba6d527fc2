"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from collections.abc import Mapping
from typing import Final, cast

from ereput.ingest.feeds import EMPTY, is_json_feed, json_feed_entries
from ereput.ingest.formats.base import Request
from ereput.ingest.reading import Reading
from ereput.ingest.sample import Sample, Shape

KEY: Final = "json_feed"


def recognises(sample: Sample) -> bool:
    """Whether the document says that it is a feed, or is laid out as one."""
    return sample.shape is Shape.JSON and is_json_feed(sample.document)


def read(sample: Sample, request: Request) -> Reading:
    """Read every item of the feed, whatever the types that it holds."""
    entries = json_feed_entries(cast("Mapping[str, object]", sample.document), now=request.now)
    return Reading("feed", KEY, "" if entries else EMPTY, entries=entries)
