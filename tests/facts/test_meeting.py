from collections.abc import Callable
from datetime import date, datetime

import pytest

from ereput.domain.errors import RefusedError
from ereput.domain.period import Span, SpanKind, parse
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import PartialDate
from ereput.facts import meeting
from ereput.facts.pack import Audience, Pack
from ereput.facts.scope import Scope
from ereput.jobs import cases
from ereput.jobs.context import Context

Write = Callable[..., None]
MONTH = parse("2026-10")


@pytest.fixture
def reviewed(write: Write) -> None:
    for number in range(8):
        write("anne", "1/5" if number < 3 else "5/5", f"Attente trop longue, deux heures {number}",
              date=f"{10 + number}/10/2026", author=f"Auteur {number}")  # fmt: skip
    write("anne", "5/5", "Très bien", date="12/09/2026", author="Avant", reply="Merci à vous")
    write("bruno", "4/5", "Bon accueil", date="12/10/2026", author="Ailleurs")


def read(context: Context, scope: Scope, span: Span = MONTH, **values: object) -> Pack:
    return meeting.read(context.store, context.viewer, scope, span, context.now, **values)  # type: ignore[arg-type]  # by name


@pytest.mark.usefixtures("reviewed")
def test_a_pack_holds_the_figures_of_a_practitioner(context: Context, anne: Scope) -> None:
    pack = read(context, anne)
    by_key = {one.key: one.tile for one in pack.measures}
    assert (pack.heading, pack.label, pack.label_before) == ("Dr Anne Alba", "octobre 2026", "septembre 2026")
    assert (by_key["reviews"].value, by_key["reviews"].previous) == (8, 1)
    assert by_key["negatives"].value == pytest.approx(37.5)
    assert sum(month.reviews for month in pack.series.months) == 9
    assert pack.drivers[0].name == "Attente et ponctualité"
    assert pack.rows == ()
    assert pack.funnel is None


@pytest.mark.usefixtures("reviewed")
def test_two_masked_beginnings_are_quoted(context: Context, anne: Scope) -> None:
    quotes = read(context, anne).quotes
    assert len(quotes) == 2
    assert all("Attente" in quote.text for quote in quotes)
    assert meeting.on_paper(context.viewer, read(context, anne), Audience.BROKER).quotes == ()


@pytest.mark.usefixtures("reviewed")
def test_a_portfolio_adds_up_and_lists_its_people(context: Context, everybody: Scope) -> None:
    done: list[int] = []
    pack = read(context, everybody, progress=lambda count, _: done.append(count))
    assert pack.measures[1].tile.value == 9
    assert [row.reviews for row in pack.rows] == [8, 1]
    assert {pack.name(row.who) for row in pack.rows} == {"Dr Anne Alba", "Bruno Bex"}
    assert done == [2]
    assert read(context, everybody, has_people=False).rows == ()


@pytest.mark.usefixtures("reviewed")
def test_a_broker_s_paper_has_codes(context: Context, everybody: Scope) -> None:
    pack = read(context, everybody)
    broker = Viewer("Courtier", Role.BROKER, frozenset({1}))
    shown = meeting.on_paper(broker, pack, Audience.PRACTITIONER)
    assert shown.audience is Audience.BROKER
    assert all(shown.name(row.who).startswith("Assuré ") for row in shown.rows)
    assert "Alba" not in "".join(shown.name(row.who) for row in shown.rows)


def test_open_cases_come_first_and_become_decisions(context: Context, anne: Scope) -> None:
    number = cases.open_by_hand(
        context, "anne", title="Message", published=PartialDate.exact(date(2026, 11, 2))
    ).case_id
    pack = read(context, anne)
    assert [line.id for line in pack.cases] == [number]
    (proposed,) = meeting.suggested(pack)
    assert proposed.text.startswith(f"Dossier n° {number} : ")
    assert proposed.due is None or proposed.due >= context.today
    assert "Message" not in repr(pack)


def test_nobody_or_a_period_to_come_is_refused(context: Context, anne: Scope, bruno_only: Viewer) -> None:
    with pytest.raises(RefusedError, match="n’a pas commencé"):
        read(context, anne, parse("2027-01"))
    with pytest.raises(RefusedError):
        meeting.read(context.store, bruno_only, anne, MONTH, context.now)


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("2026-09", "septembre 2026"),
        ("2026-Q1", "1er trimestre 2026"),
        ("2026-Q3", "3e trimestre 2026"),
        ("2026-S2", "2e semestre 2026"),
        ("2026-07-03..2026-09-10", "du 3 juil. au 10 sept. 2026"),
    ],
)
def test_periods_are_named_in_french(key: str, label: str) -> None:
    assert meeting.label(parse(key)) == label


def test_a_day_alone_is_a_period(context: Context, anne: Scope, now: datetime) -> None:
    pack = read(context, anne, Span(SpanKind.CUSTOM, now.date(), now.date()))
    assert not pack.is_over
    assert pack.measures[1].tile.value == 0
