"""What the commands on cases do; their grammar is in `cases`, which loads this only when one is run."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ereput.cli.frame import Answer, Json, context_of
from ereput.domain.errors import RefusedError
from ereput.domain.publication import PartialDate
from ereput.facts import case_detail, french, reviews, scope
from ereput.facts import cases as facts
from ereput.facts.case_detail import Action, CaseDetail
from ereput.facts.cases import CaseCard, CaseDue, Clock
from ereput.facts.period import Stretch, until
from ereput.guidance.events import Outcome
from ereput.jobs import cases, evidence, letters
from ereput.jobs.cases import ErasureReason
from ereput.jobs.context import Context
from ereput.jobs.letters import write_whole
from ereput.store import practitioners
from ereput.store.reads_practitioner import Filters

_EVER = 36_500
_FOUND = 50
E = TypeVar("E", bound=StrEnum)


def _choice(kind: type[E], text: str) -> E:
    try:
        return kind(text)
    except ValueError:
        raise RefusedError(f"« {text} » n’est pas possible. Choix : {', '.join(kind)}.") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"« {text} » n’est pas une date (2026-11-23).") from None


def _exact(text: str) -> PartialDate | None:
    return PartialDate.exact(_day(text)) if text else None


# -- what is shown -------------------------------------------------------------------------------------


def _clock(shown: Clock) -> Json:
    return {
        "sentence": shown.sentence,
        "date": shown.last,
        "prudent": shown.prudent,
        "act": shown.act,
        "uncertain": shown.is_uncertain,
    }


def _due(shown: CaseDue) -> Json:
    return {
        "case": shown.case_id,
        "step": shown.step,
        "deadline": shown.deadline,
        "label": shown.label,
        "date": shown.day,
        "prudent": shown.prudent,
        "act": shown.act,
        "days_left": shown.days_left,
        "bound": shown.bound,
        "uncertain": shown.is_uncertain,
        "sentence": shown.sentence,
    }


def _card(shown: CaseCard) -> Json:
    return {
        "id": shown.id,
        "practitioner": shown.name,
        "title": shown.title,
        "status": shown.status,
        "closed": shown.is_closed,
        "clock": _clock(shown.clock),
        "current": shown.current,
        "next": _due(shown.next) if shown.next else None,
    }


def _detail(shown: CaseDetail) -> Json:
    return _card(shown.card) | {
        "events": shown.events,
        "pause": shown.pause,
        "removed": shown.removed,
        "changed": shown.changed,
        "current": shown.current.step.id if shown.current else None,
        "steps": [
            {
                "id": line.step.id,
                "title": line.step.title,
                "state": line.state,
                "days": line.days,
                "held_by": line.held_by,
                "advised": line.advised,
                "actions": line.actions,
                "attestations": [
                    {"key": key, "sentence": text, "attested": on} for key, text, on in line.to_attest
                ],
            }
            for line in shown.route
        ],
        "due": [_due(item) for item in shown.due],
        "evidence": [asdict(piece) for piece in shown.pieces],
        "models": [{"id": name, "title": title} for name, title in shown.models],
        "journal": [
            {"event": line.number, "at": line.at, "what": line.what, "who": line.who, "words": line.words}
            for line in shown.journal
        ],
        "notice": shown.notice.text,
    }


def _shown(context: Context, number: int) -> CaseDetail:
    everybody = scope.read(context.store, context.viewer)
    return case_detail.read(context.store, context.viewer, everybody, context.now, case_id=number)


def _answer(context: Context, number: int, **more: object) -> Answer:
    shown = _shown(context, number)
    lines = [f"Dossier n° {number} : {shown.card.title} ({shown.card.status})", shown.card.clock.sentence]
    lines += [
        f"{'→' if line.is_current else ' '} {line.step.title} [{line.state_text}]"
        + "".join(f"\n    attend : {sentence}" for sentence in line.held_by)
        for line in shown.route
    ]
    return Answer({"case": _detail(shown), **more}, "\n".join([*lines, "", shown.notice.text]))


# -- case ----------------------------------------------------------------------------------------------


def _open(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    if options.alert is not None:
        made = cases.open_from_alert(context, options.alert)
    elif not options.practitioner:
        raise RefusedError("Indiquez le praticien : --practitioner.")
    elif options.publication is not None:
        made = cases.open_from_publication(context, options.practitioner, options.publication)
    else:
        made = cases.open_by_hand(
            context,
            options.practitioner,
            options.title,
            url=options.url,
            text=options.text,
            published=_exact(options.published),
        )
    return _answer(context, made.case_id, new=made.is_new)


def _find(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, options.practitioner)
    asked = Filters(words=" ".join(options.words))
    page = reviews.read_page(context.store, context.viewer, who.id, asked, size=_FOUND)
    found = [
        {
            "publication": one.id,
            "source": one.source,
            "published": one.published,
            "stars": one.stars,
            "author": one.author,
            "text": one.text,
            "removed": one.removed,
        }
        for one in page.reviews
    ]
    lines = [
        f"{one.id} · {one.source} · {one.published} · {one.stars} · {one.text[:60]}" for one in page.reviews
    ]
    return Answer({"publications": found, "total": page.total}, "\n".join(lines) or "Aucune publication.")


def _list(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    seen = scope.read(context.store, context.viewer)
    if options.practitioner:
        seen = seen.on(options.practitioner)
        if seen.chosen is None or seen.chosen.slug != options.practitioner:
            raise RefusedError(f"Aucun praticien « {options.practitioner} » dans votre périmètre.")
    period = until(Stretch.ALL, context.today)
    found = facts.read(context.store, context.viewer, seen, period, context.now)
    lines = [
        f"n° {card.id} · {card.name} · {card.title} · {card.status} · {card.clock.sentence}"
        for card in found.cards
    ]
    payload = {"cases": [_card(card) for card in found.cards], "unreadable": found.unreadable}
    return Answer(payload, "\n".join([found.sentence, *lines]))


def _show(options: argparse.Namespace) -> Answer:
    return _answer(context_of(options), options.case)


def _step(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.take(
        context,
        options.case,
        options.step,
        _choice(Action, options.do),
        day=_day(options.day) if options.day else None,
        note=options.note,
        expected=options.expected,
    )
    return _answer(context, options.case)


def _date(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.set_dates(
        context,
        options.case,
        published=_exact(options.published),
        learned=_day(options.learned) if options.learned else None,
        is_uncertain=options.uncertain,
        expected=options.expected,
    )
    return _answer(context, options.case)


def _pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    pairs = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise RefusedError(f"« {word} » s’écrit nom=valeur.")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _answers(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    answers: dict[str, list[str]] = {}
    for name, value in _pairs(options.answer):
        answers.setdefault(name, []).append(value)
    cases.answer(context, options.case, answers, expected=options.expected)
    return _answer(context, options.case)


def _attest(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.attest(context, options.case, options.key, holds=not options.withdraw, expected=options.expected)
    return _answer(context, options.case)


def _start(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.start_deadline(
        context, options.case, options.deadline, _day(options.day), expected=options.expected
    )
    return _answer(context, options.case)


def _note(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.write_note(context, options.case, options.words, expected=options.expected)
    return _answer(context, options.case)


def _close(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.close(
        context, options.case, _choice(Outcome, options.outcome), note=options.note, expected=options.expected
    )
    return _answer(context, options.case)


def _reopen(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    cases.reopen(context, options.case, note=options.note, expected=options.expected)
    return _answer(context, options.case)


def _erase(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    count = cases.erase(
        context,
        options.case,
        _choice(ErasureReason, options.reason),
        numbers=options.event,
        expected=options.expected,
    )
    return _answer(context, options.case, erased=count)


def _letter(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    seen = scope.read(context.store, context.viewer)
    model = case_detail.model(
        context.store,
        context.viewer,
        seen,
        context.now,
        case_id=options.case,
        template=options.template,
        variant=options.variant,
    )
    values = {blank.name: blank.value for blank in model.fields} | dict(_pairs(options.value))
    sheet, letter = letters.sheet(
        context, options.case, options.template, options.variant or model.variant, values
    )
    if options.to:
        letters.write(context, sheet, Path(options.to))
    if options.keep:
        letters.keep(context, options.case, letter, expected=options.expected)
    payload = {
        "letter": {
            "template": letter.template,
            "variant": letter.variant,
            "variants": model.variants,
            "text": letter.text,
            "public": letter.public,
            "missing": [{"name": field.name, "hint": field.hint} for field in letter.missing],
            "checks": letter.checks,
            "never": letter.never,
        },
        "file": options.to or None,
        "notice": sheet.notice,
    }
    missing = [f"À compléter : {field.hint}" for field in letter.missing]
    return Answer(payload, "\n".join([letter.text, "", *missing, sheet.notice]))


def _calendar(options: argparse.Namespace) -> Answer:
    from ereput.report.ics import calendar

    context = context_of(options)
    seen = scope.read(context.store, context.viewer)
    items = facts.due(context.store, context.viewer, seen, context.now, within=_EVER)
    if options.case is not None:
        _shown(context, options.case)
        items = tuple(item for item in items if item.case_id == options.case)
    target = Path(options.to)
    if target.suffix.lower() != ".ics":
        raise RefusedError("Le calendrier est un fichier .ics.")
    write_whole(target, calendar(items, now=context.now))
    return Answer(
        {"file": str(target), "due": [_due(item) for item in items]},
        f"{len(items)} échéances écrites dans {target}.",
    )


CASE: Mapping[str, Callable[[argparse.Namespace], Answer]] = {
    "open": _open,
    "find": _find,
    "list": _list,
    "show": _show,
    "step": _step,
    "date": _date,
    "answer": _answers,
    "attest": _attest,
    "start": _start,
    "note": _note,
    "letter": _letter,
    "calendar": _calendar,
    "close": _close,
    "reopen": _reopen,
    "erase": _erase,
}


# -- evidence ------------------------------------------------------------------------------------------


def _add(options: argparse.Namespace) -> Answer:
    context = context_of(options)
    paths = [Path(name) for name in options.file]
    for path in paths:
        if not path.is_file():
            raise RefusedError(f"Le fichier « {path} » est introuvable.")
    added = []
    for path in paths:
        with path.open("rb") as file:
            added.append(evidence.add(context, options.case, file, path.name, expected=options.expected))
    lines = [f"Pièce n° {one.number} : {one.name}, {one.size} octets, SHA-256 {one.sha256}" for one in added]
    payload = {"case": options.case, "evidence": [asdict(one) for one in added]}
    return Answer(payload, "\n".join(lines))


def _verify(options: argparse.Namespace) -> Answer:
    verdict = evidence.verify(context_of(options), options.case)
    broken = verdict.broken
    text = (
        f"Intact : {verdict.checked} éléments vérifiés ; contenus effacés : {verdict.erased}."
        if broken is None
        else f"ALTÉRÉ : {broken.why}."
    )
    payload = {
        "ok": verdict.ok,
        "checked": verdict.checked,
        "erased": verdict.erased,
        "broken": None if broken is None else broken._asdict(),
    }
    return Answer(payload, text, 0 if verdict.ok else 1)


def _export(options: argparse.Namespace) -> Answer:
    target = Path(options.to)
    seal = evidence.export(context_of(options), options.case, target)
    return Answer(
        {"case": options.case, "file": str(target), "seal": seal},
        f"Dossier n° {options.case} exporté dans {target}.\nSceau : {seal}",
    )


def _sweep(options: argparse.Namespace) -> Answer:
    count = evidence.sweep(context_of(options))
    done = french.plural(count, "fichier effacé", "fichiers effacés")
    return Answer({"deleted": count}, f"{done} : plus aucun dossier ne s’en servait.")


EVIDENCE: Mapping[str, Callable[[argparse.Namespace], Answer]] = {
    "add": _add,
    "verify": _verify,
    "export": _export,
    "sweep": _sweep,
}
