"""Ordinary RSS, Atom and RDF feeds: the same result as feedparser, several times faster.

Only what feedparser is known to read in one way is read here: well-formed XML, known elements, plain texts,
absolute links. At the first thing out of the ordinary (undeclared entities, xml:base, nested mark-up, a
second author, an unknown element without a prefix…) `parse` gives up, and feedparser reads the whole feed.
"""

import io
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree as ET

from ereput.ingest.wording import phrases

_FEED_SPACES: Final = (
    "http://www.w3.org/2005/atom",
    "http://purl.org/atom/ns#",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
)
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_SPACES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_FEED_SPACES, ""),
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
# Prefixes under which feedparser calls a handler even when they stand for something else.
_TAKEN: Final = frozenset(("dc", "dcterms", "content", "media", "itunes", "xhtml"))
_UNKNOWN_SPACES: Final = re.compile(
    r"backend\.userland|blogs\.law|newformat#|necho|purl\.org/(?:echo|pie)|rss091#|xhtml"
)
_WANTED: Final = frozenset(("news_source", "im_rating", "im_price", "im_name"))
_ROLES: Final[Mapping[str, str]] = {
    tag: role
    for role, tags in {
        "title": "title dc:title media:title",
        "link": "link",
        "id": "id guid",
        "description": "description dc:description media:description",
        "summary": "summary itunes:summary",
        "content": "content content:encoded",
        "author": "author dc:creator dc:author itunes:author",
        "source": "source",
        "published": "published pubdate issued dcterms:issued",
        "updated": "updated modified dc:date dcterms:modified",
        "created": "created dcterms:created",
        "": "category comments copyright docs enclosure generator icon language logo rating rights ttl",
    }.items()
    for tag in tags.split()
}
_OF_FEED: Final = phrases(
    """
    author|category|cloud|contributor|copyright|description|docs|generator|guid|icon|id|image|issued|items
    language|lastbuilddate|link|logo|managingeditor|modified|pubdate|published|rating|rights|skipdays
    skiphours|subtitle|summary|tagline|title|ttl|updated|webmaster
    """
)
_PERSON: Final = frozenset(("name", "email", "uri", "url", "homepage"))
_INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "author": _PERSON,
    "contributor": _PERSON,
    "image": frozenset(("title", "url", "link", "description", "width", "height")),
    "skipdays": frozenset(("day",)),
    "skiphours": frozenset(("hour",)),
    "itunes:owner": frozenset(("itunes:name", "itunes:email")),
    "itunes:category": frozenset(("itunes:category",)),
    "items": frozenset(("rdf:seq",)),
}
_AT_ONCE: Final = ("href", "lastmod")  # attributes that stand for elements
_READ: Final = frozenset(("type", "rel", "href", "url", "uri", "src"))
_LONGEST_LINK: Final = 2_000
_TEXTS: Final = frozenset(("text", "plain", "text/plain", "html", "text/html"))
_PAGES: Final = frozenset(("html", "xhtml", "text/html", "application/xhtml+xml"))
_SIGNED: Final = re.compile(r"[\w.+-]+@[\w.-]+ \([^()<>&@]+\)")
_WINDOWS: Final = {
    byte: bytes((byte,)).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


class UnusualError(Exception):
    """The feed holds something that only feedparser is trusted with."""


@dataclass(slots=True)
class _Item:
    """One entry on its way, under the names that feedparser gives."""

    values: dict[str, Any] = field(default_factory=dict)
    is_titled: bool = False
    has_content: bool = False


def parse(data: bytes, *, is_date: Callable[[str], bool]) -> Mapping[str, Any] | None:
    """Return what feedparser would, as far as entries are made of it, or None when it is to be asked.

    Args:
        data: UTF-8 XML without a document type.
        is_date: whether the caller reads a date without feedparser's help.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return None
    prefixes: dict[str, str] = {}
    try:
        walk = ET.iterparse(io.BytesIO(data), events=("start-ns",))  # noqa: S314 (no entity can be declared)
        for _, (prefix, uri) in walk:
            _declare(prefixes, prefix.lower(), uri)
        return _Feed(prefixes, is_date).read(walk.root)  # type: ignore[attr-defined] # set once it is walked
    except (ET.ParseError, UnusualError, ValueError, LookupError):  # the last two: encodings it does not know
        return None


def _declare(prefixes: dict[str, str], prefix: str, uri: str) -> None:
    """Note a namespace; one that changes meaning, or takes a meaning that feedparser knows, is unusual."""
    space = _SPACES.get(uri.lower())
    if prefixes.setdefault(uri, prefix) != prefix or _UNKNOWN_SPACES.search(uri.lower()):
        raise UnusualError
    if (not prefix and space != "") or (prefix in _TAKEN and prefix != space):
        raise UnusualError


class _Feed:
    """The reading of one feed."""

    def __init__(self, prefixes: Mapping[str, str], is_date: Callable[[str], bool]) -> None:
        self.prefixes, self.is_date = prefixes, is_date
        self.names: dict[str, str] = {}

    def read(self, root: ET.Element) -> Mapping[str, Any]:
        """Return the feed's title and its entries."""
        _check(root, *_AT_ONCE)
        if root.tag == "rss":
            (channel,) = self._sole(root, "channel")
            head, items = _parted(list(channel), lambda element: self.name(element) == "item")
        elif root.tag == f"{_RDF}RDF":
            (channel,) = self._sole(root, "channel", "item", "image")
            head, items = list(channel), [element for element in root if self.name(element) == "item"]
        elif self.name(root) == "feed":
            head, items = _parted(list(root), lambda element: self.name(element) == "entry")
        else:
            raise UnusualError
        if not items:
            raise UnusualError
        return {"version": "rss", "feed": self._head(head), "entries": [self._entry(item) for item in items]}

    def name(self, element: ET.Element) -> str:
        """Return the name of an element as feedparser knows it: its usual prefix, lower case."""
        tag = element.tag
        known = self.names.get(tag)
        if known is None:
            uri, _, local = tag.rpartition("}")
            uri = uri[1:]
            space = _SPACES.get(uri.lower(), self.prefixes.get(uri, "")) if uri else ""
            known = self.names[tag] = f"{space}:{local}".lower() if space else local.lower()
        return known

    def _sole(self, root: ET.Element, name: str, *others: str) -> list[ET.Element]:
        """Return the only child of a name, the others being of the names allowed."""
        found = [element for element in root if self.name(element) == name]
        if len(found) != 1 or any(self.name(element) not in (name, *others) for element in root):
            raise UnusualError
        _check(found[0], *_AT_ONCE)
        return found

    def _head(self, elements: list[ET.Element]) -> Mapping[str, Any]:
        titles = []
        for element in elements:
            name = self.name(element)
            _check(element)
            allowed = _INSIDE.get(name, frozenset())
            if any(self.name(child) not in allowed or (len(child) and name != "items") for child in element):
                raise UnusualError
            if name in ("title", "dc:title", "media:title"):
                titles.append(_words(element))
            elif ":" not in name and name not in _OF_FEED:
                raise UnusualError
        if len(titles) > 1:
            raise UnusualError
        return {"title": titles[0]} if titles else {}

    def _entry(self, element: ET.Element) -> Mapping[str, Any]:
        _check(element, *_AT_ONCE)
        item = _Item()
        about = element.get(f"{_RDF}about")
        if about:
            item.values["id"] = about
        for child in element:
            self._add(item, child)
        link = item.values.get("link", "")
        if not link.lower().startswith(("http://", "https://")) or len(link) > _LONGEST_LINK:
            raise UnusualError
        return item.values

    def _add(self, item: _Item, child: ET.Element) -> None:
        name = self.name(child)
        role = _ROLES.get(name)
        if role is None:
            role = self._odd(name)
        _check(child)
        if role == "author":
            _author(item, child, [self.name(inner) for inner in child])
        elif len(child):
            raise UnusualError
        elif role in ("published", "updated", "created"):
            value = item.values[role] = _mended(child.text)
            if value and not self.is_date(value):
                raise UnusualError
        elif role in _WANTED:
            if child.attrib and role in ("news_source", "im_rating"):
                raise UnusualError
            item.values[role] = _mended(child.text)
        elif role:
            _ADD[role](item, child, name)

    def _odd(self, name: str) -> str:
        """Return the role of an element that is not of the usual ones: read apart, or passed over."""
        if ":" not in name or name.startswith("xhtml:"):
            raise UnusualError
        key = name.replace(":", "_")
        return key if key in _WANTED else ""


def _check(element: ET.Element, *refused: str) -> None:
    """Give up on an attribute that changes how feedparser reads, or that hides behind another's name."""
    for key in element.attrib:
        local = key.rpartition("}")[2].lower()
        if local in ("base", "mode") or local in refused or (local != key and local in _READ):
            raise UnusualError


def _parted(
    elements: list[ET.Element], is_item: Callable[[ET.Element], bool]
) -> tuple[list[ET.Element], list[ET.Element]]:
    items = [element for element in elements if is_item(element)]
    return [element for element in elements if not is_item(element)], items


def _mended(text: str | None) -> str:
    """Return a text as feedparser gives it: trimmed, one misreading of UTF-8 undone, no C1 controls."""
    if not text:
        return ""
    text = text.strip()
    if text.isascii():
        return text
    with suppress(UnicodeError):  # it was read rightly
        text = text.encode("latin-1").decode("utf-8")
    return text.translate(_WINDOWS)


def _words(element: ET.Element) -> str:
    if element.attrib and element.get("type", "html").lower() not in _TEXTS:
        raise UnusualError
    return _mended(element.text)


def _add_title(item: _Item, element: ET.Element, name: str) -> None:
    title = _words(element)
    if not item.is_titled:
        item.values["title"] = title
        item.is_titled = bool(title) and name != "media:title"


def _add_link(item: _Item, element: ET.Element, _: str) -> None:
    if element.attrib:
        attributes = {key.lower(): value for key, value in element.attrib.items()}
        if "url" in attributes or "uri" in attributes:
            raise UnusualError
        if "href" in attributes:
            is_page = attributes.get("type", "html").lower() in _PAGES
            if attributes.get("rel", "alternate").lower() == "alternate" and is_page:
                item.values["link"] = _plain_link(attributes["href"])
            return
    link = _plain_link(_mended(element.text)).replace("&amp;", "&")
    item.values["link"] = re.sub(r"&([A-Za-z0-9_]+);", r"&\1", link) if "&" in link else link


def _plain_link(link: str) -> str:
    if ":///" in link:
        raise UnusualError
    return link


def _add_id(item: _Item, element: ET.Element, _: str) -> None:
    value = item.values["id"] = _plain_link(_mended(element.text))
    attributes = {key.lower(): value for key, value in element.attrib.items()} if element.attrib else {}
    if attributes.get("ispermalink", "true") == "true":
        item.values.setdefault("link", value)


def _add_text(item: _Item, element: ET.Element, name: str) -> None:
    """Keep a description or a summary: a second one is content, unless there is content already."""
    if "summary" in item.values and not item.has_content:
        _add_content(item, element, name)
    else:
        item.values["summary"] = _words(element)


def _add_content(item: _Item, element: ET.Element, _: str) -> None:
    if "src" in element.attrib:
        raise UnusualError
    item.has_content = True
    text = _words(element)
    item.values.setdefault("content", []).append({"value": text})
    item.values.setdefault("summary", text)


def _add_source(item: _Item, element: ET.Element, _: str) -> None:
    name = _mended(element.text)
    item.values["source"] = {"title": name} if name else {}
    item.is_titled = False


_ADD: Final[Mapping[str, Callable[[_Item, ET.Element, str], None]]] = {
    "title": _add_title,
    "link": _add_link,
    "id": _add_id,
    "description": _add_text,
    "summary": _add_text,
    "content": _add_content,
    "source": _add_source,
}


def _author(item: _Item, element: ET.Element, parts: list[str]) -> None:
    """Keep the one author of an entry: a name alone, an address with a name, or an Atom person."""
    if "author" in item.values:
        raise UnusualError
    text = _mended(element.text)
    if not parts:
        if "@" in text and not _SIGNED.fullmatch(text):
            raise UnusualError
        item.values["author"] = text
        return
    if (
        text
        or not set(parts) <= _PERSON
        or len(set(parts)) < len(parts)
        or any(len(part) for part in element)
    ):
        raise UnusualError
    person = {part: (inner.text or "").strip() for part, inner in zip(parts, element, strict=True)}
    name, email = person.get("name", ""), person.get("email", "")
    item.values["author"] = f"{name} ({email})" if name and email else name or email
    if name or email:
        item.values["author_detail"] = {"name": name}
