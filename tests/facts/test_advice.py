import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ereput.domain.practitioner import Guarantee
from ereput.facts import advice, next_steps
from ereput.facts.shapes import Origin, Step, Tone
from ereput.guidance import base as bases
from ereput.guidance import model
from ereput.guidance.group import AlertKind
from ereput.guidance.route import RouteDeadline

TODAY = date(2026, 11, 23)


def _deadline(day: date | None, *, nature: model.Nature, uncertain: bool = False) -> RouteDeadline:
    return RouteDeadline(
        id="D",
        label="Délai",
        date=day,
        prudent=day - timedelta(days=1) if day else None,
        act=None,
        send_by=None,
        nature=nature,
        status=model.Status.TEXT,
        is_uncertain=uncertain,
        sentence="À compter de la réception.",
    )


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (47, "il reste 47\u00a0jours", Tone.CALM),
        (30, "il reste 30\u00a0jours", Tone.WATCH),
        (15, "il reste 15\u00a0jours", Tone.URGENT),
        (0, "dernier jour", Tone.URGENT),
        (-1, "dépassé", Tone.URGENT),
    ],
)
def test_a_deadline_says_what_remains(days: int, words: str, tone: Tone) -> None:
    due = advice.due(_deadline(TODAY + timedelta(days=days), nature=model.Nature.HARD), TODAY)
    assert (due.remaining, due.tone) == (words, tone)


def test_an_uncertain_date_never_says_that_time_is_up() -> None:
    due = advice.due(_deadline(TODAY - timedelta(days=40), nature=model.Nature.HARD, uncertain=True), TODAY)
    assert due.remaining == "date incertaine : agir aujourd’hui"


def test_the_other_party_s_deadline_presses_nobody() -> None:
    due = advice.due(_deadline(TODAY, nature=model.Nature.THIRD_PARTY), TODAY)
    assert (due.remaining, due.tone) == ("", Tone.CALM)


def test_a_deadline_without_date_says_what_starts_it() -> None:
    due = advice.due(_deadline(None, nature=model.Nature.LEGAL), TODAY)
    assert (due.day, due.prudent) == ("À compter de la réception.", "")


def test_what_is_to_verify_is_never_settled() -> None:
    ref = model.LegalRef("art. 1", model.Status.TO_VERIFY, None, "")
    found = advice.basis(ref)
    assert (found.status, found.is_settled) == ("à vérifier", False)


def test_three_badges_cover_every_origin() -> None:
    assert {advice.origin(origin) for origin in model.Origin} == set(Origin)
    base = bases.load()
    assert all(advice.plain(base, step).title for step in base.steps.values())


_CODE = re.compile(r"\bS\d{2}|\b[SDG]_[A-Z]|\bplaquette_|\b\d{2}_[a-z]+_")


def test_a_code_is_called_by_the_title_of_its_step() -> None:
    base = bases.load()
    said = advice.worded(base, "Faire un constat (S14), puis S13A ou S99.")
    assert said == (
        "Faire un constat («\u202fFaire constater par un commissaire de justice\u202f»), puis "
        "«\u202fMettre en demeure l'auteur (recommandé AR)\u202f» ou S99."
    )


def _texts(step: Step) -> str:
    shown = replace(step, id="", templates=tuple(("", title) for _, title in step.templates))
    return str(shown)


def test_no_step_shows_an_internal_code() -> None:
    base = bases.load()
    for step in base.steps.values():
        assert not _CODE.search(_texts(advice.plain(base, step))), step.id


@pytest.mark.parametrize("kind", list(AlertKind))
def test_no_step_of_a_group_shows_an_internal_code(kind: AlertKind) -> None:
    found = next_steps.of_alert(kind, platform="google", guarantee=Guarantee.UNKNOWN, today=TODAY)
    assert not _CODE.search(f"{found.title} {found.rule} {found.assumptions}")
    for step in found.steps:
        assert not _CODE.search(_texts(step)), step.id
