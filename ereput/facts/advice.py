"""The guidance base's steps, deadlines and notice, worded for screens and reports."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from ereput.facts import french
from ereput.facts.shapes import Basis, Due, Notice, Origin, Step, Tone
from ereput.guidance import model
from ereput.guidance.base import Base, load
from ereput.guidance.group import GroupStep
from ereput.guidance.route import RouteDeadline, RouteStep

URGENT_DAYS, WATCH_DAYS = 15, 30

_ORIGINS = {model.Origin.LEAFLET: Origin.LEAFLET, model.Origin.CORRECTED: Origin.CORRECTED}
_STATUSES = {
    model.Status.TEXT: "texte lu",
    model.Status.OLD_TEXT: "texte ancien lu",
    model.Status.SECONDARY: "source secondaire",
    model.Status.TO_VERIFY: "à vérifier",
    model.Status.TOOL_CHOICE: "choix de l’outil",
}
_NATURES = {
    model.Nature.HARD: "délai légal strict",
    model.Nature.LEGAL: "délai légal",
    model.Nature.THIRD_PARTY: "délai de l’autre partie",
    model.Nature.CONTRACT: "délai du contrat",
    model.Nature.THRESHOLD: "repère",
    model.Nature.CUSTOM: "usage",
}
_OURS = {model.Nature.HARD, model.Nature.LEGAL, model.Nature.CONTRACT}
_CODE = re.compile(r"\b(?:S\d{2}[AB]?|D_[A-Z]+(?:_[A-Z]+)*)\b")


def worded(base: Base, text: str) -> str:
    """Return a text of the base where the step or deadline that a code names is called by its title."""
    if not _CODE.search(text):
        return text
    titles = _titles(base)
    return _CODE.sub(lambda code: titles.get(code[0], code[0]), text)


@lru_cache(maxsize=4)
def _titles(base: Base) -> Mapping[str, str]:
    titles = {step.id.partition("_")[0]: step.title for step in base.steps.values()}
    titles |= {deadline.id: deadline.label for deadline in base.deadlines.values()}
    return {code: french.quoted(title) for code, title in titles.items()}


def _worded(base: Base, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(worded(base, text) for text in texts)


def notice(base: Base, today: date) -> Notice:
    """Return the disclaimer that every page with advice carries."""
    return Notice(base.notice(today), base.is_due_for_review(today))


def basis(ref: model.LegalRef) -> Basis:
    """Return a legal ground with its status in words; what is to verify is never settled."""
    return Basis(ref.ref, _STATUSES[ref.status], ref.status is not model.Status.TO_VERIFY, ref.note)


def bases(refs: Iterable[model.LegalRef]) -> tuple[Basis, ...]:
    """Return legal grounds in the order given, each once."""
    return tuple(dict.fromkeys(basis(ref) for ref in refs))


def routed(base: Base, steps: Sequence[RouteStep], today: date) -> tuple[Step, ...]:
    """Return the steps of a situation, in its order."""
    return tuple(_routed(base, step, today) for step in steps)


def _routed(base: Base, step: RouteStep, today: date) -> Step:
    return Step(
        id=step.id,
        title=step.title,
        text=worded(base, step.text),
        why=worded(base, step.why),
        origin=origin(step.origin),
        origin_note=french.sentence_case(base.origins[step.origin]),
        leaflet=step.leaflet or "",
        corrections=_worded(base, (deviation.correction for deviation in step.deviations)),
        before=_worded(base, (condition.sentence for condition in step.prerequisites)),
        moments=_worded(base, (moment.sentence for moment in step.moments)),
        deadlines=tuple(due(deadline, today) for deadline in step.deadlines),
        warnings=_worded(base, step.warnings),
        legal=bases(step.legal),
        templates=tuple((name, base.templates[name].title) for name in step.templates),
        tags=_tags(raised=step.raised, optional=step.optional, parallel=step.parallel),
    )


def grouped(base: Base, step: GroupStep, today: date) -> Step:
    """Return a step for a group; the case steps that each publication may follow apart are named."""
    return Step(
        id=step.id,
        title=step.title,
        text=worded(base, step.text),
        why=worded(base, step.why),
        origin=origin(step.origin),
        origin_note=french.sentence_case(base.origins[step.origin]),
        leaflet=step.leaflet or "",
        corrections=_worded(base, (deviation.correction for deviation in step.deviations)),
        then=tuple(base.steps[name].title for name in step.case_steps),
        deadlines=tuple(due(deadline, today) for deadline in step.deadlines),
        warnings=_worded(base, step.warnings),
        legal=bases(step.legal),
        tags=_tags(optional=step.optional, parallel=step.parallel),
    )


def plain(base: Base, step: model.Step) -> Step:
    """Return a step of the base outside any situation: no reason, no date."""
    return Step(
        id=step.id,
        title=step.title,
        text=worded(base, step.text),
        why="",
        origin=origin(step.origin),
        origin_note=french.sentence_case(base.origins[step.origin]),
        leaflet=step.leaflet or "",
        corrections=_worded(
            base, (entry.correction for entry in base.deviations.values() if step.id in entry.steps)
        ),
        moments=_worded(base, (moment.sentence for moment in step.moments)),
        warnings=_worded(base, step.warnings),
        legal=bases(step.legal),
        templates=tuple((name, base.templates[name].title) for name in step.templates),
        tags=_tags(optional=step.optional),
    )


def _tags(*, raised: bool = False, optional: bool = False, parallel: bool = False) -> tuple[str, ...]:
    words = {"à faire en premier": raised, "facultatif": optional, "en parallèle": parallel}
    return tuple(word for word, holds in words.items() if holds)


def origin(value: model.Origin) -> Origin:
    """Return one of the three badges: what neither quotes nor corrects the leaflet goes beyond it."""
    return _ORIGINS.get(value, Origin.BEYOND)


def due(deadline: RouteDeadline, today: date) -> Due:
    """Return a deadline in words. An uncertain date only ever alerts: it never says that time is up."""
    remaining, tone = "", Tone.CALM
    if deadline.date is not None and deadline.nature in _OURS:
        remaining, tone = _remaining((deadline.date - today).days, is_uncertain=deadline.is_uncertain)
    return Due(
        label=deadline.label,
        day=french.day(deadline.date) if deadline.date else worded(load(), deadline.sentence),
        prudent=french.day(deadline.prudent) if deadline.prudent else "",
        nature=_NATURES[deadline.nature],
        remaining=remaining,
        tone=tone,
    )


def _remaining(days: int, *, is_uncertain: bool) -> tuple[str, Tone]:
    if is_uncertain:
        return "date incertaine : agir aujourd’hui", Tone.URGENT
    if days < 0:
        return "dépassé", Tone.URGENT
    if days == 0:
        return "dernier jour", Tone.URGENT
    tone = Tone.URGENT if days <= URGENT_DAYS else Tone.WATCH if days <= WATCH_DAYS else Tone.CALM
    return f"il reste {french.plural(days, 'jour')}", tone
