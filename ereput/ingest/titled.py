"""Lists with titled columns, whatever their order: a title is judged by known words, then by its content.

The reader of a kind of list says which roles there are, how they are titled, and what fits them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import yaml

from ereput.domain.errors import RefusedError
from ereput.ingest.aliases import words
from ereput.ingest.clean import cell
from ereput.ingest.sample import take
from ereput.ingest.source import MAX_PLAIN, MEGABYTE, Source
from ereput.ingest.tables import Table
from ereput.ingest.wording import phrases, squeeze

R = TypeVar("R", bound=StrEnum)
Fits = Callable[[R, Sequence[str]], bool]

_LINKING: Final = phrases("de|du|des|la|le|les|l|d|en|a|au|aux|s|sur|votre|vos|no|nr|n|num|numero")
_HEADER_ROWS: Final = 30
_PROBE: Final = 200
_SURE: Final = 100


@dataclass(frozen=True, slots=True)
class RoleWords:
    """How a role is called in French, titled, and which words forbid it."""

    label: str
    titles: frozenset[str]
    barred: frozenset[str]


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its title, the role it was given, and why, in French."""

    index: int
    title: str
    role: R | None
    reason: str


@dataclass(frozen=True, slots=True)
class TitledTable(Generic[R]):
    """A list as found; `rows()` walks (number after the header, cells by role), blank rows left out."""

    columns: tuple[Column[R], ...]
    body: tuple[tuple[int, Sequence[object]], ...]

    @property
    def roles(self) -> dict[R, int]:
        """The column of each role."""
        return {column.role: column.index for column in self.columns if column.role is not None}

    def rows(self) -> Iterator[tuple[int, dict[R, str]]]:
        """Walk the rows that hold anything."""
        for number, row in self.body:
            found = {role: squeeze(cell(row[at])) for role, at in self.roles.items() if at < len(row)}
            if any(found.values()):
                yield number, found


def role_words(document: Mapping[str, Any], kind: type[R]) -> dict[R, RoleWords]:
    """Return the words of each role, from the `roles` of a file of titles."""
    return {
        kind(name): RoleWords(
            entry["nom"],
            frozenset(core(words(title)) for title in entry["titres"]),
            frozenset(entry.get("jamais", ())),
        )
        for name, entry in document["roles"].items()
    }


def load_words(path: Path) -> dict[str, Any]:
    """Read a file of titles."""
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document


def read_titled(
    path: Path, roles: Mapping[R, RoleWords], fits: Fits[R], *, name: str, most_rows: int, refusal: str
) -> TitledTable[R]:
    """Read the table of a file that has the most of the roles.

    Raises:
        RefusedError: no table with a known title (`refusal` says what was expected), or too many rows.

    """
    if not path.is_file():
        raise RefusedError(f"Le fichier « {name} » est introuvable.")
    if path.stat().st_size > MAX_PLAIN:
        raise RefusedError(f"Le fichier dépasse {MAX_PLAIN // MEGABYTE} Mo : scindez-le.")
    read = [
        found
        for table in take(Source(name, path)).tables
        if (found := _read(table, roles, fits, most_rows)) is not None
    ]
    if not read:
        raise RefusedError(refusal)
    return max(read, key=lambda found: (len(found.roles), len(found.body)))


def _read(table: Table, roles: Mapping[R, RoleWords], fits: Fits[R], most_rows: int) -> TitledTable[R] | None:
    above: list[tuple[int, Sequence[object]]] = [(0, table.header)] if table.titled else []
    rows = list(islice(chain(above, table.rows()), most_rows + 1))
    if len(rows) > most_rows:
        raise RefusedError(f"La liste dépasse {most_rows} lignes : scindez-la.")
    at = _header_at([row for _, row in rows[:_HEADER_ROWS]], roles)
    if at is None:
        return None
    first = rows[at][0]
    header = [squeeze(cell(value)) for value in rows[at][1]]
    body = tuple((number - first, row) for number, row in rows[at + 1 :])
    return TitledTable(guess(header, [row for _, row in body], roles, fits), body)


def _header_at(rows: Sequence[Sequence[object]], roles: Mapping[R, RoleWords]) -> int | None:
    """Return the position of the row with the most known titles, two at least."""
    known = [
        len({max(found, key=found.__getitem__) for value in row if (found := scores(cell(value), roles))})
        for row in rows
    ]
    best = max(known, default=0)
    return known.index(best) if best > 1 else None


def guess(
    header: Sequence[str], rows: Sequence[Sequence[object]], roles: Mapping[R, RoleWords], fits: Fits[R]
) -> tuple[Column[R], ...]:
    """Return what each column holds: the surest pair first, a role once."""
    sample = [[cell(row[at]) if at < len(row) else "" for row in rows[:_PROBE]] for at in range(len(header))]
    offers = sorted(
        (
            (score, -at, role)
            for at, title in enumerate(header)
            for role, score in scores(title, roles).items()
            if fits(role, [value for value in sample[at] if value])
        ),
        reverse=True,
    )
    chosen: dict[int, R] = {}
    for _, negative, role in offers:
        if -negative not in chosen and role not in chosen.values():
            chosen[-negative] = role
    return tuple(_explained(at, title, chosen.get(at), roles) for at, title in enumerate(header))


def scores(title: str, roles: Mapping[R, RoleWords]) -> dict[R, float]:
    """Return the roles that a title may name: 100 for a known title, else by the longest one inside."""
    plain = core(words(title))
    if not plain:
        return {}
    found: dict[R, float] = {}
    for role, known in roles.items():
        if plain in known.titles:
            found[role] = _SURE
        elif not known.barred.intersection(plain.split()):
            inside = [told for told in known.titles if f" {told} " in f" {plain} "]
            if inside:
                longest = max(inside, key=lambda text: (text.count(" "), len(text)))
                found[role] = 10 * (longest.count(" ") + 1) + len(longest)
    return found


def core(title: str) -> str:
    """Return a title without its linking words, unless it has no other."""
    return " ".join(word for word in title.split() if word not in _LINKING) or title


def _explained(at: int, title: str, role: R | None, roles: Mapping[R, RoleWords]) -> Column[R]:
    if role is None:
        return Column(at, title, None, "Colonne non utilisée.")
    return Column(at, title, role, f"Lue comme {roles[role].label}, d’après son titre.")
