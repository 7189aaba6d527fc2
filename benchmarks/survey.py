"""Time the weekly survey of a large portfolio: `make bench NAME=survey` (ARGS="--practitioners 50000").

Builds a store of made-up weekly counts by direct SQL (two years, a week of publications about every second
week), surveys it once from scratch, adds one more week for everybody, and surveys it again: the second time
is what a Monday morning costs. Prints seconds and peak memory.
"""

import argparse
import random
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.survey import survey
from ereput.store import open_store, practitioners, schema

FIRST = date(2024, 11, 18)
WEEKS = 104
CHUNK = 2_000


def fill(context: Context, count: int) -> None:
    """Write the practitioners and their counts."""
    rng = random.Random(20261123)  # noqa: S311 (made-up counts)
    with context.store.writing() as connection:
        home = practitioners.ensure_portfolio(connection, "Banc d’essai")
        for start in range(1, count + 1, CHUNK):
            ids = range(start, min(start + CHUNK, count + 1))
            common = {"portfolio_id": home, "profession": "medecin", "guarantee": "inconnue"}
            people = [
                common
                | {"id": i, "slug": f"p{i}", "name": f"P {i}", "created_at": context.now, "data_version": 1}
                for i in ids
            ]
            connection.execute(sa.insert(schema.practitioner), people)
            spans = {
                "platform": "google",
                "weight": 1.0,
                "start": FIRST,
                "end": FIRST + timedelta(weeks=WEEKS, days=-1),
            }
            connection.execute(sa.insert(schema.coverage), [spans | {"practitioner_id": i} for i in ids])
            rates = {i: rng.expovariate(2.0) for i in ids}
            weeks = [row(i, week, rates[i], rng) for i in ids for week in range(WEEKS) if rng.random() < 0.5]
            connection.execute(sa.insert(schema.weekly), weeks)
            totals = [
                {"practitioner_id": i, "platform": "google", "stars_5": 100, "rating_sum": 500.0} for i in ids
            ]
            connection.execute(sa.insert(schema.total), totals)


def row(who: int, week: int, rate: float, rng: random.Random) -> dict[str, object]:
    """Return one week of one practitioner."""
    negatives = sum(rng.random() < rate / 4 for _ in range(4))
    return {
        "practitioner_id": who,
        "week": FIRST + timedelta(weeks=week),
        "platform": "google",
        "stars_1": negatives,
        "stars_5": 1,
        "rating_sum": 5.0 + negatives,
        "negatives": negatives,
    }


def one_more_week(context: Context, count: int) -> None:
    """Add a week for everybody."""
    rng = random.Random(7)  # noqa: S311 (made-up counts)
    with context.store.writing() as connection:
        rows = [row(who, WEEKS, 0.3, rng) for who in range(1, count + 1)]
        connection.execute(sa.insert(schema.weekly), rows)
        end = FIRST + timedelta(weeks=WEEKS + 1, days=-1)
        connection.execute(sa.update(schema.coverage).values(end=end))
        connection.execute(sa.update(schema.practitioner).values(changed_from=end, data_version=2))


def timed(name: str, context: Context) -> None:
    """Survey, and print what it cost."""
    started, cpu = time.perf_counter(), time.process_time()
    outcome = survey(context)
    wall, used = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name}: {outcome.practitioners} practitioners, {outcome.alerts} alerts, "
        f"{wall:.1f} s wall, {used:.1f} s CPU, peak memory {peak:.0f} MB"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practitioners", type=int, default=5_000)
    options = parser.parse_args()
    monday = datetime.combine(FIRST, datetime.min.time(), UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/ereput.db")
        store.migrate()
        now = monday + timedelta(weeks=WEEKS, hours=9)
        fill(Context(store, ADMINISTRATOR, now), options.practitioners)
        timed("from scratch", Context(store, ADMINISTRATOR, now))
        one_more_week(Context(store, ADMINISTRATOR, now), options.practitioners)
        later = Context(store, ADMINISTRATOR, now + timedelta(weeks=1))
        timed("one more week", later)
        timed("again, nothing new", later)


if __name__ == "__main__":
    main()
