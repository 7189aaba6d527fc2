"""The guidance base: loaded once, validated whole, frozen.

The files stand in `data/guidance/`: `guidance_fr.yaml` (steps, deadlines, sources), `plaquette.txt`
(the leaflet, word for word) and `templates_fr/` (letters and replies).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from ereput.domain.practitioner import Profession
from ereput.guidance import reading
from ereput.guidance.days import add_months
from ereput.guidance.model import (
    AnyOf,
    Attested,
    Condition,
    Criterion,
    Deadline,
    Deviation,
    GdprPoint,
    Origin,
    ProfessionRules,
    ReplyRule,
    SecrecyRule,
    Source,
    StartKind,
    Status,
    Step,
    StepsDone,
    Template,
)
from ereput.guidance.strict import GuidanceError, Node, read_text, read_yaml, unique
from ereput.guidance.templates import read_template

ROOT = Path(__file__).resolve().parents[2] / "data" / "guidance"
REVIEW_MONTHS = 12
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_SECTIONS = (
    *("meta", "sources", "criteres", "departs", "delais", "regle_secret_globale", "etapes", "professions"),
    *("controle_reponse_publique", "ecarts_plaquette", "rgpd_outil"),
)
T = TypeVar("T", Deadline, Step, Template)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The whole base. Mappings keep the order of the file; steps are not yet sorted by rank.

    `reasons` gives, for each criterion and value, the French sentence that says it;
    `statuses` and `origins` what each of them means; `display_rules` the base's own rules.
    """

    title: str
    version: str
    established: date
    disclaimer: str
    display_rules: tuple[str, ...]
    statuses: Mapping[Status, str]
    origins: Mapping[Origin, str]
    reasons: Mapping[Criterion, Mapping[str, str]]
    sources: Mapping[str, Source]
    deadlines: Mapping[str, Deadline]
    steps: Mapping[str, Step]
    secrecy: SecrecyRule
    professions: Mapping[Profession, ProfessionRules]
    reply_rules: tuple[ReplyRule, ...]
    deviations: Mapping[str, Deviation]
    gdpr: tuple[GdprPoint, ...]
    templates: Mapping[str, Template]
    leaflet: str

    def notice(self, now: date | datetime) -> str:
        """Return the notice that every page, letter and report that advises carries.

        It says the base's date and version; twelve months after that date, that it must be reviewed.
        """
        day = now.date() if isinstance(now, datetime) else now
        text = (
            f"{self.disclaimer} Base documentaire du {french_day(self.established)} (version {self.version})."
        )
        if not self.is_due_for_review(day):
            return text
        return f"{text} Cette base a plus d'un an : elle doit être revue avant de s'y fier."

    def is_due_for_review(self, day: date) -> bool:
        """Whether twelve months have passed since the base was established."""
        return day >= add_months(self.established, REVIEW_MONTHS)


def load(root: Path | None = None) -> Base:
    """Return the base under `root` (the project's own by default), validated; loaded once per root.

    Raises GuidanceError, whose message names the place, for an unknown key, status or reference, a
    missing source, a duplicate identifier, a quotation that the leaflet does not hold, a cycle.
    """
    return _load((root or ROOT).resolve())


def context(base: Base) -> reading.Context:
    """Return what the base defines, for reading another file that refers to it."""
    return reading.Context(
        sources=base.sources,
        starts={entry.start.id: entry.start for entry in base.deadlines.values()},
        deadlines=frozenset(base.deadlines),
        steps=frozenset(base.steps),
        templates=frozenset(base.templates),
        leaflet=reading.plain(base.leaflet),
    )


def french_day(day: date) -> str:
    """Return « 1er mai 2027 »."""
    return f"{day.day}{'er' if day.day == 1 else ''} {_MONTHS[day.month - 1]} {day.year}"


@cache
def _load(root: Path) -> Base:
    leaflet = read_text(root / "plaquette.txt")
    templates = _templates(root / "templates_fr")
    parts = read_yaml(root / "guidance_fr.yaml").fields(_SECTIONS)
    for name in ("delais", "etapes", "ecarts_plaquette", "rgpd_outil"):
        unique(parts[name].items())
    unique(parts["professions"].items(), "profession")
    ctx = _context(parts, templates, leaflet)
    meta = parts["meta"].fields(
        ("titre", "version", "etabli_le", "langue", "avertissement", "statuts", "origines", "regle_affichage")
    )
    professions = [reading.profession(item) for item in parts["professions"].items()]
    base = Base(
        title=meta["titre"].text(),
        version=meta["version"].text(),
        established=meta["etabli_le"].day(),
        disclaimer=meta["avertissement"].text(),
        display_rules=meta["regle_affichage"].texts(),
        statuses=_labels(meta["statuts"], Status),
        origins=_labels(meta["origines"], Origin),
        reasons=MappingProxyType(reading.reasons(parts["criteres"])),
        sources=MappingProxyType(dict(ctx.sources)),
        deadlines=_by_id([reading.deadline(item, ctx) for item in parts["delais"].items()]),
        steps=_by_id([reading.step(item, ctx) for item in parts["etapes"].items()]),
        secrecy=reading.secrecy(parts["regle_secret_globale"], ctx),
        professions=MappingProxyType({rules.profession: rules for rules in professions}),
        reply_rules=reading.reply_rules(parts["controle_reponse_publique"]),
        deviations=MappingProxyType(
            {
                entry.id: entry
                for entry in (reading.deviation(item, ctx) for item in parts["ecarts_plaquette"].items())
            }
        ),
        gdpr=tuple(reading.gdpr(item, ctx) for item in parts["rgpd_outil"].items()),
        templates=templates,
        leaflet=leaflet,
    )
    _check(base)
    return base


def _context(parts: Mapping[str, Node], templates: Mapping[str, Template], leaflet: str) -> reading.Context:
    deadlines = frozenset(item.entries()["id"].text() for item in parts["delais"].items())
    return reading.Context(
        sources=reading.sources(parts["sources"]),
        starts=reading.starts(parts["departs"], deadlines),
        deadlines=deadlines,
        steps=frozenset(item.entries()["id"].text() for item in parts["etapes"].items()),
        templates=frozenset(templates),
        leaflet=reading.plain(leaflet),
    )


def _templates(folder: Path) -> Mapping[str, Template]:
    found = [read_template(path) for path in sorted(folder.glob("*.md"))]
    if not found:
        raise GuidanceError(f"{folder.name} : aucun modèle")
    return _by_id(found)


S = TypeVar("S", Status, Origin)


def _labels(node: Node, kind: type[S]) -> Mapping[S, str]:
    fields = node.fields([member.value for member in kind])
    return MappingProxyType({kind(name): entry.text() for name, entry in fields.items()})


def _by_id(entries: list[T]) -> Mapping[str, T]:
    return MappingProxyType({entry.id: entry for entry in entries})


def _check(base: Base) -> None:
    """Refuse what only shows once everything is read."""
    missing = [profession.value for profession in Profession if profession not in base.professions]
    if missing:
        raise GuidanceError(f"guidance_fr.yaml.professions : il manque {', '.join(missing)}")
    for deadline in base.deadlines.values():
        follows = deadline.start.deadline
        if follows and base.deadlines[follows].start.kind is StartKind.CHAIN:
            raise GuidanceError(
                f"guidance_fr.yaml.departs.{deadline.start.id} : un enchaînement n'en suit pas un autre"
            )
    for template in base.templates.values():
        using = {step.id for step in base.steps.values() if template.id in step.templates}
        if using != set(template.steps):
            raise GuidanceError(
                f"{template.id}.md.etapes : les étapes qui l'emploient sont {', '.join(sorted(using))}"
            )
    _check_attestations(base)
    for step in base.steps.values():
        _check_cycle(base, step.id, ())


def _check_attestations(base: Base) -> None:
    sentences: dict[str, str] = {}
    for step in base.steps.values():
        for condition in flat(step.prerequisites):
            if isinstance(condition.test, Attested):
                known = sentences.setdefault(condition.test.key, condition.sentence)
                if known != condition.sentence:
                    place = f"guidance_fr.yaml.etapes[{step.id}].prerequis"
                    raise GuidanceError(f"{place} : l'attestation « {condition.test.key} » a deux phrases")


def _check_cycle(base: Base, step: str, path: tuple[str, ...]) -> None:
    if step in path:
        raise GuidanceError(
            f"guidance_fr.yaml.etapes[{step}].prerequis : tourne en rond ({' > '.join(path)})"
        )
    for condition in flat(base.steps[step].prerequisites):
        if isinstance(condition.test, StepsDone):
            for needed in condition.test.steps:
                _check_cycle(base, needed, (*path, step))


def flat(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """Yield each condition, and those that it holds."""
    for condition in conditions:
        yield condition
        if isinstance(condition.test, AnyOf):
            yield from flat(condition.test.conditions)
