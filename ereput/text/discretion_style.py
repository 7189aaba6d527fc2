"""Manners of a reply that ask for a second reading: « tu », text-message spelling, capitals, no French."""

import re
from collections.abc import Sequence

from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_sentences import Sentence
from ereput.text.discretion_words import Word
from ereput.text.normalise import fold

_CLEAR = word_set(
    "bcp dsl tkt jvs jsuis chui pk pcq qd mtn tjs tjrs ki ke koi kan fote jtapel rapl stp mrc biz bizz lol "
    "mdr ptdr fo vs ns jcomprend jcomprends jpeux jsais jveux jvais tro jms tlm qq1 qqn 2m1 oqp kikoo"
)
_SHORTHAND = _CLEAR | word_set("slt cc bjr bsr com pb ct rep tps dc ya jai ds pr ms pa po a+")
"""Text-message words; those that are not clear also stand for something else, or are in common use."""
_WRITTEN = re.compile(r"[\w+]+")
_LONE = re.compile(r"(?<![\w'’.-])[gc](?= \w)")
"""« g » for « j'ai », « c » for « c'est »."""
_SHOUTED = re.compile(r"[A-ZÀ-Ý]{2,}(?:['’\-\s,;:!?]+[A-ZÀ-Ý]+(?![a-zà-ÿ]))*")
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
_ARTICLES = word_set("le un ce du au quel mon leur bon mauvais meme l de sur notre votre")
_TONE = frozenset(["est", "de", "et", "qui"])


def familiar(words: Sequence[Word]) -> tuple[int, int] | None:
    """Return where « tu » is said, as places of first and last word (excluded), or None."""
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else None
        if word.key in _TU:
            return place, place + 1
        if after is None or after.is_stop:
            continue
        if word.key == "t" and _is_elided(word, after):
            return place, place + 2
        if word.key == "ton" and _is_yours(words[place - 1].key if place else "", after.key):
            return place, place + 2
    return None


def _is_elided(word: Word, after: Word) -> bool:
    """Whether a lone « t » is « tu » or « te »: not the one of « a-t-il », nor an initial."""
    is_initial = word.raw == "T" and not (after.start == word.end + 1 and after.raw.islower())
    return after.key not in _QUESTION and not is_initial


def _is_yours(before: str, after: str) -> bool:
    """Whether « ton » is someone's, and not the tone of a voice."""
    return before not in _ARTICLES and after not in _TONE


def shorthand(sentence: Sentence) -> list[str]:
    """Return the text-message words of a sentence, when they are enough to speak of a manner."""
    text = fold(sentence.text)
    found = [word for word in _WRITTEN.findall(text) if word in _SHORTHAND]
    found += _LONE.findall(text)
    return found if len(found) >= _FEW or not _CLEAR.isdisjoint(found) else []


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
