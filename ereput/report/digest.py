"""The digest and the urgent notice as texts: counts and links, no name, no word of a review."""

from ereput.facts import digest as facts
from ereput.facts import french
from ereput.facts.digest import Digest

RHYTHMS = {"weekly": "Le point de la semaine", "monthly": "Le point du mois"}
_FOOT = (
    "Ce message ne contient ni nom ni avis : tout se lit au tableau de bord.\nRéglages des notifications : "
)


def digest(found: Digest, rhythm: str, *, address: str) -> tuple[str, str]:
    """Return the title and the body of a weekly or monthly digest."""
    said = facts.lines(found)
    body = [f"- {text}{french.THIN}: {address}/{page}" for text, page in said]
    if not said:
        body = [
            "Rien n’attend : aucune alerte ouverte, aucune échéance proche, toutes les sources répondent."
        ]
    return f"ereput{french.THIN}: {RHYTHMS[rhythm].lower()}", _whole(body, address)


def urgent(items: frozenset[str], *, address: str) -> tuple[str, str]:
    """Return the title and the body of what is told at once."""
    alerts = sum(item.startswith("alert:") for item in items)
    deadlines = len(items) - alerts
    body = []
    if alerts:
        what = french.plural(alerts, "nouvelle alerte", "nouvelles alertes")
        body.append(f"- {what}{french.THIN}: {address}/alertes")
    if deadlines:
        what = french.plural(
            deadlines, "échéance dans les 3 jours ou dépassée", "échéances dans les 3 jours ou dépassées"
        )
        body.append(f"- {what}{french.THIN}: {address}/dossiers")
    return f"ereput{french.THIN}: à regarder aujourd’hui", _whole(body, address)


def trial(*, address: str) -> tuple[str, str]:
    """Return the title and the body of the message that tries a channel."""
    return f"ereput{french.THIN}: essai", _whole(["Ce canal fonctionne."], address)


def _whole(lines: list[str], address: str) -> str:
    return "\n".join((*lines, "", f"{_FOOT}{address}/reglages", ""))
