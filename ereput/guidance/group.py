"""Next steps for an alert on a group: spike, coordinated series, rating slide, mentions surge, silence.

A group never gets a legal route: its steps say to read, prove, date and class each publication apart,
and name the steps of a case that each publication may then follow. What is assumed of a group before
anything is read is stated: to qualify, author unknown, not reported; the site's direct reply and the
practitioner's guarantee as known.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ereput.domain.practitioner import Guarantee
from ereput.domain.publication import PartialDate
from ereput.guidance import reading
from ereput.guidance.base import ROOT, Base, context
from ereput.guidance.model import (
    ALWAYS,
    Author,
    Criteria,
    Criterion,
    Deviation,
    LegalRef,
    Origin,
    Qualification,
    Status,
    YesNo,
)
from ereput.guidance.route import RouteDeadline, Situation, deadlines, effective_flags, holds
from ereput.guidance.strict import Node, read_yaml, unique


class AlertKind(StrEnum):
    """What an alert is about."""

    SPIKE = "spike"
    COORDINATED = "coordinated"
    SLIDE = "slide"
    MENTIONS = "mentions"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class AlertSheet:
    """What is said of a kind of alert: its name, and the rule that no group breaks."""

    kind: AlertKind
    title: str
    rule: str


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A step of the file; `case_steps` are the base's steps that each publication may follow apart."""

    id: str
    rank: int
    kinds: frozenset[AlertKind]
    title: str
    text: str
    origin: Origin
    when: Criteria
    warnings: tuple[str, ...]
    legal: tuple[LegalRef, ...]
    leaflet: str | None
    status: Status
    deadlines: tuple[str, ...]
    case_steps: tuple[str, ...]
    optional: bool
    parallel: bool


@dataclass(frozen=True, slots=True)
class GroupBase:
    """The whole file: the assumptions and their sentences, the alerts, the steps."""

    qualification: Qualification
    author: Author
    reported: YesNo
    assumptions: tuple[str, ...]
    direct_reply: Mapping[YesNo, str]
    guarantee: Mapping[Guarantee, str]
    alerts: Mapping[AlertKind, AlertSheet]
    steps: tuple[GroupEntry, ...]


@dataclass(frozen=True, slots=True)
class GroupStep:
    """A step for a group, ready to be shown; `deadlines` count from the oldest publication."""

    id: str
    title: str
    text: str
    why: str
    deadlines: tuple[RouteDeadline, ...]
    warnings: tuple[str, ...]
    legal: tuple[LegalRef, ...]
    leaflet: str | None
    origin: Origin
    status: Status
    deviations: tuple[Deviation, ...]
    case_steps: tuple[str, ...]
    optional: bool
    parallel: bool


@dataclass(frozen=True, slots=True)
class GroupRoute:
    """The steps for one alert, the rule that heads them and what is assumed."""

    kind: AlertKind
    title: str
    rule: str
    assumptions: tuple[str, ...]
    steps: tuple[GroupStep, ...]


@cache
def load_alerts(base: Base, root: Path | None = None) -> GroupBase:
    """Return the alerts under `root`, validated against the base; loaded once per base and root.

    Raises GuidanceError naming the place, as `base.load` does; also for an alert without step.
    """
    ctx = context(base)
    node = read_yaml((root or ROOT) / "alertes.yaml")
    fields = node.fields(("hypotheses", "alertes", "etapes"))
    unique(fields["alertes"].items())
    unique(fields["etapes"].items())
    assumed = fields["hypotheses"].fields(
        ("qualification", "auteur", "signale_sans_effet", "phrases", "reponse_directe", "garantie")
    )
    alerts = {sheet.kind: sheet for sheet in (_sheet(item) for item in fields["alertes"].items())}
    steps = sorted((_entry(item, ctx) for item in fields["etapes"].items()), key=lambda step: step.rank)
    for kind in AlertKind:
        if kind not in alerts or not any(kind in step.kinds for step in steps):
            raise node.fail(f"l'alerte {kind.value} n'a pas de fiche ou pas d'étape")
    return GroupBase(
        qualification=assumed["qualification"].choice(Qualification),
        author=assumed["auteur"].choice(Author),
        reported=assumed["signale_sans_effet"].choice(YesNo),
        assumptions=assumed["phrases"].texts(),
        direct_reply=MappingProxyType(
            {item: _sentence(assumed["reponse_directe"], YesNo, item) for item in YesNo}
        ),
        guarantee=MappingProxyType(
            {item: _sentence(assumed["garantie"], Guarantee, item) for item in Guarantee}
        ),
        alerts=MappingProxyType(alerts),
        steps=tuple(steps),
    )


def group_route(
    base: Base,
    kind: AlertKind,
    *,
    direct_reply: YesNo,
    guarantee: Guarantee,
    today: dt.date,
    oldest: PartialDate | None = None,
    learned: dt.date | None = None,
    contract_days: int | None = None,
    root: Path | None = None,
) -> GroupRoute:
    """Return the ordered steps for an alert.

    `oldest` is the date of the group's oldest publication, `learned` the day the practitioner was told:
    deadlines count from them. Never a legal route: what may follow is named in `case_steps`, for each
    publication apart.
    """
    data = load_alerts(base, root)
    situation = Situation(
        qualification=data.qualification,
        author=data.author,
        direct_reply=direct_reply,
        guarantee=guarantee,
        reported_without_effect=data.reported,
        published=oldest,
        learned=learned,
        contract_days=contract_days,
    )
    flags = effective_flags(base, situation, today=today)
    dates = deadlines(base, situation, today=today)
    sheet = data.alerts[kind]
    spoken = {
        Criterion.DIRECT_REPLY: data.direct_reply[direct_reply],
        Criterion.GUARANTEE: data.guarantee[guarantee],
    }
    return GroupRoute(
        kind=kind,
        title=sheet.title,
        rule=sheet.rule,
        assumptions=(*data.assumptions, *spoken.values()),
        steps=tuple(
            _step(base, entry, sheet, spoken, dates)
            for entry in data.steps
            if kind in entry.kinds and holds(entry.when, situation, flags)
        ),
    )


def _step(
    base: Base,
    entry: GroupEntry,
    sheet: AlertSheet,
    spoken: Mapping[Criterion, str],
    dates: Mapping[str, RouteDeadline],
) -> GroupStep:
    reasons = [sheet.title, *(spoken[criterion].rstrip(".") for criterion, _ in entry.when.tests)]
    due = tuple(dates[name] for name in entry.deadlines)
    doubts = dict.fromkeys(item.sentence for item in due if item.is_uncertain and item.sentence)
    return GroupStep(
        id=entry.id,
        title=entry.title,
        text=entry.text,
        why=f"{'. '.join(reasons)}.",
        deadlines=due,
        warnings=(*doubts, *entry.warnings),
        legal=entry.legal,
        leaflet=entry.leaflet,
        origin=entry.origin,
        status=entry.status,
        deviations=tuple(
            deviation
            for deviation in base.deviations.values()
            if entry.leaflet and set(deviation.steps) & set(entry.case_steps)
        ),
        case_steps=entry.case_steps,
        optional=entry.optional,
        parallel=entry.parallel,
    )


def _sheet(node: Node) -> AlertSheet:
    fields = node.fields(("id", "titre", "regle"))
    return AlertSheet(fields["id"].choice(AlertKind), fields["titre"].text(), fields["regle"].text())


def _sentence(node: Node, kind: type[YesNo] | type[Guarantee], item: YesNo | Guarantee) -> str:
    return node.fields([member.value for member in kind])[item.value].text()


def _entry(node: Node, ctx: reading.Context) -> GroupEntry:
    fields = node.fields(
        (
            *("id", "alertes", "rang", "titre", "origine", "texte", "avertissements", "base_legale"),
            *("citation_plaquette", "statut"),
        ),
        ("si", "echeances", "etapes_du_dossier", "facultatif", "parallele"),
    )
    origin = fields["origine"].choice(Origin)
    leaflet = reading.quotation(fields["citation_plaquette"], ctx)
    if leaflet is None and origin in {Origin.LEAFLET, Origin.CORRECTED}:
        raise node.fail(f"l'origine {origin.value} demande une citation de la plaquette")
    return GroupEntry(
        id=fields["id"].text(),
        rank=fields["rang"].whole(),
        kinds=frozenset(item.choice(AlertKind) for item in fields["alertes"].items()),
        title=fields["titre"].text(),
        text=fields["texte"].text(),
        origin=origin,
        when=_asked(fields["si"]) if "si" in fields else ALWAYS,
        warnings=fields["avertissements"].texts(),
        legal=reading.legal_refs(fields["base_legale"], ctx),
        leaflet=leaflet,
        status=fields["statut"].choice(Status),
        deadlines=reading.references(fields["echeances"], ctx.deadlines, "l'échéance")
        if "echeances" in fields
        else (),
        case_steps=reading.references(fields["etapes_du_dossier"], ctx.steps, "l'étape")
        if "etapes_du_dossier" in fields
        else (),
        optional=fields["facultatif"].flag() if "facultatif" in fields else False,
        parallel=fields["parallele"].flag() if "parallele" in fields else False,
    )


def _asked(node: Node) -> Criteria:
    rule = reading.criteria(node)
    if {criterion for criterion, _ in rule.tests} - {Criterion.DIRECT_REPLY, Criterion.GUARANTEE}:
        raise node.fail("seules la réponse directe et la garantie sont connues d'un groupe")
    return rule
