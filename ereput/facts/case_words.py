"""What happened to a case, in French: the lines of its journal, on screen and in exports."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ereput.evidence import casefile
from ereput.evidence.casefile import CaseFile
from ereput.evidence.journal import Link
from ereput.facts import french
from ereput.guidance import workflow
from ereput.guidance.base import Base, load
from ereput.guidance.events import Outcome
from ereput.guidance.model import Nature
from ereput.guidance.workflow import CaseStatus, StepStatus

NATURES = {
    Nature.HARD: "délai légal strict",
    Nature.LEGAL: "délai légal",
    Nature.THIRD_PARTY: "délai de l’autre partie",
    Nature.CONTRACT: "délai du contrat",
    Nature.THRESHOLD: "repère",
    Nature.CUSTOM: "usage",
}
_ACCENTS = {
    "acces": "accès",
    "affichee": "affichée",
    "confrere": "confrère",
    "contestes": "contestés",
    "creation": "création",
    "decision": "décision",
    "decouverte": "découverte",
    "delai": "délai",
    "demarches": "démarches",
    "editrice": "éditrice",
    "element": "élément",
    "elements": "éléments",
    "generale": "générale",
    "legales": "légales",
    "modifie": "modifié",
    "numero": "numéro",
    "precision": "précision",
    "prenom": "prénom",
    "reception": "réception",
    "reference": "référence",
    "regle": "règle",
    "reponse": "réponse",
    "resultat": "résultat",
    "societe": "société",
    "telephone": "téléphone",
    "url": "adresse web",
}
_QUOTED = re.compile(r"«.*»")
PARIS = ZoneInfo("Europe/Paris")
OUTCOMES = {
    Outcome.REMOVED: "avis retiré",
    Outcome.KEPT: "avis maintenu",
    Outcome.REPLIED: "réponse publiée",
    Outcome.INSURER: "pris en charge par l’assureur",
    Outcome.COURT: "porté en justice",
    Outcome.NO_ACTION: "sans suite",
}
STATUSES = {CaseStatus.OPEN: "ouvert", CaseStatus.WAITING: "en attente", CaseStatus.CLOSED: "clos"}
STEP_STATES = {
    StepStatus.TODO: "à faire",
    StepStatus.WAITING: "en attente",
    StepStatus.DONE: "faite",
    StepStatus.SKIPPED: "écartée",
}
REASONS = {
    "demande_personne": "à la demande de la personne",
    "fin_de_conservation": "fin de la durée de conservation",
    "depot_par_erreur": "déposé par erreur",
}
ORIGINS = {
    "review": "un avis",
    "mention": "une mention",
    "alert": "une alerte",
    "hand": "une saisie à la main",
    "presence": "un constat sur une fiche",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal. `what`, `who` and `words` may hold outside text: untrusted."""

    number: int
    at: datetime
    moment: str
    what: str
    who: str
    words: str
    is_erased: bool


def field(name: str) -> str:
    """Return the label of a letter's field: « Numéro contrat » for `numero_contrat`."""
    words = [_ACCENTS.get(word, word) for word in name.split("_")]
    return french.sentence_case(" ".join(words))


def lines(known: CaseFile, *, hidden: bool = False) -> tuple[Line, ...]:
    """Return the journal of a case, oldest first; `hidden` leaves out what people wrote and named."""
    base = load()
    told = tuple(_line(base, link) for link in known.links)
    if not hidden:
        return told
    return tuple(
        replace(
            line,
            words="",
            what=_QUOTED.sub("« … »", line.what) if link.kind == casefile.EXHIBIT else line.what,
        )
        for line, link in zip(told, known.links, strict=True)
    )


def journal_text(known: CaseFile) -> str:
    """Return the journal as plain text, for an export."""
    found = [f"JOURNAL DU DOSSIER N° {known.id} (heures de Paris)", ""]
    for line in lines(known):
        who = f", par {line.who}" if line.who else ""
        found.append(f"{line.number:>3}. {line.moment}{who} : {line.what}")
        found += [f"       {row}" for row in line.words.splitlines()]
    return "\n".join(found) + "\n"


def _line(base: Base, link: Link) -> Line:
    content = link.content or {}
    at = link.at.astimezone(PARIS)
    return Line(
        number=link.number,
        at=at,
        moment=french.moment(at),
        what=_SAY[link.kind](base, link) + (" (effacé)" if link.content is None else ""),
        who=str(content.get("qui", "")),
        words=str(content.get("mots") or content.get("texte") or ""),
        is_erased=link.content is None,
    )


def _exhibit(_: Base, link: Link) -> str:
    what = "Publication scellée" if link.body["nature"] == "publication" else "Pièce versée"
    if link.content is None:
        return what
    return f"{what} : « {link.content['nom']} » ({french.size(link.content['taille'])})"


def _erasure(_: Base, link: Link) -> str:
    targets = [str(number) for number in link.body["vise"]]
    count = french.plural(len(targets), "contenu effacé", "contenus effacés")
    return f"{count} ({REASONS[link.body['motif']]}) : événements {french.joined(targets)}"


def _letter(base: Base, link: Link) -> str:
    template = base.templates.get(link.body["modele"])
    title = template.title if template else link.body["modele"]
    return f"Texte préparé : {title}, {link.body['version']}"


def _step(words: str) -> Callable[[Base, Link], str]:
    def say(base: Base, link: Link) -> str:
        step = base.steps.get(link.body["step"])
        return f"{words}{_on(link)} : {step.title if step else link.body['step']}"

    return say


def _attested(words: str) -> Callable[[Base, Link], str]:
    def say(base: Base, link: Link) -> str:
        key = link.body["key"]
        return f"{words} : {workflow.attestations(base).get(key, key)}"

    return say


def _checked(_: Base, link: Link) -> str:
    return f"Contrôle du secret : {'rien de bloquant' if link.body['passed'] else 'bloquant'}"


def _deadline(base: Base, link: Link) -> str:
    entry = base.deadlines.get(link.body["deadline"])
    return f"Échéance ouverte{_on(link)} : {entry.label if entry else link.body['deadline']}"


def _situation(_: Base, link: Link) -> str:
    if link.content is None:
        return "Situation notée"
    answered = link.content.get("reponses") is not None
    return "Situation classée par vos réponses" if answered else "Situation telle que connue, sans classement"


def _on(link: Link) -> str:
    """Say the day when it is not that of the note."""
    day = date.fromisoformat(link.body["day"])
    return "" if day == link.at.astimezone(PARIS).date() else f" le {french.day(day)}"


_SAY: Mapping[str, Callable[[Base, Link], str]] = {
    casefile.OPENED: lambda _, link: f"Dossier ouvert depuis {ORIGINS[link.body['origine']]}",
    casefile.EXHIBIT: _exhibit,
    casefile.ERASED: _erasure,
    casefile.EXPORTED: lambda _, __: "Dossier exporté",
    casefile.NOTE: lambda _, __: "Note",
    casefile.LETTER: _letter,
    casefile.SITUATION: _situation,
    casefile.CLOSED: lambda _, link: f"Dossier clos : {OUTCOMES[Outcome(link.body['outcome'])]}",
    casefile.REOPENED: lambda _, __: "Dossier rouvert",
    "etape_commencee": _step("Envoyé ou commencé"),
    "etape_recue": _step("Reçu par le destinataire"),
    "etape_faite": _step("Fait"),
    "etape_ecartee": _step("Écarté"),
    "etape_reprise": _step("Repris"),
    "etape_anterieure": _step("Fait auparavant"),
    "phrase_attestee": _attested("Attesté"),
    "attestation_retiree": _attested("N’est plus attesté"),
    "reponse_controlee": _checked,
    "echeance_ouverte": _deadline,
}
