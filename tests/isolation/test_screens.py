"""Every page, seen by whom it must not tell everything."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dev import ROOT
from ereput.jobs import viewers
from ereput.jobs.context import Context
from ereput.store import open_store
from ereput.store import viewers as table
from ereput.ui import viewing

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
WORDS, NAME, LINK = "zxqmots", "zxqauteur", "zxqlien"
Open = Callable[..., str]


def sent(node: Any) -> Iterator[str]:
    """Walk all that is sent to the browser."""
    for child in getattr(node, "children", {}).values():
        yield str(getattr(child, "proto", ""))
        yield from sent(child)


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return all that a page of a world gives to somebody's browser."""

    def shown(world: Any, name: str, who: str, **choices: str) -> str:
        shutil.copyfile(world.file, tmp_path / "ereput.db")
        monkeypatch.setenv("EREPUT_HOME", str(tmp_path))
        monkeypatch.setenv("EREPUT_NOW", "2026-11-23T09:00:00+00:00")

        def enter(store: Any, now: Any) -> Context:
            return viewers.enter(store, who, now)

        monkeypatch.setattr(viewing, "enter", enter)
        screen = AppTest.from_file(ROOT / "ereput" / "ui" / "main.py", default_timeout=30)
        for key, value in choices.items():
            screen.session_state[key] = value
        screen.run()
        if name != "accueil":
            screen.switch_page(ROOT / "pages" / f"{name}.py").run()
        assert not screen.exception
        return "\n".join(sent(screen._tree))

    yield shown
    st.cache_resource.clear()


PARTS = {"praticien": {"praticien_partie": "Avis"}, "sources": {"sources_partie": "Journal des imports"}}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_words_from_a_broker(name: str, bare_of_grants: Any, show: Open) -> None:
    given = show(bare_of_grants, name, "Courtier Est", praticien="bruno", **PARTS.get(name, {}))
    assert not re.search(f"{WORDS}|{NAME}|{LINK}", given)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_nothing_of_somebody_out_of_view(name: str, large: Any, show: Open) -> None:
    given = show(large, name, "Alba", praticien="bruno", **PARTS.get(name, {}))
    assert "Bex" not in given
    assert "bruno" not in given.replace("praticien=bruno", "")


def test_a_broker_reads_words_where_granted_and_the_look_is_noted(
    large: Any, show: Open, tmp_path: Path
) -> None:
    opened = {"clair_bruno": True, "praticien_partie": "Avis"}
    given = show(large, "praticien", "Courtier Est", praticien="bruno", **opened)
    assert WORDS in given
    assert NAME not in given
    with closing(open_store(f"sqlite:///{tmp_path / 'ereput.db'}")) as store, store.reading() as connection:
        looks = table.read_looks(
            connection, viewers.enter(store, "Boris", large.context.now).viewer, action=viewers.LOOK
        )
    assert [(row.viewer, row.detail.split(" ;")[0]) for row in looks][:-1] == [
        ("Courtier Est", "Praticien"),
        ("Courtier Est", "Accueil"),
    ]
