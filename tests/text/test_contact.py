"""Names, telephones and addresses: what differs is told, what is only written otherwise is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.domain.presence import Agreement
from ereput.text.contact import (
    address,
    compare_address,
    compare_name,
    compare_phone,
    compare_profession,
    distance,
    phones,
    shown_phone,
)

AGREE = {Agreement.SAME, Agreement.TOLERATED}
national = st.integers(100_000_000, 799_999_999).map(str).filter(lambda digits: digits[0] in "1234567")
SPELLINGS = (
    lambda n: f"0{n}",
    lambda n: " ".join(["0" + n[0], *(n[at : at + 2] for at in range(1, 9, 2))]),
    lambda n: ".".join(["0" + n[0], *(n[at : at + 2] for at in range(1, 9, 2))]),
    lambda n: f"+33 {n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:9]}",
    lambda n: f"+33 (0){n[0]}-{n[1:3]}-{n[3:5]}-{n[5:7]}-{n[7:9]}",
    lambda n: f"0033{n}",
    lambda n: f"Tél. : 0{n[0]}\u202f{n[1:3]}\u202f{n[3:5]}\u202f{n[5:7]}\u202f{n[7:9]}",
    lambda n: n,  # a spreadsheet ate the first zero
)
WAYS = (
    ("Boulevard", "bd"), ("boulevard", "Bld."), ("Avenue", "av."), ("Place", "pl"), ("Chemin", "ch."),
    ("Impasse", "IMP"), ("Route", "rte"), ("Allée", "all."), ("Square", "sq"), ("Quai", "q."),
)  # fmt: skip
WORDS = st.sampled_from(["Lilas", "Marronniers", "Église", "Fontaine", "Moulin", "Tanneurs", "Hôpital"])
TOWNS = st.sampled_from(
    [
        ("Saint-Étienne", "ST ETIENNE", "42000"),
        ("Sainte-Foy", "Ste Foy", "33220"),
        ("Nîmes", "nimes", "30000"),
    ]
)


# -- telephones


@given(national, st.sampled_from(SPELLINGS), st.sampled_from(SPELLINGS))
def test_the_same_telephone_agrees_however_it_is_written(digits: str, one: object, other: object) -> None:
    assert callable(one)
    assert callable(other)
    agreement, _ = compare_phone(one(digits), other(digits))
    assert agreement in AGREE
    assert phones(one(digits)) == (f"+33{digits}",)


@given(national, st.integers(0, 8), st.integers(1, 9), st.sampled_from(SPELLINGS))
def test_another_digit_is_another_telephone(digits: str, at: int, step: int, spell: object) -> None:
    other = digits[:at] + str((int(digits[at]) + step) % 10) + digits[at + 1 :]
    assert callable(spell)
    if phones(f"0{other}"):
        assert (
            compare_phone(spell(other) if other[0] != "0" else f"0{other}", digits)[0] is Agreement.DIFFERENT
        )


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("02 61 91 14 80", "deux chiffres sont inversés"),
        ("02 61 91 14 09", "un chiffre diffère"),
        ("06 12 34 56 78", "le numéro diffère"),
        ("0899 12 34 56", "un numéro surtaxé ou de mise en relation remplace le vôtre"),
    ],
)
def test_what_is_wrong_with_a_telephone_is_said(shown: str, why: str) -> None:
    assert compare_phone(shown, "02 61 91 14 08") == (Agreement.DIFFERENT, why)


def test_one_number_among_several_agrees() -> None:
    shown = "Secrétariat 02 61 91 14 08 / urgences 06 12 34 56 78"
    assert compare_phone(shown, "0261911408") == (
        Agreement.TOLERATED,
        "un autre numéro est affiché aussi",
    )


def test_overseas_numbers_agree_with_their_own_country_code() -> None:
    assert compare_phone("+262 262 12 34 56", "0262 12 34 56")[0] in AGREE


def test_a_number_is_shown_as_french_people_write_it() -> None:
    assert shown_phone("+33(0)536491021") == "05 36 49 10 21"
    assert shown_phone("536491021") == "05 36 49 10 21"
    assert shown_phone("sur place") == "sur place"


# -- addresses


@given(st.integers(1, 300), st.sampled_from(WAYS), WORDS, TOWNS)
def test_abbreviations_accents_and_capitals_do_not_part_addresses(
    number: int, way: tuple[str, str], word: str, town: tuple[str, str, str]
) -> None:
    long, short = way
    city, other, postcode = town
    written = f"{number} {long} des {word}, {postcode} {city}"
    for spelled in (
        f"{number}, {short} des {word}\n{postcode} {other}",
        f"{number} {short.upper()} DES {word.upper()} {postcode} {city.upper()} FRANCE",
        f"Bât. B, {number} {long} des {word}, {postcode} {city} Cedex",
        f"{number} {long} des {word}, {postcode[:2]}{postcode[2]}93 {other} CEDEX 9",
    ):
        agreement, why = compare_address(spelled, written)
        assert agreement in AGREE, (spelled, why)
        assert compare_address(written, spelled)[0] in AGREE


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(WAYS), WORDS, TOWNS)
def test_another_number_in_the_way_is_told(
    one: int, other: int, way: tuple[str, str], word: str, town: tuple[str, str, str]
) -> None:
    city, _, postcode = town
    left, right = (f"{number} {way[0]} des {word}, {postcode} {city}" for number in (one, other))
    agreement, why = compare_address(left, right)
    assert (agreement is Agreement.DIFFERENT) == (one != other)
    assert one == other or "numéro" in why


@pytest.mark.parametrize(
    ("shown", "agreement"),
    [
        ("12 Boulevard Saint Michel 75006 PARIS 6e", Agreement.TOLERATED),
        ("12 bd St-Michel, Paris", Agreement.TOLERATED),
        ("12 bis bd Saint-Michel, 75006 Paris", Agreement.TOLERATED),
        ("bd Saint-Michel, 75006 Paris", Agreement.TOLERATED),
        ("Paris", Agreement.TOLERATED),
        ("12 rue Saint-Michel, 75006 Paris", Agreement.DIFFERENT),
        ("12 boulevard Saint-Germain, 75006 Paris", Agreement.DIFFERENT),
        ("12 boulevard Saint-Michel, 75016 Paris", Agreement.DIFFERENT),
        ("12 boulevard Saint-Michel, 69006 Lyon", Agreement.DIFFERENT),
        ("2 boulevard Saint-Michel, 75006 Paris", Agreement.DIFFERENT),
    ],
)
def test_small_differences_are_tolerated_and_real_ones_told(shown: str, agreement: Agreement) -> None:
    found, why = compare_address(shown, "12 boulevard Saint-Michel, 75006 Paris")
    assert found is agreement
    assert why


def test_an_initial_or_a_missing_first_name_of_a_way_is_tolerated() -> None:
    for shown in ("14 av. J. Jaurès 69007 Lyon", "14 avenue Jaurès, 69007 Lyon"):
        assert compare_address(shown, "14 avenue Jean-Jaurès, 69007 Lyon")[0] is Agreement.TOLERATED


def test_an_address_is_read_in_parts() -> None:
    read = address(
        "Résidence Pasteur, Bât. C\n14 ter, av. du Gal Leclerc\nBP 12\n44093 NANTES CEDEX 1 FRANCE"
    )
    assert (read.number, read.suffix, read.street, read.name) == ("14", "t", "avenue", ("general", "leclerc"))
    assert (read.postcode, read.city, read.is_cedex, read.department) == ("44093", "nantes", True, "44")


# -- names and professions


@pytest.mark.parametrize(
    ("shown", "agreement"),
    [
        ("Dr Sandrine Brémoncelle", Agreement.SAME),
        ("BREMONCELLE Sandrine", Agreement.TOLERATED),
        ("Docteur S. Brémoncelle", Agreement.TOLERATED),
        ("Cabinet du Dr Brémoncelle", Agreement.TOLERATED),
        ("Dr Sandrine Brémoncelle-Vial, dermatologue", Agreement.TOLERATED),
        ("Bremoncel Sandrine", Agreement.DIFFERENT),
        ("Dr Sandirne Brémoncelle", Agreement.DIFFERENT),
        ("Dr Paul Durand", Agreement.DIFFERENT),
    ],
)
def test_names(shown: str, agreement: Agreement) -> None:
    assert compare_name(shown, "Dr Sandrine Brémoncelle")[0] is agreement


def test_a_namesake_is_worth_a_look() -> None:
    agreement, why = compare_name("Dr Paul Morquenne", "Dr Bertrand Morquenne")
    assert agreement is Agreement.TOLERATED
    assert "homonyme" in why


@pytest.mark.parametrize(
    ("shown", "expected", "synonyms", "agrees"),
    [
        ("Chirurgien-dentiste", "Chirurgienne-dentiste", [], True),
        ("Ophtalmologiste", "Ophtalmologue", [], True),
        ("Généraliste", "Médecin généraliste", [], True),
        ("Dentiste", "Orthodontiste", ["chirurgien dentiste"], True),
        ("Ostéopathe", "Masseur-kinésithérapeute", ["kine"], False),
    ],
)
def test_professions(shown: str, expected: str, synonyms: list[str], *, agrees: bool) -> None:
    assert (compare_profession(shown, expected, synonyms)[0] is Agreement.TOLERATED) == agrees


# -- whatever comes


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_a_comparison(one: str, other: str) -> None:
    for compare in (compare_phone, compare_address, compare_name):
        agreement, why = compare(one, other)
        assert (agreement is Agreement.SAME) == (why == "")
        assert compare(one, one)[0] is Agreement.SAME


@given(st.text("abé", max_size=8), st.text("abé", max_size=8))
def test_the_distance_is_one(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))
