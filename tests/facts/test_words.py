import pytest

from ereput.facts import words
from ereput.ingest.formats import FORMATS
from ereput.ingest.platforms import platforms


def test_a_platform_has_its_own_name_and_an_unknown_one_its_slug() -> None:
    assert words.platform("pagesjaunes") == "PagesJaunes"
    assert words.platform("mon_annuaire") == "Mon annuaire"
    assert words.can_reply("google")
    assert not words.can_reply("mon_annuaire")
    told = words.exports()
    assert len(told) == len(platforms())
    assert all(how for _, how, _ in told)


def test_a_theme_is_french_and_a_hint_is_a_question() -> None:
    assert words.theme("attente") == "Attente et ponctualité"
    assert words.theme("autre_chose") == "autre chose"
    assert words.hint("menace").endswith("\u202f?")


@pytest.mark.parametrize(
    ("stored", "parsed"),
    [("", {}), ("attente:neg", {"attente": "neg"}), ("a:neg|b:pos", {"a": "neg", "b": "pos"})],
)
def test_stored_themes_read_back(stored: str, parsed: dict[str, str]) -> None:
    assert words.parsed_themes(stored) == parsed


def test_every_format_has_a_name_to_be_shown() -> None:
    assert set(words.FORMATS) == set(FORMATS)
    assert words.format_name("tableur") == "tableau"
    assert words.format_name("demo") == ""
