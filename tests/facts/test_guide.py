import re
from datetime import datetime

from ereput.facts import guide
from ereput.facts.guide import Guide
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Origin
from ereput.jobs.context import Context


def _read(context: Context, scope: Scope, year: Period, now: datetime) -> Guide:
    return guide.read(context.store, context.viewer, scope, year, now)


def test_the_leaflet_is_there_word_for_word(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    found = _read(context, everybody, year, now)
    assert len(found.advice) == 4
    assert found.advice[2] == "Effectuez des veilles régulières sur Internet"
    assert len(found.means) == 4
    illicit, licit = found.routes
    assert (len(illicit.lines), len(licit.lines)) == (4, 3)
    assert found.first.startswith("En premier lieu, conserver la preuve")
    assert found.reminder.startswith("Veillez toujours à respecter le secret médical")


def test_routes_quote_the_leaflet_and_say_where_they_go_beyond(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    for route in _read(context, everybody, year, now).routes:
        assert {step.origin for step in route.steps} == set(Origin)
        assert all(step.leaflet for step in route.steps if step.origin is not Origin.BEYOND)


def test_the_chosen_practitioner_s_profession_comes_first(
    context: Context, anne: Scope, year: Period, now: datetime
) -> None:
    assert _read(context, anne, year, now).professions[0].profession == "Chirurgien-dentiste"


def test_searching_is_blind_to_case_and_accents(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    found = _read(context, everybody, year, now)
    assert found.matching("DEREFERENCEMENT").size > 0
    assert found.matching("déréférencement") == found.matching("DEREFERENCEMENT")
    assert found.matching("  ") == found
    assert found.matching("introuvable xyz").size == 0


def test_the_notice_is_dated_and_a_year_later_says_so(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    assert not _read(context, everybody, year, now).notice.is_stale
    later = _read(context, everybody, year, now.replace(year=2027, month=12)).notice
    assert later.is_stale
    assert "revue" in later.text


def test_no_model_shows_an_internal_code(
    context: Context, everybody: Scope, year: Period, now: datetime
) -> None:
    for letter in _read(context, everybody, year, now).letters:
        words = f"{letter.when} {letter.basis} {letter.fields} {letter.checks} {letter.never}"
        assert not re.search(r"\bS\d{2}", words), letter.id
