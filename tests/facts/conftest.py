"""A small office to read facts from: two practitioners and a handful of typed reviews, on both databases."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from ereput.domain.practitioner import Role, Viewer
from ereput.facts.period import Period, Stretch, until
from ereput.facts.scope import Scope
from ereput.facts.scope import read as read_scope
from ereput.jobs import practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.manual import Typed, add
from ereput.settings import parse_now
from ereput.store import Store

NOW = parse_now("2026-11-23T09:00:00+01:00")
ANNE, BRUNO = "anne", "bruno"


@pytest.fixture
def context(store: Store) -> Context:
    """The administrator, two practitioners, a stopped clock."""
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug=ANNE, profession="dentiste", guarantee="oui")
    practitioners.add(made, name="Bruno Bex", slug=BRUNO, profession="infirmier")
    return made


@pytest.fixture
def write(context: Context) -> Callable[..., None]:
    """Type one review: `write("anne", "2/5", "texte", day="20/11/2026", author="Camille")`."""

    def typed(slug: str, rating: str, text: str = "", **details: str) -> None:
        values = {"platform": "google", "date": "20/11/2026", "author": f"Auteur {text[:12]}"} | details
        add(context, slug, Typed(rating=rating, text=text, **values))

    return typed


@pytest.fixture
def everybody(context: Context) -> Scope:
    """All the practitioners."""
    return read_scope(context.store, context.viewer)


@pytest.fixture
def anne(everybody: Scope) -> Scope:
    """The scope on Anne alone."""
    return everybody.on(ANNE)


@pytest.fixture
def bruno_only(everybody: Scope) -> Viewer:
    """A practitioner who may only see their own figures."""
    return Viewer("bruno", Role.PRACTITIONER, practitioners=frozenset({everybody.on(BRUNO).chosen.id}))  # type: ignore[union-attr]  # chosen: two members


@pytest.fixture
def year() -> Period:
    """The last twelve months."""
    return until(Stretch.YEAR, NOW.date())


@pytest.fixture
def now() -> datetime:
    """The stopped clock."""
    return NOW


@pytest.fixture
def today() -> date:
    """Its day."""
    return NOW.date()
