"""Subscriptions of an OPML file, well-formed or not: attributes are read from the tags themselves.

One well-known exporter writes bare ampersands, which every XML parser refuses. Nothing is fetched.
"""

import html
import re
from typing import Final

from ereput.ingest.clean import repair
from ereput.ingest.reading import OpmlFeed
from ereput.ingest.urls import is_public
from ereput.ingest.wording import squeeze

MAX_FEEDS: Final = 5_000
_OUTLINE: Final = re.compile(r"<outline\s", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([\w:.-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)')")
_LONGEST: Final = 2_000
_LONGEST_TAG: Final = 20_000


def opml_feeds(text: str) -> tuple[list[OpmlFeed], int]:
    """Return the subscriptions of an OPML text, each address once, and the number of refused addresses."""
    feeds: dict[str, OpmlFeed] = {}
    refused: set[str] = set()
    for tag in _OUTLINE.split(_uncommented(text))[1:]:
        pairs = _ATTRIBUTE.findall(tag[: min(len(tag), _LONGEST_TAG)])
        attributes: dict[str, str] = {}
        for key, double, single in pairs:
            attributes.setdefault(key.lower(), html.unescape(double or single))
        address = _address(attributes.get("xmlurl", ""))
        if not address:
            continue
        if len(address) > _LONGEST or not is_public(address):
            refused.add(address)
        elif len(feeds) < MAX_FEEDS:
            title = attributes.get("title") or attributes.get("text") or address
            feeds.setdefault(address, OpmlFeed(squeeze(repair(title))[:300], address))
    return list(feeds.values()), len(refused)


def _uncommented(text: str) -> str:
    """Return a text without its comments, in one pass."""
    parts, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        parts.append(text[position:start])
        end = text.find("-->", start)
        position = len(text) if end < 0 else end + 3
    return "".join(parts) + text[position:]


def _address(raw: str) -> str:
    address = "".join(raw.split())
    lowered = address.lower()
    if lowered.startswith(("feed://", "rss://")):
        return "https://" + address.split("://", 1)[1]
    if lowered.startswith(("feed:http", "rss:http")):
        return address.split(":", 1)[1]
    return address
