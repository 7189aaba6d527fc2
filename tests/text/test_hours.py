from hypothesis import given
from hypothesis import strategies as st

from ereput.domain.presence import Agreement
from ereput.text.hours import compare_hours, hours

MORNING, AFTERNOON = (540, 720), (840, 1110)
WEEKDAYS = ((MORNING, AFTERNOON),) * 5 + ((), ())


def test_the_same_week_in_many_spellings() -> None:
    for text in (
        "Lun-Ven 9h-12h 14h-18h30",
        "lundi au vendredi : 9h00 à 12h00 et 14h00 à 18h30",
        "Du lundi au vendredi, 9:00–12:00, 14:00–18:30 ; samedi et dimanche : fermé",
        "lun, mar, mer, jeu, ven 9 h - 12 h / 14 h - 18 h 30",
        "Monday to Friday: 9 AM-12 PM, 2 PM-6:30 PM",
        str(dict.fromkeys(("lundi", "mardi", "mercredi", "jeudi", "vendredi"), "09:00-12:00,14:00-18:30")),
    ):
        assert hours(text) == WEEKDAYS, text


def test_the_days_that_differ_are_named() -> None:
    agreement, why = compare_hours("lun-sam 9h-12h", "lun-ven 9h-12h")
    assert (agreement, why) == (Agreement.DIFFERENT, "autres horaires samedi")
    agreement, why = compare_hours("lun 9h-12h, mar-jeu 9h-13h", "lun-jeu 9h-12h")
    assert why == "autres horaires mardi, mercredi et jeudi"


def test_a_quarter_of_an_hour_is_tolerated() -> None:
    assert compare_hours("lun-ven 9h-12h15", "lun-ven 9h-12h") == (
        Agreement.TOLERATED,
        "à un quart d’heure près",
    )
    assert compare_hours("lun-ven 9h-12h30", "lun-ven 9h-12h")[0] is Agreement.DIFFERENT


def test_words_alone_are_compared_as_words() -> None:
    assert hours("sur rendez-vous") is None
    assert compare_hours("Sur rendez-vous", "sur rendez vous")[0] is Agreement.TOLERATED
    assert compare_hours("sur rendez-vous", "lun 9h-12h")[0] is Agreement.DIFFERENT


def test_round_the_clock() -> None:
    assert hours("7j/7, 24h/24") == (((0, 1440),),) * 7


@given(st.text(max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    week = hours(text)
    assert week is None or len(week) == 7
    assert compare_hours(text, text)[0] is Agreement.SAME
