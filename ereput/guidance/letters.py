"""Filling of the letters and replies: plain text out, what is missing listed, nothing chosen for the user.

The user picks the template and its variant, fills, checks and sends; the letter bears the user's name
alone (Crim., 21 mars 2017, n° 16-82.437: templates that the user chooses and fills are material help).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Practitioner
from ereput.guidance.base import Base, french_day
from ereput.guidance.model import Author, Field, Flag, Template, Variant
from ereput.guidance.route import Situation, deadlines, effective_flags
from ereput.guidance.templates import FIELD

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A filled text, what is still missing, and what to check before a person sends it.

    A missing field shows in `text` as « [à compléter : …] ». `public` says that the text is meant to be
    published: it must then pass the reply check.
    """

    template: str
    title: str
    variant: str
    text: str
    missing: tuple[Field, ...]
    public: bool
    checks: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether no field is missing."""
        return not self.missing


def fill(base: Base, template: str, variant: str, values: Mapping[str, str]) -> Letter:
    """Return the text of a variant with its fields replaced; values that it has no field for are unused.

    Raises RefusedError for a template or a variant that does not exist.
    """
    entry = find(base, template)
    chosen = _variant(entry, variant)
    given = {name: clean(value) for name, value in values.items()}
    missing = tuple(field for field in chosen.fields if not field.optional and not given.get(field.name))
    hints = {field.name: f"[à compléter : {field.hint}]" for field in missing}
    # One pass: a value that looks like a field is text, never a field.
    text = FIELD.sub(lambda match: hints.get(match[1]) or given.get(match[1], ""), chosen.text)
    return Letter(
        template=entry.id,
        title=entry.title,
        variant=chosen.name,
        text=_tidy(text),
        missing=missing,
        public=entry.public,
        checks=entry.checks,
        never=entry.never,
    )


def known_values(
    base: Base, situation: Situation, practitioner: Practitioner | None = None, *, today: dt.date
) -> dict[str, str]:
    """Return the fields that the case and the practitioner already answer, by field name.

    A deadline that is uncertain or past is left out: no letter may state one.
    """
    flags = effective_flags(base, situation, today=today)
    values = {"date": french_day(today)}
    if situation.author is not Author.UNKNOWN:
        values["connue_ou_inconnue"] = "connue"
    else:
        values["connue_ou_inconnue"] = "inconnue"
    if situation.learned:
        values["date_connaissance"] = french_day(situation.learned)
    if situation.published and situation.published.is_certain:
        values["date_avis"] = french_day(situation.published.day)
    press = deadlines(base, situation, today=today)["D_PRESSE"]
    if press.date and press.prudent and not flags & {Flag.UNCERTAIN_DATE, Flag.PRESS_EXPIRED}:
        values["date_limite_presse"] = french_day(press.date)
        values["date_prudente"] = french_day(press.prudent)
    if practitioner:
        values |= {
            "nom_professionnel": practitioner.name,
            "signature": practitioner.name,
            "prenom_nom": practitioner.name,
            "courriel": practitioner.email,
            "ville": practitioner.city,
            "numero_contrat": practitioner.contract,
        }
    return {name: value for name, value in values.items() if value}


def find(base: Base, template: str) -> Template:
    """Return a template of the base, or raise RefusedError naming those that exist."""
    try:
        return base.templates[template]
    except KeyError:
        known = ", ".join(base.templates)
        raise RefusedError(f"Le modèle « {template} » n'existe pas. Modèles connus : {known}.") from None


def clean(value: str) -> str:
    """Return a value without the control characters that a letter cannot hold; line breaks stay."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc").strip()


def _variant(template: Template, name: str) -> Variant:
    for variant in template.variants:
        if variant.name == name:
            return variant
    known = ", ".join(variant.name for variant in template.variants)
    raise RefusedError(f"Le modèle « {template.id} » n'a pas de version « {name} ». Versions : {known}.")


def _tidy(text: str) -> str:
    """Return the text without the line that an empty optional field leaves behind."""
    lines = (line.rstrip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
