"""What the portfolio taught at the last survey that learnt from it: what to expect of weeks and of stars.

Made-up practitioners teach and learn nothing.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from ereput.detect.prior import DEFAULT_PRIOR, Prior
from ereput.detect.rating import DEFAULT_RATING_PRIOR, RatingPrior
from ereput.store import signals


@dataclass(frozen=True, slots=True)
class Learnt:
    """The priors in force, and from how many practitioners they were learnt, when (0 and None: from none)."""

    weeks: Prior = DEFAULT_PRIOR
    stars: RatingPrior = DEFAULT_RATING_PRIOR
    practitioners: int = 0
    made_at: datetime | None = None


def read(connection: sa.Connection, *, is_demo: bool = False) -> Learnt:
    """Return what is in force, for real practitioners or for made-up ones."""
    kept = None if is_demo else signals.latest_prior(connection)
    if kept is None:
        return Learnt()
    values = json.loads(kept.payload)
    practitioners, stars = values.pop("practitioners"), values.pop("stars", None)
    return Learnt(
        Prior(**values | {"dispersion": tuple(values["dispersion"])}),
        RatingPrior(tuple(stars["shares"]), stars["strength"]) if stars else DEFAULT_RATING_PRIOR,
        practitioners,
        kept.made_at,
    )


def write(connection: sa.Connection, learnt: Learnt, now: datetime) -> None:
    """Keep what was learnt, under the version of the weekly prior."""
    values = asdict(learnt.weeks) | {"practitioners": learnt.practitioners, "stars": asdict(learnt.stars)}
    signals.insert_prior(connection, version=learnt.weeks.version, payload=json.dumps(values), now=now)
