"""The measure of a presence: neither too much nor too little, and in hand. Plain arithmetic, no score.

The bands are choices of this tool, without any legal ground: `docs/presence.md` says why each stands where
it stands. Nothing here is to be maximised: a value inside its band is as good as any other inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import quantiles

ENOUGH_PEERS = 5
"""Others of the same specialty below which none of their figures is given: it could be somebody's."""
WATCH_EVERY = 30
"""Days between two watches: the Order advises one a month at least."""
WATCH_IN_ALERT = 7
"""Days between two watches while an alert is open, as the guidance base says."""
CONTROL = 0.6
"""Share of the listings online that should be claimed."""
HIDDEN, HIDDEN_SHARE = 5, 0.10
"""Reviews displayed and not held, and their share of those displayed, from which a gap is worth a word."""
_ROUNDING = 0.05
"""A displayed mean is rounded to a tenth."""
_BEST = 5.0


class Zone(StrEnum):
    """Where a value stands to its band."""

    LITTLE = "trop_peu"
    WITHIN = "dans_la_fourchette"
    MUCH = "trop"
    UNKNOWN = "inconnu"


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high`, both included."""

    low: float
    high: float

    def zone(self, value: float | None) -> Zone:
        """Return where a value stands."""
        if value is None:
            return Zone.UNKNOWN
        if value < self.low:
            return Zone.LITTLE
        return Zone.MUCH if value > self.high else Zone.WITHIN

    def place(self, value: float) -> float:
        """Return a value on a scale from 0 to 3 whose middle third is the band, for a picture.

        Linear up to the band's end; beyond, 3 is never reached.
        """
        if value < self.low:
            return value / self.low
        if value <= self.high:
            return 1 + (value - self.low) / (self.high - self.low)
        return 3 - self.high / value


LISTINGS = Band(3, 8)  # pages that show the practitioner today
REVIEWS = Band(4, 156)  # published over twelve months
MENTIONS = Band(0, 6)  # published over ninety days


@dataclass(frozen=True, slots=True)
class Measures:
    """What is known of a presence; None where nobody can tell.

    `claimed` of `online` listings are in the practitioner's hands; `wrong` counts the details that differ,
    `twice` the listings to remove, `unseen` the reviews displayed and not held, of `displayed`;
    `overdue` says that the watch is.
    """

    online: int
    claimed: int
    wrong: int
    twice: int
    reviews: int
    mentions: int
    unseen: int
    displayed: int
    overdue: bool
    is_inventoried: bool = True


@dataclass(frozen=True, slots=True)
class Balance:
    """The exposure and the hold on it. `exposure` is UNKNOWN where no listing was ever written down."""

    exposure: Zone
    listings: Zone
    reviews: Zone
    mentions: Zone
    is_claimed: bool
    is_right: bool
    is_seen: bool
    is_watched: bool

    @property
    def is_held(self) -> bool:
        """Whether nothing is to be taken in hand."""
        return self.is_claimed and self.is_right and self.is_seen and self.is_watched


def balance(measures: Measures) -> Balance:
    """Return where a presence stands.

    Too much is one component too many; too little is a lack of listings only: reviews and mentions are
    never to be asked for.
    """
    listings = LISTINGS.zone(measures.online) if measures.is_inventoried else Zone.UNKNOWN
    reviews, mentions = REVIEWS.zone(measures.reviews), MENTIONS.zone(measures.mentions)
    exposure = listings
    if Zone.MUCH in (listings, reviews, mentions):
        exposure = Zone.MUCH
    return Balance(
        exposure=exposure,
        listings=listings,
        reviews=reviews,
        mentions=mentions,
        is_claimed=measures.online == 0 or measures.claimed >= CONTROL * measures.online,
        is_right=not measures.wrong and not measures.twice,
        is_seen=not is_hidden(measures.unseen, measures.displayed),
        is_watched=not measures.overdue,
    )


def is_hidden(unseen: int, displayed: int) -> bool:
    """Whether so many displayed reviews are not held that what is known of them says too little."""
    return unseen >= HIDDEN and unseen > HIDDEN_SHARE * displayed


@dataclass(frozen=True, slots=True)
class Gap:
    """What a platform displays against the reviews held of it, as they stood on the day of the snapshot.

    `unseen` is negative when more is held than displayed (removed, or displayed elsewhere). The reviews
    that we cannot see have a mean between `low` and `high`; None where that says nothing.
    """

    rating: float | None
    count: int | None
    held_rating: float | None
    held: int
    unseen: int | None
    low: float | None = None
    high: float | None = None

    @property
    def difference(self) -> float | None:
        """The displayed mean less the mean of the reviews held."""
        if self.rating is None or self.held_rating is None:
            return None
        return self.rating - self.held_rating


def gap(shown: Sequence[tuple[float | None, int | None]], held: int, rated: int, stars: float) -> Gap:
    """Return the gap of one platform.

    Args:
        shown: (rating on 5, count) of each of its listings, as displayed.
        held: reviews held and not removed, of which `rated` bear `stars` stars in all.
        rated: see above.
        stars: see above.

    """
    counts = [count for _, count in shown if count is not None]
    count = sum(counts) if counts else None
    weighed = [(rating, number or 1) for rating, number in shown if rating is not None]
    weight = sum(number for _, number in weighed)
    rating = sum(rating * number for rating, number in weighed) / weight if weighed else None
    unseen = None if count is None else count - held
    low = high = None
    if rating is not None and count is not None and unseen and unseen > 0 and rated == held:
        least = ((rating - _ROUNDING) * count - stars) / unseen
        most = ((rating + _ROUNDING) * count - stars) / unseen
        if least <= _BEST and most >= 1:
            low, high = max(least, 1.0), min(most, _BEST)
    return Gap(rating, count, stars / rated if rated else None, held, unseen, low, high)


def next_watch(last: date | None, today: date, *, is_alerted: bool) -> date:
    """Return the day when the next watch is due; today where none was ever made."""
    if last is None:
        return today
    return last + timedelta(days=WATCH_IN_ALERT if is_alerted else WATCH_EVERY)


@dataclass(frozen=True, slots=True)
class Peers:
    """Others' figures: how many, and the quartiles between which their middle half stands."""

    n: int
    low: float
    median: float
    high: float


def peers(values: Sequence[float]) -> Peers | None:
    """Return the quartiles of other practitioners' figures, None below `ENOUGH_PEERS` of them."""
    if len(values) < ENOUGH_PEERS:
        return None
    low, median, high = quantiles(values, n=4, method="inclusive")
    return Peers(len(values), low, median, high)
