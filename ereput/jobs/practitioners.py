"""Add and change practitioners."""

import re
import secrets
import unicodedata
from typing import Any

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Practitioner, Profession, Role
from ereput.ingest.clean import one_line
from ereput.jobs.context import Context
from ereput.store import journal, practitioners

PROFESSIONS = {
    "medecin": Profession.DOCTOR,
    "generaliste": Profession.DOCTOR,
    "dentiste": Profession.DENTIST,
    "chirurgien dentiste": Profession.DENTIST,
    "kine": Profession.PHYSIOTHERAPIST,
    "kinesitherapeute": Profession.PHYSIOTHERAPIST,
    "infirmiere": Profession.NURSE,
    "podologue": Profession.PODIATRIST,
    "pharmacienne": Profession.PHARMACIST,
}
_CHANGEABLE = frozenset(
    {
        "name", "profession", "specialty", "city", "department", "rpps", "email",
        "guarantee", "insurer", "contract", "declaration_days",
    }
)  # fmt: skip


def add(context: Context, *, name: str, slug: str = "", portfolio: str = "", **details: Any) -> Practitioner:
    """Add a practitioner to a portfolio (by default the only one of a single office).

    Only an administrator chooses the slug as it is: anybody else's gets a few random letters.
    """
    _may_change(context)
    name = one_line(name)
    if not name:
        raise RefusedError("Un praticien a besoin d’un nom.")
    slug = slug.strip() or slug_of(name)
    if slug != slug_of(slug):
        raise RefusedError(f"« {slug} » n’est pas un identifiant : lettres sans accent, chiffres et tirets.")
    if context.viewer.role is not Role.ADMINISTRATOR:
        # Whoever does not see everybody must not learn, by a refusal or a number, which names are taken.
        slug = f"{slug}-{secrets.token_hex(3)}"
    with context.store.writing() as connection:
        home = practitioners.ensure_portfolio(connection, portfolio or practitioners.DEFAULT_PORTFOLIO)
        practitioners.add(
            connection, slug=slug, name=name, portfolio_id=home, now=context.now, **checked(details)
        )
        journal.note(connection, context.viewer, "praticien ajouté", subject=slug, now=context.now)
        return practitioners.read_one(connection, context.viewer, slug)


def change(context: Context, slug: str, **details: Any) -> Practitioner:
    """Change what is known of a practitioner."""
    _may_change(context)
    with context.store.writing() as connection:
        who = practitioners.read_one(connection, context.viewer, slug)
        practitioners.change(connection, who.id, **checked(details))
        journal.note(connection, context.viewer, "praticien modifié", subject=slug, now=context.now)
        return practitioners.read_one(connection, context.viewer, slug)


def checked(details: dict[str, Any]) -> dict[str, Any]:
    """Return the details that are given, each one understood."""
    given = {key: value for key, value in details.items() if value is not None}
    values = {key: one_line(value) if isinstance(value, str) else value for key, value in given.items()}
    unknown = values.keys() - _CHANGEABLE
    if unknown:
        raise RefusedError(f"Champ inconnu : {', '.join(sorted(unknown))}.")
    if "profession" in values:
        values["profession"] = profession_of(str(values["profession"]))
    if "guarantee" in values:
        try:
            values["guarantee"] = Guarantee(str(values["guarantee"]).lower())
        except ValueError:
            raise RefusedError("La garantie e-réputation est « oui », « non » ou « inconnue ».") from None
    return values


def profession_of(text: str) -> Profession:
    """Return the profession that a word names; what is unknown has no Order of its own."""
    word = re.sub(r"[-_\s]+", " ", _ascii(text)).strip()
    codes = {profession.value.replace("_", " "): profession for profession in Profession}
    return codes.get(word) or PROFESSIONS.get(word, Profession.OTHER)


def slug_of(name: str) -> str:
    """Return a name as an identifier: "Dr Élise Noël" is "dr-elise-noel"."""
    return re.sub(r"[^a-z0-9]+", "-", _ascii(name)).strip("-")


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _may_change(context: Context) -> None:
    if context.viewer.role not in (Role.ADMINISTRATOR, Role.BROKER):
        raise RefusedError("Votre rôle ne permet pas de modifier les praticiens.")
