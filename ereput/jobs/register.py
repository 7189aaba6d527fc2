"""The record of processing (RGPD, art. 30), drawn from the real settings: what is kept, and how long."""

from pathlib import Path

from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.guidance.base import load
from ereput.jobs import retention
from ereput.jobs.context import Context
from ereput.settings import Settings

Section = tuple[str, tuple[str, ...]]
_POINTS = ("responsable", "base_legale", "sante", "minimisation", "information", "droits", "hds")


def write(context: Context, settings: Settings, target: Path) -> None:
    """Write the record to a .md or .docx file."""
    if target.suffix.lower() == ".md":
        target.write_text(markdown(context, settings), "utf-8")
    elif target.suffix.lower() == ".docx":
        _docx(context, settings, target)
    else:
        raise RefusedError("Le registre s’écrit en .md ou .docx.")


def markdown(context: Context, settings: Settings) -> str:
    """Return the record as Markdown."""
    parts = [f"# {_TITLE}", _intro(context)]
    for title, lines in sections(context, settings):
        parts.append(f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines))
    return "\n\n".join(parts) + "\n"


_TITLE = "Registre des traitements : suivi de l’e-réputation"


def _intro(context: Context) -> str:
    return (
        f"Fiche au sens de l’article 30 du RGPD, tirée des réglages le {french.day(context.today)}. "
        "À compléter et à signer par le responsable de traitement."
    )


def sections(context: Context, settings: Settings) -> tuple[Section, ...]:
    """Return the record: titles and lines."""
    shown = retention.preview(context)
    points = {point.id: point for point in load().gdpr}
    told = [points[name] for name in _POINTS if name in points]
    place = "fichier SQLite" if context.store.is_sqlite else "serveur PostgreSQL"
    kept = [f"{row.label} : {row.months} mois" for row in shown.rows]
    confirmed = "confirmées" if shown.is_confirmed else "pas encore confirmées : aucune purge n’a lieu"
    return (
        ("Responsable et contact", (settings.contact or "À compléter.",)),
        (
            "Finalités",
            (
                "Suivre les avis et les mentions publics qui concernent les praticiens.",
                "Préparer une réponse, un signalement ou la défense d’un droit.",
            ),
        ),
        (
            "Personnes et données",
            (
                "Auteurs d’avis : pseudonyme affiché, texte, note, date, lien, plateforme. Aucun profil.",
                "Praticiens : nom, profession, ville, RPPS, courriel, contrat et garantie.",
                "Utilisateurs : nom, courriel, rôle, journal des accès.",
            ),
        ),
        (
            "Destinataires",
            (
                "Le praticien, pour ses avis ; le courtier, sans les textes, sauf accord du praticien.",
                "Personne d’autre : rien n’est transmis hors de l’installation, ni hors de l’Union.",
            ),
        ),
        ("Durées de conservation", (*kept, f"Durées {confirmed}.")),
        (
            "Mesures de sécurité",
            (
                f"Données dans un {place} de l’installation ; preuves scellées par empreintes SHA-256.",
                "Droits par rôle, journal des accès, sauvegardes vérifiées et chiffrées sur demande.",
                "Effacement d’un auteur ou d’un praticien, qui résiste aux imports et aux restaurations.",
            ),
        ),
        (
            "Repères de la base documentaire",
            tuple(f"{p.title} ({_STATUS.get(p.status.value, 'vérifié')}) : {p.rule}" for p in told),
        ),
    )


_STATUS = {"a_verifier": "à vérifier"}


def _docx(context: Context, settings: Settings, target: Path) -> None:
    from docx import Document

    document = Document()
    document.add_heading(_TITLE, 0)
    document.add_paragraph(_intro(context))
    for title, lines in sections(context, settings):
        document.add_heading(title, 1)
        for line in lines:
            document.add_paragraph(line, style="List Bullet")
    document.save(str(target))
