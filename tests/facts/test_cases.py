"""Cases in facts: the clock never concludes on an uncertain date, and brokers read no words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import PartialDate, Precision
from ereput.facts import case_detail, cases, masking
from ereput.facts.case_detail import DATING, PROOF, Action, CaseDetail
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.guidance.events import Outcome
from ereput.jobs import cases as jobs
from ereput.jobs import evidence
from ereput.jobs.context import Context
from ereput.store import publications, schema

ANSWERS = {
    "qualification": ["illicite_presume"],
    "auteur": ["inconnu"],
    "reponse_directe": ["oui"],
    "garantie": ["oui"],
    "signale_sans_effet": ["non"],
}
Write = Callable[..., None]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def opened(context: Context, write: Write, home: Path) -> int:
    write("anne", "1/5", "Elle ment à ses patients", date="10/11/2026", author="Camille R.")
    return jobs.open_from_publication(context, "anne", publication(context), home=home).case_id


def publication(context: Context) -> int:
    with context.store.reading() as connection:
        return int(publications.read_all(connection, context.viewer, 1)[0].id)


def detail(context: Context, scope: Scope, number: int) -> CaseDetail:
    return case_detail.read(context.store, context.viewer, scope, context.now, case_id=number)


def prove(context: Context, number: int) -> None:
    for step in ("S00_PAUSE", PROOF, DATING):
        jobs.take(context, number, step, Action.DONE)
    jobs.answer(context, number, ANSWERS)


def test_no_case_is_said(context: Context, everybody: Scope, year: Period) -> None:
    found = cases.read(context.store, context.viewer, everybody, year, context.now)
    assert (found.sentence, found.cards) == ("Aucun dossier en cours.", ())
    assert cases.due(context.store, context.viewer, everybody, context.now) == ()


def test_the_clock_says_what_is_left(opened: int, context: Context, anne: Scope) -> None:
    clock = detail(context, anne, opened).card.clock
    assert clock.sentence == (
        "Il reste 79\u00a0jours pour agir en diffamation ou injure (date prudente : 9 février 2027)."
    )
    assert (clock.last, clock.prudent, clock.act) == (
        date(2027, 2, 10),
        date(2027, 2, 9),
        date(2027, 2, 9),
    )
    assert any("assignation" in line for line in clock.interrupts)
    assert "signalement à la plateforme" in clock.does_not


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, ("C’est le dernier jour", Tone.URGENT)),
        (-1, ("est passé le 10 février 2027", Tone.WATCH)),
        (20, ("Il reste 20\u00a0jours", Tone.WATCH)),
        (8, ("Il reste 8\u00a0jours", Tone.URGENT)),
    ],
)
def test_the_clock_runs_down(
    opened: int, context: Context, anne: Scope, days: int, said: tuple[str, Tone]
) -> None:
    then = datetime(2027, 2, 10, 12, tzinfo=context.now.tzinfo) - timedelta(days=days)
    clock = detail(replace(context, now=then), anne, opened).card.clock
    assert said[0] in clock.sentence
    assert clock.tone is said[1]


def test_an_uncertain_date_never_concludes(opened: int, context: Context, anne: Scope) -> None:
    old = PartialDate(date(2026, 8, 1), date(2026, 7, 1), date(2026, 8, 31), Precision.MONTH)
    jobs.set_dates(context, opened, published=old, learned=context.today, is_uncertain=True)
    clock = detail(context, anne, opened).card.clock
    assert clock.is_uncertain
    assert "passé le" not in clock.sentence
    assert "Échéance peut-être passée ou imminente" in clock.sentence
    unknown = jobs.open_by_hand(context, "bruno", "Message").case_id
    assert "Notez la date" in detail(context, replace(anne, chosen=None), unknown).card.clock.sentence


def test_the_route_guards_the_report(opened: int, context: Context, anne: Scope) -> None:
    shown = detail(context, anne, opened)
    assert shown.pause.startswith("prenez le temps d'examiner")
    assert shown.current is not None
    assert shown.current.step.id == "S00_PAUSE"
    assert not shown.is_answered
    assert "S10_SIGNALER" not in {line.step.id for line in shown.route}
    assert not any(line.step.why for line in shown.route)
    jobs.answer(context, opened, ANSWERS)
    lines = {line.step.id: line for line in detail(context, anne, opened).route}
    assert lines["S10_SIGNALER"].actions == (Action.SKIPPED,)
    assert lines["S10_SIGNALER"].held_by[0] == "Les preuves sont conservées."
    assert lines["S00_PAUSE"].actions == (Action.DONE, Action.SKIPPED)
    prove(context, opened)
    lines = {line.step.id: line for line in detail(context, anne, opened).route}
    assert lines["S10_SIGNALER"].actions == (Action.SENT, Action.DONE, Action.SKIPPED)
    jobs.take(context, opened, "S10_SIGNALER", Action.SENT)
    waiting = {line.step.id: line for line in detail(context, anne, opened).route}["S10_SIGNALER"]
    assert (waiting.state_text, waiting.days) == (
        "en attente",
        "envoyée le 23 nov. 2026, par administrateur",
    )
    assert Action.RECEIVED in waiting.actions


def test_a_step_done_elsewhere_can_be_noted(opened: int, context: Context, anne: Scope) -> None:
    prove(context, opened)
    jobs.answer(context, opened, ANSWERS | {"signale_sans_effet": ["oui"]})
    lines = {line.step.id: line for line in detail(context, anne, opened).route}
    earlier = {name for line in lines.values() for name, _ in line.earlier}
    assert "S10_SIGNALER" in earlier
    jobs.take(context, opened, "S10_SIGNALER", Action.EARLIER, day=date(2026, 11, 12))
    lines = {line.step.id: line for line in detail(context, anne, opened).route}
    assert "S10_SIGNALER" not in {name for line in lines.values() for name, _ in line.earlier}


def test_what_falls_due_is_sorted_and_leads_to_the_case(
    opened: int, context: Context, everybody: Scope
) -> None:
    jobs.answer(context, opened, ANSWERS)
    found = cases.due(context.store, context.viewer, everybody, context.now)
    assert [item.day for item in found] == sorted(item.day for item in found)
    insurer = next(item for item in found if item.deadline == "D_ASSUREUR")
    assert (insurer.day, insurer.remaining, insurer.bound) == (date(2026, 11, 30), "dans 7\u00a0jours", True)
    (todo,) = cases.todos(context.store, context.viewer, everybody, context.now)
    assert todo.what.startswith(f"Dossier n° {opened} (Dr Anne Alba) : ")
    assert todo.target.choices == (("dossiers_choix", str(opened)),)


def test_the_nearest_case_comes_first_and_closed_ones_last(
    opened: int, context: Context, everybody: Scope, year: Period
) -> None:
    near = jobs.open_by_hand(
        context, "bruno", "Message", published=PartialDate.exact(date(2026, 9, 1))
    ).case_id
    done = jobs.open_by_hand(context, "bruno", "Ancien").case_id
    jobs.close(context, done, Outcome.KEPT)
    found = cases.read(context.store, context.viewer, everybody, year, context.now)
    assert [card.id for card in found.cards] == [near, opened, done]
    assert found.sentence.startswith("2\u00a0dossiers en cours")
    assert found.cards[-1].status == "clos : avis maintenu"
    assert found.cards[-1].clock.sentence == "Dossier clos le 23 novembre 2026 : avis maintenu."


def test_a_review_removed_or_edited_meanwhile_is_said(opened: int, context: Context, anne: Scope) -> None:
    with context.store.writing() as connection:
        connection.execute(sa.update(schema.publication).values(version=2))
    assert "modifié depuis" in detail(context, anne, opened).changed
    with context.store.writing() as connection:
        connection.execute(sa.update(schema.publication).values(removed_at=context.now, version=1))
    shown = detail(context, anne, opened)
    assert shown.changed == ""
    assert "« avis retiré »" in shown.removed
    with context.store.writing() as connection:
        connection.execute(sa.delete(schema.publication))
    assert "copie scellée" in detail(context, anne, opened).removed


def test_a_letter_is_filled_with_what_is_known(
    opened: int, context: Context, anne: Scope, home: Path
) -> None:
    prove(context, opened)
    evidence.add(context, opened, BytesIO(b"%PDF-1.7"), "capture.pdf", home=home)
    shown = detail(context, anne, opened)
    assert "10_signalement_plateforme" in dict(shown.models)
    model = case_detail.model(
        context.store, context.viewer, anne, context.now, case_id=opened, template="10_signalement_plateforme"
    )
    values = {blank.name: blank.value for blank in model.fields}
    assert values["pseudonyme"] == "Camille R."
    assert values["nom_professionnel"] == "Dr Anne Alba"
    assert (values["date_avis"], values["date_capture"]) == ("10 novembre 2026", "23 novembre 2026")
    letter = case_detail.fill(
        context.store,
        context.viewer,
        anne,
        context.now,
        case_id=opened,
        template=model.id,
        variant=model.variant,
        values=values,
    )
    assert "auteur affiché « Camille R. »" in letter.text
    assert letter.missing


def test_a_broker_follows_a_case_without_a_word_of_it(
    opened: int, context: Context, anne: Scope, home: Path
) -> None:
    piece = evidence.add(context, opened, BytesIO(b"%PDF-1.7"), "Camille.pdf", home=home)
    prove(context, opened)
    jobs.write_note(context, opened, "Camille a rappelé")
    jobs.keep_letter(context, opened, "16_declaration_assureur", "Lettre", "Camille…")
    broker = replace(context, viewer=Viewer("courtier", Role.BROKER, portfolios=frozenset({1})))
    shown = detail(broker, anne, opened)
    assert shown.hides_words
    assert shown.route
    assert "Camille" not in str(shown)
    assert "ment à ses patients" not in str(shown)
    assert (shown.asked, shown.drafts) == (None, ())
    model = case_detail.model(
        broker.store, broker.viewer, anne, broker.now, case_id=opened, template="10_signalement_plateforme"
    )
    assert "pseudonyme" not in {blank.name for blank in model.fields if blank.value}
    for refused in (
        lambda: evidence.open_exhibit(broker, opened, piece.number, home=home),
        lambda: evidence.export(broker, opened, home / "d.zip", home=home),
    ):
        with pytest.raises(RefusedError, match="réservées"):
            refused()
    assert masking.hides_authors(broker.viewer)


def test_a_case_of_somebody_else_is_not_found(opened: int, context: Context, bruno_only: Viewer) -> None:
    stranger = replace(context, viewer=bruno_only)
    scope = Scope(context.store, bruno_only)
    with pytest.raises(RefusedError, match=f"Aucun dossier n° {opened}"):
        detail(stranger, scope, opened)


def test_outcomes_are_measured(opened: int, context: Context, everybody: Scope, year: Period) -> None:
    later = replace(context, now=context.now + timedelta(days=3))
    jobs.take(later, opened, "S00_PAUSE", Action.DONE)
    jobs.take(later, opened, PROOF, Action.DONE)
    jobs.close(later, opened, Outcome.REMOVED)
    other = jobs.open_by_hand(context, "bruno", "Message").case_id
    jobs.close(context, other, Outcome.NO_ACTION)
    jobs.erase(context, other, jobs.ErasureReason.RETENTION)
    found = cases.measured(context.store, context.viewer, everybody, year, context.now)
    assert (found.opened, found.closed, found.removed_share) == (2, 2, 0.5)
    assert (found.first_action_days, found.first_actions) == (3, 1)


def test_a_tampered_journal_does_not_take_the_list_down(
    opened: int, context: Context, everybody: Scope, year: Period
) -> None:
    other = jobs.open_by_hand(context, "bruno", "Message").case_id
    with context.store.writing() as connection:
        connection.execute(
            sa.update(schema.case_event).where(schema.case_event.c.case_id == opened).values(body="{")
        )
    found = cases.read(context.store, context.viewer, everybody, year, context.now)
    assert ([card.id for card in found.cards], found.unreadable) == ([other], (opened,))


@pytest.mark.parametrize("qualification", ["illicite_presume", "licite", "a_qualifier", "positif"])
@pytest.mark.parametrize("author", ["patient_identifie", "inconnu", "non_patient", "concurrent"])
def test_every_class_has_a_page(
    opened: int, context: Context, anne: Scope, qualification: str, author: str
) -> None:
    jobs.answer(context, opened, ANSWERS | {"qualification": [qualification], "auteur": [author]})
    shown = detail(context, anne, opened)
    assert shown.current is not None
    assert shown.route
    assert ("aucun délai ne court" in shown.card.clock.sentence) == (qualification == "positif")
