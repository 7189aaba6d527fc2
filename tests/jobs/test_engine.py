"""The same survey in this process, on several, on a cluster; workers that are killed change nothing."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from dev import ROOT
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.jobs import engine, practitioners, scoring
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.engine import Dask, Engine, Here, Place, Processes
from ereput.jobs.survey import Task, judge, survey
from ereput.store import open_store, schema
from ereput.text import signals_many

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST = date(2025, 9, 1)
WEEKS = 64
PEOPLE, SIZE = 24, 4


@pytest.fixture(autouse=True)
def _plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen tested before leaves its script as the main module, which spawned processes would run."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def doubled(number: int) -> int:
    return 2 * number


def fill(context: Context) -> None:
    """Write weekly counts of a few practitioners; every third one ends with a burst."""
    rng = random.Random(20261123)  # noqa: S311 (made-up counts)
    weeks = [FIRST + timedelta(weeks=rank) for rank in range(WEEKS)]
    with context.store.writing() as connection:
        for table in (schema.alert, schema.standing, schema.detector_state, schema.prior):
            connection.execute(sa.delete(table))
        if connection.execute(sa.select(schema.practitioner.c.id)).first():
            connection.execute(sa.update(schema.practitioner).values(changed_from=FIRST))
            return
    for who in range(1, PEOPLE + 1):
        practitioners.add(context, name=f"Dr {who}", slug=f"dr-{who}")
    with context.store.writing() as connection:
        for who in range(1, PEOPLE + 1):
            negatives = [int(rng.random() < 0.2) for _ in weeks]
            negatives[-1] += 7 if who % 3 == 0 else 0
            rows = [
                {"practitioner_id": who, "week": week, "platform": "google", "negatives": count}
                | {"stars_1": count, "stars_5": 2, "rating_sum": 10.0 + count}
                for week, count in zip(weeks, negatives, strict=True)
            ]
            connection.execute(sa.insert(schema.weekly), rows)
            seen = {"start": FIRST, "end": NOW.date(), "platform": "google", "weight": 1.0}
            connection.execute(sa.insert(schema.coverage), [seen | {"practitioner_id": who}])


def concluded(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a survey writes, but for the numbers and the moments."""
    hidden = {"id", "raised_at", "changed_at", "computed_at", "made_at"}
    with context.store.reading() as connection:
        return {
            table.name: sorted(
                tuple(value for name, value in row._mapping.items() if name not in hidden)
                for row in connection.execute(sa.select(table))
            )
            for table in (schema.alert, schema.standing, schema.detector_state, schema.prior)
        }


def judge_and_die(moment: str, flag: str, task: Task) -> int:
    """Judge a block; the first process to come here is killed, its work written but not kept, or kept."""
    try:
        Path(flag).touch(exist_ok=False)
    except FileExistsError:
        return judge(task)
    store = task.place.entered().store

    def die(_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "before":
        sa.event.listen(store.engine, "commit", die)
        judge(task)
    judge(task)
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@dataclass(frozen=True)
class Deadly:
    """An engine whose first process is killed in the middle of its work."""

    inside: Engine
    moment: str
    flag: Path

    def run(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        assert work is judge
        yield from self.inside.run(partial(judge_and_die, self.moment, str(self.flag)), tasks)
        assert self.flag.exists()


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A scheduler and two workers, each a process of its own; the address of the scheduler."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "0"}
    options: dict[str, Any] = {"env": environment, "stderr": subprocess.STDOUT, "text": True}
    options["start_new_session"] = True
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nworkers", "2", "--nthreads", "1"]
    with subprocess.Popen(  # noqa: S603 (a fixed program)
        [*scheduler, "--port", "0", "--no-dashboard", "--no-show"], stdout=subprocess.PIPE, **options
    ) as leading:
        assert leading.stdout is not None
        address = next(
            line.split("Scheduler at:")[1].strip() for line in leading.stdout if "Scheduler at:" in line
        )
        with subprocess.Popen(  # noqa: S603 (a fixed program)
            [*worker, address, "--no-dashboard"], stdout=subprocess.DEVNULL, **options
        ) as following:
            yield address
            # With the workers that it watches over: asked politely, it takes its time.
            os.killpg(following.pid, signal.SIGKILL)
        leading.kill()


@pytest.fixture
def context(postgresql_url: str) -> Iterator[Context]:
    with closing(open_store(postgresql_url)) as store:
        yield Context(store, ADMINISTRATOR, NOW)


def test_each_result_comes_once() -> None:
    for running in (Here(), Processes(1)):
        assert sorted(running.run(doubled, range(5))) == [0, 2, 4, 6, 8]


def test_a_survey_is_the_same_wherever_it_runs(context: Context, cluster: str, tmp_path: Path) -> None:
    fill(context)
    outcome = survey(context, engine=Here(), size=SIZE)
    expected = concluded(context)
    assert (outcome.practitioners, outcome.alerts) == (PEOPLE, PEOPLE // 3)
    engines = {
        "processes, one killed before its commit": Deadly(Processes(2), "before", tmp_path / "a"),
        "cluster": Dask(cluster),
        "cluster, a worker killed before its commit": Deadly(Dask(cluster), "before", tmp_path / "b"),
        "cluster, a worker killed after its commit": Deadly(Dask(cluster), "after", tmp_path / "c"),
    }
    for name, running in engines.items():
        fill(context)
        given = survey(context, engine=running, size=SIZE)
        assert (given.practitioners, given.alerts) == (outcome.practitioners, outcome.alerts), name
        assert concluded(context) == expected, name


def test_tasks_that_kill_every_process_are_refused() -> None:
    with pytest.raises(RefusedError, match="interrompu plusieurs fois"):
        list(Processes(1).run(os._exit, [1]))


def test_what_cannot_be_shared_is_refused(
    sqlite_url: str, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine.chosen(context.store) == Here()
    monkeypatch.setenv("EREPUT_PROCESSES", "2")
    assert engine.chosen(context.store) == Processes(2)
    monkeypatch.setenv("EREPUT_DASK", "tcp://127.0.0.1:1")
    assert engine.chosen(context.store) == Dask("tcp://127.0.0.1:1")
    with closing(open_store(sqlite_url)) as file, pytest.raises(RefusedError, match="PostgreSQL"):
        engine.chosen(file)
    monkeypatch.setenv("EREPUT_PROCESSES", "deux")
    with pytest.raises(RefusedError, match="nombre de processus"):
        engine.chosen(context.store)


def test_a_reader_sends_no_work(context: Context) -> None:
    with pytest.raises(RefusedError, match="pas de modifier"):
        Place.of(Context(context.store, Viewer("Lise", Role.READER), NOW))


def test_texts_are_scored_alike_on_a_cluster(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EREPUT_DASK", cluster)
    monkeypatch.setattr(scoring, "SMALL", 4)
    texts = ["Accueil glacial, à fuir", "Très bon praticien, à l’écoute", "", "Deux heures d’attente !"]
    ratings = [None] * len(texts)
    with scoring.Scoring(processes=1) as running:
        for number in range(6):
            running.submit([number], texts, ratings)
        done = list(running.rest())
        assert running.pool is not None
    assert done == [([number], signals_many(texts, ratings)) for number in range(6)]
