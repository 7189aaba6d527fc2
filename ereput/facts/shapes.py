"""What the pages and the reports are made of: plain frozen facts, already worded in French.

Texts that come from outside (authors, reviews, replies, file names) are in fields marked *untrusted*:
a screen shows them as plain text, a report escapes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ereput.facts import french


class Good(StrEnum):
    """Which way a figure should move."""

    UP = "hausse"
    DOWN = "baisse"
    NEITHER = "indifférent"


class Tone(StrEnum):
    """How much attention a line asks for; colour is for the last two only."""

    CALM = "calme"
    WATCH = "à surveiller"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its base, its change and its definition.

    `previous` is the same figure over the period before, None where there is nothing to compare
    with. `matters` says that the change is larger than chance explains: only then is it coloured.
    """

    label: str
    value: float | None
    n: int
    definition: str
    decimals: int = 0
    unit: str = ""
    previous: float | None = None
    good: Good = Good.NEITHER
    matters: bool = False
    base: str = "avis"

    @property
    def text(self) -> str:
        """The figure as shown: « 4,3 sur 5 », or a dash where there is no data."""
        shown = french.number(self.value, self.decimals)
        return shown if self.value is None else shown + self.unit

    @property
    def change(self) -> float | None:
        """The difference with the period before."""
        if self.value is None or self.previous is None:
            return None
        return round(self.value, self.decimals) - round(self.previous, self.decimals)

    @property
    def change_text(self) -> str:
        """The difference as shown: « +0,1 », « stable », or nothing to compare."""
        if self.change is None:
            return "pas de comparaison"
        text = french.signed(self.change, self.decimals)
        if text.strip("+0,") == "":
            return "stable"
        return f"{text}\u00a0pts" if "%" in self.unit else text

    @property
    def is_worse(self) -> bool:
        """Whether the change goes the wrong way."""
        change = self.change or 0.0
        return (self.good is Good.UP and change < 0) or (self.good is Good.DOWN and change > 0)

    @property
    def n_text(self) -> str:
        """The base of the figure: « n = 212 avis »."""
        return f"n\u00a0=\u00a0{french.plural(self.n, self.base)}"


@dataclass(frozen=True, slots=True)
class Version:
    """A review as it stood before it was edited. `text` is untrusted."""

    until: str
    stars: str
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """One publication ready to be shown. `author`, `title`, `text`, `reply`, `url` are untrusted."""

    id: int
    practitioner_id: int
    author: str
    source: str
    published: str
    stars: str
    title: str
    text: str
    reply: str
    replied: str
    url: str
    tags: tuple[str, ...] = ()
    is_negative: bool = False
    removed: str = ""
    versions: tuple[Version, ...] = ()


class Origin(StrEnum):
    """Where a piece of advice comes from: the leaflet, the leaflet corrected by law, or beyond it."""

    LEAFLET = "plaquette"
    CORRECTED = "plaquette corrigée"
    BEYOND = "va au-delà de la plaquette"


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal ground and how well it was checked; `is_settled` is false when it must be verified."""

    reference: str
    status: str
    is_settled: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of a step, in words: last day, cautious day, nature."""

    label: str
    day: str
    prudent: str
    nature: str
    remaining: str
    tone: Tone = Tone.CALM


@dataclass(frozen=True, slots=True)
class Step:
    """One next step: what to do, why, when, on which ground, until when.

    `leaflet` are the leaflet's own words, "" where it is silent; `corrections` what the law adds to
    them; `before` what must hold first; `then` the steps that each publication may follow apart;
    `templates` the models to start from, (id, title).
    """

    id: str
    title: str
    text: str
    why: str
    origin: Origin
    origin_note: str = ""
    leaflet: str = ""
    corrections: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    deadlines: tuple[Due, ...] = ()
    warnings: tuple[str, ...] = ()
    legal: tuple[Basis, ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """The disclaimer that goes with every piece of advice, dated, and whether it is due for review."""

    text: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where a line leads: a page of the application, and what its selectors are set to, by key."""

    page: str
    choices: tuple[tuple[str, str], ...] = ()

    @classmethod
    def to(cls, page: str, **choices: str) -> "Target":
        """Return the target, its choices in the order given."""
        return cls(page, tuple(choices.items()))


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do today. `what` and `why` may hold names: untrusted.

    `watched` is the slug of the practitioner whose watch can be marked as done on the spot; `word` says how
    pressing it is where the tone's own word would say too much.
    """

    what: str
    why: str
    tone: Tone
    target: Target
    action: str
    due: str = ""
    watched: str = ""
    word: str = ""


def tiles_base(tiles: Sequence[Tile]) -> int:
    """Return the largest base of a row of tiles: what the reader is told that the row rests on."""
    return max((tile.n for tile in tiles), default=0)
