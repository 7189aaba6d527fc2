"""What people do with a case: open it, date it, class it, take its steps, keep a letter, close it.

Each change is one transaction on the case's journal. `expected` is how many events the person had read:
when somebody else wrote meanwhile, nothing is written and the person is told.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Practitioner
from ereput.domain.publication import PartialDate
from ereput.evidence import casefile, journal
from ereput.evidence.casefile import CaseFile
from ereput.evidence.journal import Entry
from ereput.evidence.vault import Stored
from ereput.facts import french, replies, reviews, words
from ereput.facts.case_detail import CLASSING, DATING, Action
from ereput.guidance import letters, workflow
from ereput.guidance.base import Base, load
from ereput.guidance.events import (
    AttestationWithdrawn,
    CaseClosed,
    CaseReopened,
    DeadlineStarted,
    Outcome,
    ReplyVerified,
    SentenceAttested,
    SituationChanged,
    StepDone,
    StepEvent,
    StepReceived,
    StepRecorded,
    StepReset,
    StepSkipped,
    StepStarted,
)
from ereput.guidance.model import Author, Flag, Qualification, YesNo
from ereput.guidance.qualification import Answers, load_questions, situation
from ereput.guidance.route import Situation
from ereput.jobs import evidence, ledger
from ereput.jobs.context import Context
from ereput.store import cases, practitioners, publications, signals
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row

MOST_PUBLICATIONS = 200
_LONGEST_NOTE = 4000
_UNCERTAIN = "date_incertaine"
_CIRCUMSTANCES = "circonstances"

EVENTS: Mapping[Action, type[StepEvent]] = {
    Action.DONE: StepDone,
    Action.SENT: StepStarted,
    Action.RECEIVED: StepReceived,
    Action.SKIPPED: StepSkipped,
    Action.RESET: StepReset,
    Action.EARLIER: StepRecorded,
}
Happening = (
    StepEvent | SentenceAttested | AttestationWithdrawn | ReplyVerified | DeadlineStarted
    | CaseClosed | CaseReopened
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """The number of a case, and whether it was opened just now."""

    case_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Opening:
    """What a case starts from."""

    origin: str
    title: str
    url: str = ""
    published: PartialDate | None = None
    learned: date | None = None
    platform: str = ""
    publication_id: int | None = None
    version: int | None = None
    alert_id: int | None = None
    shown: tuple[Mapping[str, Any], ...] = ()


class ErasureReason(StrEnum):
    """Why a content was erased: the words of the journal."""

    REQUEST = "demande_personne"
    RETENTION = "fin_de_conservation"
    MISTAKE = "depot_par_erreur"


# -- opening -------------------------------------------------------------------------------------------


def open_from_publication(
    context: Context, practitioner_slug: str, publication_id: int, *, home: Path | None = None
) -> Opened:
    """Open a case on a review or a mention, its text sealed as imported; one still open is returned."""
    evidence.may_write(context)
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner_slug)
        row = reads.one(connection, context.viewer, who.id, publication_id)
        if row is None:
            raise RefusedError(f"Aucune publication {publication_id} de ce praticien.")
        shown = _sealed(connection, context, who, [row])
    published = reviews.published(row)
    opening = _Opening(
        origin=row.kind,
        title=_title(row, published),
        url=row.url,
        published=published,
        learned=row.first_seen.astimezone(context.now.tzinfo).date(),
        platform=row.platform,
        publication_id=row.id,
        version=row.version,
        shown=shown,
    )
    return _open(context, who, opening, home)


def open_from_alert(context: Context, alert_id: int, *, home: Path | None = None) -> Opened:
    """Open a case on a spike: the negatives inside are sealed, the clock counts from the oldest."""
    evidence.may_write(context)
    with context.store.reading() as connection:
        alert = signals.read_alert(connection, context.viewer, alert_id)
        who = practitioners.read_one(connection, context.viewer, alert.slug)
        inside = Filters(weeks=(alert.week, alert.last_week), is_negative=True)
        rows = reads.page(connection, context.viewer, who.id, inside, limit=MOST_PUBLICATIONS)
        shown = _sealed(connection, context, who, rows)
    dates = [found for row in rows if (found := reviews.published(row)) is not None]
    platforms = {row.platform for row in rows}
    opening = _Opening(
        origin="alert",
        title=f"Alerte n° {alert_id}, {french.week(alert.week)} : "
        f"{french.plural(len(rows), 'publication négative', 'publications négatives')}",
        published=min(dates, key=lambda found: found.earliest, default=None),
        learned=min((row.first_seen.date() for row in rows), default=context.today),
        platform=platforms.pop() if len(platforms) == 1 else "",
        alert_id=alert_id,
        shown=shown,
    )
    return _open(context, who, opening, home)


def open_by_hand(
    context: Context,
    practitioner_slug: str,
    title: str,
    *,
    url: str = "",
    text: str = "",
    published: PartialDate | None = None,
    origin: str = "hand",
    home: Path | None = None,
) -> Opened:
    """Open a case on something that was never imported, as the user describes it.

    `origin` is `presence` for a finding on a listing, which no press deadline runs for by itself.
    """
    evidence.may_write(context)
    if not title.strip():
        raise RefusedError("Donnez un titre au dossier, par exemple « Message sur un forum ».")
    if published is not None:
        _refuse_future(context, published.day)
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner_slug)
    told = {"saisi_par": context.viewer.name, "titre": title, "adresse": url, "texte": text}
    opening = _Opening(
        origin=origin,
        title=_line(title),
        url=_line(url),
        published=published,
        learned=context.today,
        shown=({name: letters.clean(value) for name, value in told.items()},) if text.strip() else (),
    )
    return _open(context, who, opening, home)


def _open(context: Context, who: Practitioner, opening: _Opening, home: Path | None) -> Opened:
    stored = evidence.keep_publications(evidence.vault_of(home), opening.shown) if opening.shown else None
    with context.store.writing() as connection:
        practitioners.lock_versions(connection, [who.id])  # two people opening the same case take turns
        if found := _running(connection, context, who, opening):
            return Opened(found, is_new=False)
        number = cases.insert(
            connection,
            practitioner_id=who.id,
            origin=opening.origin,
            publication_id=opening.publication_id,
            alert_id=opening.alert_id,
            now=context.now,
        )
        evidence.write(
            context,
            connection,
            number,
            _first_entries(context, who, opening, stored),
            expected=0,
            what="dossier ouvert",
        )
    return Opened(number, is_new=True)


def _running(connection: sa.Connection, context: Context, who: Practitioner, opening: _Opening) -> int | None:
    """Return the case that is still open on the same publication or alert, if any."""
    if opening.publication_id is None and opening.alert_id is None:
        return None
    rows = cases.read_all(
        connection,
        context.viewer,
        practitioner_id=who.id,
        publication_id=opening.publication_id,
        alert_id=opening.alert_id,
    )
    return next((row.id for row in rows if row.status != workflow.CaseStatus.CLOSED), None)


def _first_entries(
    context: Context, who: Practitioner, opening: _Opening, stored: Stored | None
) -> list[Entry]:
    opened = Entry(
        {
            "evenement": casefile.OPENED,
            "praticien": who.id,
            "origine": opening.origin,
            "publication": opening.publication_id,
            "alerte": opening.alert_id,
        },
        {"qui": context.viewer.name, "titre": opening.title, "adresse": opening.url},
    )
    facts = SituationChanged(_facts(context, who, opening), context.today)
    entries = [opened, casefile.entry(facts, qui=context.viewer.name, reponses=None)]
    if stored:
        entries.append(
            evidence.exhibit_entry(
                stored,
                "publication.json",
                len(entries) + 1,
                who=context.viewer.name,
                nature=evidence.PUBLICATION,
                version=opening.version,
            )
        )
    return entries


def _facts(context: Context, who: Practitioner, opening: _Opening) -> Situation:
    """Return the situation before anybody answered: facts on record, and for the rest the cautious answer.

    « À qualifier » classes nothing: it is the base's own word for a review nobody has classed yet.
    """
    published, flags = opening.published, frozenset[Flag]()
    if published is not None and published.earliest > context.today:
        published, flags = None, frozenset({Flag.UNCERTAIN_DATE})  # a displayed date that cannot be
    return Situation(
        qualification=Qualification.TO_QUALIFY,
        author=Author.UNKNOWN,
        direct_reply=YesNo.YES if words.can_reply(opening.platform) else YesNo.NO,
        guarantee=who.guarantee,
        reported_without_effect=YesNo.NO,
        flags=flags,
        published=published,
        profession=who.profession,
        learned=opening.learned,
        contract_days=who.declaration_days,
    )


def _title(row: Row, published: PartialDate | None) -> str:
    what = "Mention" if row.kind == "mention" else f"Avis {french.stars(row.rating)}"
    return f"{what}, {words.platform(row.platform)}, {french.partial(published)}"


def _sealed(
    connection: sa.Connection, context: Context, who: Practitioner, rows: Sequence[Row]
) -> tuple[Mapping[str, Any], ...]:
    """Return publications as they were imported, former versions included, ready to be sealed."""
    found = []
    for row in rows:
        former = publications.read_versions(connection, context.viewer, who.id, row.id)
        versions = [
            {"titre": old.title, "texte": old.body, "note_sur_5": old.rating, "reponse": old.reply}
            | {"remplacee_le": old.replaced_at.isoformat()}
            for old in former
        ]
        found.append(
            {
                "plateforme": row.platform,
                "nature": row.kind,
                "source": row.source,
                "adresse": row.url,
                "auteur_affiche": row.author,
                "date_affichee": row.published_on and row.published_on.isoformat(),
                "precision": row.precision,
                "au_plus_tot": row.earliest and row.earliest.isoformat(),
                "au_plus_tard": row.latest and row.latest.isoformat(),
                "instant": row.published_at and row.published_at.isoformat(),
                "note_sur_5": row.rating,
                "note_d_origine": row.scale,
                "titre": row.title,
                "texte": row.body,
                "reponse": row.reply,
                "version": row.version,
                "versions_precedentes": versions,
                "premiere_lecture": row.first_seen.isoformat(),
                "retrait_constate": row.removed_at and row.removed_at.isoformat(),
                "scelle_le": context.now.isoformat(timespec="seconds"),
            }
        )
    return tuple(found)


def seal_again(
    context: Context, case_id: int, *, expected: int | None = None, home: Path | None = None
) -> None:
    """Seal the publication of a case as it now is: it was edited, replied to, or removed."""
    evidence.may_write(context)
    with context.store.reading() as connection:
        known = casefile.read(connection, context.viewer, load(), case_id)
        who = practitioners.read_one(connection, context.viewer, known.slug)
        row = (
            reads.one(connection, context.viewer, who.id, known.publication_id)
            if known.publication_id
            else None
        )
        if row is None:
            raise RefusedError("Ce dossier ne vise aucune publication importée.")
        shown = _sealed(connection, context, who, [row])
    stored = evidence.keep_publications(evidence.vault_of(home), shown)

    def make(known: CaseFile) -> list[Entry]:
        number = known.end.length + 1
        entry = evidence.exhibit_entry(
            stored,
            f"publication-{number}.json",
            number,
            who=context.viewer.name,
            nature=evidence.PUBLICATION,
            version=row.version,
        )
        return [entry]

    _write(context, case_id, make, expected=expected, what="publication scellée")


# -- steps ---------------------------------------------------------------------------------------------


def record(
    context: Context, case_id: int, *events: Happening, note: str = "", expected: int | None = None
) -> CaseFile:
    """Write what happened to a case. Raises RefusedError when it is not allowed, or in the future.

    `note` is what the person adds in words: a reference, a reason.
    """
    for event in events:
        _refuse_future(context, event.day)
    beside: dict[str, object] = {"qui": context.viewer.name}
    if note.strip():
        beside["mots"] = _note(note)

    entries = [casefile.entry(event, **beside) for event in events]
    return _write(context, case_id, lambda _: entries, expected=expected, what="démarche notée")


def take(
    context: Context,
    case_id: int,
    step: str,
    action: Action,
    *,
    day: date | None = None,
    note: str = "",
    expected: int | None = None,
) -> CaseFile:
    """Write what was done with a step, today or on the day given."""
    event = EVENTS[action](step, day or context.today)
    return record(context, case_id, event, note=note, expected=expected)


def answer(context: Context, case_id: int, answers: Answers, *, expected: int | None = None) -> CaseFile:
    """Write the answers to the questions; the step that classes is done with them, once it may be.

    Raises RefusedError naming the questions that still need an answer.
    """
    base = load()
    asked = load_questions(base)
    given = {name: tuple(values) for name, values in answers.items()}

    def make(known: CaseFile) -> list[Entry]:
        now = _state(known).situation
        answered = situation(asked, given)
        flags = answered.flags | (now.flags & {Flag.UNCERTAIN_DATE})
        fresh = replace(
            answered,
            flags=flags,
            published=now.published,
            profession=now.profession,
            learned=now.learned,
            contract_days=now.contract_days,
            starts=now.starts,
        )
        said = {name: list(values) for name, values in given.items()}
        changed = SituationChanged(fresh, context.today)
        return [
            casefile.entry(changed, qui=context.viewer.name, reponses=said),
            *_done_if_possible(base, context, workflow.apply(base, _state(known), changed), CLASSING),
        ]

    return _write(context, case_id, make, expected=expected, what="questions : réponses")


def set_dates(
    context: Context,
    case_id: int,
    *,
    published: PartialDate | None,
    learned: date | None,
    is_uncertain: bool,
    expected: int | None = None,
) -> CaseFile:
    """Write when the publication was first put online and known of; deadlines count from there.

    `is_uncertain` says that the displayed date may be that of an edit: deadlines then only alert.
    """
    base = load()
    for day in (published.earliest if published else None, learned):
        if day is not None:
            _refuse_future(context, day)
    if published and learned and learned < published.earliest:
        raise RefusedError("Vous ne pouviez pas connaître la publication avant sa mise en ligne.")

    def make(known: CaseFile) -> list[Entry]:
        now = _state(known).situation
        flags = now.flags - {Flag.UNCERTAIN_DATE}
        said = {name: list(values) for name, values in (known.answers or {}).items()}
        if is_uncertain:
            flags |= {Flag.UNCERTAIN_DATE}
        elif _UNCERTAIN in said.get(_CIRCUMSTANCES, ()):
            said[_CIRCUMSTANCES].remove(_UNCERTAIN)
        changed = SituationChanged(
            replace(now, published=published, learned=learned, flags=flags), context.today
        )
        return [
            casefile.entry(
                changed, qui=context.viewer.name, reponses=None if known.answers is None else said
            ),
            *_done_if_possible(base, context, workflow.apply(base, _state(known), changed), DATING),
        ]

    return _write(context, case_id, make, expected=expected, what="publication datée")


def _done_if_possible(base: Base, context: Context, case: workflow.Case, step: str) -> list[Entry]:
    """Return the event that ends a step, unless something must come first or it is over already."""
    done = StepDone(step, context.today)
    if case.record(step).status in workflow.OVER:
        return []
    with suppress(RefusedError):
        workflow.apply(base, case, done)
        return [casefile.entry(done, qui=context.viewer.name)]
    return []


def attest(context: Context, case_id: int, key: str, *, holds: bool, expected: int | None = None) -> CaseFile:
    """Write that a person attests the sentence of a condition, or no longer does."""
    event = SentenceAttested(key, context.today) if holds else AttestationWithdrawn(key, context.today)
    return record(context, case_id, event, expected=expected)


def start_deadline(
    context: Context, case_id: int, deadline: str, day: date, *, expected: int | None = None
) -> CaseFile:
    """Write the day of the event that starts a deadline: a decision notified, a demand received."""
    return record(context, case_id, DeadlineStarted(deadline, day), expected=expected)


def close(
    context: Context, case_id: int, outcome: Outcome, *, note: str = "", expected: int | None = None
) -> CaseFile:
    """Close a case with its outcome."""
    return record(context, case_id, CaseClosed(outcome, context.today), note=note, expected=expected)


def reopen(context: Context, case_id: int, *, note: str = "", expected: int | None = None) -> CaseFile:
    """Open a closed case again."""
    return record(context, case_id, CaseReopened(context.today), note=note, expected=expected)


# -- words ---------------------------------------------------------------------------------------------


def write_note(context: Context, case_id: int, note: str, *, expected: int | None = None) -> CaseFile:
    """Write a note to the journal: a reference, an answer received."""
    if not note.strip():
        raise RefusedError("La note est vide.")
    entry = Entry({"evenement": casefile.NOTE}, {"qui": context.viewer.name, "mots": _note(note)})
    return _write(context, case_id, lambda _: [entry], expected=expected, what="note ajoutée")


def keep_letter(
    context: Context,
    case_id: int,
    template: str,
    variant: str,
    text: str,
    *,
    expected: int | None = None,
) -> CaseFile:
    """Keep a letter or a reply as the user wrote it; nothing is sent.

    A public text goes through the reply check, whose verdict the journal keeps: the step that publishes
    it waits until nothing blocks.
    """
    known = letters.find(load(), template)
    if not text.strip():
        raise RefusedError("Le texte est vide.")
    entries = [
        Entry(
            {"evenement": casefile.LETTER, "modele": template, "version": variant},
            {"qui": context.viewer.name, "texte": letters.clean(text)},
        )
    ]
    if known.public:
        verified = ReplyVerified(_checked(context, case_id, text).passed, context.today)
        entries.append(casefile.entry(verified, qui=context.viewer.name))
    return _write(context, case_id, lambda _: entries, expected=expected, what="courrier préparé")


def _checked(context: Context, case_id: int, text: str) -> replies.Checked:
    """Return what the reply check says of a text, knowing whom it must not name."""
    with context.store.reading() as connection:
        known = casefile.read(connection, context.viewer, load(), case_id)
        row = (
            reads.one(connection, context.viewer, known.practitioner_id, known.publication_id)
            if known.publication_id is not None
            else None
        )
    return replies.check(text, author=row.author if row else "", names=(known.name,))


# -- erasure -------------------------------------------------------------------------------------------


def erase(
    context: Context,
    case_id: int,
    reason: ErasureReason,
    *,
    numbers: Sequence[int] = (),
    expected: int | None = None,
    home: Path | None = None,
) -> int:
    """Destroy contents of a case with their salts and files; return how many.

    Without `numbers`, all of them: the case is then closed, and only its days and its outcome remain.
    The journal keeps an event that says what was erased, why and when. A single content that the state
    of the case is made of cannot go alone.
    """
    evidence.may_write(context)
    vault = evidence.vault_of(home)
    with context.store.writing() as connection:
        known = casefile.read(connection, context.viewer, load(), case_id)
        targets = _targets(known, numbers)
        everything = not numbers
        entries = []
        if everything and not known.is_closed:
            closing = CaseClosed(Outcome.NO_ACTION, context.today)
            entries.append(casefile.entry(closing, qui=context.viewer.name))
            targets.append(known.end.length + 1)
        body = {"evenement": casefile.ERASED, "vise": targets, "motif": reason.value}
        entries.append(Entry(body | {"jour": context.today.isoformat()}, {"qui": context.viewer.name}))
        evidence.write(context, connection, case_id, entries, expected=expected, what="contenu effacé")
        files = cases.empty(connection, case_id, targets)
        gone = set(files) - cases.files_in_use(connection)
        ledger.bury_contents(connection, known, targets, reason=reason.value, now=context.now)
    vault.discard(gone)
    return len(targets)


def _targets(known: CaseFile, numbers: Sequence[int]) -> list[int]:
    """Return the numbers of the contents to erase."""
    present = {link.number: link for link in known.links if link.content is not None}
    if not numbers:
        return sorted(number for number, link in present.items() if link.content)
    for number in numbers:
        if number not in present:
            raise RefusedError(f"L’événement {number} n’a pas de contenu à effacer.")
        if present[number].kind in {casefile.OPENED, casefile.SITUATION}:
            raise RefusedError(f"L’événement {number} ne s’efface qu’avec tout le dossier.")
    return sorted(set(numbers))


# -- all writes ----------------------------------------------------------------------------------------


def _write(
    context: Context,
    case_id: int,
    make: Callable[[CaseFile], Sequence[Entry]],
    *,
    expected: int | None,
    what: str,
) -> CaseFile:
    """Write what `make` draws from the case as it is, in one transaction."""
    evidence.may_write(context)
    with context.store.writing() as connection:
        journal.hold(connection, context.viewer, case_id, expected=expected)
        known = casefile.read(connection, context.viewer, load(), case_id)
        return evidence.write(context, connection, case_id, make(known), expected=expected, what=what)


def _state(known: CaseFile) -> workflow.Case:
    if known.case is None:
        raise RefusedError(f"Le dossier n° {known.id} a été effacé : plus rien ne s’y ajoute.")
    return known.case


def _refuse_future(context: Context, day: date) -> None:
    if day > context.today:
        raise RefusedError(f"La date du {french.day(day)} est dans l’avenir.")


def _line(text: str) -> str:
    return " ".join(letters.clean(text).split())


def _note(text: str) -> str:
    return letters.clean(text)[:_LONGEST_NOTE]
