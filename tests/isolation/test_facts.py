"""Every fact: nothing of somebody out of view, and no words for whom no practitioner granted them."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import ereput.facts
from ereput.domain.errors import RefusedError
from ereput.domain.period import parse
from ereput.domain.practitioner import Viewer
from ereput.facts import alerts, meeting, reviews
from ereput.facts import scope as scopes
from ereput.facts.pack import Audience
from ereput.facts.period import Stretch, until
from ereput.facts.scope import Scope
from ereput.guidance.base import load
from ereput.jobs import viewers
from ereput.store import Store, batches
from ereput.store import cases as case_table
from ereput.store.portfolio import Asked, Sort
from ereput.store.reads_practitioner import Filters

INTRUDERS = ("Alba", "Courtier Ouest", "Lecteur Ouest")
MASKED = ("Courtier Est", "Lecteur Est")
WORDS, NAME, LINK = "zxqmots", "zxqauteur", "zxqlien"
ANSWERS = {"qualification": ["a_qualifier"], "auteur": ["inconnu"], "reponse_directe": ["oui"]}


def facts() -> dict[str, Callable[..., Any]]:
    """Return what reads the store for somebody: functions of (store, viewer, …)."""
    found = {}
    for module in pkgutil.iter_modules(ereput.facts.__path__):
        loaded = importlib.import_module(f"ereput.facts.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            told = [parameter.annotation for parameter in inspect.signature(function).parameters.values()]
            if (
                function.__module__ == loaded.__name__
                and not name.startswith("_")
                and told[:2] == [Store, Viewer]
            ):
                found[f"{module.name}.{name}"] = function
    return found


def of_bruno(world: Any) -> dict[str, Callable[[], Any]]:
    """What stands for each parameter: always Bruno's, as the administrator of the larger world knows it."""
    context = world.context
    store, viewer, now = context.store, context.viewer, context.now

    def who() -> Any:
        return scopes.read(store, viewer).on("bruno").chosen

    def last_batch() -> int:
        with store.reading() as connection:
            return int(batches.read_all(connection, viewer)[0].id)

    def case() -> int:
        with store.reading() as connection:
            return int(case_table.read_all(connection, viewer, practitioner_id=who().id)[0].id)

    def review() -> Any:
        return reviews.read_page(store, viewer, who().id, Filters()).reviews[0]

    template = next(iter(load().templates.values()))
    return {
        "_period": lambda: until(Stretch.ALL, now.date()),
        "period": lambda: until(Stretch.ALL, now.date()),
        "now": lambda: now,
        "_now": lambda: now,
        "asked": Asked,
        "sort": lambda: Sort.ODDS,
        "slug": lambda: "bruno",
        "who": who,
        "practitioner_id": lambda: who().id,
        "first": lambda: date(2026, 10, 1),
        "last": now.date,
        "filters": Filters,
        "number": lambda: 1,
        "size": lambda: 50,
        "batch": last_batch,
        "state": lambda: "",
        "label": lambda: alerts.alert_cards(store, viewer, now, slug="bruno")[0].label,
        "card": lambda: alerts.alert_cards(store, viewer, now, slug="bruno")[0],
        "publication": review,
        "answers": lambda: ANSWERS,
        "case_id": case,
        "finding": lambda: "a_revendiquer",
        "listing_id": lambda: 102,
        "template": lambda: template.id,
        "variant": lambda: template.variants[0].name,
        "values": dict,
        "within": lambda: 10_000,
        "span": lambda: parse("2026-11"),
        "portfolio": lambda: "",
        "progress": lambda: None,
        "has_people": lambda: True,
        "since": lambda: now - timedelta(days=30),
        "pack": lambda: meeting.read(
            store, viewer, scopes.read(store, viewer).on("bruno"), parse("2026-11"), now
        ),
        "audience": lambda: Audience.PRACTITIONER,
    }


def asked_for(name: str, world: Any) -> dict[str, Any]:
    known = of_bruno(world)
    values = {}
    for parameter in list(inspect.signature(facts()[name]).parameters)[2:]:
        if parameter in {"scope", "_scope"}:
            continue
        if parameter not in known:
            pytest.fail(f"say in of_bruno what stands for « {parameter} »")
        values[parameter] = known[parameter]()
    return values


def answer(name: str, store: Store, viewer: Viewer, scope: Scope, values: dict[str, Any]) -> str:
    function = facts()[name]
    given = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in {"scope", "_scope"}:
            given.append(scope)
        elif parameter.name in values and parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            given.append(values[parameter.name])
    named = {
        parameter.name: values[parameter.name]
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    try:
        return repr(function(store, viewer, *given, **named))
    except RefusedError as refusal:
        return f"refused: {refusal}"


@pytest.mark.parametrize("name", facts())
@pytest.mark.parametrize("intruder", INTRUDERS)
def test_facts_tell_nothing_of_somebody_out_of_view(name: str, intruder: str, small: Any, large: Any) -> None:
    values = asked_for(name, large)
    given = []
    for world in (small, large):
        viewer = world.entered(intruder).viewer
        given.append(answer(name, world.store, viewer, scopes.read(world.store, viewer).on("bruno"), values))
    assert given[0] == given[1]


@pytest.mark.parametrize("name", facts())
@pytest.mark.parametrize("intruder", INTRUDERS)
def test_a_stolen_scope_opens_nothing(name: str, intruder: str, bare: Any, large: Any) -> None:
    """The scope names Bruno, as if a page had chosen it for somebody else: only its name comes out."""
    values = asked_for(name, large)
    stolen = scopes.read(bare.store, bare.context.viewer).on("bruno")
    given = [
        answer(name, world.store, world.entered(intruder).viewer, stolen, values) for world in (bare, large)
    ]
    assert given[0] == given[1]


@pytest.mark.parametrize("name", facts())
@pytest.mark.parametrize("broker", MASKED)
def test_facts_keep_words_from_a_broker(name: str, broker: str, large: Any) -> None:
    viewer = large.entered(broker).viewer
    scope = scopes.read(large.store, viewer)
    for view in (scope, scope.on("bruno")):
        values = asked_for(name, large)
        if "publication" in values:
            mine = reviews.read_page(large.store, viewer, values["publication"].practitioner_id, Filters())
            values["publication"] = mine.reviews[0]
        given = answer(name, large.store, viewer, view, values)
        assert not re.search(f"{WORDS}|{NAME}|{LINK}", given)


@pytest.mark.parametrize("intruder", INTRUDERS)
def test_a_scope_names_nobody_out_of_view(intruder: str, large: Any) -> None:
    own = scopes.read(large.store, large.entered(intruder).viewer)
    bruno = scopes.read(large.store, large.context.viewer).on("bruno")
    assert bruno.who is not None
    assert (own.count, [one.slug for one in own.first()]) == (1, ["anne"])
    assert own.on("bruno").chosen == own.find("anne")
    for words in ("", "bruno", "Bex", "niort"):
        offered = own.offer(words, besides=["bruno", "Dr Bruno Bex", "Dr Bruno Bex (Niort)"])
        assert set(offered.labels) <= {"anne"}
    with pytest.raises(RefusedError):
        own.member(bruno.who)


SHOW_WORDS = {"alerts.detail", "practitioner.read", "reviews.read_page", "sources.read", "sources.rejects"}


@pytest.mark.parametrize("name", sorted(SHOW_WORDS))
def test_the_practitioner_reads_its_own_words(name: str, large: Any) -> None:
    viewer = large.entered("Boris").viewer
    scope = scopes.read(large.store, viewer).on("bruno")
    given = answer(name, large.store, viewer, scope, asked_for(name, large))
    assert WORDS in given
    assert NAME in given or name in {"practitioner.read", "sources.rejects"}


def test_a_grant_opens_words_and_never_names(large_anywhere: Any) -> None:
    closed = large_anywhere.entered("Courtier Est")
    opened = viewers.look(closed, "bruno", where="essai")
    scope = scopes.read(closed.store, closed.viewer).on("bruno")
    for name in SHOW_WORDS - {"sources.rejects"}:
        values = asked_for(name, large_anywhere)
        assert WORDS not in answer(name, closed.store, closed.viewer, scope, values), name
        given = answer(name, closed.store, opened.viewer, scope, values)
        assert WORDS in given, name
        assert NAME not in given, name


def test_pseudonyms_hold_together_and_never_across_practitioners(large: Any) -> None:
    admin = large.context.viewer
    known = scopes.read(large.store, admin)
    seen = {}
    for slug, portfolio in (("anne", "Ouest"), ("bruno", "Est")):
        viewer = large.entered(f"Courtier {portfolio}").viewer
        who = known.on(slug).chosen
        assert who is not None
        mine = [
            {
                shown.id: shown.author
                for shown in reviews.read_page(large.store, asker, who.id, Filters(), size=50).reviews
            }
            for asker in (viewer, replace(viewer, name="Un autre"), admin)
        ]
        assert mine[0] == mine[1]
        assert len(set(mine[0].values())) == len(set(mine[2].values())) > 1
        seen[slug] = {mine[2][key]: mine[0][key] for key in mine[0]}
    shared = seen["anne"].keys() & seen["bruno"].keys()
    assert shared
    assert all(seen["anne"][author] != seen["bruno"][author] for author in shared)


def test_a_search_does_not_tell_what_is_not_shown(large: Any) -> None:
    viewer = large.entered("Courtier Est").viewer
    (who,) = scopes.read(large.store, viewer).first()
    totals = {
        reviews.read_page(large.store, viewer, who.id, Filters(words=words)).total
        for words in ("", WORDS, NAME, "absent")
    }
    assert len(totals) == 1
