"""Addresses as people follow them: redirections undone, tracking removed, dangerous schemes dropped."""

import base64
import binascii
import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

_LONGEST: Final = 4_000
_REDIRECTS: Final[dict[str, tuple[str, ...]]] = {
    "/url": ("url", "q"),
    "/news/apiclick.aspx": ("url",),
    "/l.php": ("u",),
    "/linkfilter/": ("u",),
    "/redirect": ("q", "url"),
    "/safety/go": ("url",),
    "/leaving": ("url",),
    "/alertclick": ("u", "url"),
}
_REDIRECTORS: Final = re.compile(
    r"(?:^|\.)(?:google\.[a-z.]{2,6}|bing\.com|facebook\.com|instagram\.com|youtube\.com|linkedin\.com|talkwalker\.com)$"
)
_TRACKING: Final = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|igsh|mc_cid|mc_eid|xtor|xtref|ref_src|_ga|oc|at_\w+|cmpid|ocid"
    r"|ns_\w+|wt_\w+|pk_\w+|mtm_\w+|hl|gl|ceid|authuser|ved|usg|spm|feature)$",
    re.IGNORECASE,
)
_TRACKING_FRAGMENT: Final = re.compile(r"(?:xtor=|utm_|at_|xtref|ref=|Echobox)", re.IGNORECASE)
_NEWS: Final = re.compile(r"^/(?:rss/|__i/rss/rd/)?articles/(CB[\w-]{8,})")
_INSIDE: Final = re.compile(rb"https?://[\x21-\x7e]+")


def target(link: str) -> str:
    """Return the address behind a link: unwrapped from known redirectors, "" when it is no web address."""
    link = "".join(link.split()) if any(char.isspace() for char in link) else link
    for _ in range(3):  # a redirection may lead to another
        if len(link) > _LONGEST or not link.lower().startswith(("http://", "https://")):
            return ""
        inner = _unwrapped(link)
        if inner is None:
            return link
        link = inner
    return link


def canonical(link: str) -> str:
    """Return a link without what only tells how its reader came; the same page gives the same address."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return link
    kept = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(key)
    ]
    fragment = "" if _TRACKING_FRAGMENT.match(parts.fragment) else parts.fragment
    path = parts.path.rstrip("/") or "/"
    return urlunsplit(("https", host + port, path, urlencode(kept), fragment))


def is_public(link: str) -> bool:
    """Whether an address is of the web at large: http(s), and no private or local host in plain sight."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.replace(".", "").isdigit() and not host.startswith("0x")


def _unwrapped(link: str) -> str | None:
    """Return what a redirector's address leads to, None when it is no redirector's."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return None
    if host == "news.google.com":
        return _news(parts.path)
    if not _REDIRECTORS.search(host):
        return None
    for path, names in _REDIRECTS.items():
        if parts.path.lower().rstrip("/") == path.rstrip("/"):
            query = parse_qs(parts.query)
            for name in names:
                for value in query.get(name, ()):
                    if value.startswith(("http://", "https://")):
                        return value
    return None


def _news(path: str) -> str | None:
    """Return the address that an old Google News link holds in clear, None for the opaque ones."""
    match = _NEWS.match(path)
    if match is None:
        return None
    token = match[1]
    try:
        decoded = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    inside = _INSIDE.search(decoded)
    return inside[0].decode("ascii").split("\xd2")[0] if inside else None
