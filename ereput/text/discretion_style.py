"""Manners of a reply that ask for a second reading: « tu », text-message spelling, capitals, another language."""

import re
from collections.abc import Sequence

from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_sentences import Sentence
from ereput.text.discretion_words import Word
from ereput.text.normalise import fold

_SHORTHAND = word_set(
    "bcp dsl tkt jvs jsuis chui pk pcq qd mtn tjs tjrs ki ke koi kan fote jtapel rapl stp mrc slt biz lol "
    "mdr ptdr fo vs ns ds pr jcomprend jcomprends jpeux jsais cc tro ms dc avc aps rep svp2 msg2 jms pa "
    "po oqp tps ct bjr bsr a+ bizz com 2m1 jveux jvais jai ya cé fé tlm qq1 qqn kikoo pb"
)
_CLEAR = _SHORTHAND - word_set("slt cc bjr bsr msg2 svp2 com pb ms ct rep tps dc ya jai")
_LONE = frozenset(("g", "c"))
_SHOUTED = re.compile(r"[A-ZÀ-Ý]{2,}(?:['’\-\s,;:!?]+[A-ZÀ-Ý]+)*")
_SHOUTED_LETTERS, _SHOUTED_WORDS = 8, 3
_ACRONYM = 4
_ENGLISH = word_set(
    "the and is was are were this that with for not have has had you your we our they it of to from she "
    "he his her my thank thanks please sorry great good best very patient staff never will would can "
    "could been be by about their there here what who if or but so us at on all see soon love have day "
    "nice call hope feel free out"
)
_OTHER = word_set(
    "el los las por gracias muy con para es una usted der die das ist nicht sehr wir sie und danke für "
    "mit ein eine il lo gli che molto grazie sono per della het een van niet zeer wij bedankt obrigado "
    "nao uma muito voce"
)
_FRENCH = word_set(
    "le la les un une des du de et est a au aux en pour pas ne que qui je il elle nous vous ils ce cette "
    "ces mon ma mes votre vos notre nos tres avec sans mais ou par sur dans se sont ai avons ete fait "
    "bien merci tout toute y d l j n qu s c bonjour on cabinet cordialement son sa ses leur"
)
_SHARED = word_set("on a me sur an pour but an or des par son en est die")
_FEW, _MANY = 2, 3
_TU = frozenset(["tu", "toi", "tes", "ta", "te"])
_QUESTION = frozenset(["il", "elle", "on", "ils", "elles"])
_ARTICLES = word_set("le un ce du au quel mon leur bon mauvais meme ce l")


def familiar(words: Sequence[Word]) -> tuple[int, int] | None:
    """Return where « tu » is said, as places of first and last word (excluded), or None."""
    for place, word in enumerate(words):
        if word.key in _TU and (word.key != "te" or place):
            return place, place + 1
        before = words[place - 1].key if place else ""
        after = words[place + 1].key if place + 1 < len(words) else ""
        if word.raw == "t" and after and after not in _QUESTION and not words[place + 1].is_stop:
            return place, place + 2
        if (
            word.raw == "T"
            and after
            and words[place + 1].start == word.end + 1
            and words[place + 1].raw.islower()
        ):
            return place, place + 2
        if word.key == "ton" and before not in _ARTICLES and after and not words[place + 1].is_stop:
            is_noun = before in {"de", "sur", "un", "notre", "votre"} or after in {"est", "de", "et", "qui"}
            if not is_noun:
                return place, place + 2
    return None


def shorthand(sentence: Sentence) -> list[str]:
    """Return the text-message words of a sentence, when they are enough to speak of a manner."""
    raws = [fold(word) for word in re.findall(r"[\w+]+", sentence.text)]
    found = [raw for raw in raws if raw in _SHORTHAND]
    found += [
        raw
        for raw, after in zip(raws, raws[1:], strict=False)
        if raw in _LONE and not _elides(sentence, raw, after)
    ]
    clear = [raw for raw in found if raw in _CLEAR]
    return found if clear or len(found) >= _FEW else []


def _elides(sentence: Sentence, raw: str, after: str) -> bool:
    """Whether a lone letter stands before an apostrophe, as it should."""
    return re.search(rf"\b{raw}['’]{re.escape(after[:1])}", fold(sentence.text)) is not None


def shouted(text: str) -> str:
    """Return the first run of words in capitals, or "" (acronyms are no cry)."""
    for run in _SHOUTED.finditer(text):
        words = re.findall(r"[A-ZÀ-Ý]+", run.group())
        letters = sum(map(len, words))
        if len(words) >= _SHOUTED_WORDS and letters >= _SHOUTED_LETTERS:
            return run.group().strip(" ,;:\n'’-")
        if any(len(word) > _ACRONYM + 1 for word in words) and len(words) >= _FEW:
            return run.group().strip(" ,;:\n'’-")
    return ""


def foreign(words: Sequence[Word]) -> bool:
    """Whether a sentence is in another language, English above all; a text without Latin letters is."""
    raws = [fold(word.raw) for word in words if word.raw[0].isalpha()]
    if not raws:
        return False
    if sum(raw[0] > "\u024f" for raw in raws) * 2 > len(raws):
        return True
    other = sum((raw in _ENGLISH or raw in _OTHER) and raw not in _SHARED for raw in raws)
    french = sum(raw in _FRENCH and raw not in _SHARED for raw in raws)
    return other >= _FEW and other > french and other * _MANY >= len(raws)
