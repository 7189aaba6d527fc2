"""The screens without a browser: the script that navigates, run on a home of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dev import ROOT
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.demo_portfolio import load_demo
from ereput.settings import parse_now
from ereput.store import Store, open_store

NOW = "2026-11-23T09:00:00+01:00"
MAIN = ROOT / "ereput" / "ui" / "main.py"

Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the demonstration, to be copied."""
    path = tmp_path_factory.mktemp("demo") / "ereput.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.migrate()
        load_demo(Context(store, ADMINISTRATOR, parse_now(NOW)))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, on a stopped clock."""
    monkeypatch.setenv("EREPUT_HOME", str(tmp_path))
    monkeypatch.setenv("EREPUT_NOW", NOW)
    yield tmp_path
    st.cache_resource.clear()


@pytest.fixture
def demo_home(home: Path, demo_file: Path) -> Path:
    """A home with the demonstration."""
    shutil.copyfile(demo_file, home / "ereput.db")
    return home


@pytest.fixture
def demo_store(demo_home: Path) -> Iterator[Store]:
    """The demonstration's store, beside the screens."""
    with closing(open_store(f"sqlite:///{demo_home / 'ereput.db'}")) as store:
        yield store


@pytest.fixture
def open_page() -> Open:
    """Open a page of the application: `open_page("alertes", praticien="estrebois-tours")`."""

    def opened(name: str, **choices: str) -> AppTest:
        screen = AppTest.from_file(MAIN, default_timeout=30)
        for key, value in choices.items():
            screen.session_state[key] = value
        screen.run()
        return screen if name == "accueil" else screen.switch_page(ROOT / "pages" / f"{name}.py").run()

    return opened
