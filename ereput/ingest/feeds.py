"""RSS, Atom, RDF and JSON feeds as plain entries.

Ordinary feeds are read by `feed_fast`, all others by feedparser, which is only ever given a stream of bytes:
bytes or text that look like a path or an address, it would open. It is asked neither to sanitise nor to
resolve: texts are made plain here, which is also faster.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, Kind, PartialDate
from ereput.ingest import feed_fast
from ereput.ingest.clean import cell, plain
from ereput.ingest.dates import DateReader
from ereput.ingest.encodings import FALLBACK, detect
from ereput.ingest.platforms import platform_of_url
from ereput.ingest.ratings import RatingReader
from ereput.ingest.reading import FeedEntry
from ereput.ingest.urls import canonical, target
from ereput.ingest.wording import squeeze

MAX_ENTRIES: Final = 2_000
MAX_BYTES: Final = 4_000_000
_LONGEST_TITLE: Final = 1_000
_LONGEST_SUMMARY: Final = 100_000
_TITLE_OF_TEXT: Final = 120
_PREFIX: Final = re.compile(rb"xmlns:([\w.-]{1,60})")
_MAX_PREFIXES: Final = 200
_MAX_TAGS: Final = 150_000
_PROLOG_SIZE: Final = 1_000_000
_DOCTYPE_START: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_DECLARED: Final = re.compile(rb"^(\s*<\?xml[^>]*?encoding\s*=\s*[\"'])([\w.:-]+)([\"'])", re.IGNORECASE)
_BEGINNING: Final = re.compile(rb"<(?:\?xml|rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PREAMBLE: Final = 5_000
_LIKE_UTF8: Final = ("utf-8", "utf8", "us-ascii", "ascii")
_ITEM_END: Final = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_END: Final = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.*?-->\s*)*$", re.IGNORECASE | re.DOTALL)
_NAME_IN_EMAIL: Final = re.compile(r"[\w.+-]+@[\w.-]+\s*\(([^)]+)\)")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")

TRUNCATED: Final = "Le flux est coupé avant sa fin : seules les publications complètes ont été lues."
LONG: Final = "Le flux est très long : seules ses premières publications ont été lues."
EMPTY: Final = "Le flux est lisible mais ne contient aucune publication."


def feed_entries(data: bytes, *, now: datetime) -> tuple[list[FeedEntry], str] | None:
    """Return the entries of an XML feed and a French warning, or None when it is no feed.

    Args:
        data: the content as received, in any encoding.
        now: timezone-aware; the day on which relative dates count back.
    """
    whole = len(data)
    data = _beginning(data)
    if len(set(_PREFIX.findall(data))) > _MAX_PREFIXES:
        return None
    dates = DateReader(now)
    sound = _sound(data)
    parsed = feed_fast.parse(sound, is_date=lambda text: dates.read(text) is not None) or _parse(sound)
    if not parsed.get("version") and not parsed.get("entries"):
        return None
    feed = parsed.get("feed") or {}
    entries = [
        _entry(item, feed, dates) for item in parsed["entries"][:MAX_ENTRIES] if not _is_the_app(item, parsed)
    ]
    if len(data) < whole:
        return entries, LONG
    if not _END.search(data[-2_000:]) and b"\x00" not in data[:200]:
        return entries, TRUNCATED
    return entries, "" if entries else EMPTY


def json_feed_entries(document: Mapping[str, object], *, now: datetime) -> list[FeedEntry]:
    """Return the entries of a JSON Feed (jsonfeed.org 1.0, 1.1), whatever the types that it holds."""
    dates = DateReader(now)
    source = _text(document.get("title"))
    items = document.get("items")
    entries: list[FeedEntry] = []
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and len(entries) < MAX_ENTRIES:
            entries.append(_json_entry(item, document, source, dates))
    return entries


def is_json_feed(document: object) -> bool:
    """Whether a JSON document says that it is a feed, or is laid out as one."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return False
    version = str(document.get("version", ""))
    return "jsonfeed" in version or bool({"home_page_url", "feed_url"} & set(document))


def mentions(entries: Sequence[FeedEntry], platform: str = "") -> Iterator[Draft]:
    """Return the entries of a feed as drafts of mentions; those of an application store are reviews.

    Args:
        entries: what `Reading.entries` holds.
        platform: slug to give to the entries; by default the one that owns each address, else "".
    """
    for number, entry in enumerate(entries, start=1):
        yield Draft(
            row=number,
            platform=platform or platform_of_url(entry.link),
            kind=Kind.MENTION if entry.rating is None else Kind.REVIEW,
            external_id=entry.guid,
            id_namespace="flux" if entry.guid else "",
            url=entry.link,
            author=entry.author,
            published=entry.published,
            rating=entry.rating,
            title=entry.title,
            text=entry.summary,
            source=entry.source,
        )


def _beginning(data: bytes) -> bytes:
    """Return a feed cut after its first entries when it is longer than what is read in a few seconds."""
    limit = min(len(data), MAX_BYTES)
    if data.count(b"<", 0, limit) > _MAX_TAGS:
        limit = next(islice(re.finditer(b"<", data), _MAX_TAGS, None)).start()
    end = 0
    for count, item in enumerate(_ITEM_END.finditer(data, 0, limit), start=1):
        end = item.end()
        if count == MAX_ENTRIES:
            return data[:end] if _ITEM_END.search(data, end) else data
    return data if limit == len(data) else data[: end or limit]


def _parse(data: bytes) -> Mapping[str, Any]:
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(  # type: ignore[no-any-return] # the library ships no types
                io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False
            )
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # The library trips over a malformed attribute or a misplaced element; its own errors say no more.
            raise RefusedError("Ce flux est mal formé : il ne se lit pas.") from error


def _sound(data: bytes) -> bytes:
    """Return XML that a parser takes without harm: truly UTF-8, no document type, nothing before it."""
    encoding = detect(lambda: (data,))
    declared = _DECLARED.match(data.lstrip())
    named = declared[2].decode("ascii").lower() if declared else "utf-8"
    if encoding.codec != "utf-8" or encoding.errors != FALLBACK or named in _LIKE_UTF8:
        text = data.decode(encoding.codec, encoding.errors)
        data = _DECLARED.sub(rb"\1utf-8\3", text.encode("utf-8", "replace").lstrip(), count=1)
    begun = _BEGINNING.search(data, 0, _PREAMBLE)
    return _without_doctype(data[begun.start() :] if begun else data.lstrip())


def _without_doctype(data: bytes) -> bytes:
    """Return XML without its document type: entities that name one another never reach the parser."""
    start = _DOCTYPE_START.search(data, 0, _PROLOG_SIZE)
    if start is None:
        return data
    whole = _DOCTYPE.match(data, start.start())
    return data[: start.start()] + data[whole.end() :] if whole else data[: start.start()]


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], dates: DateReader) -> FeedEntry:
    source = _source(item, feed)
    summary = _summary(item)
    title = squeeze(plain(str(item.get("title") or "")))[:_LONGEST_TITLE]
    named = item.get("source")
    suffix = squeeze(plain(str(named.get("title") or ""))) if isinstance(named, Mapping) else ""
    if suffix and title.endswith(f" - {suffix}") and len(title) > len(suffix) + 3:
        title = title[: -len(suffix) - 3].rstrip()
    if not title:
        title = _cut(summary)
    link = _link(item, str(feed.get("link") or ""))
    return FeedEntry(
        title=title,
        link=link,
        published=_published(item, dates),
        author=_author(item),
        summary=summary,
        source=source,
        guid=squeeze(str(item.get("id") or ""))[:_LONGEST_TITLE],
        canonical=canonical(link) if link else "",
        rating=RatingReader().read(str(item["im_rating"]))[0] if item.get("im_rating") else None,
    )


def _is_the_app(item: Mapping[str, Any], parsed: Mapping[str, Any]) -> bool:
    """Whether an entry is the application itself, which older store feeds list before its reviews."""
    return (
        "im_rating" not in item
        and ("im_price" in item or "im_name" in item)
        and any("im_rating" in other for other in parsed["entries"])
    )


def _link(item: Mapping[str, Any], site: str) -> str:
    """Return the first web address of an entry, a relative one completed by its site's."""
    links = [
        item.get("link"),
        *(link.get("href") for link in item.get("links") or () if isinstance(link, Mapping)),
    ]
    links.append(item.get("feedburner_origlink"))
    guid = str(item.get("id") or "")
    links.append(guid if guid.startswith(("http://", "https://")) else None)
    for link in links:
        if isinstance(link, str) and link.strip():
            found = target(link.strip()) or target(_joined(site, link.strip()))
            if found:
                return found
    return ""


def _joined(site: str, link: str) -> str:
    """Return a relative link as an address of its site, "" when it is no relative link."""
    try:
        return urljoin(site, link) if link.startswith(("/", "?", "./")) else ""
    except ValueError:
        return ""


def _summary(item: Mapping[str, Any]) -> str:
    contents = [content.get("value") for content in item.get("content") or () if isinstance(content, Mapping)]
    texts = [
        plain(str(text)[: 4 * _LONGEST_SUMMARY])
        for text in (*contents, item.get("summary"), item.get("media_description"))
        if text
    ]
    return max(texts, key=len, default="")[:_LONGEST_SUMMARY]


def _author(item: Mapping[str, Any]) -> str:
    raw = squeeze(plain(str(item.get("author") or item.get("dc_creator") or "")))
    signed = _NAME_IN_EMAIL.fullmatch(raw)
    if signed:
        return signed[1].strip()[:300]
    detail = item.get("author_detail")
    name = detail.get("name") if isinstance(detail, Mapping) else ""
    return _EMAIL.sub("", squeeze(plain(str(name or raw)))).strip(" ()")[:300]


def _source(item: Mapping[str, Any], feed: Mapping[str, Any]) -> str:
    named = item.get("source")
    title = named.get("title") if isinstance(named, Mapping) else named
    return squeeze(plain(str(item.get("news_source") or title or feed.get("title") or "")))[:300]


def _published(item: Mapping[str, Any], dates: DateReader) -> PartialDate | None:
    for key in ("published", "issued", "created", "date", "updated", "modified"):
        raw = dict(item).get(key)  # its own `get` answers "updated" with the date of publication
        if isinstance(raw, str) and raw.strip():
            found = dates.read(raw)
            if found is not None:
                return found
            parsed = item.get(f"{key}_parsed")
            if parsed is not None:
                return _from_struct(parsed, dates)
    return None


def _from_struct(parsed: Any, dates: DateReader) -> PartialDate | None:
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return dates.read(datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC))
    except (TypeError, ValueError, OverflowError):
        return None


def _json_entry(
    item: Mapping[str, object], document: Mapping[str, object], source: str, dates: DateReader
) -> FeedEntry:
    summary = ""
    for key in ("content_text", "content_html", "summary"):
        text = item.get(key)
        if isinstance(text, str) and text.strip():
            summary = plain(text[: 4 * _LONGEST_SUMMARY])[:_LONGEST_SUMMARY]
            break
    links = (item.get("url"), item.get("external_url"), item.get("id"))
    link = next((found for value in links if isinstance(value, str) and (found := target(value.strip()))), "")
    dated = (dates.read(item.get(key)) for key in ("date_published", "date_modified"))
    return FeedEntry(
        title=squeeze(plain(_text(item.get("title"))))[:_LONGEST_TITLE] or _cut(summary),
        link=link,
        published=next((day for day in dated if day), None),
        author=_json_author(item) or _json_author(document),
        summary=summary,
        source=source[:300],
        guid=_text(item.get("id"))[:_LONGEST_TITLE],
        canonical=canonical(link) if link else "",
    )


def _json_author(holder: Mapping[str, object]) -> str:
    authors = holder.get("authors")
    for author in [*(authors if isinstance(authors, list) else ()), holder.get("author")]:
        if isinstance(author, dict) and isinstance(author.get("name"), str) and author["name"].strip():
            return squeeze(str(author["name"]))[:300]
    return ""


def _text(value: object) -> str:
    return cell(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _cut(text: str) -> str:
    line = squeeze(text)
    return line if len(line) <= _TITLE_OF_TEXT else line[: _TITLE_OF_TEXT - 1].rsplit(" ", 1)[0] + "…"
