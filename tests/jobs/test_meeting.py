"""A meeting from its opening to the next one: minutes, closing, what came after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.period import Span, parse
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import Draft, Kind, PartialDate
from ereput.facts import meeting as facts
from ereput.facts import scope as scopes
from ereput.facts.pack import Pack
from ereput.facts.scope import Scope
from ereput.ingest.reading import Reading
from ereput.jobs import cases, meeting, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Request, store_publications
from ereput.settings import parse_now
from ereput.store import Store, schema

NOW = parse_now("2026-11-23T09:00:00+01:00")
OCTOBER = parse("2026-10")
Import = Callable[..., None]


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Anne Alba", slug="anne", profession="dentiste")
    return made


@pytest.fixture
def anne(context: Context) -> Scope:
    return scopes.read(context.store, context.viewer).on("anne")


@pytest.fixture
def bring(context: Context, anne: Scope) -> Import:
    """Import reviews of October: `bring(1, 2, 5, first=3)` from the 3rd on, one a day."""

    def imported(
        *stars: float, first: int = 1, at: datetime = NOW, text: str = "Attente interminable"
    ) -> None:
        drafts = [
            Draft(
                row=rank + 1,
                platform="google",
                kind=Kind.REVIEW,
                author=f"Auteur {first + rank}",
                rating=mark,
                text=f"{text}, vraiment {first + rank}",
                external_id=f"avis-{first + rank}",
                published=PartialDate.exact(date(2026, 10, first + rank)),
            )
            for rank, mark in enumerate(stars)
        ]
        request = Request(
            origin="file", name="avis.csv", practitioner_id=anne.chosen.id if anne.chosen else None
        )
        store_publications(
            replace(context, now=at), request, lambda: Reading("reviews", "demo", items=iter(drafts))
        )

    return imported


def read(context: Context, scope: Scope, span: Span = OCTOBER) -> Pack:
    return facts.read(context.store, context.viewer, scope, span, context.now)


def texts(pack: Pack) -> list[str]:
    return [line.text for line in pack.decisions]


def test_opening_fills_the_minutes_with_the_open_cases_once(context: Context, anne: Scope) -> None:
    case = cases.open_by_hand(context, "anne", "Message").case_id
    number = meeting.start(context, anne, OCTOBER)
    assert meeting.start(context, anne, OCTOBER) == number
    (line,) = read(context, anne).decisions
    assert (line.case_id, line.text.startswith(f"Dossier n° {case}"), line.state) == (case, True, "open")


def test_minutes_are_written_changed_and_taken_back(context: Context, anne: Scope) -> None:
    number = meeting.start(context, anne, OCTOBER)
    meeting.decide(
        context, number, text="  Appeler\tle\nsecrétariat \u202e", owner="Léa", due=date(2026, 12, 1)
    )
    meeting.decide(context, number, text="Autre chose", practitioner="anne")
    first, second = read(context, anne).decisions
    assert (first.text, first.owner, first.due) == ("Appeler le secrétariat", "Léa", date(2026, 12, 1))
    meeting.amend(context, first.id, text="Écrire au secrétariat")
    meeting.withdraw(context, second.id)
    (line,) = read(context, anne).decisions
    assert (line.text, line.owner, line.due) == ("Écrire au secrétariat", "", None)
    with pytest.raises(RefusedError, match="quelques mots"):
        meeting.decide(context, number, text=" \n ")


def test_lock_import_more_reopen_unchanged(context: Context, anne: Scope, bring: Import) -> None:
    bring(1, 2, 5, 5, 5)
    number = meeting.start(context, anne, OCTOBER)
    meeting.decide(context, number, text="Revoir l’accueil", owner="Léa")
    closed = meeting.close(context, anne, OCTOBER)
    assert closed.is_locked
    assert closed.quotes
    later = replace(context, now=NOW.replace(day=24))
    bring(1, 1, 1, 1, first=20, at=later.now)
    reopened = read(later, anne)
    assert replace(reopened, after="") == replace(closed, after="")
    assert reopened.measures[1].tile.value == 5
    assert reopened.after == (
        "4\u00a0avis importés depuis ; la période compte aujourd’hui 9\u00a0avis, contre 5 à la clôture."
    )
    assert closed.after == "Rien n’est venu depuis changer les avis de cette période."


def test_a_closed_meeting_keeps_its_minutes_but_follows_what_is_done(context: Context, anne: Scope) -> None:
    number = meeting.start(context, anne, OCTOBER)
    meeting.decide(context, number, text="Appeler", owner="Léa", due=date(2026, 12, 1))
    meeting.decide(context, number, text="Oublier")
    first, second = meeting.close(context, anne, OCTOBER).decisions
    for forbidden in (
        lambda: meeting.decide(context, number, text="Trop tard"),
        lambda: meeting.amend(context, first.id, text="Autrement"),
        lambda: meeting.withdraw(context, first.id),
        lambda: meeting.close(context, anne, OCTOBER),
    ):
        with pytest.raises(RefusedError, match="close"):
            forbidden()
    meeting.settle(context, first.id, "done")
    meeting.settle(context, second.id, "dropped")
    assert [line.state for line in read(context, anne).decisions] == ["open", "open"]
    following = read(context, anne, OCTOBER.after)
    assert [(line.text, line.state, line.made) for line in following.followed] == [
        ("Appeler", "done", "octobre 2026"),
        ("Oublier", "dropped", "octobre 2026"),
    ]
    assert following.followed[0].state_text == "fait le 23 nov. 2026"


def test_what_is_still_open_follows_from_meeting_to_meeting(context: Context, anne: Scope) -> None:
    for span, text in ((parse("2026-08"), "Ancienne"), (parse("2026-09"), "Récente")):
        meeting.decide(context, meeting.start(context, anne, span), text=text)
        meeting.close(context, anne, span)
    assert [line.text for line in read(context, anne).followed] == ["Ancienne", "Récente"]
    assert "2\u00a0décisions de la dernière fois à faire" in read(context, anne).sentence
    meeting.settle(context, read(context, anne).followed[0].id, "done")
    assert [line.text for line in read(context, anne).followed] == ["Récente"]


def test_a_running_period_is_not_closed(context: Context, anne: Scope) -> None:
    meeting.start(context, anne, parse("2026-11"))
    with pytest.raises(RefusedError, match=r"à partir du 1er déc\. 2026"):
        meeting.close(context, anne, parse("2026-11"))
    with pytest.raises(RefusedError, match="Ouvrez d’abord"):
        meeting.close(context, anne, OCTOBER)


def test_two_people_close_at_once_and_one_is_told(context: Context, anne: Scope) -> None:
    meeting.start(context, anne, OCTOBER)
    gate, told = Barrier(2), []

    def close() -> None:
        gate.wait()
        try:
            meeting.close(context, anne, OCTOBER)
            told.append("closed")
        except RefusedError as refusal:
            told.append(str(refusal))

    threads = [Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["Cette réunion est déjà close.", "closed"]


def test_what_changed_while_closing_is_looked_at_again(
    context: Context, anne: Scope, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(5)
    meeting.start(context, anne, OCTOBER)
    real, made = facts.read, []

    def reading(*given: object, **named: object) -> Pack:
        found = real(*given, **named)  # type: ignore[arg-type]  # what it was given
        if not made:
            made.append(found)
            bring(1, first=20)
        return found

    monkeypatch.setattr(meeting.facts, "read", reading)
    assert meeting.close(context, anne, OCTOBER).measures[1].tile.value == 2


def test_a_quotation_goes_with_its_review(context: Context, anne: Scope, bring: Import) -> None:
    bring(1, 2)
    meeting.start(context, anne, OCTOBER)
    assert len(meeting.close(context, anne, OCTOBER).quotes) == 2
    with context.store.writing() as connection:
        connection.execute(sa.update(schema.publication).values(body=""))
    assert read(context, anne).quotes == ()
    with context.store.reading() as connection:
        packs = connection.execute(sa.select(schema.meeting.c.pack)).scalar_one()
    assert "interminable" not in packs
    assert "Alba" not in packs


def test_a_broker_reads_a_closed_meeting_without_a_word(context: Context, anne: Scope, bring: Import) -> None:
    bring(1, 2)
    meeting.start(context, anne, OCTOBER)
    meeting.close(context, anne, OCTOBER)
    broker = Viewer("Courtier", Role.BROKER, frozenset({1}))
    scope = scopes.read(context.store, broker).on("anne")
    pack = facts.read(context.store, broker, scope, OCTOBER, NOW)
    assert (pack.is_locked, pack.quotes, pack.measures[1].tile.value) == (True, (), 2)


def test_each_act_is_in_the_audit(context: Context, anne: Scope) -> None:
    number = meeting.start(context, anne, OCTOBER)
    meeting.decide(context, number, text="Appeler")
    meeting.close(context, anne, OCTOBER)
    with context.store.reading() as connection:
        lines = connection.execute(
            sa.select(schema.audit.c.action, schema.audit.c.subject).order_by(schema.audit.c.id)
        ).all()
    assert [tuple(line) for line in lines[-3:]] == [
        ("réunion ouverte", f"réunion n° {number}"),
        ("décision notée", f"réunion n° {number}"),
        ("réunion close", f"réunion n° {number}"),
    ]


def test_a_portfolio_holds_its_own_meeting(context: Context) -> None:
    everybody = replace(scopes.read(context.store, context.viewer), chosen=None)
    meeting.start(context, everybody, OCTOBER)
    closed = meeting.close(context, everybody, OCTOBER)
    assert (closed.is_portfolio, closed.is_locked, len(closed.rows)) == (True, True, 1)
    (held,) = facts.held(context.store, context.viewer, everybody)
    assert (held.label, held.state) == ("octobre 2026", "close le 23 nov. 2026")
