"""What each column of a table holds: judged by its title, then checked against what it contains.

A title alone is not believed: a column called "Experience Date" that holds sentences is a text, a column called
"Score" that holds 0.94 is no mark. The choice is greedy: the surest pair (column, role) first.
"""

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ereput.domain.publication import PartialDate
from ereput.ingest.aliases import FAINT, WEAK, title_scores, words
from ereput.ingest.clean import cell
from ereput.ingest.dates import DateReader
from ereput.ingest.platforms import platform_of_name
from ereput.ingest.ratings import RatingReader, bare_number, guess_scale, header_scale, recommends
from ereput.ingest.reading import DateOrder, GuessedColumn, Mapping, Role
from ereput.ingest.wording import squeeze

Cells = Sequence[object]
Pins = ReadOnlyMapping[str, Role | None]

_SAMPLE: Final = 400
_PROBE: Final = 60
_HEADER_ROWS: Final = 30
_WIDEST: Final = 2_000
_LONG_TITLE: Final = 80
_SENTENCE: Final = 25
_SENTENCES: Final = 40
_NAME_LENGTH: Final = 60
_MOSTLY: Final = 0.6
_SECOND: Final = 60
_COMPARABLE: Final = 0.3
_EMPTY_WORTH: Final = 0.35
_BY_CONTENT: Final = 12.0

SEVERAL: Final = frozenset((Role.DATE, Role.TEXT, Role.REPLY, Role.REPLIED, Role.PLACE_NAME, Role.PLACE_ID))
"""Roles for which the next best column is read where the best one is blank."""

_FRENCH: Final[dict[Role, str]] = {
    Role.AUTHOR: "l’auteur", Role.FIRST_NAME: "le prénom de l’auteur", Role.LAST_NAME: "le nom de l’auteur",
    Role.DATE: "la date", Role.UPDATED: "la date de modification", Role.RATING: "la note",
    Role.RECOMMENDED: "la recommandation", Role.TITLE: "le titre", Role.TEXT: "le texte de l’avis",
    Role.PROS: "les points positifs", Role.CONS: "les points négatifs", Role.REPLY: "la réponse",
    Role.REPLIED: "la date de la réponse", Role.URL: "l’adresse de l’avis", Role.ID: "l’identifiant de l’avis",
    Role.SOURCE: "la plateforme", Role.LANGUAGE: "la langue", Role.STATUS: "l’état de publication",
    Role.ERROR: "une erreur de collecte", Role.PLACE_ID: "l’identifiant de la fiche",
    Role.PLACE_URL: "l’adresse de la fiche", Role.PLACE_NAME: "le nom de la fiche", Role.PLACE_CITY: "la ville",
    Role.PLACE_ADDRESS: "l’adresse postale", Role.PLACE_PHONE: "le téléphone", Role.PLACE_RPPS: "le numéro RPPS",
    Role.PLACE_SLUG: "le code du praticien", Role.PLACE_RATING: "la note moyenne de la fiche",
    Role.PLACE_COUNT: "le nombre d’avis de la fiche",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """What a column contains, on a sample; the shares are of its filled cells, 0 to 1."""

    filled: int
    rows: int
    dates: float
    relative: bool
    marks: float
    fractions: bool
    numbers: float
    largest: float
    length: float
    sentences: float
    distinct: float
    urls: float
    emails: float
    yes_no: float
    platforms: float
    lists: float
    wordy: float


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


def header_signature(header: Iterable[str]) -> str:
    """Return a stable key for a header, so that a mapping corrected once serves the next file of the same shape."""
    joined = "\x1f".join(words(name) for name in header)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def find_header(rows: Sequence[Cells]) -> int | None:
    """Return the position of the row of titles among the first rows, or None when there is none."""
    best, best_score = None, 1
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        titles = [squeeze(value) for value in row[:_WIDEST] if isinstance(value, str) and value.strip()]
        if not titles or any(len(title) > _LONG_TITLE for title in titles):
            continue
        roles = {max(scores, key=scores.__getitem__) for title in titles if (scores := title_scores(title))}
        known = sum(1 for title in titles if title_scores(title))
        score = min(known, len(roles)) if known * 3 >= len(titles) else 0
        if score > best_score:
            best, best_score = index, score
    if best is not None:
        return best
    return 0 if rows and _looks_like_titles(rows[0], rows[1:]) else None


def _looks_like_titles(row: Cells, following: Sequence[Cells]) -> bool:
    filled = [value for value in row[:_WIDEST] if value not in ("", None)]
    if len(filled) < 1 or not all(isinstance(value, str) and len(value) <= _LONG_TITLE for value in filled):
        return False
    titles = [squeeze(str(value)) for value in filled]
    if len(set(titles)) < len(titles) or any(bare_number(title) is not None for title in titles):
        return False
    if any(title_scores(title) for title in titles) and len(following) > 0:
        return True
    return len(filled) * 2 > len(row) and any(
        bare_number(value) is not None for other in following[:5] for value in other
    )


def guess(header: Sequence[str], rows: Sequence[Cells], *, now: datetime, pins: Pins | None = None) -> Guess:
    """Return what each column holds.

    Args:
        header: the titles, "" where a column has none.
        rows: a sample of the rows, cells as read.
        now: the day on which relative dates count back.
        pins: what a known format says of its own columns, by plain title (`aliases.words`); None leaves one aside.
    """
    sample = _sound(rows, len(header))
    probe = DateReader(now)
    profiles = [
        profile([row[i] if i < len(row) else None for row in sample], probe) for i in range(len(header))
    ]
    pinned = {words(name): role for name, role in (pins or {}).items()}
    offers = [
        (score, -index, role)
        for index, name in enumerate(header)
        for role, score in _offers(name, profiles[index], pinned).items()
    ]
    _place_titles(header, profiles, offers, pinned)
    chosen, scores = _choose(offers)
    _names(chosen, scores)
    _by_content(header, profiles, chosen, scores, pinned)
    _original_first(header, chosen)
    columns = {role: tuple(indices) for role, indices in chosen.items()}
    mapping = _refine(Mapping(columns), header, sample, now)
    return Guess(mapping, _explain(header, columns, scores), scores)


def complete(mapping: Mapping, header: Sequence[str], rows: Sequence[Cells], *, now: datetime) -> Mapping:
    """Return a user's mapping with its date order and scale worked out where the user left them open."""
    return _refine(mapping, header, _sound(rows, len(header)), now)


def _sound(rows: Sequence[Cells], width: int) -> Sequence[Cells]:
    """Return a sample without the rows that overflow the header: their cells stand in other columns."""
    fitting = [
        row for row in rows if len(row) <= width or not any(value not in ("", None) for value in row[width:])
    ]
    return (fitting or rows)[:_SAMPLE]


def profile(values: Sequence[object], reader: DateReader) -> Profile:
    """Measure what a column contains."""
    filled = [
        value
        for value in values
        if value not in (None, "", [], {}) and (not isinstance(value, str) or value.strip())
    ]
    count = len(filled)
    probe = filled[:_PROBE]
    size = max(len(probe), 1)
    texts = [cell(value) for value in probe]
    dates = [reader.read(value) for value in probe]
    numbers = [number for value in filled if (number := bare_number(value)) is not None]
    marks = RatingReader(guess_scale(numbers))
    return Profile(
        filled=count,
        rows=len(values),
        dates=sum(found is not None for found in dates) / size,
        relative=any(found is not None and not found.is_certain for found in dates),
        marks=sum(marks.read(value)[0] is not None or bare_number(value) == 0 for value in probe) / size,
        fractions=bool(numbers) and max(numbers) <= 1 and any(not number.is_integer() for number in numbers),
        numbers=len(numbers) / max(count, 1),
        largest=max(numbers, default=0.0),
        length=sum(map(len, texts)) / size,
        sentences=sum(len(text) >= _SENTENCE and text.count(" ") >= 3 for text in texts) / size,
        distinct=len({str(value) for value in filled}) / max(count, 1),
        urls=sum(text.startswith(("http://", "https://", "www.")) for text in texts) / size,
        emails=sum("@" in text and " " not in text for text in texts) / size,
        yes_no=sum(recommends(value) is not None for value in probe) / size,
        platforms=sum(bool(platform_of_name(text)) for text in texts if len(text) <= _NAME_LENGTH) / size,
        lists=sum(isinstance(value, list | dict) for value in probe) / size,
        wordy=sum(not any(char.isdigit() for char in text) for text in texts) / size,
    )


def _offers(name: str, found: Profile, pinned: Pins) -> dict[Role, float]:
    """Return the roles that a column may take, with scores: its title's, weighed by its content."""
    plain = words(name)
    if plain in pinned:
        role = pinned[plain]
        return {} if role is None else {role: 200.0}
    weighed = {role: score * _fit(role, found, name) for role, score in title_scores(name).items()}
    return {role: score for role, score in weighed.items() if score > 0}


def _fit(role: Role, found: Profile, name: str) -> float:  # one verdict a role
    """Return how well a content suits a role: 0 forbids it."""
    if not found.filled:
        return _EMPTY_WORTH
    if role in (Role.DATE, Role.UPDATED, Role.REPLIED):
        if found.dates < _MOSTLY:
            return 0.0
        return 0.6 if found.relative else 1.0
    if role is Role.RATING:
        return _mark_fit(found, name)
    if role is Role.TEXT:
        wrong = found.numbers > _MOSTLY or found.dates > _MOSTLY or found.urls > _MOSTLY or found.lists > 0
        return 0.0 if wrong or (found.marks > _MOSTLY and found.wordy < 1 - _MOSTLY) else 1.0
    if role is Role.TITLE:
        return 0.0 if found.numbers > 0.9 or found.urls > _MOSTLY or found.lists > 0 else 1.0
    if role in (Role.AUTHOR, Role.FIRST_NAME, Role.LAST_NAME):
        wrong = (
            found.length > _NAME_LENGTH or found.urls > _MOSTLY or found.dates > _MOSTLY or found.lists > 0
        )
        return 0.0 if wrong or found.numbers > 0.9 or found.emails > _MOSTLY else 1.0
    if role in (Role.URL, Role.PLACE_URL):
        return 1.0 if found.urls > _MOSTLY else 0.0
    return _other_fit(role, found)


def _other_fit(role: Role, found: Profile) -> float:  # one verdict a role
    if role is Role.RECOMMENDED:
        return 1.0 if found.yes_no > _MOSTLY else 0.0
    if role is Role.REPLY:
        return 0.0 if found.dates > _MOSTLY else 1.0
    if role is Role.ID:
        return 1.0 if found.distinct > 0.9 and found.length < 400 and not found.lists else 0.0
    if role is Role.SOURCE:
        return 1.0 if found.platforms > 0 else 0.05
    if role in (Role.PLACE_RATING, Role.PLACE_COUNT):
        return 1.0 if found.numbers > _MOSTLY else 0.0
    if role is Role.LANGUAGE:
        return 1.0 if found.length <= 20 and found.numbers < _MOSTLY else 0.0  # "français (France)"
    if role in (Role.PLACE_NAME, Role.PLACE_ADDRESS, Role.PLACE_CITY):
        return 0.0 if found.numbers > 0.9 or found.dates > _MOSTLY or found.lists > 0 else 1.0
    return 1.0 if not found.lists else 0.0


def _mark_fit(found: Profile, name: str) -> float:
    if found.fractions or (found.numbers > _MOSTLY and found.largest > 100):  # nobody marks above 100
        return 0.0
    if found.marks < _MOSTLY:
        return 0.0
    beyond_ten = found.numbers > _MOSTLY and found.largest > 10  # such scales announce themselves
    if beyond_ten and header_scale(name) is None and found.largest > 20:
        return 0.3
    return 1.0


def _place_titles(
    header: Sequence[str], profiles: Sequence[Profile], offers: list[tuple[float, int, Role]], pinned: Pins
) -> None:
    """Lower a "title" that repeats itself while texts differ: it is the place's."""
    texts = max((found.distinct for name, found in zip(header, profiles, strict=True)
                 if title_scores(name).get(Role.TEXT) and found.filled), default=0.0)  # fmt: skip
    for position, (score, index, role) in enumerate(offers):
        found = profiles[-index]
        repeats = found.filled > 3 and found.distinct < 0.3 < texts  # a handful of rows prove nothing
        if role is Role.TITLE and repeats and words(header[-index]) not in pinned:
            offers[position] = (score * 0.1, index, role)


def _choose(offers: list[tuple[float, int, Role]]) -> tuple[dict[Role, list[int]], dict[Role, float]]:
    chosen: dict[Role, list[int]] = {}
    scores: dict[Role, float] = {}
    taken: set[int] = set()
    for score, index, role in sorted(offers, key=lambda offer: (-offer[0], -offer[1])):
        if -index in taken or (role in chosen and role not in SEVERAL):
            continue
        if role is Role.TEXT and role in chosen and score > FAINT and not _twin(score, scores[role]):
            continue
        if (
            role in chosen
            and role is not Role.TEXT
            and (score < _SECOND or score < scores[role] * _COMPARABLE)
        ):
            continue
        chosen.setdefault(role, []).append(-index)
        scores.setdefault(role, score)
        taken.add(-index)
    return chosen, scores


def _twin(score: float, best: float) -> bool:
    """Whether a second text column is as sure as the first: the one is read where the other is blank."""
    return score >= best >= 100  # both are titled as texts in full


def _names(chosen: dict[Role, list[int]], scores: dict[Role, float]) -> None:
    """Settle first and last names: only a pair makes an author; "nom" beside "prénom" is the last name."""
    if Role.FIRST_NAME in chosen and Role.LAST_NAME not in chosen and scores.get(Role.AUTHOR, 100) <= WEAK:
        chosen[Role.LAST_NAME] = chosen.pop(Role.AUTHOR)
        scores[Role.LAST_NAME] = scores.pop(Role.AUTHOR)
    for lone, other in ((Role.FIRST_NAME, Role.LAST_NAME), (Role.LAST_NAME, Role.FIRST_NAME)):
        if lone in chosen and other not in chosen:
            column, score = chosen.pop(lone), scores.pop(lone)
            if Role.AUTHOR not in chosen:
                chosen[Role.AUTHOR], scores[Role.AUTHOR] = column, score


def _by_content(
    header: Sequence[str],
    profiles: Sequence[Profile],
    chosen: dict[Role, list[int]],
    scores: dict[Role, float],
    pinned: Pins,
) -> None:
    """Fill the main roles that no title gave, from what the remaining columns contain."""
    taken = {index for indices in chosen.values() for index in indices}
    free = [
        i
        for i in range(len(header))
        if i not in taken and words(header[i]) not in pinned and profiles[i].filled
    ]
    nameless = not any(title_scores(name) for name in header)
    texts = [i for i in free if profiles[i].sentences >= 0.3 and not profiles[i].urls > 0.3]
    if Role.TEXT not in chosen and texts:
        longest = max(texts, key=lambda i: profiles[i].length)
        if nameless:  # in a file without titles, the reply follows the review
            longest = next(i for i in texts if profiles[i].filled == max(profiles[j].filled for j in texts))
        _take(Role.TEXT, longest, chosen, scores, free)
        later = [i for i in texts if i > longest and nameless]
        if later:
            _take(Role.REPLY, later[0], chosen, scores, free)
    dates = [i for i in free if profiles[i].dates >= 0.9]
    if Role.DATE not in chosen and dates and nameless:
        _take(Role.DATE, dates[0], chosen, scores, free)
    marks = [
        i for i in free if profiles[i].marks >= 0.9 and profiles[i].largest <= 5 and profiles[i].numbers < 0.9
    ]
    if nameless:
        marks += [
            i
            for i in free
            if profiles[i].marks == 1 and 1 <= profiles[i].largest <= 5 and not profiles[i].fractions
        ]
    if Role.RATING not in chosen and marks:
        _take(Role.RATING, marks[0], chosen, scores, free)
    people = [i for i in free if 3 <= profiles[i].length <= 40 and profiles[i].numbers < 0.1 and profiles[i].distinct > 0.5
              and profiles[i].wordy > 0.9 and not profiles[i].dates and not profiles[i].urls]  # fmt: skip
    if Role.AUTHOR not in chosen and nameless and people:
        _take(Role.AUTHOR, people[0], chosen, scores, free)


def _take(
    role: Role, index: int, chosen: dict[Role, list[int]], scores: dict[Role, float], free: list[int]
) -> None:
    chosen[role] = [index]
    scores[role] = _BY_CONTENT
    free.remove(index)


def _original_first(header: Sequence[str], chosen: dict[Role, list[int]]) -> None:
    """Read the author's own words before a translation of them."""
    for role in (Role.TEXT, Role.REPLY):
        if role in chosen:
            chosen[role].sort(key=lambda i: _rank(words(header[i])))


def _rank(title: str) -> int:
    tokens = title.split()
    if "original" in tokens:
        return 0
    return 2 if {"translated", "traduction", "traduit"} & set(tokens) else 1


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
        if order is None:
            order = date_order(dates[0], sample, now)
    return Mapping(mapping.columns, order, scale, utc)


def date_order(index: int, sample: Sequence[Cells], now: datetime) -> DateOrder:
    """Return how the ambiguous dates of a column are read.

    The day comes first unless the column proves otherwise: a day above 12 in second place and none in first,
    another column of the same rows that dates them without ambiguity, or days to come.
    """
    day_first, month_first = DateReader(now), DateReader(now, DateOrder.MONTH_FIRST)
    pairs: list[tuple[PartialDate, PartialDate, Cells]] = []
    for row in sample:
        value = row[index] if index < len(row) else None
        if isinstance(value, str) and ("/" in value or "-" in value or "." in value):
            left, right = day_first.read(value), month_first.read(value)
            if left is not None and right is not None:
                pairs.append((left, right, row))
    swaps = [_leading(row[index]) for _, _, row in pairs]
    if any(first > 12 for first, _ in swaps):  # months
        return DateOrder.DAY_FIRST
    if any(second > 12 for _, second in swaps):
        return DateOrder.MONTH_FIRST
    ambiguous = [(left, right, row) for left, right, row in pairs if left.day != right.day]
    return _by_neighbours(index, ambiguous, day_first, now)


def _leading(value: object) -> tuple[int, int]:
    """Return the first two numbers of a numeric date, zeros when it begins with a year."""
    parts = str(value).strip().replace("/", " ").replace("-", " ").replace(".", " ").split()
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()) or len(parts[0]) > 2:
        return 0, 0
    return int(parts[0]), int(parts[1])


def _by_neighbours(
    index: int, ambiguous: Sequence[tuple[PartialDate, PartialDate, Cells]], reader: DateReader, now: datetime
) -> DateOrder:
    votes = 0
    tomorrow = now.date() + timedelta(days=1)
    for left, right, row in ambiguous[:_PROBE]:
        for position, value in enumerate(row):
            other = reader.read(value) if position != index else None
            if other is not None and other.is_certain and _leading(value) == (0, 0):
                votes += (abs(other.day - right.day) <= timedelta(days=1)) - (
                    abs(other.day - left.day) <= timedelta(days=1)
                )
        votes += left.day > tomorrow >= right.day
    return DateOrder.MONTH_FIRST if votes > 0 else DateOrder.DAY_FIRST


def _explain(
    header: Sequence[str],
    columns: ReadOnlyMapping[Role, tuple[int, ...]],
    scores: ReadOnlyMapping[Role, float],
) -> tuple[GuessedColumn, ...]:
    roles = {index: (role, rank) for role, indices in columns.items() for rank, index in enumerate(indices)}
    lines = []
    for index, name in enumerate(header):
        if index not in roles:
            lines.append(GuessedColumn(index, name, None, "Colonne non utilisée."))
            continue
        role, rank = roles[index]
        how = "d’après son titre" if scores[role] > _BY_CONTENT else "d’après son contenu"
        reason = f"Lue comme {_FRENCH[role]}, {how}."
        if rank:
            reason = f"Lue comme {_FRENCH[role]} là où la colonne principale est vide."
        lines.append(GuessedColumn(index, name, role, reason))
    return tuple(lines)
