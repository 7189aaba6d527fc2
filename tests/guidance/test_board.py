import datetime as dt
from dataclasses import replace

from ereput.domain.practitioner import Guarantee
from ereput.domain.publication import PartialDate, Precision
from ereput.guidance.base import load
from ereput.guidance.board import DueItem, board, due_items
from ereput.guidance.events import (
    CaseClosed,
    DeadlineStarted,
    Event,
    Outcome,
    SentenceAttested,
    StepDone,
    StepReceived,
    StepSkipped,
    StepStarted,
)
from ereput.guidance.model import Author, Flag, Qualification, YesNo
from ereput.guidance.route import Situation
from ereput.guidance.workflow import Case, StepStatus, replay

BASE = load()
DAY = dt.date(2026, 12, 1)


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def opened(**changes: object) -> Case:
    values: dict[str, object] = {
        "qualification": Qualification.PRESUMED_ILLICIT,
        "author": Author.IDENTIFIED_PATIENT,
        "direct_reply": YesNo.YES,
        "guarantee": Guarantee.YES,
        "reported_without_effect": YesNo.NO,
        "published": PartialDate.exact(dt.date(2026, 11, 20)),
        "learned": dt.date(2026, 11, 30),
    }
    return Case(Situation(**{**values, **changes}), DAY)


def due(case: Case, *events: Event, today: dt.date = DAY) -> dict[str, DueItem]:
    items = due_items(BASE, replay(BASE, case, events), today)
    assert [item.date for item in items] == sorted(item.date for item in items)
    return {item.deadline or item.step: item for item in items}


PROVED = (StepDone("S01_PREUVE", DAY), StepDone("S02_DATER", DAY), StepDone("S03_QUALIFIER", DAY))


def test_the_board_shows_each_step_with_its_state() -> None:
    case = replay(BASE, opened(), [StepDone("S00_PAUSE", DAY), StepDone("S01_PREUVE", DAY)])
    shown = {entry.step.id: entry for entry in board(BASE, case, today=DAY)}
    assert [name for name, entry in shown.items() if entry.is_current] == ["S02_DATER"]
    assert shown["S01_PREUVE"].record.status is StepStatus.DONE
    assert [entry.sentence for entry in shown["S10_SIGNALER"].held_by] == [
        "L'avis est classé, à titre provisoire."
    ]
    assert shown["S14_CONSTAT"].held_by == ()


def test_advice_is_shown_apart_from_what_blocks() -> None:
    case = opened(reported_without_effect=YesNo.YES)
    shown = {entry.step.id: entry for entry in board(BASE, case, today=DAY)}
    assert [entry.sentence for entry in shown["S13A_MED_AUTEUR"].advised] == [
        "Un constat est établi (conseillé)."
    ]
    urgent = {entry.step.id: entry for entry in board(BASE, case, today=dt.date(2027, 2, 1))}
    assert urgent["S15_ACTION"].held_by == ()
    assert len(urgent["S15_ACTION"].advised) == 2


def test_what_is_due_at_the_opening() -> None:
    items = due(opened())
    assert items["S01_PREUVE"].date == DAY
    assert items["S01_PREUVE"].sentence == "le jour même"
    assert items["D_PRESSE"].date == dt.date(2027, 2, 20)
    assert items["D_PRESSE"].act == dt.date(2027, 2, 19)
    assert items["D_PRESSE"].days_left == 81
    assert items["D_PRESSE"].bound
    assert items["D_ASSUREUR"].date == dt.date(2026, 12, 7)
    assert items["D_AVOCAT"].date == dt.date(2027, 1, 19)
    assert items["S61_VEILLE"].date == dt.date(2027, 1, 1)
    # The site lets one reply: no right of reply is to be asked for, hence no deadline for it.
    assert "D_REPONSE" not in items


def test_sending_starts_the_wait_and_doing_ends_it() -> None:
    sent = StepStarted("S10_SIGNALER", DAY)
    items = due(opened(), *PROVED, sent)
    assert items["D_RELANCE_SIGNALEMENT"].date == after(7)
    assert not items["D_RELANCE_SIGNALEMENT"].bound
    assert "D_RELANCE_SIGNALEMENT" not in due(opened(), *PROVED, sent, StepDone("S10_SIGNALER", after(3)))
    assert "S01_PREUVE" not in items


def test_the_insurer_is_told_once_the_declaration_is_sent() -> None:
    assert "D_ASSUREUR" not in due(opened(), *PROVED, StepStarted("S05_ASSUREUR", DAY))
    late = due(opened(), *PROVED, today=after(30))
    assert late["D_ASSUREUR"].days_left == -24


def test_the_press_deadline_stays_until_the_end() -> None:
    case = replay(BASE, opened(), [*PROVED, StepStarted("S05_ASSUREUR", DAY), StepDone("S15_ACTION", DAY)])
    assert "D_PRESSE" in due(case)
    assert "D_AVOCAT" not in due(case)
    assert due_items(BASE, replay(BASE, case, [CaseClosed(Outcome.REMOVED, DAY)]), DAY) == ()
    assert "D_PRESSE" not in due(case, today=dt.date(2027, 2, 21))


def test_an_uncertain_deadline_only_alerts_and_never_leaves() -> None:
    vague = PartialDate(dt.date(2026, 7, 15), dt.date(2026, 7, 1), dt.date(2026, 7, 31), Precision.MONTH)
    items = due(opened(published=vague))
    assert items["D_PRESSE"].is_uncertain
    assert items["D_PRESSE"].days_left < 0
    assert items["D_PRESSE"].sentence.startswith("Échéance peut-être passée")
    assert items["D_AVOCAT"].date == DAY


def test_a_right_of_reply_is_met_by_its_receipt() -> None:
    case = opened(qualification=Qualification.LICIT, direct_reply=YesNo.NO)
    ready = (
        SentenceAttested("nomme_ou_designe", DAY),
        SentenceAttested("aucune_reponse_directe", DAY),
        StepStarted("S32_DROIT_REPONSE", DAY),
    )
    sent = due(case, *ready)
    assert sent["D_REPONSE"].send_by == dt.date(2027, 2, 3)
    assert "D_INSERTION" not in sent
    received = due(case, *ready, StepReceived("S32_DROIT_REPONSE", after(2)))
    assert "D_REPONSE" not in received
    assert received["D_INSERTION"].date == after(5)
    assert received["D_REFUS_INSERTION"].date == dt.date(2027, 3, 6)
    assert received["D_REFUS_INSERTION"].bound
    published = due(
        case, *ready, StepReceived("S32_DROIT_REPONSE", after(2)), StepDone("S32_DROIT_REPONSE", after(4))
    )
    assert not {"D_INSERTION", "D_REFUS_INSERTION"} & published.keys()


def test_two_demands_each_keep_their_own_answer_day() -> None:
    case = opened(flags=frozenset({Flag.GDPR_REFUSED}))
    events = (
        SentenceAttested("donnees_personnelles", DAY),
        SentenceAttested("page_indexee", DAY),
        StepStarted("S40_OPPOSITION", DAY),
        StepReceived("S40_OPPOSITION", after(1)),
        StepStarted("S41_DEREFERENCER", DAY),
        StepReceived("S41_DEREFERENCER", after(4)),
    )
    items = due_items(BASE, replay(BASE, case, events), DAY)
    answers = [(item.step, item.date) for item in items if item.deadline == "D_RGPD"]
    assert answers == [("S40_OPPOSITION", dt.date(2027, 1, 2)), ("S41_DEREFERENCER", dt.date(2027, 1, 5))]
    complaint = [item.date for item in items if item.deadline == "D_CNIL" and item.step == "S40_OPPOSITION"]
    assert complaint == [dt.date(2027, 1, 3)]
    filed = replay(BASE, case, [*events, StepStarted("S42_CNIL", dt.date(2027, 1, 6))])
    assert "D_CNIL" not in {item.deadline for item in due_items(BASE, filed, dt.date(2027, 1, 6))}


def test_a_decision_notified_opens_six_months() -> None:
    case = opened(reported_without_effect=YesNo.YES)
    assert "D_DSA" not in due(case)
    assert due(case, DeadlineStarted("D_DSA", DAY))["D_DSA"].date == dt.date(2027, 6, 1)


def test_watching_comes_back_every_month_unless_set_aside() -> None:
    assert due(opened(), StepDone("S61_VEILLE", after(10)))["S61_VEILLE"].date == dt.date(2027, 1, 11)
    assert "S61_VEILLE" not in due(opened(), StepSkipped("S61_VEILLE", DAY))


def test_a_threat_is_due_at_once() -> None:
    case = opened()
    threatened = replace(case, situation=replace(case.situation, flags=frozenset({Flag.THREAT})))
    assert due(threatened)["S04_SECURITE"].sentence == "immédiat"
