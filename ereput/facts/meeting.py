"""The Réunion page and its paper: what do we decide?

`read` gives the one pack that the page, the PDF, the slides and the workbook are made of. Once a meeting is
closed, it gives the figures as they were frozen; what came since is only said.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.period import Span, SpanKind
from ereput.domain.practitioner import Role, Viewer
from ereput.facts import advice, alerts, case_words, cases, figures, french, frozen, presence_room, priors
from ereput.facts import meeting_parts as parts
from ereput.facts import scope as scopes
from ereput.facts.masking import hides_authors, hides_words
from ereput.facts.meeting_parts import Progress, Whom
from ereput.facts.pack import (
    Audience,
    CaseLine,
    DecisionLine,
    Pack,
    PersonRow,
    Quote,
    Section,
    for_broker,
    people_of,
)
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.facts.words import platform
from ereput.guidance.base import load
from ereput.store import Store, meetings, practitioners, reads_meeting
from ereput.store.scope import Row, Rows

MOST_LINES = 100
Room = Callable[[Store, Viewer, Scope, Span, datetime], Section | None]
ROOMS: tuple[Room, ...] = (presence_room.room,)
"""Other subjects of a meeting, in order: each looks at a scope over a period and may have nothing to say."""
_ORDINALS = {1: "1er", 2: "2e", 3: "3e", 4: "4e"}


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting of the scope: its period and where it stands."""

    id: int
    span: Span
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a meeting may be of: the portfolios in view, and the meetings held, by scope."""

    portfolios: tuple[str, ...]


def label(span: Span) -> str:
    """Return « septembre 2026 », « 3e trimestre 2026 », « 1er semestre 2026 », « du … au … »."""
    match span.kind:
        case SpanKind.MONTH:
            return french.month_name(span.first)
        case SpanKind.QUARTER:
            return f"{_ORDINALS[(span.first.month + 2) // 3]} trimestre {span.first.year}"
        case SpanKind.HALF:
            return f"{_ORDINALS[(span.first.month + 5) // 6]} semestre {span.first.year}"
        case _:
            return french.span(span.first, span.last)


def choices(store: Store, viewer: Viewer, scope: Scope) -> Choices:
    """Return the portfolios that a meeting may be of; none when a practitioner is chosen."""
    if scope.chosen is not None or viewer.role is Role.PRACTITIONER:
        return Choices(())
    with store.reading() as connection:
        return Choices(tuple(name for name, _ in practitioners.read_portfolios(connection, viewer)))


def whom(store: Store, viewer: Viewer, scope: Scope, *, portfolio: str = "") -> Whom:
    """Return of whom a meeting speaks: the practitioner chosen, else a portfolio, the first by default.

    Raises:
        RefusedError: there is nobody, or it is not in view.

    """
    if scope.chosen is not None:
        who = scope.chosen
        with store.reading() as connection:
            practitioners.read_one(connection, viewer, who.slug)
        return Whom("practitioner", who.id, who.name, viewer, chosen=who, is_demo=who.is_demo)
    if viewer.role is Role.PRACTITIONER:
        raise RefusedError("Choisissez d’abord un praticien.")
    with store.reading() as connection:
        known = dict(practitioners.read_portfolios(connection, viewer))
        if not known:
            raise RefusedError("Ajoutez d’abord un praticien, sur la page Sources.")
        name = portfolio or next(iter(known))
        number = practitioners.read_portfolio(connection, viewer, name)
    return Whom("portfolio", number, name, _narrowed(viewer, number), is_demo=known.get(name, False))


def _narrowed(viewer: Viewer, portfolio_id: int) -> Viewer:
    """Return somebody who sees this portfolio and nothing else."""
    if viewer.role is Role.ADMINISTRATOR:
        return Viewer(viewer.name, Role.BROKER, frozenset({portfolio_id}))
    return replace(viewer, portfolios=viewer.portfolios & {portfolio_id})


def read(
    store: Store,
    viewer: Viewer,
    scope: Scope,
    span: Span,
    now: datetime,
    *,
    portfolio: str = "",
    has_people: bool = True,
    progress: Progress | None = None,
) -> Pack:
    """Return the pack of a scope over a period: as frozen once its meeting is closed, else as it now is.

    Without `has_people`, the figures of each practitioner of a portfolio are left out: they take the longest.

    Raises:
        RefusedError: there is nobody in view, or the period has not begun.

    """
    of = whom(store, viewer, scope, portfolio=portfolio)
    with store.reading() as connection:
        held = meetings.find(connection, viewer, of.key, first=span.first, last=span.last)
    if held is not None and held.closed_at is not None:
        return _reopened(store, viewer, of, held, now)
    number = held.id if held else None
    return _current(store, viewer, of, span, now, meeting_id=number, has_people=has_people, progress=progress)


def held(store: Store, viewer: Viewer, scope: Scope, *, portfolio: str = "") -> tuple[Held, ...]:
    """Return the meetings of a scope, the latest period first."""
    of = whom(store, viewer, scope, portfolio=portfolio)
    with store.reading() as connection:
        rows = meetings.read_all(connection, viewer, **of.asked)
    return tuple(Held(row.id, _span(row), label(_span(row)), _state(row)) for row in rows)


def _span(row: Row) -> Span:
    return Span(SpanKind(row.span), row.first, row.last)


def _state(row: Row) -> str:
    if row.closed_at is None:
        return "en préparation"
    return f"close le {french.day(row.closed_at.astimezone(case_words.PARIS).date())}"


# -- as it now is


def _current(
    store: Store,
    viewer: Viewer,
    of: Whom,
    span: Span,
    now: datetime,
    *,
    meeting_id: int | None,
    has_people: bool,
    progress: Progress | None,
) -> Pack:
    """Return the pack as it now is, whatever was frozen."""
    today = now.date()
    if span.first > today:
        raise RefusedError(f"La période « {label(span)} » n’a pas commencé.")
    seen = replace(scopes.read(store, of.viewer), chosen=of.chosen)
    period = Period(span.first, span.last, label(span))
    listed = cases.read(store, of.viewer, seen, period, now)
    cards = alerts.alert_cards(store, of.viewer, now, slug=seen.chosen.slug if seen.chosen else "")
    lines, opened = parts.case_lines(listed.cards), parts.alert_lines(cards)
    outcomes = {card.id: card.status for card in listed.cards if card.is_closed}
    base = load()
    with store.reading() as connection:
        members = reads_meeting.members(connection, of.viewer, **of.asked)
        days = _days(connection, of, span)
        now_said, before_said = (
            reads_meeting.complaints(connection, of.viewer, first=one.first, last=one.last, **of.asked)
            for one in (figures.cut(span, span, today), figures.cut(span.before, span, today))
        )
        quoted = parts.quotes(connection, viewer, of, span, parts.top_theme(now_said))
        past = meetings.read_all(connection, viewer, **of.asked)
        followed = _followed(meetings.read_followed(connection, viewer, of.key, first=span.first), outcomes)
        decided = _decisions(connection, viewer, meeting_id, outcomes)
        series = parts.series(connection, of, span, today, cards=cards, meetings=past)
        seen_sources = parts.source_lines(connection, of, today)
        came_from = parts.origins(connection, base, members, now)
    driven = parts.drivers(now_said, before_said)
    rows: tuple[PersonRow, ...] = ()
    funnel = None
    if of.portfolio_id is not None and has_people:
        rows = parts.person_rows(
            store,
            of,
            span,
            today,
            [row.id for row in members],
            cases=Counter(line.who for line in lines),
            opened=Counter(line.who for line in opened),
            progress=progress,
        )
    if of.portfolio_id is not None:
        funnel = parts.funnel(store, seen, of, now, {row.slug: row.id for row in members})
    made = Pack(
        whom=of.kind,
        whom_id=of.id,
        title=of.title,
        span=span,
        label=label(span),
        label_before=label(figures.cut(span.before, span, today)),
        made_at=now,
        sentence=_sentence(followed, lines, len(opened), decided),
        followed=followed,
        decisions=decided,
        cases=lines[:MOST_LINES],
        cases_more=max(len(lines) - MOST_LINES, 0),
        measured=parts.measured_text(cases.measured(store, of.viewer, seen, period, now)),
        alerts=opened[:MOST_LINES],
        alerts_more=max(len(opened) - MOST_LINES, 0),
        measures=figures.measures(days, span, today),
        series=series,
        drivers=driven,
        driving=parts.driving(driven),
        sources=seen_sources,
        definitions=_definitions(is_portfolio=of.portfolio_id is not None),
        origins=came_from,
        notice=advice.notice(base, today).text,
        funnel=funnel,
        rows=rows,
        sections=_sections(store, viewer if of.chosen else of.viewer, seen, span, now),
        quotes=quoted,
        meeting_id=meeting_id,
        is_over=span.last < today,
    )
    return _shown(store, viewer, made)


def _days(connection: sa.Connection, of: Whom, span: Span) -> figures.Days:
    first = min(span.back(figures.STRETCHES).first, span.before.first)
    asked = {"first": first, "last": span.last, **of.asked}
    return figures.Days(
        reads_meeting.by_day(connection, of.viewer, mute=parts.mute(), **asked),  # type: ignore[arg-type]  # by name
        reads_meeting.delays(connection, of.viewer, **asked),  # type: ignore[arg-type]  # by name
        reads_meeting.first_day(connection, of.viewer, **of.asked),
        priors.read(connection, is_demo=of.is_demo).stars,
    )


def _sections(store: Store, viewer: Viewer, scope: Scope, span: Span, now: datetime) -> tuple[Section, ...]:
    found = (room(store, viewer, scope, span, now) for room in ROOMS)
    return tuple(section for section in found if section is not None)


def _decisions(
    connection: sa.Connection, viewer: Viewer, meeting_id: int | None, outcomes: dict[int, str]
) -> tuple[DecisionLine, ...]:
    if meeting_id is None:
        return ()
    return _lines(meetings.read_decisions(connection, viewer, meeting_id), outcomes)


def _followed(rows: Rows, outcomes: dict[int, str]) -> tuple[DecisionLine, ...]:
    made = [label(_span(row)) for row in rows]
    return tuple(replace(line, made=named) for line, named in zip(_lines(rows, outcomes), made, strict=True))


def _lines(rows: Rows, outcomes: dict[int, str]) -> tuple[DecisionLine, ...]:
    return tuple(
        DecisionLine(
            id=row.id,
            who=row.practitioner_id,
            case_id=row.case_id,
            text=row.text,
            owner=row.owner,
            due=row.due,
            state=row.state,
            settled=row.settled_at.astimezone(case_words.PARIS).date() if row.settled_at else None,
            outcome=f"dossier {outcomes[row.case_id]}" if row.case_id in outcomes else "",
        )
        for row in rows
    )


def _sentence(
    followed: Sequence[DecisionLine],
    lines: Sequence[CaseLine],
    opened: int,
    decided: Sequence[DecisionLine],
) -> str:
    """Say what waits for a decision."""
    pending = sum(line.state == "open" for line in followed)
    late = sum(line.tone is Tone.URGENT for line in lines)
    late_ones = "échéance de dossier proche ou dépassée", "échéances de dossiers proches ou dépassées"
    told = [
        f"{french.plural(pending, 'décision')} de la dernière fois à faire" if pending else "",
        french.plural(late, *late_ones) if late else "",
        french.plural(opened, "alerte ouverte", "alertes ouvertes") if opened else "",
        french.plural(len(decided), "décision") + " au compte rendu" if decided else "",
    ]
    said = " ; ".join(filter(None, told))
    return f"{said}." if said else "Rien en attente : les chiffres d’abord."


def _definitions(*, is_portfolio: bool) -> tuple[tuple[str, str], ...]:
    told = (*figures.NAMED.items(), *figures.READING.items(), *parts.READING.items())
    return (*told, *parts.PORTFOLIO_READING.items()) if is_portfolio else told


def is_fresh(connection: sa.Connection, viewer: Viewer, pack: Pack) -> bool:
    """Whether neither the data nor the minutes moved since a pack was made."""
    asked = {f"{pack.whom}_id": pack.whom_id}
    rows = reads_meeting.members(connection, viewer, **asked)
    decided = _decisions(connection, viewer, pack.meeting_id, {})
    same = [replace(line, outcome="") for line in pack.decisions] == list(decided)
    return same and sum(row.data_version for row in rows) == pack.origins.data_version


# -- as it was frozen


def _reopened(store: Store, viewer: Viewer, of: Whom, row: Row, now: datetime) -> Pack:
    """Return a frozen pack, with what its viewer may know of it today, and what came since."""
    kept = frozen.from_json(row.pack)
    closed = row.closed_at.astimezone(case_words.PARIS)
    with store.reading() as connection:
        quoted = tuple(
            Quote(one.practitioner_id, one.publication_id, platform(one.platform), one.text)
            for one in meetings.read_quotes(connection, viewer, row.id)
        )
        later = reads_meeting.since(
            connection,
            of.viewer,
            first=kept.span.first,
            last=min(kept.span.last, now.date()),
            moment=row.closed_at,
            **of.asked,
        )
    made = replace(
        kept,
        title=of.title,
        quotes=quoted,
        meeting_id=row.id,
        locked_at=closed,
        locked_by=row.closed_by,
        after=_after(later, kept.measures[1].tile.n),
    )
    return _shown(store, viewer, made)


def _after(later: Row, counted: int) -> str:
    """Say what came since the meeting was closed; its figures do not move."""
    told = [
        french.plural(later.new, "avis importé depuis", "avis importés depuis") if later.new else "",
        french.plural(later.edited, "modifié") if later.edited else "",
        french.plural(later.removed, "retiré") if later.removed else "",
    ]
    said = ", ".join(filter(None, told))
    if not said and later.reviews == counted:
        return "Rien n’est venu depuis changer les avis de cette période."
    held_now = f"la période compte aujourd’hui {french.plural(later.reviews, 'avis')}, contre "
    held_now += f"{french.number(counted)} à la clôture"
    return french.sentence_case(f"{said} ; {held_now}." if said else f"{held_now}.")


def _shown(store: Store, viewer: Viewer, pack: Pack) -> Pack:
    """Name the people that the viewer may know, and drop the quotations that it may not read."""
    with store.reading() as connection:
        known = parts.people(connection, viewer, people_of(pack))
    kept = tuple(quote for quote in pack.quotes if not hides_words(viewer, quote.who))
    return replace(pack, people=known, quotes=kept)


def on_paper(viewer: Viewer, pack: Pack, audience: Audience) -> Pack:
    """Return the version of a pack that a file may hold: a broker's is always pseudonymised."""
    if audience is Audience.BROKER or hides_authors(viewer):
        return for_broker(pack)
    return pack


def suggested(pack: Pack) -> tuple[DecisionLine, ...]:
    """Return a decision for each open case that the minutes do not hold yet, the nearest deadline first."""
    known = {line.case_id for line in pack.decisions}
    return tuple(
        DecisionLine(0, line.who, line.id, _proposed(line), "", _ahead(line, pack.made_at.date()), "open")
        for line in pack.cases
        if line.id not in known
    )


def _proposed(line: CaseLine) -> str:
    what = line.label or line.step or "décider de la suite"
    return f"Dossier n° {line.id} : {what}"


def _ahead(line: CaseLine, today: date) -> date | None:
    return line.day if line.day is not None and line.day >= today else None


def names(lines: Iterable[DecisionLine]) -> tuple[str, ...]:
    """Return who was charged with something, each once: offered again."""
    return tuple(sorted({line.owner for line in lines if line.owner}))
