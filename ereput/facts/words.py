"""French words for the slugs of the other rooms: platforms, themes, hints, alert states."""

from ereput.facts import french
from ereput.ingest.platforms import platforms
from ereput.text.hints import hint_labels
from ereput.text.themes import themes

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
    return next((theme.label for theme in themes() if theme.id == slug), slug.replace("_", " "))


def hint(slug: str) -> str:
    """Return what a person should check; a hint is a question, never a verdict."""
    return f"{hint_labels().get(slug, slug.replace('_', ' '))}{french.THIN}?"


def parsed_themes(stored: str) -> dict[str, str]:
    """Return {theme: label} from the column's "attente:neg|accueil:pos"."""
    pairs = (part.partition(":") for part in stored.split("|") if part)
    return {name: label for name, _, label in pairs}


FORMATS = {
    "opml": "liste de flux",
    "flux": "flux",
    "json_feed": "flux JSON",
    "google": "Google",
    "outscraper": "Outscraper",
    "apify": "Apify",
    "serpapi": "SerpApi",
    "trustpilot": "Trustpilot",
    "facebook": "Facebook",
    "app_stores": "magasin d’applications",
    "judge_me": "Judge.me",
    "suites": "suite d’e-réputation",
    "scrapers": "copie de pages",
    "json": "JSON",
    "tableur": "tableau",
}


def format_name(slug: str) -> str:
    """Return the displayed name of a format of files; what is no file has none."""
    return FORMATS.get(slug, "")


def exports() -> tuple[tuple[str, str, str], ...]:
    """Return, by platform, its name, how one's own reviews are obtained within its terms, where to report."""
    return tuple((known.name, known.export, known.report_url) for known in platforms().values())
