"""Rows out of JSON: whatever the nesting, the lists of records that look like reviews become tables."""

import json
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from typing import Any, Final

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Place
from ereput.ingest.aliases import STRONG, WEAK, title_scores, words
from ereput.ingest.encodings import decode
from ereput.ingest.places import make_place
from ereput.ingest.reading import Role
from ereput.ingest.source import Source
from ereput.ingest.tables import HEAD_ROWS, Table
from ereput.ingest.workbook import Row

_DEPTH: Final = 8
_MAX_KEYS: Final = 600
_MAX_NODES: Final = 5_000_000
_MAX_VALUES: Final = 12_000_000
_SURE: Final = 60
_BARE_KEYS: Final = frozenset(("label", "$t", "#text"))
_PROBE: Final = 50
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """A list of records inside a document: where it stands, and what stands beside it."""

    path: tuple[str, ...]
    records: Sequence[object]
    beside: ReadOnlyMapping[str, object]
    score: float


def load(source: Source) -> object:
    """Return the document of a JSON or JSON Lines file.

    Raises:
        RefusedError: the content is neither, or holds more values than the memory should.
    """
    data = source.read_all()
    if data.count(b"[") + data.count(b"{") > _MAX_NODES or data.count(b",") > _MAX_VALUES:
        raise RefusedError("Le fichier JSON est démesuré : exportez les avis au format CSV.")
    text = decode(data).lstrip("\ufeff\r\n\t ")
    try:
        return json.loads(text, parse_constant=_nothing)
    except RecursionError as error:
        raise RefusedError("Le fichier JSON est imbriqué à l’excès : il n’a pas été lu.") from error
    except ValueError:
        return _lines(text)


def _nothing(_: str) -> None:
    """Read NaN and the infinities, which are no JSON, as nothing."""


def _lines(text: str) -> list[object]:
    """Read one document a line, lines that are none left out, as long as most are."""
    documents: list[object] = []
    broken = 0
    for line in text.splitlines():
        stripped = line.strip().rstrip(",")
        if not stripped:
            continue
        try:
            documents.append(json.loads(stripped, parse_constant=_nothing))
        except (ValueError, RecursionError):
            broken += 1
    if not any(isinstance(document, dict) for document in documents) or broken > len(documents):
        raise RefusedError(
            "Le fichier commence comme du JSON mais n’en est pas : il est endommagé ou incomplet."
        )
    return documents


def json_tables(document: object) -> list[Table]:
    """Return the tables of reviews that a document holds, one a list, all of the same kind."""
    found = [item for item in _lists(document, (), {}) if item.score >= _SURE]
    if not found:
        return []
    best = max(found, key=lambda item: (item.score, len(item.records)))
    fields = set(_header(best.records[:_PROBE]))
    alike = [item for item in found if len(item.path) == len(best.path) and _resembles(item, fields)]
    header = _header(record for item in alike for record in item.records)
    return [_table(item, header, document) for item in alike]


def _resembles(item: Found, fields: set[str]) -> bool:
    own = set(_header(item.records[:_PROBE]))
    return len(own & fields) >= _ALIKE * len(own | fields)


def _lists(node: object, path: tuple[str, ...], beside: ReadOnlyMapping[str, object]) -> Iterator[Found]:
    """Walk the lists of records of a document, outermost first; the inside of a review is not looked at."""
    if len(path) > _DEPTH:
        return
    if isinstance(node, list):
        records = [item for item in node if isinstance(item, dict)]
        score = _score(records) if records else 0.0
        if score >= _SURE:
            yield Found(path, node, beside, score)
            return
        for position, item in enumerate(node):
            if isinstance(item, dict | list):
                yield from _lists(item, (*path, f"[{position}"), item if isinstance(item, dict) else beside)
    elif isinstance(node, dict):
        yield from _lists_of(node, path, beside)


def _lists_of(
    node: dict[str, object], path: tuple[str, ...], beside: ReadOnlyMapping[str, object]
) -> Iterator[Found]:
    """Walk the lists inside one record of a document; lists beside one another are told by their keys."""
    maps = [value for value in node.values() if isinstance(value, dict)]
    if len(maps) > 1 and len(maps) == len(node) and all(_score([item]) >= _SURE for item in maps[:5]):
        yield Found(path, maps, beside, _score(maps))  # a dict of reviews by identifier
        return
    several = sum(isinstance(value, list) for value in node.values()) > 1
    for key, value in node.items():
        labelled = {**node, "": key} if several and isinstance(value, list) else node
        yield from _lists(value, (*path, str(key)), labelled if isinstance(value, list) else node)


def _score(records: Sequence[dict[str, Any]]) -> float:
    """Return how much records look like reviews, 0 to 300, by the titles of their fields."""
    header = _header(records[:50])
    best: dict[Role, float] = {}
    for name in header:
        for role, score in title_scores(name).items():
            best[role] = max(best.get(role, 0), score)
    rated = best.get(Role.RATING, 0) >= _SURE or best.get(Role.RECOMMENDED, 0) >= _SURE
    worded = best.get(Role.TEXT, 0) >= _SURE
    signs = ((Role.AUTHOR, WEAK), (Role.DATE, _SURE), (Role.ID, STRONG))
    signed = any(best.get(role, 0) >= enough for role, enough in signs)
    if not signed or not (rated or worded):
        return 0.0
    if any(_holds_reviews(record) for record in records[:20]):
        return 0.0
    return 60.0 * rated + 80.0 * worded + best.get(Role.AUTHOR, 0) * 0.5 + best.get(Role.DATE, 0) * 0.5


def _holds_reviews(record: dict[str, Any]) -> bool:
    """Whether a record is a place with its own list of reviews, rather than a review."""
    for key, value in record.items():
        if (
            isinstance(value, list)
            and value
            and words(str(key)) in ("reviews", "avis", "user reviews", "reviews data")
        ):
            inner = [item for item in value if isinstance(item, dict)]
            if inner and _score(inner) >= _SURE:
                return True
    return False


def _header(records: Iterator[object] | Sequence[object]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    for record in records:
        if isinstance(record, dict):
            keys.update(dict.fromkeys(flatten(record)))
            if len(keys) > _MAX_KEYS:
                break
    return tuple(keys)[:_MAX_KEYS]


def flatten(record: ReadOnlyMapping[str, object], prefix: str = "", depth: int = 0) -> dict[str, object]:
    """Return a record with its nested fields under dotted names; lists are left whole."""
    flat: dict[str, object] = {}
    for key, value in record.items():
        name = prefix[:-1] if prefix and key in _BARE_KEYS else f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < _DEPTH:
            flat.update(flatten(value, f"{name}.", depth + 1))
        else:
            flat[name] = value
    return flat


def _table(found: Found, header: tuple[str, ...], document: object) -> Table:
    def rows() -> Iterator[tuple[int, Row]]:
        for number, record in enumerate(found.records, start=1):
            if isinstance(record, dict):
                flat = flatten(record)
                yield number, [flat.get(name) for name in header]
            elif record is not None:
                yield number, [None] * len(header)

    head = tuple(row for (_, row), _ in zip(rows(), range(HEAD_ROWS), strict=False))
    top = (
        {key: value for key, value in document.items() if not isinstance(value, list)}
        if isinstance(document, dict)
        else {}
    )
    label = str(found.beside.get("", "")) if found.beside else ""
    return Table(header, head, rows, label=label, facts=top, place=_place(found, document))


def _place(found: Found, document: object) -> Place | None:
    """Read, beside a list of reviews, whom they speak of."""
    if not found.beside:
        return None
    flat = {key: value for key, value in flatten(found.beside).items() if not isinstance(value, list)}
    if found.beside is document:
        flat = {key: value for key, value in flat.items() if not key.startswith("search")}
    best: dict[Role, tuple[float, object]] = {}
    for name, value in flat.items():
        outer, _, inner = name.rpartition(".")
        for named, score in title_scores(inner if "place" in outer else name).items():
            role = Role.PLACE_RATING if named is Role.RATING else named
            if value not in (None, "") and score > best.get(role, (0.0, ""))[0]:
                best[role] = (score, value)
    values = {role: value for role, (_, value) in best.items()}
    values.setdefault(Role.PLACE_NAME, found.beside.get("", ""))
    place = make_place(values)
    return place if place != Place() else None
