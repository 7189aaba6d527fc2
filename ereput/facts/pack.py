"""The meeting pack: what the page, the PDF, the slides and the workbook are all made of.

Plain frozen facts. People are numbers; their names, and what is quoted, are looked up when the pack is
read, so that a pack which was frozen keeps its figures and forgets who was erased.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ereput.domain.period import Span
from ereput.facts import french
from ereput.facts.shapes import Tile, Tone
from ereput.text.masking import mask

GONE = "Praticien retiré"
STATES = {"open": "à faire", "done": "fait", "dropped": "abandonnée"}


class Audience(StrEnum):
    """For whom a pack is: the practitioner gets it whole, a broker without names nor words."""

    PRACTITIONER = "praticien"
    BROKER = "courtier"


@dataclass(frozen=True, slots=True)
class Person:
    """A practitioner of the pack. `name` is untrusted; `code` stands for it in a broker's version."""

    id: int
    slug: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the five figures. `low` and `high`: 95 % interval; `usual`: own range over twelve months.

    `usual_n` counts the stretches behind the range; all are in the unit of the tile.
    """

    key: str
    tile: Tile
    low: float | None = None
    high: float | None = None
    previous_n: int = 0
    usual_low: float | None = None
    usual_high: float | None = None
    usual_n: int = 0

    @property
    def interval_text(self) -> str:
        """The interval as shown: « entre 4,1 et 4,5 », or nothing."""
        return _between(self.low, self.high, self.tile)

    @property
    def usual_text(self) -> str:
        """The range as shown: « de 4,0 à 4,6 sur 5 », or that there is none yet."""
        if self.usual_low is None or self.usual_high is None:
            return "pas encore connu"
        bounds = [french.number(value, self.tile.decimals) for value in (self.usual_low, self.usual_high)]
        return f"de {bounds[0]} à {bounds[1]}{self.tile.unit}"

    @property
    def previous_text(self) -> str:
        """The same figure over the period before, with its base."""
        if self.tile.previous is None:
            return french.NO_VALUE
        shown = replace(self.tile, value=self.tile.previous, n=self.previous_n)
        return f"{shown.text} ({shown.n_text})"


def _between(low: float | None, high: float | None, tile: Tile) -> str:
    if low is None or high is None:
        return ""
    bounds = [french.number(value, tile.decimals) for value in (low, high)]
    return f"entre {bounds[0]} et {bounds[1]}{tile.unit}"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An open case: its current step, what falls due next, how pressing it is."""

    id: int
    who: int
    step: str
    label: str
    day: date | None
    remaining: str
    tone: Tone
    clock: str


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An open alert and its reason, as a whole sentence."""

    id: int
    who: int
    level: str
    tone: Tone
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision: what, who, until when, and what became of it. `text` and `owner` are untrusted.

    `made` names the meeting it was made in; `outcome` says how its case ended since, if it did.
    """

    id: int
    who: int | None
    case_id: int | None
    text: str
    owner: str
    due: date | None
    state: str
    settled: date | None = None
    made: str = ""
    outcome: str = ""

    @property
    def state_text(self) -> str:
        """What became of it: « fait le 3 nov. 2026 »."""
        told = STATES.get(self.state, self.state)
        told += f" le {french.day(self.settled)}" if self.settled else ""
        return f"{told} ({self.outcome})" if self.outcome else told


@dataclass(frozen=True, slots=True)
class Month:
    """One month: the sliding rating with its interval and base, and the reviews by stars (0: unrated)."""

    first: date
    rating: float | None
    low: float | None
    high: float | None
    n: int
    stars: tuple[int, int, int, int, int, int]

    @property
    def reviews(self) -> int:
        """The reviews of the month."""
        return sum(self.stars)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to read beside the curves: a spike, a meeting."""

    day: date
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Series:
    """The months behind the period, what to mark on them, and the sentences that sum them up."""

    months: tuple[Month, ...] = ()
    marks: tuple[Mark, ...] = ()
    rating: str = ""
    volume: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """A theme or a source: reviews, complaints, and complaints over the period before."""

    kind: str
    name: str
    n: int
    negatives: int
    previous: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The masked beginning of a review: no name, no date, no health word. `text` is untrusted."""

    who: int
    publication: int
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A platform or the feeds: how much is followed, seen until when, how it answers."""

    name: str
    state: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """Practitioners around a place of the funnel; `who` is known for the ones outside only."""

    n: float
    rating: float
    people: int = 1
    who: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The bounds of the funnel for n ratings, at 95 and 99.8 %."""

    n: float
    low_95: float
    high_95: float
    low_998: float
    high_998: float


@dataclass(frozen=True, slots=True)
class FunnelFacts:
    """The funnel of a portfolio and the sentence that sums it up."""

    takeaway: str
    centre: float | None = None
    crowd: tuple[FunnelPoint, ...] = ()
    outside: tuple[FunnelPoint, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """The five figures of one practitioner of a portfolio, and those it is compared with."""

    who: int
    rating: float | None
    low: float | None
    high: float | None
    rated: int
    reviews: int
    reviews_before: int
    negatives: int
    negatives_before: int
    answered: int
    answerable: int
    delay: float | None
    delay_n: int
    cases: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Section:
    """A room for another subject (themes, presence): a sentence, a table of words, its definitions.

    `is_for_brokers` says that nothing in it may reveal health or name anybody.
    """

    key: str
    title: str
    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    is_for_brokers: bool = True


@dataclass(frozen=True, slots=True)
class Origins:
    """What the figures rest on: programme, base of advice, thresholds, and the version of the data."""

    lines: tuple[tuple[str, str], ...] = ()
    data_version: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything a meeting needs, decisions first. `after` says what came since it was locked."""

    whom: str
    whom_id: int
    title: str
    span: Span
    label: str
    label_before: str
    made_at: datetime
    sentence: str
    followed: tuple[DecisionLine, ...]
    decisions: tuple[DecisionLine, ...]
    cases: tuple[CaseLine, ...]
    cases_more: int
    measured: str
    alerts: tuple[AlertLine, ...]
    alerts_more: int
    measures: tuple[Measure, ...]
    series: Series
    drivers: tuple[Driver, ...]
    driving: str
    sources: tuple[SourceLine, ...]
    definitions: tuple[tuple[str, str], ...]
    origins: Origins
    notice: str
    funnel: FunnelFacts | None = None
    rows: tuple[PersonRow, ...] = ()
    sections: tuple[Section, ...] = ()
    audience: Audience = Audience.PRACTITIONER
    people: tuple[Person, ...] = ()
    quotes: tuple[Quote, ...] = ()
    meeting_id: int | None = None
    locked_at: datetime | None = None
    locked_by: str = ""
    after: str = ""
    is_over: bool = True

    @property
    def is_portfolio(self) -> bool:
        """Whether it speaks of a portfolio."""
        return self.whom == "portfolio"

    @property
    def is_locked(self) -> bool:
        """Whether its figures no longer move."""
        return self.locked_at is not None

    @property
    def heading(self) -> str:
        """Whom it speaks of, as its audience may know: untrusted."""
        if self.audience is Audience.BROKER and not self.is_portfolio:
            return self.name(self.whom_id)
        return self.title

    def name(self, who: int | None) -> str:
        """Return a practitioner's name, or its code in a broker's version: untrusted."""
        if who is None:
            return ""
        known = next((one for one in self.people if one.id == who), None)
        if known is None:
            return GONE
        return known.code if self.audience is Audience.BROKER else known.name

    @property
    def definitions_all(self) -> tuple[tuple[str, str], ...]:
        """Every definition, the rooms' included."""
        return (*self.definitions, *(told for section in self.sections for told in section.definitions))


def people_of(pack: Pack) -> list[int]:
    """Return the numbers of whom a pack speaks."""
    lines: list[int | None] = [None if pack.is_portfolio else pack.whom_id]
    lines += [line.who for line in (*pack.followed, *pack.decisions)]
    lines += [case.who for case in pack.cases] + [alert.who for alert in pack.alerts]
    lines += [row.who for row in pack.rows]
    lines += [point.who for point in (pack.funnel.outside if pack.funnel else ())]
    return sorted({who for who in lines if who is not None})


def for_broker(pack: Pack) -> Pack:
    """Return the version that may leave the house: codes for names, no quotation, free words masked."""
    return replace(
        pack,
        audience=Audience.BROKER,
        quotes=(),
        followed=tuple(_masked(line) for line in pack.followed),
        decisions=tuple(_masked(line) for line in pack.decisions),
        sections=tuple(section for section in pack.sections if section.is_for_brokers),
    )


def _masked(line: DecisionLine) -> DecisionLine:
    return replace(line, text=mask(line.text))
