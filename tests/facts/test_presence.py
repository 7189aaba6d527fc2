"""The balance in a sentence, what to do, who is compared, what a meeting is told."""

from datetime import UTC, date, datetime

import pytest

from ereput.detect.presence import Zone
from ereput.domain.period import parse
from ereput.domain.presence import Finding, Office
from ereput.facts import presence as facts
from ereput.facts import presence_room, readiness
from ereput.facts import scope as scopes
from ereput.facts.period import Stretch, until
from ereput.jobs import practitioners, presence, watch
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.manual import Typed, add
from ereput.store import Store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADDRESS = "12 boulevard Saint-Michel, 75006 Paris"


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(
        made, name="Dr Anne Alba", slug="anne", portfolio="Est", profession="medecin", specialty="Pédiatre"
    )
    return made


def shown(context: Context, slug: str = "anne") -> facts.Presence:
    scope = scopes.read(context.store, context.viewer).on(slug)
    found = facts.read(context.store, context.viewer, scope, until(Stretch.YEAR, NOW.date()), NOW)
    assert found is not None
    return found


def listed(context: Context, *platforms: str, status: str = "revendiquee", **texts: str) -> list[int]:
    return [
        presence.save(context, "anne", platform=platform, status=status, texts=texts)
        for platform in platforms
    ]


def test_nothing_written_down_is_neither_too_much_nor_too_little(context: Context) -> None:
    found = shown(context)
    assert found.sentence == "Aucune fiche n’est notée : commencez par l’inventaire."
    assert found.components[0].zone is Zone.UNKNOWN
    assert found.tiles[0].value is None


def test_inside_the_band_and_in_hand_there_is_nothing_to_do(context: Context) -> None:
    listed(context, "google", "annuaire_sante", "pagesjaunes", phone="0199001234", address=ADDRESS)
    presence.set_offices(context, "anne", [Office(ADDRESS, "01 99 00 12 34", "")])
    watch.done(context, "anne", covered=["moteur", "google"])
    found = shown(context)
    assert found.sentence.endswith("rien à reprendre.")
    assert found.findings == ()
    assert found.watch.missed == (
        "Annuaire santé (ameli.fr)", "PagesJaunes", "Réseaux sociaux", "Forums", "Presse",
    )  # fmt: skip
    assert found.watch.due == date(2026, 12, 23)


def test_each_finding_carries_its_rule_its_reason_and_its_steps(context: Context) -> None:
    presence.set_offices(context, "anne", [Office(ADDRESS, "01 99 00 12 34", "")])
    listed(context, "google", status="non_revendiquee", phone="01 99 00 12 43")
    listed(context, "pagesjaunes", status="a_supprimer")
    listed(context, "facebook", status="a_creer")
    found = {one.finding: one for one in shown(context).findings}
    assert found.keys() == {
        Finding.WRONG, Finding.TWICE, Finding.UNCLAIMED, Finding.MISSING, Finding.TOO_LITTLE,
        Finding.WATCH_DUE,
    }  # fmt: skip
    assert "deux chiffres sont inversés" in found[Finding.WRONG].why
    assert all(one.rule and one.steps for one in found.values())
    assert {step.id for step in found[Finding.UNCLAIMED].steps} == {"P_REVENDIQUER"}


def test_a_listing_that_gathers_reviews_without_its_practitioner_may_be_opposed(context: Context) -> None:
    (number,) = listed(context, "google", status="non_revendiquee")
    presence.snapshot(context, "anne", number, rating=3.1, count=40)
    found = next(one for one in shown(context).findings if one.finding is Finding.SUFFERED)
    assert {"P_REVENDIQUER", "P_OPPOSITION"} == {step.id for step in found.steps}


def test_what_is_displayed_and_not_held_is_told_with_its_bounds(context: Context) -> None:
    (number,) = listed(context, "google")
    for day in range(1, 5):
        add(context, "anne", Typed("google", date=f"0{day}/11/2026", rating="5", author=f"A{day}"))
    presence.snapshot(context, "anne", number, rating=3.0, count=14)
    (gap,) = shown(context).gaps
    assert gap.unseen == "+10"
    assert "entre 2,1 et 2,3" in gap.reading


def test_five_others_of_the_specialty_are_compared_and_four_are_not(context: Context) -> None:
    for rank in range(5):
        practitioners.add(
            context, name=f"Dr Pair {rank}", slug=f"pair-{rank}", portfolio="Est", profession="medecin",
            specialty="Pédiatre",
        )  # fmt: skip
        told = shown(context).components[1].peers
        assert ("même spécialité (n = 5)" in told) == (rank == 4)


def test_a_mention_counts_in_its_kind_and_its_source_is_new(context: Context) -> None:
    listed(context, "google")
    add(context, "anne", Typed("forum", date="03/11/2026", text="Un nouveau cabinet ouvre."))
    found = shown(context).mentions
    assert (found.n, found.new, found.published) == (1, 1, 1)
    assert found.share == 0.0
    assert "forums 1" in found.chart.takeaway


def test_a_portfolio_is_listed_and_its_readiness_counted(context: Context) -> None:
    listed(context, "google")
    presence.confirm(context, "anne", "modeles")
    scope = scopes.read(context.store, context.viewer)
    practitioners.add(context, name="Dr Bruno Bex", slug="bruno", portfolio="Est", guarantee="oui")
    page = facts.overview(context.store, context.viewer, scope, NOW)
    assert (page.people, page.pages, {line.slug for line in page.lines}) == (2, 1, {"anne", "bruno"})
    ready = readiness.read(context.store, context.viewer, scope, NOW)
    assert ready is not None
    assert {check.id: check.done for check in ready.checks} == {
        "garantie": 1, "fiches": 1, "veille": 0, "modeles": 1, "contacts": 0,
    }  # fmt: skip


def test_a_meeting_is_told_of_presence_without_a_past_it_does_not_know(context: Context) -> None:
    listed(context, "google")
    scope = scopes.read(context.store, context.viewer)
    section = presence_room.room(context.store, context.viewer, scope.on("anne"), parse("2026-10"), NOW)
    assert section is not None
    assert section.title.endswith("au 23 nov. 2026, après la période")
    assert not section.is_for_brokers
    whole = presence_room.room(context.store, context.viewer, scope, parse("2026-11"), NOW)
    assert whole is not None
