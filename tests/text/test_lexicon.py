from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.text import hint_labels
from ereput.text.lexicon import Match, Matcher, longest, read_lexicon
from ereput.text.normalise import tokens
from ereput.text.sentiment import matcher
from ereput.text.themes import themes


def found(patterns: list[str], text: str, lists: dict[str, str] | None = None) -> list[tuple[str, str]]:
    words = tokens(text)
    matches = Matcher([(pattern, pattern) for pattern in patterns], lists).scan(words)
    return [(match.value, text[words[match.start].start : words[match.end - 1].end]) for match in matches]


@pytest.mark.parametrize(
    ("pattern", "text", "quote"),
    [
        ("accueil", "Très bon ACCUEIL", "ACCUEIL"),
        ("recommand*", "je recommande", "recommande"),
        ("attente longue/interminable", "attente interminable", "attente interminable"),
        ("?tres ?bien recu", "très bien reçu", "très bien reçu"),
        ("n'est pas", "ce n’est pas", "n’est pas"),
        ("# heures", "après 2 heures", "2 heures"),
        ("ne ~2 pas", "ne me parle pas", "ne me parle pas"),
        ("@pro nul", "dentiste nul", "dentiste nul"),
        ("👍", "super 👍", "👍"),
    ],
)
def test_each_form_of_pattern_finds_its_words(pattern: str, text: str, quote: str) -> None:
    assert (pattern, quote) in found([pattern], text, {"pro": "médecin/dentiste"})


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("ne ~2 pas", "ne me le redit surtout pas"),
        ("ne ~2 pas", "ne, pas"),
        ("# heures", "des heures"),
        ("accueil", "accueillant"),
    ],
)
def test_patterns_stop_where_they_should(pattern: str, text: str) -> None:
    assert found([pattern], text) == []


@pytest.mark.parametrize("pattern", ["?tres ?bien", "~3", "@inconnu", "bon/, -"])
def test_a_pattern_without_words_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Matcher([(pattern, 1)])


def test_the_longest_match_of_a_place_wins_and_the_first_written_of_equals() -> None:
    kept = longest(
        [Match(0, 1, "bon"), Match(0, 2, "bon accueil"), Match(1, 2, "accueil"), Match(0, 2, "second")]
    )
    assert [match.value for match in kept] == ["bon accueil"]


def test_a_matcher_that_has_forgotten_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    matcher = Matcher([("bon accueil", 1), ("accueil", 2)])
    words = tokens("un bon accueil")
    before = matcher.scan(words)
    monkeypatch.setattr("ereput.text.lexicon._MEMO_LIMIT", 0)
    assert matcher.scan(words) == before


def test_rows_lists_and_comments(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("# non\n@pro\tmédecin\n1\tf\tbon @pro\n\n", encoding="utf-8")
    assert read_lexicon(tmp_path / "x.tsv") == ([["1", "f", "bon @pro"]], {"pro": "médecin"})


def test_every_lexicon_of_the_project_compiles() -> None:
    words = tokens("Rien.")
    assert matcher().scan(words) is not None
    assert themes()
    assert set(hint_labels()) == {
        "injure", "haine", "menace", "fait_precis", "donnees_personnelles", "conflit_interets",
    }  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["bon", "accueil", "tres", ",", "pas", "2"]), max_size=12))
def test_scan_agrees_with_a_naive_search(chosen: list[str]) -> None:
    words = tokens(" ".join(chosen))
    keys = [word.key for word in words]
    naive = [(i, i + 2) for i in range(len(keys) - 1) if keys[i : i + 2] == ["bon", "acueil"]]
    naive += [(i, i + 3) for i in range(len(keys) - 2) if keys[i : i + 3] == ["bon", "tres", "acueil"]]
    matches = Matcher([("bon ?tres accueil", 1)]).scan(words)
    assert sorted((match.start, match.end) for match in matches) == sorted(naive)
