"""From what the user answers of one publication to its ordered next steps, in the leaflet's words first."""

from dataclasses import dataclass
from datetime import date, datetime

from ereput.domain.practitioner import Guarantee, Practitioner, Viewer
from ereput.facts import advice, reviews, words
from ereput.facts.scope import Scope
from ereput.facts.shapes import Review, Step
from ereput.guidance import base as bases
from ereput.guidance.model import Author, Flag, Qualification, YesNo
from ereput.guidance.route import Situation, route
from ereput.store import Store
from ereput.store import reads_practitioner as reads
from ereput.store.scope import Row

QUALIFICATIONS = {
    Qualification.TO_QUALIFY: "Je ne sais pas encore",
    Qualification.LICIT: "Licite : une opinion ou une expérience, même sévère",
    Qualification.PRESUMED_ILLICIT: "Illicite présumé : injure, diffamation, menace, haine, vie privée…",
    Qualification.POSITIVE: "Positif",
}
AUTHORS = {
    Author.UNKNOWN: "Inconnu, ou doute sur son identité",
    Author.IDENTIFIED_PATIENT: "Identifié sans doute possible",
    Author.NOT_A_PATIENT: "Des indices objectifs, hors dossier médical, font douter de l’expérience",
    Author.COMPETITOR: "Des indices objectifs désignent un concurrent ou un confrère",
}
FLAGS = {
    Flag.THREAT: "Menace ou danger",
    Flag.HATE_VIOLENCE: "Appel à la haine ou à la violence",
    Flag.PRIVATE_ADDRESS: "Adresse personnelle divulguée",
    Flag.COLLEAGUE: "L’auteur paraît être un confrère",
    Flag.BREAKS_SITE_RULES: "Enfreint une règle précise du site",
    Flag.DOUBTFUL: "Authenticité douteuse, indices objectifs",
    Flag.UNCERTAIN_DATE: "Date de première mise en ligne incertaine",
    Flag.BLAMES_CARE: "Reproche une faute ou un dommage lié au soin",
    Flag.GDPR_REFUSED: "Demande RGPD refusée ou sans réponse",
    Flag.PUBLIC_PRACTICE: "Vise un exercice public (hôpital…)",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user said of one publication. Nothing of it is stored, nothing is decided for them."""

    qualification: Qualification = Qualification.TO_QUALIFY
    author: Author = Author.UNKNOWN
    reported: bool = False
    flags: frozenset[Flag] = frozenset()


def before_reading(guarantee: Guarantee, today: date) -> tuple[Step, ...]:
    """Return the steps that hold for a publication nobody has qualified yet, whatever it says."""
    return _steps(Answers(), guarantee, today)


def of_publication(
    store: Store, viewer: Viewer, scope: Scope, now: datetime, *, publication: Review, answers: Answers
) -> tuple[Step, ...]:
    """Return the next steps for one publication of the scope, given what the user answered of it."""
    who = next(member for member in scope.members if member.id == publication.practitioner_id)
    with store.reading() as connection:
        row = reads.one(connection, viewer, who.id, publication.id)
    return _steps(answers, who.guarantee, now.date(), who=who, row=row)


def _steps(
    answers: Answers,
    guarantee: Guarantee,
    today: date,
    *,
    who: Practitioner | None = None,
    row: Row | None = None,
) -> tuple[Step, ...]:
    base = bases.load()
    can_reply = row is not None and words.can_reply(row.platform)
    situation = Situation(
        qualification=answers.qualification,
        author=answers.author,
        direct_reply=YesNo.YES if can_reply else YesNo.NO,
        guarantee=guarantee,
        reported_without_effect=YesNo.YES if answers.reported else YesNo.NO,
        flags=answers.flags,
        published=reviews.published(row) if row is not None else None,
        profession=who.profession if who else None,
        # The day it was read is the earliest that the tool can vouch for, hence the cautious one.
        learned=row.first_seen.date() if row is not None else None,
        contract_days=who.declaration_days if who else None,
    )
    return advice.routed(base, route(base, situation, today=today), today)
