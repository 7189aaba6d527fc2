"""A few kills -9 at chosen moments, writers and readers at once; `benchmarks/faults.py` does hundreds."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import faults
from ereput.settings import Settings


@pytest.fixture
def ground(database_url: str, tmp_path: Path) -> Iterator[faults.Ground]:
    made = faults.Ground(Settings(tmp_path / "home", database_url, faults.NOW), tmp_path)
    faults.prepare(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads: the child is killed
        yield made


@pytest.mark.parametrize("kind", ["import", "evidence", "backup"])
def test_a_kill_loses_doubles_and_halves_nothing(ground: faults.Ground, kind: str) -> None:
    faults.strike(ground, kind, 0.12)
    assert faults.look(ground, kind) == []
    assert not ground.found


def test_a_migration_that_is_killed_is_done_at_the_next_start(tmp_path: Path) -> None:
    made = faults.Ground(
        Settings(tmp_path / "home", f"sqlite:///{tmp_path / 'base.db'}", faults.NOW), tmp_path
    )
    faults.prepare(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        faults.strike(made, "migration", 0.1)
        assert faults.look(made, "migration") == []


def test_importers_and_readers_at_once_see_whole_files_only(ground: faults.Ground) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        totals = faults.together(ground, 1.0, readers=2)
    assert totals["imports"] >= 1
    assert {name for name, count in totals.items() if count} == {"imports", "reads"}
