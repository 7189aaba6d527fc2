"""French words for the slugs of the other rooms: platforms, themes, hints, labels, alert states."""

from ereput.domain.publication import Label
from ereput.ingest.platforms import platforms

THEMES = {
    "accueil": "accueil",
    "administratif": "administratif",
    "attente": "attente",
    "confiance": "confiance",
    "ecoute": "écoute",
    "explications": "explications",
    "general": "général",
    "honoraires": "honoraires",
    "hygiene": "hygiène",
    "locaux": "locaux",
    "rendez_vous": "rendez-vous",
    "soin": "soin",
    "telephone": "téléphone",
}
HINTS = {
    "injure": "injure ?",
    "menace": "menace ?",
    "haine": "haine ?",
    "accusation": "accusation ?",
    "donnees_personnelles": "donnée personnelle ?",
}
LABELS = {
    Label.NEGATIVE: "négatif",
    Label.NEUTRAL: "neutre",
    Label.POSITIVE: "positif",
    Label.UNSURE: "incertain",
}
STATES = {
    "open": "ouverte",
    "acknowledged": "prise en compte",
    "snoozed": "en pause",
    "over": "terminée",
}


def platform(slug: str) -> str:
    """Return a platform's displayed name; one that the list does not know keeps its slug."""
    known = platforms().get(slug)
    return known.name if known else slug.replace("_", " ").capitalize()


def can_reply(slug: str) -> bool:
    """Whether the professional may reply under a publication of this platform."""
    known = platforms().get(slug)
    return known is not None and known.direct_reply


def theme(slug: str) -> str:
    """Return a theme's displayed name."""
    return THEMES.get(slug, slug.replace("_", " "))


def hint(slug: str) -> str:
    """Return what a person should check; a hint is a question, never a verdict."""
    return HINTS.get(slug, slug.replace("_", " ") + " ?")


def parsed_themes(stored: str) -> dict[str, str]:
    """Return {theme: label} from the column's "attente:neg|accueil:pos"."""
    pairs = (part.partition(":") for part in stored.split("|") if part)
    return {name: label for name, _, label in pairs}


def how_to_export(slug: str) -> str:
    """Return how one's own reviews are obtained from a platform, within its terms."""
    known = platforms().get(slug)
    return known.export if known else ""
