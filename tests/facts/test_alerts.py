import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.facts import alerts, next_steps
from ereput.facts.alerts import Drawing
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.jobs import alerts as jobs
from ereput.jobs.context import Context
from ereput.store import signals
from ereput.store.schema import alert

Write = Callable[..., None]
MONDAY = date(2026, 11, 16)


def _raise_alert(context: Context, scope: Scope, **values: object) -> int:
    facts = {
        "practitioner_id": scope.who,
        "kind": "spike",
        "platform": "",
        "week": MONDAY,
        "last_week": MONDAY,
        "peak_week": MONDAY,
        "level": "alert",
        "observed": 3.0,
        "expected": 0.8,
        "upper": 3.0,
        "odds": 2.0,
        "why": json.dumps({"tail": 0.002}),
        "is_provisional": False,
        "state": "open",
        "raised_at": context.now,
        "changed_at": context.now,
    } | values
    known = {name: value for name, value in facts.items() if name in alert.c}
    with context.store.writing() as connection:
        return signals.insert_alert(connection, **known)


@pytest.fixture
def raised(context: Context, anne: Scope, write: Write) -> int:
    for author, day in (("A", "16/11/2026"), ("B", "17/11/2026"), ("C", "17/11/2026")):
        write("anne", "1/5", "Deux heures d’attente, aucune excuse.", author=author, date=day)
    write("anne", "1/5", "Une autre semaine.", author="D", date="02/11/2026")
    return _raise_alert(context, anne)


@pytest.mark.usefixtures("raised")
def test_an_alert_says_what_is_unusual_and_how_much(context: Context, now: datetime) -> None:
    (card,) = alerts.alert_cards(context.store, context.viewer, now, slug="anne")
    assert card.title == "3\u00a0avis négatifs la semaine du 16 nov. 2026 ; 0,8 attendu"
    assert card.rarity == "une telle semaine arrive par hasard environ une fois tous les 10\u00a0ans"
    assert card.why == f"{card.title} ; {card.rarity}."
    assert (card.tone, card.state, card.slug) == (Tone.URGENT, "open", "anne")
    assert card.steps[0].leaflet


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (1e-9, "moins d’une fois tous les 1\u202f000\u00a0ans"),
        (0.002, "environ une fois tous les 10\u00a0ans"),
        (0.015, "environ une fois par an"),
        (0.1, "environ 5 fois par an"),
    ],
)
def test_rarity_in_words(tail: float, words: str) -> None:
    assert alerts.rarity(tail).endswith(words)


@pytest.mark.usefixtures("raised")
def test_the_page_answers_in_a_sentence(
    context: Context, anne: Scope, everybody: Scope, year: Period, now: datetime
) -> None:
    one = alerts.read(context.store, context.viewer, anne, year, now)
    assert one.sentence == "3\u00a0avis négatifs la semaine du 16 nov. 2026 ; 0,8 attendu."
    every = alerts.read(context.store, context.viewer, everybody, year, now)
    assert every.sentence.startswith("Dr Anne Alba : 3\u00a0avis négatifs")
    assert "pour ces 2 praticiens, attendez-vous à 1\u00a0fausse alerte par an" in every.false_alarms
    none = alerts.read(context.store, context.viewer, everybody.on("bruno"), year, now)
    assert none.sentence == "Aucune alerte ouverte pour Bruno Bex."


def test_open_alerts_come_first_then_the_gravest(context: Context, anne: Scope, now: datetime) -> None:
    over = _raise_alert(context, anne, state="over", week=date(2026, 10, 5), last_week=date(2026, 10, 5))
    watch = _raise_alert(context, anne, level="watch", week=date(2026, 11, 2), last_week=date(2026, 11, 2))
    grave = _raise_alert(context, anne)
    found = alerts.alert_cards(context.store, context.viewer, now)
    assert [card.id for card in found] == [grave, watch, over]


@pytest.mark.usefixtures("raised")
def test_what_is_inside_shares_a_source_and_a_day(context: Context, anne: Scope, now: datetime) -> None:
    (card,) = alerts.alert_cards(context.store, context.viewer, now)
    detail = alerts.detail(context.store, context.viewer, anne, now, card=card)
    assert {review.author for review in detail.reviews} == {"A", "B", "C"}
    assert "Tous sur Google" in detail.drivers
    assert "2 sur 3 le même jour, le 17 nov. 2026" in detail.drivers
    assert detail.group.rule
    assert detail.drawing is Drawing.WEEKS
    assert list(detail.picture.frame["week"])[-1] == date(2026, 11, 23)
    assert detail.inside == "3\u00a0avis dans cette alerte"


def test_what_has_no_week_is_counted_beside_the_picture(
    context: Context, anne: Scope, now: datetime, write: Write
) -> None:
    write("anne", "1/5", "Sans jour.", date="il y a 3 mois")
    _raise_alert(context, anne)
    (card,) = alerts.alert_cards(context.store, context.viewer, now)
    detail = alerts.detail(context.store, context.viewer, anne, now, card=card)
    assert detail.aside.startswith("1\u00a0avis négatif de la période, sans date à la semaine près")


@pytest.mark.parametrize(
    ("kind", "drawing", "inside"),
    [
        ("slide", Drawing.RATING, "3\u00a0avis dans cette alerte"),
        ("silence", Drawing.MONTHS, "Les derniers avis vus sur Google"),
        ("coordinated", Drawing.WEEKS, "2\u00a0avis dans cette alerte"),
        ("mentions", Drawing.MONTHS, "1\u00a0mention dans cette alerte"),
    ],
)
def test_each_signal_shows_what_it_is_about(
    context: Context, anne: Scope, now: datetime, write: Write, *, kind: str, drawing: Drawing, inside: str
) -> None:
    for rank, day in enumerate(("16/11/2026", "20/11/2026")):
        write("anne", "1/5", "Un escroc, fuyez ce cabinet au plus vite.", author=f"N{rank}", date=day)
    write("anne", "2/5", "Trop d’attente pour rien.", author="C")
    write("anne", "5/5", "Parfait, rien à redire.", author="D", date="01/09/2026")
    write("anne", "", "Portrait de la praticienne dans le journal.", platform="presse", author="")
    _raise_alert(
        context,
        anne,
        kind=kind,
        platform="google" if kind == "silence" else "",
        why=json.dumps({"chance": 0.005}),
    )
    (card,) = alerts.alert_cards(context.store, context.viewer, now)
    assert card.rarity == "cela arrive par hasard environ une fois sur 200"
    detail = alerts.detail(context.store, context.viewer, anne, now, card=card)
    assert (detail.drawing, detail.inside) == (drawing, inside)
    assert not detail.picture.frame.empty
    assert detail.picture.takeaway
    assert detail.assumptions
    assert detail.group.steps


def test_a_very_rare_chance_feigns_no_precision() -> None:
    assert alerts.one_in(1e-7).endswith("moins d’une fois sur 1\u202f000")


@pytest.mark.usefixtures("raised")
def test_nothing_is_decided_for_the_user(context: Context, anne: Scope, now: datetime) -> None:
    (card,) = alerts.alert_cards(context.store, context.viewer, now)
    publication = alerts.detail(context.store, context.viewer, anne, now, card=card).reviews[0]
    asked = next_steps.questions(context.store, context.viewer, anne, now, publication=publication)
    proposed = {question.id: question.proposed for question in asked.questions if question.proposed}
    assert proposed == {"reponse_directe": "oui", "garantie": "oui"}
    with pytest.raises(RefusedError, match="Il reste à répondre"):
        next_steps.of_publication(
            context.store, context.viewer, anne, now, publication=publication, answers={}
        )


@pytest.mark.usefixtures("raised")
def test_answers_give_the_steps_of_one_publication(context: Context, anne: Scope, now: datetime) -> None:
    (card,) = alerts.alert_cards(context.store, context.viewer, now)
    publication = alerts.detail(context.store, context.viewer, anne, now, card=card).reviews[0]
    answers = {
        "qualification": ["illicite_presume"],
        "auteur": ["inconnu"],
        "reponse_directe": ["oui"],
        "garantie": ["oui"],
        "signale_sans_effet": ["non"],
    }
    found = next_steps.of_publication(
        context.store, context.viewer, anne, now, publication=publication, answers=answers
    )
    titles = [step.title for step in found.steps]
    assert "Signaler l'avis à la plateforme" in titles
    dated = [due for step in found.steps for due in step.deadlines if due.prudent]
    assert any(due.day == "17 févr. 2027" and due.prudent == "16 févr. 2027" for due in dated)


@pytest.mark.usefixtures("raised")
def test_who_may_not_see_gets_no_alert(context: Context, bruno_only: Viewer, now: datetime) -> None:
    assert alerts.alert_cards(context.store, bruno_only, now) == []
    with pytest.raises(RefusedError):
        alerts.alert_cards(context.store, bruno_only, now, slug="anne")


def test_a_long_list_comes_a_page_at_a_time(
    context: Context, anne: Scope, everybody: Scope, now: datetime
) -> None:
    weeks = [date(2026, 1, 5) + timedelta(weeks=rank) for rank in range(5)]
    made = [_raise_alert(context, anne, week=week, odds=float(rank)) for rank, week in enumerate(weeks)]
    jobs.acknowledge(context, made[4], "vu")

    def listed(**of: Any) -> list[int]:
        found = alerts.page(context.store, context.viewer, everybody, now, size=2, **of)
        return [card.id for card in found.cards]

    assert [listed(number=number) for number in (1, 2, 9)] == [made[3:1:-1], made[1::-1], made[1::-1]]
    assert listed(state="", number=3) == [made[4]]
    label = alerts.alert_cards(context.store, context.viewer, now)[-1].label
    assert listed(state="", label=label) == [made[4], made[3], made[2]]
    assert listed(label=label) == made[3:1:-1]
    every = alerts.page(context.store, context.viewer, everybody, now, state="")
    assert (every.total, every.opened, every.pages) == (5, 4, 1)
