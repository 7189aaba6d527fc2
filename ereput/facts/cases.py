"""The cases of a scope: where each one stands, its clock, what falls due, how the closed ones ended."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from ereput.domain.practitioner import Viewer
from ereput.evidence import casefile
from ereput.evidence.casefile import CaseFile
from ereput.facts import advice, case_words, french, masking
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Notice, Target, Todo, Tone
from ereput.guidance import workflow
from ereput.guidance.base import Base, french_day, load
from ereput.guidance.board import DueItem, due_items
from ereput.guidance.events import Outcome
from ereput.guidance.model import Qualification, Status
from ereput.guidance.route import RouteDeadline
from ereput.guidance.workflow import CaseStatus
from ereput.store import Store, cases

PRESS = "D_PRESSE"
PAUSE = "S00_PAUSE"
_PRESSURE = (Tone.URGENT, Tone.WATCH, Tone.CALM)
SOON_DAYS = 30
"""Days ahead that Accueil looks: a choice of the tool."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The three months to act for defamation or insult, from the first publication.

    `last` is the last useful day, None while nothing dates it. When `is_uncertain` it only alerts.
    """

    sentence: str
    tone: Tone
    last: date | None = None
    prudent: date | None = None
    act: date | None = None
    is_uncertain: bool = False
    interrupts: tuple[str, ...] = ()
    does_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseDue:
    """Something of a case that has a day. `days_left` is negative once past; `bound`: the user has to act.

    `is_settled` is false where the base has still to verify the term.
    """

    case_id: int
    practitioner_id: int
    name: str
    step: str
    deadline: str
    label: str
    day: date
    prudent: date | None
    act: date | None
    days_left: int
    bound: bool
    is_uncertain: bool
    sentence: str
    nature: str = ""
    is_settled: bool = True

    @property
    def tone(self) -> Tone:
        """How pressing it is."""
        if self.is_uncertain:
            return Tone.URGENT
        if self.bound:
            return _pressure(self.days_left)
        return Tone.WATCH if not self.deadline and self.days_left <= 0 else Tone.CALM

    @property
    def remaining(self) -> str:
        """The days left in words. What is uncertain never says that time is up."""
        if self.is_uncertain:
            return "date incertaine"
        if self.days_left == 0:
            return "aujourd’hui"
        if self.days_left < 0:
            return f"depuis {french.plural(-self.days_left, 'jour')}"
        return f"dans {french.plural(self.days_left, 'jour')}"


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case of a list. `title` and `name` are untrusted."""

    id: int
    practitioner_id: int
    name: str
    title: str
    status: str
    is_closed: bool
    clock: Clock
    current: str
    next: CaseDue | None


@dataclass(frozen=True, slots=True)
class Cases:
    """The list: open cases by nearest deadline, then closed ones; `unreadable` were tampered with."""

    sentence: str
    cards: tuple[CaseCard, ...]
    unreadable: tuple[int, ...]
    notice: Notice


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of the cases opened in a period. Days are medians; None where there is nothing to count."""

    opened: int
    closed: int
    outcomes: tuple[tuple[str, int], ...]
    first_action_days: float | None
    first_actions: int

    @property
    def removed_share(self) -> float | None:
        """The share of the closed ones whose publication was removed."""
        removed = dict(self.outcomes).get(case_words.OUTCOMES[Outcome.REMOVED], 0)
        return removed / self.closed if self.closed else None


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Cases:
    """Return the cases of the scope, the nearest deadline first."""
    base = load()
    known, unreadable = _known(store, viewer, scope, base)
    cards = sorted((card(base, viewer, one, now) for one in known), key=_pressing)
    return Cases(_sentence(cards), tuple(cards), unreadable, advice.notice(base, now.date()))


def due(
    store: Store, viewer: Viewer, scope: Scope, now: datetime, *, within: int = SOON_DAYS
) -> tuple[CaseDue, ...]:
    """Return what falls due in the cases of the scope within some days, or is late, the nearest first."""
    base = load()
    known, _ = _known(store, viewer, scope, base, is_open=True)
    found = [item for one in known for item in due_of(base, one, now.date()) if item.days_left <= within]
    return tuple(sorted(found, key=lambda item: (item.day, not item.bound, item.case_id)))


def todos(store: Store, viewer: Viewer, scope: Scope, now: datetime) -> tuple[Todo, ...]:
    """Return one thing to do a case, the most pressing, for the Accueil page."""
    first: dict[int, CaseDue] = {}
    for item in sorted(due(store, viewer, scope, now), key=lambda item: _PRESSURE.index(item.tone)):
        first.setdefault(item.case_id, item)
    return tuple(
        Todo(
            what=f"Dossier n° {item.case_id}{'' if scope.chosen else f' ({item.name})'} : {item.label}",
            why=item.sentence,
            tone=item.tone,
            target=Target.to("dossiers", dossiers_choix=str(item.case_id)),
            action="Ouvrir le dossier",
            due=f"{french.day(item.day)} ({item.remaining})",
        )
        for item in first.values()
    )


def measured(store: Store, viewer: Viewer, scope: Scope, period: Period, _now: datetime) -> Measured:
    """Return how the cases opened in a period went: for meetings."""
    known, _ = _known(store, viewer, scope, load())
    inside = [one for one in known if period.holds(one.opened_at.astimezone(case_words.PARIS).date())]
    outcomes = Counter(
        case_words.OUTCOMES[outcome] for one in inside if (outcome := _outcome(one)) is not None
    )
    delays = [days for one in inside if (days := _first_action(one)) is not None]
    return Measured(
        opened=len(inside),
        closed=outcomes.total(),
        outcomes=tuple(outcomes.most_common()),
        first_action_days=median(delays) if delays else None,
        first_actions=len(delays),
    )


def card(base: Base, viewer: Viewer, known: CaseFile, now: datetime) -> CaseCard:
    """Return one case of a list, as the viewer may see it."""
    today, case = now.date(), known.case
    current = (
        workflow.current(case, workflow.steps_of(base, case, today=today))
        if case and not known.is_closed
        else None
    )
    items = due_of(base, known, today)
    outcome = _outcome(known)
    status = case_words.STATUSES[case.status if case else CaseStatus.CLOSED]
    return CaseCard(
        id=known.id,
        practitioner_id=known.practitioner_id,
        name=known.name,
        title=title(viewer, known),
        status=f"{status} : {case_words.OUTCOMES[outcome]}" if known.is_closed and outcome else status,
        is_closed=known.is_closed,
        clock=clock(base, known, today),
        current=current.title if current else "",
        next=next((item for item in items if item.bound), items[0] if items else None),
    )


def title(viewer: Viewer, known: CaseFile) -> str:
    """Return what a case is about, without the words that this viewer may not read."""
    if known.case is None:
        return "Contenu effacé"
    if known.origin == "hand" and masking.hides_words(viewer, known.practitioner_id):
        return "Dossier saisi à la main"
    return known.title


def clock(base: Base, known: CaseFile, today: date) -> Clock:
    """Return the three-month clock of a case. An uncertain date never says that it is too late."""
    case = known.case
    if case is None or known.is_closed:
        return Clock(_closing(known), Tone.CALM)
    if case.situation.qualification is Qualification.POSITIVE:
        return Clock("Avis positif : aucun délai ne court.", Tone.CALM)
    shown = workflow.dated(base, case, today=today)[PRESS]
    if known.origin == "presence" and shown.date is None and not shown.is_uncertain:
        return Clock(
            "Constat sur une fiche : aucun délai de presse tant qu’aucun propos n’est daté.", Tone.CALM
        )
    entry = base.deadlines[PRESS]
    sentence, tone = _told(shown, today)
    return Clock(
        sentence=sentence,
        tone=tone,
        last=shown.date,
        prudent=shown.prudent,
        act=shown.act,
        is_uncertain=shown.is_uncertain,
        interrupts=entry.interrupted_by,
        does_not=entry.not_interrupted_by,
    )


def due_of(base: Base, known: CaseFile, today: date) -> tuple[CaseDue, ...]:
    """Return what is due in one case, the nearest first."""
    if known.case is None:
        return ()
    return tuple(_due(known, item) for item in due_items(base, known.case, today))


def _known(
    store: Store, viewer: Viewer, scope: Scope, base: Base, *, is_open: bool = False
) -> tuple[tuple[CaseFile, ...], tuple[int, ...]]:
    """Return the cases of the scope, and the numbers of those whose journal does not read."""
    with store.reading() as connection:
        who = scope.who
        rows = cases.read_all(connection, viewer, practitioner_id=who, is_open=is_open)
        known = casefile.read_many(connection, viewer, base, rows)
    read_ones = {one.id for one in known}
    return known, tuple(row.id for row in rows if row.id not in read_ones)


def _pressure(days: int) -> Tone:
    if days <= advice.URGENT_DAYS:
        return Tone.URGENT
    return Tone.WATCH if days <= advice.WATCH_DAYS else Tone.CALM


def _due(known: CaseFile, item: DueItem) -> CaseDue:
    return CaseDue(
        case_id=known.id,
        practitioner_id=known.practitioner_id,
        name=known.name,
        step=item.step,
        deadline=item.deadline,
        label=item.label,
        day=item.date,
        prudent=item.prudent,
        act=item.act,
        days_left=item.days_left,
        bound=item.bound,
        is_uncertain=item.is_uncertain,
        sentence=item.sentence,
        nature=case_words.NATURES[item.nature] if item.deadline else "",
        is_settled=item.status is not Status.TO_VERIFY,
    )


def _told(press: RouteDeadline, today: date) -> tuple[str, Tone]:
    """Return the clock's sentence and how pressing it is."""
    if press.is_uncertain:
        when = f" Au plus tôt, d’après la date affichée : {french_day(press.date)}." if press.date else ""
        return f"{press.sentence}{when}", Tone.URGENT
    if press.date is None or press.prudent is None:
        sentence = "Notez la date de première mise en ligne : le délai de 3 mois court déjà."
        return sentence, Tone.URGENT
    left = (press.date - today).days
    if left < 0:
        past = f"Le délai de 3 mois pour agir en diffamation ou injure est passé le {french_day(press.date)}"
        return f"{past} ; d’autres voies restent ouvertes.", Tone.WATCH
    remaining = f"Il reste {french.plural(left, 'jour')}" if left else "C’est le dernier jour"
    sentence = (
        f"{remaining} pour agir en diffamation ou injure (date prudente : {french_day(press.prudent)})."
    )
    return sentence, _pressure(left)


def _closing(known: CaseFile) -> str:
    link = next((one for one in reversed(known.links) if one.kind == casefile.CLOSED), None)
    if link is None:
        return "Dossier clos."
    day = date.fromisoformat(link.body["day"])
    outcome = case_words.OUTCOMES[Outcome(link.body["outcome"])]
    gone = " Son contenu a été effacé." if known.case is None else ""
    return f"Dossier clos le {french_day(day)} : {outcome}.{gone}"


def _outcome(known: CaseFile) -> Outcome | None:
    """Return how a closed case ended; days and outcomes outlive an erasure."""
    if not known.is_closed:
        return None
    closing = [one for one in known.links if one.kind == casefile.CLOSED]
    return Outcome(closing[-1].body["outcome"]) if closing else None


def _first_action(known: CaseFile) -> int | None:
    """Return the days from the opening to the first step sent or done, the pause apart."""
    opened = known.opened_at.astimezone(case_words.PARIS).date()
    days = [
        date.fromisoformat(link.body["day"])
        for link in known.links
        if link.kind in {"etape_commencee", "etape_faite"} and link.body["step"] != PAUSE
    ]
    return max((min(days) - opened).days, 0) if days else None


def _pressing(shown: CaseCard) -> tuple[bool, date, int]:
    days = [day for day in (shown.next and shown.next.day, shown.clock.last) if day]
    return shown.is_closed, min(days, default=date.max), -shown.id


def _sentence(cards: Iterable[CaseCard]) -> str:
    running = [shown for shown in cards if not shown.is_closed]
    if not running:
        return "Aucun dossier en cours."
    late = sum(bool(shown.next and shown.next.tone is Tone.URGENT) for shown in running)
    count = french.plural(len(running), "dossier en cours", "dossiers en cours")
    if late:
        what = french.plural(late, "échéance proche ou dépassée", "échéances proches ou dépassées")
        return f"{count} ; {what}."
    following = next((shown.next for shown in running if shown.next and shown.next.days_left >= 0), None)
    when = f" Prochaine échéance le {french.day(following.day)}." if following else ""
    return f"{count}.{when}"
