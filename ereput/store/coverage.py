"""The days that imports could see: a row a batch, and the same days together, which detection reads."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from ereput.detect.series import merged
from ereput.domain.practitioner import Viewer
from ereput.store.practitioners import touch
from ereput.store.schema import batch_coverage, coverage, total
from ereput.store.scope import Rows, sees

Spans = list[tuple[date, date, float]]
STEP = 0.1  # weights are rounded to it, so that they seldom move and depend on no order of imports


def insert(
    connection: sa.Connection, *, practitioner_id: int, platform: str, batch_id: int, start: date, end: date
) -> None:
    """Say which days a batch could see; `settle` then puts all batches together."""
    connection.execute(
        sa.insert(batch_coverage).values(
            practitioner_id=practitioner_id, platform=platform, batch_id=batch_id, start=start, end=end
        )
    )


def settle(connection: sa.Connection, practitioner_ids: Sequence[int]) -> bool:
    """Put the days of all batches together; note the first day that changed, return whether any did."""
    has_changed = False
    for who in practitioner_ids:
        fresh = _spans(connection, who)
        known: defaultdict[str, Spans] = defaultdict(list)
        here = coverage.c.practitioner_id == who
        for row in connection.execute(sa.select(coverage).where(here).order_by(coverage.c.start)):
            known[row.platform].append((row.start, row.end, row.weight))
        days = [_first_change(known.get(p, []), fresh.get(p, [])) for p in known.keys() | fresh.keys()]
        changed = min((day for day in days if day is not None), default=None)
        if changed is None:
            continue
        connection.execute(sa.delete(coverage).where(here))
        rows = [
            {"practitioner_id": who, "platform": platform, "start": start, "end": end, "weight": weight}
            for platform, spans in sorted(fresh.items())
            for start, end, weight in spans
        ]
        if rows:
            connection.execute(sa.insert(coverage), rows)
        touch(connection, {who: changed})
        has_changed = True
    return has_changed


def _spans(connection: sa.Connection, who: int) -> dict[str, Spans]:
    """Return the merged days of each platform, with its rounded share of the reviews."""
    seen: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
    query = sa.select(batch_coverage).where(batch_coverage.c.practitioner_id == who)
    for row in connection.execute(query):
        seen[row.platform].append((row.start, row.end))
    reviews = sum((total.c[f"stars_{n}"] for n in range(1, 6)), total.c.unrated)
    counts = dict.fromkeys(seen, 1)
    for platform, count in connection.execute(
        sa.select(total.c.platform, reviews).where(total.c.practitioner_id == who)
    ):
        if platform in counts:
            counts[platform] = max(int(count), 1)
    shares = {p: max(round(n / sum(counts.values()) / STEP), 1) for p, n in counts.items()}
    return {
        platform: [(start, end, shares[platform] / sum(shares.values())) for start, end in merged(days)]
        for platform, days in seen.items()
    }


def _first_change(old: Spans, new: Spans) -> date | None:
    """Return the first day that two lists of spans do not tell alike; None when they are the same."""
    for one, other in zip(old, new, strict=False):
        if one != other:
            same_start = one[0] == other[0] and one[2] == other[2]
            return min(one[1], other[1]) + timedelta(days=1) if same_start else min(one[0], other[0])
    longer = old[len(new) :] or new[len(old) :]
    return longer[0][0] if longer else None


def read(connection: sa.Connection, viewer: Viewer, practitioner_id: int) -> Rows:
    """Return the days that imports could see: rows (platform, start, end, weight)."""
    query = sa.select(coverage.c.platform, coverage.c.start, coverage.c.end, coverage.c.weight).where(
        coverage.c.practitioner_id == practitioner_id, sees(viewer, coverage.c.practitioner_id)
    )
    return connection.execute(query).all()
