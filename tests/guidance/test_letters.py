import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Practitioner, Profession
from ereput.domain.publication import PartialDate, Precision
from ereput.guidance.base import load
from ereput.guidance.letters import fill, known_values
from ereput.guidance.model import Author, Qualification, YesNo
from ereput.guidance.route import Situation

BASE = load()
TODAY = dt.date(2026, 12, 1)
DOCTOR = Practitioner(1, "dr-a", "Dr Anne Alba", Profession.DOCTOR, "p", city="Dijon", email="a@exemple.fr")


def situation(published: PartialDate | None) -> Situation:
    return Situation(
        Qualification.PRESUMED_ILLICIT,
        Author.UNKNOWN,
        YesNo.YES,
        Guarantee.YES,
        YesNo.NO,
        published=published,
        learned=dt.date(2026, 11, 30),
    )


def test_fields_are_filled_and_the_missing_are_listed() -> None:
    letter = fill(BASE, "01_reponse_negative_generale", "Ton bref", {"telephone": "03 80 00 00 00"})
    assert "03 80 00 00 00" in letter.text
    assert [field.name for field in letter.missing] == ["signature"]
    assert "[à compléter : nom du cabinet" in letter.text
    assert letter.public
    assert not letter.is_complete
    assert letter.checks[0].startswith("Le texte reste vrai")
    assert letter.never[0].startswith("confirmer ou démentir")


@pytest.mark.parametrize(
    ("template", "variant"),
    [(entry.id, variant.name) for entry in BASE.templates.values() for variant in entry.variants],
)
def test_every_variant_can_be_completed(template: str, variant: str) -> None:
    fields = [field.name for field in BASE.templates[template].fields]
    letter = fill(BASE, template, variant, {name: f"<{name}>" for name in fields})
    assert letter.is_complete
    assert "{{" not in letter.text
    assert "[à compléter" not in letter.text


def test_an_optional_field_leaves_no_trace() -> None:
    values = {"url_1": "https://exemple.fr/a", "prenom_nom": "Anne Alba"}
    letter = fill(BASE, "17_dereferencement", "Texte du formulaire", values)
    assert "1. https://exemple.fr/a\n\nMotifs" in letter.text
    assert "url_2" not in [field.name for field in letter.missing]


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_value_is_text_and_never_a_field(value: str) -> None:
    letter = fill(
        BASE, "08_reponse_positive", "Ton sobre", {"signature": f"{{{{telephone}}}}{value}", "telephone": "X"}
    )
    assert "{{telephone}}" in letter.text
    assert "\r" not in letter.text
    assert "\x00" not in letter.text


@pytest.mark.parametrize(
    ("template", "variant", "word"),
    [("99", "Ton sobre", "n'existe pas"), ("08_reponse_positive", "Ton dur", "Ton chaleureux")],
)
def test_unknown_names_are_refused(template: str, variant: str, word: str) -> None:
    with pytest.raises(RefusedError, match=word):
        fill(BASE, template, variant, {})


def test_what_the_case_knows_is_filled() -> None:
    values = known_values(BASE, situation(PartialDate.exact(dt.date(2026, 11, 30))), DOCTOR, today=TODAY)
    assert values["date_avis"] == "30 novembre 2026"
    assert values["date_limite_presse"] == "28 février 2027"
    assert values["date_prudente"] == "27 février 2027"
    assert values["date"] == "1er décembre 2026"
    assert values["nom_professionnel"] == "Dr Anne Alba"
    assert values["connue_ou_inconnue"] == "inconnue"
    assert "numero_contrat" not in values


@pytest.mark.parametrize(
    "published",
    [
        None,
        PartialDate.exact(dt.date(2026, 1, 5)),
        PartialDate(dt.date(2026, 11, 15), dt.date(2026, 11, 1), dt.date(2026, 11, 30), Precision.MONTH),
    ],
)
def test_a_deadline_unknown_past_or_uncertain_is_never_written(published: PartialDate | None) -> None:
    values = known_values(BASE, situation(published), today=TODAY)
    assert "date_limite_presse" not in values
    assert "date_prudente" not in values
