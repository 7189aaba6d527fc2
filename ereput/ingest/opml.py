"""Subscriptions of an OPML file, well-formed or not: attributes are read from the tags themselves.

One well-known exporter writes bare ampersands, which every XML parser refuses. Nothing is ever fetched or resolved.
"""

import html
import re
from typing import Final

from ereput.ingest.clean import repair
from ereput.ingest.reading import OpmlFeed, squeeze
from ereput.ingest.urls import is_public

MAX_FEEDS: Final = 5_000
_OUTLINE: Final = re.compile(r"<outline\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_LONGEST: Final = 2_000


def opml_feeds(text: str) -> tuple[list[OpmlFeed], int]:
    """Return the subscriptions of an OPML text, each address once, and the number of refused addresses."""
    feeds: dict[str, OpmlFeed] = {}
    refused: set[str] = set()
    for outline in _OUTLINE.finditer(_COMMENT.sub("", text)):
        pairs = _ATTRIBUTE.findall(outline[1])
        attributes = {key.lower(): html.unescape(double or single) for key, double, single in pairs}
        address = _address(attributes.get("xmlurl", ""))
        if not address:
            continue
        if len(address) > _LONGEST or not is_public(address):
            refused.add(address)
        elif len(feeds) < MAX_FEEDS:
            title = attributes.get("title") or attributes.get("text") or address
            feeds.setdefault(address, OpmlFeed(squeeze(repair(title))[:300], address))
    return list(feeds.values()), len(refused)


def _address(raw: str) -> str:
    address = "".join(raw.split())
    lowered = address.lower()
    if lowered.startswith(("feed://", "rss://")):
        return "https://" + address.split("://", 1)[1]
    if lowered.startswith(("feed:http", "rss:http")):
        return address.split(":", 1)[1]
    return address
