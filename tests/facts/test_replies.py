from ereput.facts.replies import check
from ereput.facts.shapes import Tone

SAFE = "Bonjour, nous vous remercions de votre message. Le secrétariat est à votre disposition."
UNSAFE = "Bonjour Camille, votre extraction du 3 novembre s’est très bien passée."


def test_a_safe_reply_is_left_alone() -> None:
    found = check(SAFE)
    assert (found.passed, found.tone, found.remarks) == (True, Tone.CALM, ())
    assert found.sentence.startswith("rien à signaler")


def test_what_blocks_is_quoted_explained_and_replaced() -> None:
    found = check(UNSAFE, author="Camille R.", names=("Dr Anne Alba",))
    assert (found.passed, found.tone) == (False, Tone.URGENT)
    assert any("extraction" in remark.match and remark.why and remark.instead for remark in found.remarks)
    assert any(remark.match == "Camille" for remark in found.remarks)
