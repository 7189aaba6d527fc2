"""What each column of a table holds: judged by its title, then checked against what it contains.

A title alone is not believed: a column called "Experience Date" that holds sentences is a text, a column
called "Score" that holds 0.94 is no mark. The choice is greedy: the surest pair (column, role) first.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ereput.ingest.aliases import FAINT, STRONG, WEAK, title_scores, words
from ereput.ingest.date_order import date_order
from ereput.ingest.dates import DateReader
from ereput.ingest.profiles import (
    FEW,
    MOST,
    NEARLY_ALL,
    SOME,
    STARS,
    Profile,
    fit,
    is_filled,
    is_total,
    profile,
)
from ereput.ingest.ratings import bare_number, guess_scale, header_scale
from ereput.ingest.reading import GuessedColumn, Mapping, Role
from ereput.ingest.wording import phrases, squeeze

Cells = Sequence[object]
Pins = ReadOnlyMapping[str, Role | None]

SEVERAL: Final = frozenset((Role.DATE, Role.TEXT, Role.REPLY, Role.REPLIED, Role.PLACE_NAME, Role.PLACE_ID))
"""Roles for which the next best column is read where the best one is blank."""

_SAMPLE: Final = 400
_HEADER_ROWS: Final = 30
_WIDEST: Final = 2_000
_LONG_TITLE: Final = 80
_PINNED: Final = 1_000.0
_SECOND: Final = 60
_COMPARABLE: Final = 0.3
_BY_CONTENT: Final = 12.0
_HANDFUL: Final = 3
_NAME_LENGTHS: Final = (3, 40)
_TRANSLATED: Final = phrases("translated|traduction|traduit|traduite")

_FRENCH: Final[dict[Role, str]] = {
    Role.AUTHOR: "l’auteur",
    Role.FIRST_NAME: "le prénom de l’auteur",
    Role.LAST_NAME: "le nom de l’auteur",
    Role.DATE: "la date",
    Role.UPDATED: "la date de modification",
    Role.RATING: "la note",
    Role.RECOMMENDED: "la recommandation",
    Role.TITLE: "le titre",
    Role.TEXT: "le texte de l’avis",
    Role.PROS: "les points positifs",
    Role.CONS: "les points négatifs",
    Role.REPLY: "la réponse",
    Role.REPLIED: "la date de la réponse",
    Role.URL: "l’adresse de l’avis",
    Role.ID: "l’identifiant de l’avis",
    Role.SOURCE: "la plateforme",
    Role.LANGUAGE: "la langue",
    Role.STATUS: "l’état de publication",
    Role.ERROR: "une erreur de collecte",
    Role.PLACE_ID: "l’identifiant de la fiche",
    Role.PLACE_URL: "l’adresse de la fiche",
    Role.PLACE_NAME: "le nom de la fiche",
    Role.PLACE_CITY: "la ville",
    Role.PLACE_ADDRESS: "l’adresse postale",
    Role.PLACE_PHONE: "le téléphone",
    Role.PLACE_RPPS: "le numéro RPPS",
    Role.PLACE_SLUG: "le code du praticien",
    Role.PLACE_RATING: "la note moyenne de la fiche",
    Role.PLACE_COUNT: "le nombre d’avis de la fiche",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """The mapping found for a table, why, and how far it can be trusted."""

    mapping: Mapping
    columns: tuple[GuessedColumn, ...]
    scores: ReadOnlyMapping[Role, float]

    def has(self, *roles: Role) -> bool:
        """Whether any of these roles has a column."""
        return any(role in self.mapping.columns for role in roles)

    def named(self, role: Role) -> bool:
        """Whether a role was found by the title of a column, not by its content alone."""
        return self.scores.get(role, 0) > _BY_CONTENT


@dataclass(slots=True)
class _Choice:
    """The columns chosen so far, best first for each role, and the score of the first."""

    columns: dict[Role, list[int]] = field(default_factory=dict)
    scores: dict[Role, float] = field(default_factory=dict)

    def take(self, role: Role, index: int, score: float) -> None:
        """Give a column to a role."""
        self.columns.setdefault(role, []).append(index)
        self.scores.setdefault(role, score)

    def move(self, role: Role, to: Role) -> None:
        """Give the columns of a role to another, unless that one has its own."""
        columns, score = self.columns.pop(role), self.scores.pop(role)
        if to not in self.columns:
            self.columns[to], self.scores[to] = columns, score

    def taken(self) -> set[int]:
        """Return every column that has a role."""
        return {index for indices in self.columns.values() for index in indices}


def header_signature(header: Iterable[str]) -> str:
    """Return a stable key for a header, so that a mapping once corrected serves the next file like it."""
    joined = "\x1f".join(words(name) for name in header)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def find_header(rows: Sequence[Cells]) -> int | None:
    """Return the position of the row of titles among the first rows, or None when there is none."""
    best, best_score = None, 1
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        titles = [squeeze(value) for value in row[:_WIDEST] if isinstance(value, str) and value.strip()]
        if not titles or any(len(title) > _LONG_TITLE for title in titles):
            continue
        known = [scores for title in titles if (scores := title_scores(title))]
        roles = {max(scores, key=scores.__getitem__) for scores in known}
        score = len(roles) if len(known) * _HANDFUL >= len(titles) else 0
        if score > best_score:
            best, best_score = index, score
    if best is not None:
        return best
    return 0 if rows and _looks_like_titles(rows[0], rows[1:]) else None


def _looks_like_titles(row: Cells, following: Sequence[Cells]) -> bool:
    """Whether a first row is one of titles although at most one of them is known."""
    filled = [value for value in row[:_WIDEST] if is_filled(value)]
    titles = [squeeze(value) for value in filled if isinstance(value, str) and len(value) <= _LONG_TITLE]
    if not titles or len(titles) < len(filled) or len(set(titles)) < len(titles):
        return False
    if any(bare_number(title) is not None for title in titles):
        return False
    if any(title_scores(title) for title in titles):
        return bool(following)
    figures = any(bare_number(value) is not None for other in following[:5] for value in other)
    return len(filled) * 2 > len(row) and figures


def guess(header: Sequence[str], rows: Sequence[Cells], *, now: datetime, pins: Pins | None = None) -> Guess:
    """Return what each column holds.

    Args:
        header: the titles, "" where a column has none.
        rows: a sample of the rows, cells as read.
        now: the day on which relative dates count back.
        pins: what a known format says of its own columns, by title in any writing; None leaves one aside.
    """
    whole = _sound(rows, header)
    sample = whole[:_SAMPLE]
    reader = DateReader(now)
    profiles = [
        profile([row[i] if i < len(row) else None for row in sample], reader) for i in range(len(header))
    ]
    pinned = {words(name): role for name, role in (pins or {}).items()}
    choice = _choose(_offers(header, profiles, pinned))
    _settle_names(choice)
    free = [i for i in range(len(header)) if words(header[i]) not in pinned and profiles[i].filled]
    _by_content(header, profiles, choice, free)
    for role in (Role.TEXT, Role.REPLY):
        choice.columns.get(role, []).sort(key=lambda i: _translation_rank(header[i]))
    columns = {role: tuple(indices) for role, indices in choice.columns.items()}
    mapping = _refine(Mapping(columns), header, whole, now)
    return Guess(mapping, tuple(_explain(header, choice)), choice.scores)


def complete(mapping: Mapping, header: Sequence[str], rows: Sequence[Cells], *, now: datetime) -> Mapping:
    """Return a user's mapping with its date order and scale worked out where the user left them open.

    Columns that the table does not have are left out.
    """
    width = len(header)
    columns = {
        role: kept
        for role, indices in mapping.columns.items()
        if (kept := tuple(index for index in indices if 0 <= index < width))
    }
    mapping = Mapping(columns, mapping.order, mapping.scale, mapping.utc)
    return _refine(mapping, header, _sound(rows, header), now)


def _sound(rows: Sequence[Cells], header: Sequence[str]) -> Sequence[Cells]:
    """Return a sample without totals, repeated titles, nor the rows that overflow the header."""
    width, titles = len(header), list(header)
    return [
        row
        for row in rows
        if not any(map(is_filled, row[width:])) and not _is_sum(row) and list(row[:width]) != titles
    ] or rows


def _is_sum(row: Cells) -> bool:
    first = next(filter(is_filled, row), "")
    return isinstance(first, str) and is_total(first)


def _offers(
    header: Sequence[str], profiles: Sequence[Profile], pinned: Pins
) -> Iterator[tuple[float, int, Role]]:
    """Walk the roles that each column may take: the pinned one, or its title's weighed by its content."""
    texts = max(
        (
            found.distinct
            for name, found in zip(header, profiles, strict=True)
            if Role.TEXT in title_scores(name)
        ),
        default=0.0,
    )
    ranks = {name: rank for rank, name in enumerate(pinned)}
    for index, (name, found) in enumerate(zip(header, profiles, strict=True)):
        if words(name) in pinned:
            role = pinned[words(name)]
            if role is not None:  # of two columns pinned to one role, the first pin is read first
                yield _PINNED - ranks[words(name)], index, role
            continue
        repeats = found.filled > _HANDFUL and found.distinct < SOME < texts
        for role, score in title_scores(name).items():
            worth = score * fit(role, found, name)
            if role is Role.TITLE and repeats:  # a title that repeats while texts differ is the place's
                worth *= FEW
            if worth > 0:
                yield worth, index, role


def _choose(offers: Iterable[tuple[float, int, Role]]) -> _Choice:
    choice = _Choice()
    taken: set[int] = set()
    for score, index, role in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        best = choice.scores.get(role)
        if index not in taken and (best is None or _may_second(role, score, best)):
            choice.take(role, index, score)
            taken.add(index)
    return choice


def _may_second(role: Role, score: float, best: float) -> bool:
    """Whether a further column is read where the first one of its role is blank."""
    if role not in SEVERAL:
        return False
    if role is Role.TEXT:  # a translation, or a text as surely titled as the first
        return score <= FAINT or score >= best >= STRONG
    return score >= _SECOND and score >= best * _COMPARABLE


def _settle_names(choice: _Choice) -> None:
    """Settle first and last names: only a pair makes an author; "nom" beside "prénom" is the last name."""
    first, last = Role.FIRST_NAME in choice.columns, Role.LAST_NAME in choice.columns
    if first and not last and choice.scores.get(Role.AUTHOR, STRONG) <= WEAK:
        choice.move(Role.AUTHOR, Role.LAST_NAME)
    elif first != last:
        choice.move(Role.FIRST_NAME if first else Role.LAST_NAME, Role.AUTHOR)


def _by_content(
    header: Sequence[str], profiles: Sequence[Profile], choice: _Choice, free: Iterable[int]
) -> None:
    """Fill the main roles that no title gave, from what the remaining columns contain."""
    nameless = not any(title_scores(name) for name in header)
    left = [index for index in free if index not in choice.taken()]
    for role, suits in (
        (Role.TEXT, _reads_as_text),
        (Role.DATE, _reads_as_date),
        (Role.RATING, _reads_as_mark),
        (Role.REPLY, _reads_as_text),
        (Role.AUTHOR, _reads_as_person),
    ):
        found = [index for index in left if suits(profiles[index], nameless=nameless)]
        if role is Role.REPLY and not nameless:
            continue
        if role in choice.columns or not found:
            continue
        index = found[0]
        if role is Role.TEXT:  # where nothing is titled, the reply follows the review, and is rarer
            index = max(found, key=lambda i: (profiles[i].filled if nameless else 0, profiles[i].length))
            fullest = profiles[index].filled
            index = next(i for i in found if profiles[i].filled == fullest) if nameless else index
        choice.take(role, index, _BY_CONTENT)
        left.remove(index)


def _reads_as_text(found: Profile, *, nameless: bool) -> bool:  # noqa: ARG001 # one signature for all
    return found.sentences >= SOME >= found.urls


def _reads_as_date(found: Profile, *, nameless: bool) -> bool:
    return nameless and found.dates >= NEARLY_ALL


def _reads_as_mark(found: Profile, *, nameless: bool) -> bool:
    if found.marks < NEARLY_ALL or found.largest > STARS or found.fractions:
        return False
    return found.numbers < NEARLY_ALL or (nameless and found.marks == 1 and found.largest >= 1)


def _reads_as_person(found: Profile, *, nameless: bool) -> bool:
    shortest, longest = _NAME_LENGTHS
    named = shortest <= found.length <= longest and found.wordy > NEARLY_ALL and found.distinct > MOST - FEW
    return nameless and named and not found.dates and not found.urls and found.numbers < FEW


def _translation_rank(title: str) -> int:
    """Order the author's own words before a translation of them."""
    tokens = set(words(title).split())
    return 0 if "original" in tokens else 2 if tokens & _TRANSLATED else 1


def _refine(mapping: Mapping, header: Sequence[str], sample: Sequence[Cells], now: datetime) -> Mapping:
    """Work out the scale of the marks and the order of the dates where the mapping leaves them open."""
    scale, order, utc = mapping.scale, mapping.order, mapping.utc
    marks = mapping.columns.get(Role.RATING)
    if scale is None and marks:
        values = [row[marks[0]] for row in sample if marks[0] < len(row)]
        scale = header_scale(header[marks[0]].replace("_", " ")) or guess_scale(values)
    dates = mapping.columns.get(Role.DATE)
    if dates:
        utc = utc or "utc" in words(header[dates[0]]).split()
        order = order or date_order(dates[0], sample, now)
    return Mapping(mapping.columns, order, scale, utc)


def _explain(header: Sequence[str], choice: _Choice) -> Iterator[GuessedColumn]:
    roles = {
        index: (role, rank) for role, indices in choice.columns.items() for rank, index in enumerate(indices)
    }
    for index, name in enumerate(header):
        if index not in roles:
            yield GuessedColumn(index, name, None, "Colonne non utilisée.")
            continue
        role, rank = roles[index]
        if rank:
            reason = f"Lue comme {_FRENCH[role]} là où la colonne principale est vide."
        elif choice.scores[role] > _BY_CONTENT:
            reason = f"Lue comme {_FRENCH[role]}, d’après son titre."
        else:
            reason = f"Lue comme {_FRENCH[role]}, d’après son contenu."
        yield GuessedColumn(index, name, role, reason)
