"""What to do about a presence: the steps that answer a finding, from `data/guidance/presence.yaml`.

A finding classes no content: its steps speak of listings, of watching and of being ready, and name the
steps of a case where an opposition, a delisting or a proof is prepared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ereput.domain.presence import Finding
from ereput.guidance import reading
from ereput.guidance.base import ROOT, Base, context
from ereput.guidance.model import LegalRef, Origin, Status
from ereput.guidance.strict import Node, read_yaml, unique


@dataclass(frozen=True, slots=True)
class FindingSheet:
    """What is said of a finding: its name, and the rule that its steps keep to."""

    finding: Finding
    title: str
    rule: str


@dataclass(frozen=True, slots=True)
class PresenceStep:
    """A step of the file; `case_steps` are the base's steps that carry it out in a case."""

    id: str
    rank: int
    findings: frozenset[Finding]
    title: str
    text: str
    origin: Origin
    warnings: tuple[str, ...]
    legal: tuple[LegalRef, ...]
    leaflet: str | None
    status: Status
    case_steps: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class PresenceBase:
    """The whole file: a sheet a finding, the steps by rank."""

    sheets: Mapping[Finding, FindingSheet]
    steps: tuple[PresenceStep, ...]

    def of(self, finding: Finding) -> tuple[PresenceStep, ...]:
        """Return the steps that answer a finding, in order."""
        return tuple(step for step in self.steps if finding in step.findings)


@cache
def load_presence(base: Base, root: Path | None = None) -> PresenceBase:
    """Return the file under `root`, validated against the base; loaded once per base and root.

    Raises GuidanceError naming the place, as `base.load` does; also for a finding without sheet or step.
    """
    ctx = context(base)
    node = read_yaml((root or ROOT) / "presence.yaml")
    fields = node.fields(("constats", "etapes"))
    unique(fields["constats"].items())
    unique(fields["etapes"].items())
    sheets = {sheet.finding: sheet for sheet in (_sheet(item) for item in fields["constats"].items())}
    steps = sorted((_step(item, ctx) for item in fields["etapes"].items()), key=lambda step: step.rank)
    for finding in Finding:
        if finding not in sheets or not any(finding in step.findings for step in steps):
            raise node.fail(f"le constat {finding.value} n'a pas de fiche ou pas d'étape")
    return PresenceBase(MappingProxyType(sheets), tuple(steps))


def _sheet(node: Node) -> FindingSheet:
    fields = node.fields(("id", "titre", "regle"))
    return FindingSheet(fields["id"].choice(Finding), fields["titre"].text(), fields["regle"].text())


def _step(node: Node, ctx: reading.Context) -> PresenceStep:
    fields = node.fields(
        (
            *("id", "constats", "rang", "titre", "origine", "texte", "avertissements", "base_legale"),
            *("citation_plaquette", "statut"),
        ),
        ("etapes_du_dossier", "facultatif"),
    )
    origin = fields["origine"].choice(Origin)
    leaflet = reading.quotation(fields["citation_plaquette"], ctx)
    if leaflet is None and origin in {Origin.LEAFLET, Origin.CORRECTED}:
        raise node.fail(f"l'origine {origin.value} demande une citation de la plaquette")
    return PresenceStep(
        id=fields["id"].text(),
        rank=fields["rang"].whole(),
        findings=frozenset(item.choice(Finding) for item in fields["constats"].items()),
        title=fields["titre"].text(),
        text=fields["texte"].text(),
        origin=origin,
        warnings=fields["avertissements"].texts(),
        legal=reading.legal_refs(fields["base_legale"], ctx),
        leaflet=leaflet,
        status=fields["statut"].choice(Status),
        case_steps=reading.references(fields["etapes_du_dossier"], ctx.steps, "l'étape")
        if "etapes_du_dossier" in fields
        else (),
        optional=fields["facultatif"].flag() if "facultatif" in fields else False,
    )
