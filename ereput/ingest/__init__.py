"""Outside bytes become publications: exports, spreadsheets, feeds and subscriptions, whatever their shape."""

from ereput.domain.errors import RefusedError
from ereput.ingest.columns import header_signature
from ereput.ingest.feeds import mentions
from ereput.ingest.platforms import Platform, PlatformKind, platform_of_name, platform_of_url, platforms
from ereput.ingest.reader import iso, preview, preview_bytes, read_bytes, read_file, to_plain
from ereput.ingest.reading import (
    DateOrder,
    FeedEntry,
    GuessedColumn,
    Mapping,
    OpmlFeed,
    Preview,
    Reading,
    Role,
)

__all__ = [
    "DateOrder",
    "FeedEntry",
    "GuessedColumn",
    "Mapping",
    "OpmlFeed",
    "Platform",
    "PlatformKind",
    "Preview",
    "Reading",
    "RefusedError",
    "Role",
    "header_signature",
    "iso",
    "mentions",
    "platform_of_name",
    "platform_of_url",
    "platforms",
    "preview",
    "preview_bytes",
    "read_bytes",
    "read_file",
    "to_plain",
]
