from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.guidance.base import load
from ereput.guidance.letters import fill
from ereput.text import discretion
from ereput.text.discretion import BLOCKED, FREE, READ, REREAD, check_reply

SAFE = {
    "thanks": "Bonjour, merci d’avoir pris le temps de nous écrire. Bien à vous",
    "regret": "Bonjour, nous regrettons le mécontentement que traduit ce message. Le cabinet",
    "secrecy": "Bonjour, le secret professionnel nous interdit de dire si une personne nous est connue.",
    "contact": "Bonjour, le secrétariat répond au 01 99 00 12 34, du lundi au vendredi de 8 h 30 à 12 h 30.",
    "fact": "Bonjour, les délais sont de trois semaines et les urgences sont reçues chaque matin.",
    "opening hours": "Bonjour, le cabinet est ouvert de 9h à 19h, fermé du 3 au 18 août inclus.",
    "address": "Bonjour, un formulaire est sur notre site ; notre adresse : contact@cabinet-alba.example.",
    "signature": "Bonjour, merci pour ce message. Dr Anne Alba, cardiologue",
    "practice of a doctor": "Bonjour, merci pour ce message.\nCabinet du Dr Anne Alba",
}
DANGERS = {
    "a possessive": ("Bonjour, votre consultation a duré une heure.", "lien_possessif"),
    "as agreed": ("Bonjour, comme convenu mardi, nous en reparlerons.", "comme_convenu"),
    "a quote": ("Bonjour, le devis remis comportait tous les tarifs.", "dossier"),
    "no trace": ("Bonjour, nous n’avons aucune trace de vous.", "dementi"),
    "see you again": ("Merci pour ce message, au plaisir de vous revoir.", "lien_revoir"),
    "a first name": ("Merci Julie pour ce gentil message !", "prenom"),
    "a third person": ("Bonjour, votre fille a été très sage.", "tiers"),
    "health": ("Bonjour, nous vous souhaitons un prompt rétablissement.", "sante"),
    "an amount": ("Bonjour, les 45 euros que vous avez réglés sont justifiés.", "montant"),
    "a past day": ("Bonjour, mardi dernier une urgence a tout décalé.", "date_acte"),
    "an accusation": ("Bonjour, tout ceci est un tissu de mensonges.", "accusation"),
    "a threat": ("Bonjour, notre avocat est saisi.", "menace"),
    "a bargain": ("Bonjour, un geste commercial est possible en échange d’un retrait.", "contrepartie"),
    "an admission": ("Bonjour, c’est une erreur de notre part.", "aveu"),
    "English": ("Hello, thank you for your visit.", "anglais_lien"),
}
DOUBTS = {
    "trust": ("Bonjour, merci de votre confiance.", "courtoisie_lien"),
    "apology": ("Bonjour, nous vous présentons nos excuses pour la gêne.", "excuses"),
    "situation": ("Bonjour, nous aimerions comprendre votre situation.", "situation"),
    "promotion": ("Bonjour, nous sommes la meilleure équipe de la ville.", "promotion"),
    "comparison": ("Bonjour, contrairement à certains confrères, le cabinet répond.", "comparaison"),
    "solicitation": ("Merci ! Parlez de nous autour de vous.", "sollicitation"),
    "irony": ("Bonjour, merci pour la leçon.", "ironie"),
    "tu": ("Bonjour, tu peux appeler le secrétariat.", "tutoiement"),
    "text message": ("Bjr, dsl pr le com, appelez ns svp.", "sms"),
    "capitals": ("Bonjour, MERCI DE RESPECTER LES RÈGLES.", "capitales"),
    "a line in English": ("Bonjour, we are sorry for this. Le cabinet", "anglais"),
}


@pytest.mark.parametrize("text", SAFE.values(), ids=SAFE)
def test_what_a_public_sentence_may_say_is_left_alone(text: str) -> None:
    found = check_reply(text, known_names=["Anne Alba"])
    assert (found.verdict, found.blocking, found.warnings) == (FREE, (), ())


@pytest.mark.parametrize(("text", "rule"), DANGERS.values(), ids=DANGERS)
def test_a_danger_blocks_with_its_words_its_reason_and_a_safe_turn(text: str, rule: str) -> None:
    found = check_reply(text)
    hit = next(hit for hit in found.blocking if hit.rule == rule)
    assert found.verdict == BLOCKED
    assert hit.match in text
    assert len(hit.why) > 20
    assert len(hit.instead) > 15


@pytest.mark.parametrize(("text", "rule"), DOUBTS.values(), ids=DOUBTS)
def test_a_doubt_asks_for_a_second_reading(text: str, rule: str) -> None:
    found = check_reply(text)
    assert found.verdict == REREAD
    assert rule in {hit.rule for hit in found.warnings}
    assert all(hit.match in text and hit.why and hit.instead for hit in found.warnings)


def test_every_safe_turn_that_is_quoted_is_itself_left_alone() -> None:
    lexicon = discretion.lexicon()
    entries = [*lexicon["rules"], *lexicon["names"].values(), *lexicon["readings"].values()]
    turns = [
        turn.split("»")[0].strip(" \u202f\xa0")
        for entry in entries
        for turn in entry["instead"].split("«")[1:]
        if "…" not in turn and len(turn.split()) > 3
    ]
    assert len(turns) > 15
    assert {turn: check_reply(turn).verdict for turn in turns} == dict.fromkeys(turns, FREE)


def test_the_public_templates_of_the_guide_are_left_alone() -> None:
    values = {"telephone": "04 78 00 11 22", "signature": "Cabinet du Dr Anne Alba"}
    base, checked = load(), 0
    for template in base.templates.values():
        if template.public:
            for variant in template.variants:
                text = fill(base, template.id, variant.name, values).text
                assert "{{" not in text
                assert check_reply(text).verdict == FREE, text
                checked += 1
    assert checked >= 14


def test_the_author_as_displayed_is_not_repeated() -> None:
    text = "Bonjour, merci Zaza pour ce message."
    assert check_reply(text).verdict == FREE
    assert [hit.match for hit in check_reply(text, author="Zaza du 33").blocking] == ["Zaza"]


def test_the_names_of_the_team_may_be_written() -> None:
    text = "Bonjour, le message a été lu par Marion et Leïla."
    assert check_reply(text).verdict == REREAD
    assert check_reply(text, known_names=["Marion Roux", "Leila"]).verdict == FREE
    assert check_reply("Bonjour, merci. Marion").verdict == FREE
    assert check_reply("Merci Marion").verdict == BLOCKED


def test_the_same_words_are_read_alike_whatever_case_accents_and_spelling() -> None:
    for text in ("Votre opération", "VOTRE OPERATION", "votre   operation", "vôtre opération"):
        assert check_reply(f"Bonjour, {text} s’est bien passée.").verdict == BLOCKED
    assert check_reply("bonjour vs etes venu en retard").verdict == BLOCKED


def test_punctuation_does_not_hide_a_danger() -> None:
    for text in (
        "vo\u200btre dossier est complet",
        "votre\xa0dossier est complet",
        "Votre dossier\r\nest là",
    ):
        assert check_reply(text).verdict == BLOCKED


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff", "…", "👍", "\x00\x00"], ids=repr)
def test_an_empty_reply_is_no_safe_reply(text: str) -> None:
    found = check_reply(text)
    assert (found.verdict, [hit.rule for hit in found.warnings]) == (REREAD, ["vide"])


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much for your feedback, the team is very happy to read it and wishes you a good day.",
        "Vielen Dank für Ihre Nachricht, wir freuen uns sehr über diese Worte und wünschen Ihnen alles Gute.",
        "Спасибо за ваше сообщение, вся команда благодарит вас.",
        "شكرا جزيلا على رسالتكم اللطيفة",
        "\u202eonjour, votre consultation s’est bien passée\u202c",
    ],
    ids=["English", "German", "Russian", "Arabic", "right to left"],
)
def test_what_cannot_be_read_is_never_left_alone(text: str) -> None:
    assert check_reply(text).verdict != FREE


def test_what_lies_beyond_the_limit_is_said_not_to_be_read() -> None:
    text = ("Nous vous remercions de ce message. " * 60_000)[:2_000_000]
    found = check_reply(text)
    assert found.verdict == REREAD
    assert "longueur" in {hit.rule for hit in found.warnings}
    assert all(len(hit.match) <= 300 for hit in found.warnings)


def test_a_danger_is_found_up_to_the_limit() -> None:
    text = "Merci pour ce message. " * (READ // 23 - 10) + "Votre dossier est complet."
    assert len(text) < READ
    assert check_reply(text).verdict == BLOCKED


@pytest.mark.parametrize("piece", ["a", "votre ", "((((", "9 ", "é\u0301", "A.", "😀", "Bonjour, "], ids=repr)
def test_repeated_pieces_are_read_in_bounded_time(piece: str) -> None:
    assert check_reply(piece * (2_000_000 // len(piece))).verdict in {REREAD, BLOCKED}


def test_advice_on_style_changes_nothing() -> None:
    found = check_reply("Merci pour ce message !!!")
    assert found.verdict == FREE
    assert len(found.advice) == 2
    long = "Bonjour, " + "nous vous remercions de ce message. " * 20
    assert check_reply(long).advice


def test_the_shipped_model_is_the_one_of_the_shipped_corpus() -> None:
    assert set(discretion.CLASSES) == set(discretion.model().classes)
    assert 0 < discretion.threshold("doubt") < discretion.threshold("danger") < 1
    assert Path(discretion.MODEL).stat().st_size < 300_000


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_any_text_gets_a_verdict_that_follows_from_its_hits(text: str) -> None:
    found = check_reply(text, author=text[:20], known_names=[text[:5]])
    expected = BLOCKED if found.blocking else REREAD if found.warnings else FREE
    assert found.verdict == expected
    assert all(hit.why and hit.instead for hit in (*found.blocking, *found.warnings))
