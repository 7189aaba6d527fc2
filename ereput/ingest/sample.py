"""What a file is, told from its content: never from its name, which only breaks ties.

`take` opens a source, refuses what cannot be a list of reviews or a feed, and hands the rest over.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import PurePath
from typing import Final

from ereput.domain.errors import RefusedError
from ereput.ingest.encodings import decode, is_binary
from ereput.ingest.pages import page_table
from ereput.ingest.records import json_tables, load
from ereput.ingest.source import MEGABYTE, Source
from ereput.ingest.tables import Table, csv_table, workbook_tables

_HEAD: Final = 65_536
_MAX_PAGE: Final = 10 * MEGABYTE
_MAX_FEED: Final = 30 * MEGABYTE
_READABLE: Final = frozenset(
    ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "xls", "ods", "xml", "rss", "atom", "opml")
)
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x00\x00\x01\x00", b"BM")
_ARCHIVES: Final = (b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"ustar")
_FEED: Final = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_LATE_FEED: Final = re.compile(
    r"^\s*(?:<\?xml\b[^>]*\?>\s*)?<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE | re.MULTILINE
)
_PROLOG: Final = re.compile(
    r"\s*(?:<\?xml.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\])?\s*>|<\?.*?\?>|\s+)*",
    re.IGNORECASE | re.DOTALL,
)
_PAGE: Final = re.compile(r"\s*<(?:!doctype html|(?:html|head|body|table|meta|style|div)\b)", re.IGNORECASE)
_ALTERNATE: Final = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_FEED_TYPES: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
)


class Shape(StrEnum):
    """The families of content that readers know."""

    TABLE = "tableau"
    JSON = "json"
    FEED = "flux"
    OPML = "opml"


@dataclass(frozen=True)
class Sample:
    """A file whose kind is known and whose content is at hand, read only as far as asked."""

    source: Source
    shape: Shape
    document: object = None
    tables: tuple[Table, ...] = ()

    @property
    def name(self) -> str:
        """The file's name: a label, never opened."""
        return PurePath(self.source.name).name

    @property
    def largest(self) -> Table:
        """The table with the most rows: the one that a preview shows and that a user's mapping is for."""
        return max(self.tables, key=lambda table: len(table.head))

    @cached_property
    def content(self) -> bytes:
        """The whole content, for the readers of feeds."""
        return self.source.read_all(_MAX_FEED)


def take(source: Source) -> Sample:
    """Return what a source is.

    Raises:
        RefusedError: the content is empty, binary, damaged, or no list, feed or OPML at all.
    """
    head = source.head(_HEAD)
    if head.startswith(b"\x1f\x8b"):
        return _take_gzip(source)
    if not head.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise RefusedError("Le fichier est vide : il n’y a rien à importer.")
    if head.startswith(b"PK"):
        return _take_zip(source)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _tabular(source, workbook_tables(source))
    _refuse_binary(head)
    return _take_text(source, decode(head).lstrip("\ufeff \t\r\n"))


def _take_gzip(source: Source) -> Sample:
    if source.gzipped:
        raise RefusedError(
            "L’archive contient une autre archive : décompressez-la, puis importez le fichier voulu."
        )
    return take(
        Source(PurePath(source.name).name.removesuffix(".gz"), source.path, source.data, gzipped=True)
    )


def _take_text(source: Source, start: str) -> Sample:
    if start.startswith(("{", "[")):
        document = load(source)
        return Sample(source, Shape.JSON, document, tuple(json_tables(document)))
    if start.startswith("<"):
        return _take_markup(source, start)
    if _LATE_FEED.search(start[:2_000]):  # a server's notice before the feed
        return Sample(source, Shape.FEED)
    return _tabular(source, [csv_table(source)])


def _tabular(source: Source, tables: list[Table]) -> Sample:
    if not tables:
        raise RefusedError("Le classeur est vide : aucune feuille ne contient de ligne.")
    return Sample(source, Shape.TABLE, None, tuple(tables))


def _take_markup(source: Source, start: str) -> Sample:
    prolog = _PROLOG.match(start[:20_000])
    root = start[prolog.end() if prolog else 0 :][:200].lower()
    if re.match(r"<(?:\w+:)?opml\b", root) or (not root and "<opml" in start.lower()):
        return Sample(source, Shape.OPML)
    if _PAGE.match(root) or _PAGE.match(start):
        return _take_page(source, start)
    if _FEED.search(start) or start.startswith("<?xml"):
        return Sample(source, Shape.FEED)
    raise RefusedError(_web_page(start))


def _take_page(source: Source, start: str) -> Sample:
    """Read the table of a page that holds one under known titles, refuse any other page."""
    table = page_table(decode(source.read_all(_MAX_PAGE))) if "<table" in start.lower() else None
    if table is None:
        raise RefusedError(_web_page(start))
    return Sample(source, Shape.TABLE, None, (table,))


def _web_page(page: str) -> str:
    """Return why a page is refused, with the feed that it announces when there is one."""
    for tag in _ALTERNATE.findall(page):
        attributes = {
            key.lower(): double or single or bare for key, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        if attributes.get("type", "").lower() in _FEED_TYPES and attributes.get("href"):
            return (
                "Ceci est une page web, pas un flux. Elle annonce le flux « "
                f"{attributes['href'][:300]} » : ajoutez plutôt cette adresse à la veille."
            )
    return (
        "Ceci est une page web (peut-être une page d’erreur ou de connexion), pas un export ni un flux : "
        "téléchargez de nouveau le fichier d’origine."
    )


def _refuse_binary(head: bytes) -> None:
    if head.lstrip().startswith(b"%PDF"):
        raise RefusedError(
            "Ceci est un PDF : exportez les avis au format CSV ou XLSX, un PDF ne peut pas être lu."
        )
    if head.startswith(_PICTURES):
        raise RefusedError("Ceci est une image : exportez les avis au format CSV, XLSX ou JSON.")
    if head.startswith(_ARCHIVES):
        raise RefusedError(
            "Ceci est une archive : décompressez-la, puis importez les fichiers qu’elle contient."
        )
    if head.startswith(b"{\\rtf"):
        raise RefusedError(
            "Ceci est un document texte (RTF) : copiez les avis dans un tableur, puis importez-le."
        )
    if is_binary(head):
        raise RefusedError("Le fichier n’est ni du texte ni un classeur : il ne peut pas être lu.")


def _take_zip(source: Source) -> Sample:
    """Tell a workbook from an archive; read the one readable file of an archive."""
    data = source.read_all(100 * MEGABYTE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [item for item in archive.infolist() if not item.is_dir()]
            listed = {item.filename for item in names}
            if any(name.startswith(("xl/", "/xl/")) for name in listed) or "content.xml" in listed:
                return _tabular(source, workbook_tables(source))
            if any(name.startswith("word/") for name in listed):
                raise RefusedError(
                    "Ceci est un document Word : copiez les avis dans un tableur, puis importez-le."
                )
            return take(_only_member(archive, names))
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise RefusedError("L’archive ou le classeur est endommagé : il n’a pas pu être lu.") from error


def _only_member(archive: zipfile.ZipFile, names: list[zipfile.ZipInfo]) -> Source:
    readable = [
        item for item in names
        if PurePath(item.filename).suffix.lower().lstrip(".") in _READABLE and "__MACOSX" not in item.filename
    ]  # fmt: skip
    if len(readable) != 1:
        some = ", ".join(PurePath(item.filename).name[:60] for item in readable[:3])
        raise RefusedError(
            "L’archive contient plusieurs fichiers" + (f" ({some}…)" if some else "")
            + " : décompressez-la, puis importez-les un par un."
            if readable else "L’archive ne contient aucun fichier lisible (CSV, XLSX, JSON, flux ou OPML)."
        )  # fmt: skip
    item = readable[0]
    limit = min(256 * MEGABYTE, max(32 * MEGABYTE, item.compress_size * 200))
    with archive.open(item) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise RefusedError("L’archive se décompresse en un fichier démesuré : elle n’a pas été ouverte.")
    if content.startswith((b"\x1f\x8b", *_ARCHIVES)) or (
        content.startswith(b"PK") and b"xl/" not in content and b"content.xml" not in content
    ):
        raise RefusedError(
            "L’archive contient une autre archive : décompressez-la, puis importez le fichier voulu."
        )
    return Source(PurePath(item.filename).name, None, content)
