"""Hold a review meeting: open it, write its minutes, follow what was decided, close it for good."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.period import Span
from ereput.facts import french, frozen
from ereput.facts import meeting as facts
from ereput.facts.pack import Pack
from ereput.facts.scope import Scope
from ereput.jobs.context import Context
from ereput.store import cases, journal, meetings, practitioners

LONGEST_TEXT, LONGEST_OWNER = 500, 80
MOST_PREFILLED = 20
MOST_DECISIONS = 200
ATTEMPTS = 3
SETTLED = {"done": "décision faite", "dropped": "décision abandonnée", "open": "décision rouverte"}
_HARD_SPACES = "\u00a0\u202f"
_SPACES = re.compile(" +")
_CLOSED = "Cette réunion est close : son compte rendu ne change plus."


def start(context: Context, scope: Scope, span: Span, *, portfolio: str = "") -> int:
    """Open the meeting of a scope over a period, its minutes filled with the open cases; return its number.

    One that is open or closed already is left as it is.
    """
    pack = facts.read(context.store, context.viewer, scope, span, context.now, portfolio=portfolio)
    if pack.meeting_id is not None:
        return pack.meeting_id
    of = facts.whom(context.store, context.viewer, scope, portfolio=portfolio)
    with context.store.writing() as connection:
        known = meetings.find(connection, context.viewer, of.key, first=span.first, last=span.last)
        if known is not None:
            return int(known.id)
        number = meetings.insert(
            connection,
            whose=of.key,
            practitioner_id=of.practitioner_id,
            portfolio_id=of.portfolio_id,
            span=span.kind.value,
            first=span.first,
            last=span.last,
            opened_at=context.now,
            opened_by=context.viewer.name,
        )
        rows = [
            _row(context, number, line.text, case_id=line.case_id, who=line.who, due=line.due)
            for line in facts.suggested(pack)[:MOST_PREFILLED]
        ]
        meetings.insert_decisions(connection, rows)
        _note(connection, context, "réunion ouverte", number, detail=f"{of.key}, {span.key}")
    return number


def close(context: Context, scope: Scope, span: Span, *, portfolio: str = "") -> Pack:
    """Freeze the figures of a meeting with its minutes, and return them as they will be read from now on.

    Raises:
        RefusedError: the meeting is closed or was not opened, or its period still runs.

    """
    if span.last >= context.today:
        raise RefusedError(
            f"La période court encore : elle se clôt à partir du {french.day(span.after.first)}."
        )
    for _ in range(ATTEMPTS):
        pack = facts.read(context.store, context.viewer, scope, span, context.now, portfolio=portfolio)
        if pack.is_locked:
            raise RefusedError("Cette réunion est déjà close.")
        if pack.meeting_id is None:
            raise RefusedError("Ouvrez d’abord la réunion.")
        if _freeze(context, pack):
            return facts.read(context.store, context.viewer, scope, span, context.now, portfolio=portfolio)
    raise RefusedError("Les données changent en ce moment même (un import ?) : recommencez dans un instant.")


def _freeze(context: Context, pack: Pack) -> bool:
    """Write a pack that nothing has outdated since it was made; return False when something has."""
    number = pack.meeting_id or 0
    with context.store.writing() as connection:
        if not meetings.hold_open(connection, number):
            raise RefusedError("Cette réunion est déjà close.")
        if not facts.is_fresh(connection, context.viewer, pack):
            return False
        meetings.insert_quotes(
            connection,
            number,
            [
                {"practitioner_id": quote.who, "publication_id": quote.publication, "text": quote.text}
                for quote in pack.quotes
            ],
        )
        meetings.close(connection, number, pack=frozen.to_json(pack), by=context.viewer.name, now=context.now)
        detail = f"{pack.span.key}, données version {pack.origins.data_version}"
        _note(connection, context, "réunion close", number, detail=detail)
    return True


# -- the minutes


def decide(
    context: Context,
    meeting_id: int,
    *,
    text: str,
    owner: str = "",
    due: date | None = None,
    case_id: int | None = None,
    practitioner: str = "",
) -> None:
    """Add a decision to the minutes of an open meeting, about a case, a practitioner, or neither."""
    with context.store.writing() as connection:
        _hold(connection, context, meeting_id)
        if len(meetings.read_decisions(connection, context.viewer, meeting_id)) >= MOST_DECISIONS:
            raise RefusedError(f"Un compte rendu tient en {MOST_DECISIONS} décisions.")
        who = None
        if case_id is not None:
            who = int(cases.read_one(connection, context.viewer, case_id).practitioner_id)
        elif practitioner:
            who = practitioners.read_one(connection, context.viewer, practitioner).id
        row = _row(context, meeting_id, text, owner=owner, due=due, case_id=case_id, who=who)
        meetings.insert_decisions(connection, [row])
        _note(connection, context, "décision notée", meeting_id)


def amend(context: Context, decision_id: int, *, text: str, owner: str = "", due: date | None = None) -> None:
    """Change a decision of an open meeting."""
    with context.store.writing() as connection:
        found = meetings.read_decision(connection, context.viewer, decision_id)
        _hold(connection, context, found.meeting_id)
        meetings.change_decision(
            connection, decision_id, text=_text(text), owner=_line(owner, LONGEST_OWNER), due=due
        )
        _note(connection, context, "décision modifiée", found.meeting_id)


def withdraw(context: Context, decision_id: int) -> None:
    """Take a decision back from the minutes of an open meeting."""
    with context.store.writing() as connection:
        found = meetings.read_decision(connection, context.viewer, decision_id)
        _hold(connection, context, found.meeting_id)
        meetings.delete_decision(connection, decision_id)
        _note(connection, context, "décision retirée", found.meeting_id)


def settle(context: Context, decision_id: int, state: str) -> None:
    """Say what became of a decision: "done", "dropped", or "open" again; its meeting may be closed."""
    if state not in SETTLED:
        raise RefusedError("Une décision est à faire, faite ou abandonnée.")
    with context.store.writing() as connection:
        found = meetings.read_decision(connection, context.viewer, decision_id)
        if found.state == state:
            return
        is_open = state == "open"
        meetings.change_decision(
            connection,
            decision_id,
            state=state,
            settled_at=None if is_open else context.now,
            settled_by="" if is_open else context.viewer.name,
        )
        _note(connection, context, SETTLED[state], found.meeting_id, detail=f"décision n° {decision_id}")


def _hold(connection: sa.Connection, context: Context, meeting_id: int) -> None:
    meetings.read_one(connection, context.viewer, meeting_id)
    if not meetings.hold_open(connection, meeting_id):
        raise RefusedError(_CLOSED)


def _row(
    context: Context,
    meeting_id: int,
    text: str,
    *,
    owner: str = "",
    due: date | None = None,
    case_id: int | None = None,
    who: int | None = None,
) -> Mapping[str, Any]:
    return {
        "meeting_id": meeting_id,
        "practitioner_id": who,
        "case_id": case_id,
        "text": _text(text),
        "owner": _line(owner, LONGEST_OWNER),
        "due": due,
        "state": "open",
        "made_at": context.now,
        "made_by": context.viewer.name,
    }


def _text(text: str) -> str:
    found = _line(text, LONGEST_TEXT)
    if not found:
        raise RefusedError("Une décision se dit en quelques mots.")
    return found


def _line(text: str, most: int) -> str:
    """Return a text on one line, without what cannot be printed, cut where it is too long to be read."""
    kept = text[: 10 * most]
    shown = "".join(letter if letter.isprintable() or letter in _HARD_SPACES else " " for letter in kept)
    return _SPACES.sub(" ", shown)[:most].strip()


def _note(
    connection: sa.Connection, context: Context, action: str, meeting_id: int, *, detail: str = ""
) -> None:
    subject = f"réunion n° {meeting_id}"
    journal.note(connection, context.viewer, action, subject=subject, detail=detail, now=context.now)
