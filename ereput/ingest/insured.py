"""Lists of insured practitioners: any table, its columns judged by their titles and checked against content.

Words only: what a cell means (a profession, a guarantee) and whom a row is belong to `ereput.jobs.insured`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import yaml

from ereput.domain.errors import RefusedError
from ereput.ingest.aliases import words
from ereput.ingest.clean import cell
from ereput.ingest.columns import header_signature
from ereput.ingest.sample import take
from ereput.ingest.source import MAX_PLAIN, MEGABYTE, Source
from ereput.ingest.tables import Table
from ereput.ingest.wording import fold, phrases, squeeze

DATA: Final = Path(__file__).resolve().parents[2] / "data" / "colonnes_assures.yaml"
MOST_ROWS: Final = 500_000
_LINKING: Final = phrases("de|du|des|la|le|les|l|d|en|a|au|aux|s|sur|votre|vos|no|nr|n|num|numero")
_HEADER_ROWS: Final = 30
_PROBE: Final = 200
_MOSTLY: Final = 0.6
_SURE: Final = 100
_NO_TABLE: Final = (
    "Ce fichier n’est pas une liste d’assurés : il faut un tableau (CSV, Excel) avec une colonne des noms."
)


class InsuredRole(StrEnum):
    """What a column of the list holds; the order is that of a form."""

    TITLE = "title"
    NAME = "name"
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    PROFESSION = "profession"
    SPECIALTY = "specialty"
    CITY = "city"
    DEPARTMENT = "department"
    POSTCODE = "postcode"
    RPPS = "rpps"
    EMAIL = "email"
    GUARANTEE = "guarantee"
    INSURER = "insurer"
    CONTRACT = "contract"
    DELAY = "delay"
    SLUG = "slug"


Columns = Mapping[InsuredRole, int]


@dataclass(frozen=True, slots=True)
class RoleWords:
    """How a role is called in French, titled, and which words forbid it."""

    label: str
    titles: frozenset[str]
    barred: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The whole file: titles by role, {word: guarantee}, {word: profession}."""

    roles: Mapping[InsuredRole, RoleWords]
    guarantees: Mapping[str, str]
    professions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """One column: its title, the role it was given, and why, in French."""

    index: int
    title: str
    role: InsuredRole | None
    reason: str


@dataclass(frozen=True, slots=True)
class InsuredTable:
    """A list as found: `signature` stands for its header, `rows()` walks (number, cells) after the header."""

    header: tuple[str, ...]
    signature: str
    columns: tuple[ReadColumn, ...]
    body: tuple[tuple[int, Sequence[object]], ...]

    @property
    def guessed(self) -> Columns:
        """The column of each role."""
        return {column.role: column.index for column in self.columns if column.role is not None}

    def rows(self, columns: Columns | None = None) -> Iterator[tuple[int, dict[InsuredRole, str]]]:
        """Walk the rows that hold anything: their number and their cells, by role."""
        wanted = self.guessed if columns is None else columns
        for number, row in self.body:
            found = {role: squeeze(cell(row[at])) for role, at in wanted.items() if at < len(row)}
            if any(found.values()):
                yield number, found


@cache
def vocabulary(path: Path = DATA) -> Vocabulary:
    """Read the file of words, once a path."""
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Vocabulary(
        {
            InsuredRole(name): RoleWords(
                entry["nom"],
                frozenset(_core(words(title)) for title in entry["titres"]),
                frozenset(entry.get("jamais", ())),
            )
            for name, entry in document["roles"].items()
        },
        {fold(str(word)): value for value, listed in document["garantie"].items() for word in listed},
        {word: value for value, listed in document["professions"].items() for word in listed},
    )


def read_insured(path: Path, *, name: str = "") -> InsuredTable:
    """Read a list of insured practitioners.

    Raises:
        RefusedError: no table, or none with names; too many rows.

    """
    if not path.is_file():
        raise RefusedError(f"Le fichier « {name or path.name} » est introuvable.")
    if path.stat().st_size > MAX_PLAIN:
        raise RefusedError(f"Le fichier dépasse {MAX_PLAIN // MEGABYTE} Mo : scindez-le.")
    tables = take(Source(name or path.name, path)).tables
    read = [found for table in tables if (found := _read(table)) is not None]
    if not read:
        raise RefusedError(_NO_TABLE)
    return max(read, key=lambda found: (has_names(found.guessed), len(found.guessed), len(found.body)))


def has_names(columns: Columns) -> bool:
    """Whether the columns say who the practitioners are."""
    return InsuredRole.NAME in columns or InsuredRole.LAST_NAME in columns


def role_named(name: str) -> InsuredRole | None:
    """Return the role that a user names: « ville », « le numéro RPPS », « city »."""
    plain = _core(words(name))
    for role, known in vocabulary().roles.items():
        if plain in {role.value.replace("_", " "), _core(words(known.label)), *known.titles}:
            return role
    return None


def _read(table: Table) -> InsuredTable | None:
    above: list[tuple[int, Sequence[object]]] = [(0, table.header)] if table.titled else []
    rows = list(islice(chain(above, table.rows()), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise RefusedError(f"La liste dépasse {MOST_ROWS} lignes : scindez-la.")
    at = _header_at([row for _, row in rows[:_HEADER_ROWS]])
    if at is None:
        return None
    first = rows[at][0]
    header = tuple(squeeze(cell(value)) for value in rows[at][1])
    body = tuple((number - first, row) for number, row in rows[at + 1 :])
    return InsuredTable(header, header_signature(header), guess(header, [row for _, row in body]), body)


def _header_at(rows: Sequence[Sequence[object]]) -> int | None:
    """Return the position of the row with the most known titles, at least two or the only cell of its row."""
    known = [
        len({max(scores, key=scores.__getitem__) for value in row if (scores := _scores(cell(value)))})
        for row in rows
    ]
    best = max(known, default=0)
    if (
        best < min(2, max((len([c for c in row if c not in ("", None)]) for row in rows), default=0))
        or not best
    ):
        return None
    return known.index(best)


# -- columns


def guess(header: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[ReadColumn, ...]:
    """Return what each column holds: the surest pair first, a role once."""
    sample = [[cell(row[at]) if at < len(row) else "" for row in rows[:_PROBE]] for at in range(len(header))]
    offers = [
        (score, -at, role)
        for at, title in enumerate(header)
        for role, score in _offers(title, sample[at]).items()
    ]
    chosen: dict[int, tuple[InsuredRole, float]] = {}
    for score, negative, role in sorted(offers, reverse=True):
        if -negative not in chosen and role not in {taken for taken, _ in chosen.values()}:
            chosen[-negative] = (role, score)
    _names(chosen)
    return tuple(_explained(at, title, chosen.get(at)) for at, title in enumerate(header))


def _offers(title: str, values: Sequence[str]) -> dict[InsuredRole, float]:
    filled = [value for value in values if value]
    scores = {role: score for role, score in _scores(title).items() if _fits(role, filled)}
    if not scores and filled:
        by_content = next((role for role in _TELLING if _share(_TELLING[role], filled) > _MOSTLY), None)
        if by_content is not None:
            scores[by_content] = 1.0
    return scores


def _scores(title: str) -> dict[InsuredRole, float]:
    """Return the roles that a title may name: 100 for a known title, else by the longest one inside."""
    plain = _core(words(title))
    if not plain:
        return {}
    found: dict[InsuredRole, float] = {}
    for role, known in vocabulary().roles.items():
        if known.barred.intersection(plain.split()):
            continue
        inside = [known_title for known_title in known.titles if f" {known_title} " in f" {plain} "]
        if plain in known.titles:
            found[role] = _SURE
        elif inside:
            longest = max(inside, key=lambda text: (text.count(" "), len(text)))
            found[role] = 10 * (longest.count(" ") + 1) + len(longest)
    return found


def _core(title: str) -> str:
    return " ".join(word for word in title.split() if word not in _LINKING) or title


_DIGITS: Final = re.compile(r"\D")
_TELLING: Final[dict[InsuredRole, re.Pattern[str]]] = {
    InsuredRole.EMAIL: re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    InsuredRole.RPPS: re.compile(r"[18]\d{10}"),
}
_DATE: Final = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d{2}-\d{2}.*")


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> float:
    return sum(pattern.fullmatch(value.replace(" ", "")) is not None for value in values) / len(values)


def _fits(role: InsuredRole, filled: Sequence[str]) -> bool:
    """Whether a content may be of a role; an empty column may be of any."""
    if not filled:
        return True
    if role is InsuredRole.EMAIL:
        return sum("@" in value for value in filled) > _MOSTLY * len(filled)
    if role is InsuredRole.RPPS:
        return sum(len(_DIGITS.sub("", value)) == 11 for value in filled) > _MOSTLY * len(filled)  # noqa: PLR2004 (an RPPS number)
    if role is InsuredRole.DELAY:
        return sum(any(sign.isdigit() for sign in value) for value in filled) > _MOSTLY * len(filled)
    if role in (InsuredRole.NAME, InsuredRole.LAST_NAME, InsuredRole.FIRST_NAME, InsuredRole.CITY):
        wordy = sum(any(sign.isalpha() for sign in value) for value in filled)
        return wordy > _MOSTLY * len(filled) and not any("@" in value for value in filled[:10])
    return _share(_DATE, filled) < _MOSTLY


def _names(chosen: dict[int, tuple[InsuredRole, float]]) -> None:
    """Settle names: beside a first name, « nom » is the last one; a lone last name is the name."""
    at = {role: index for index, (role, _) in chosen.items()}
    name, last, first = (
        at.get(role) for role in (InsuredRole.NAME, InsuredRole.LAST_NAME, InsuredRole.FIRST_NAME)
    )
    if first is not None and last is None and name is not None:
        chosen[name] = (InsuredRole.LAST_NAME, chosen[name][1])
    elif last is not None and first is None and name is None:
        chosen[last] = (InsuredRole.NAME, chosen[last][1])


def _explained(at: int, title: str, chosen: tuple[InsuredRole, float] | None) -> ReadColumn:
    if chosen is None:
        return ReadColumn(at, title, None, "Colonne non utilisée.")
    role, score = chosen
    how = "d’après son titre" if score > 1 else "d’après son contenu"
    return ReadColumn(at, title, role, f"Lue comme {vocabulary().roles[role].label}, {how}.")
