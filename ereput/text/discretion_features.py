"""What the model of the reply check sees of a sentence: words, families of words, and a few plain answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_sentences import Sentence
from ereput.text.discretion_words import NUMBER, REST, UNKNOWN, Word

FEATURES_VERSION = "1"
"""Raised whenever the same sentence gives other features: the model must then be trained again."""

_OUTSIDE = ("<", ">")
_MARKS = word_set(
    "you care paper body illness drug family past_when next_when recall promise money imperfect "
    "participle cond general secret contact said feeling house schedule health_staff we accuse threat "
    "compare solicit sorry"
)
_REACH = 4
_SHORTEST_STEM = 5
_PREFIX = 5
_ANSWER = 0.15
_FEWEST = 12
_LENGTHS, _LONGEST = 6, 5
_SOFT = frozenset(("said", "feeling", "contact", "writes", "web"))
_POLITE = frozenset(("thanks", "regret", "contact", "writes"))
_WISHES = frozenset(("pouvez", "pouvoir", "souhaitez", "desirez", "voulez"))
_CALLS = frozenset(("nousvous", "jevous", "onvous"))
_HAVE = word_set("ai as a avons avez ont")
_WERE = word_set("etais etait etions etiez etaient avais avait avions aviez avaient fut furent ete")
_FACTS = frozenset(("care", "paper", "body", "illness", "drug"))
_DEFINITE = word_set("le la l les ce cet cette ces du au aux")
_KINDS_OF_YOU = "smpo"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a sentence speaks of; "" is nothing of the kind.

    `you`: s the author's message, m what the author may do, p a polite form, o the author otherwise.
    `past`: c a perfect, i an imperfect. `fact` of care or health: g in general, d this one. `when`: a day
    gone or to come. `we`: the practice speaks of itself. `every`: a rule for all.
    """

    you: str
    past: str
    fact: str
    when: str
    we: str
    every: str


def outline(words: Sequence[Word]) -> Outline:
    """Return what a sentence speaks of: whom, when, what."""
    you = past = fact = ""
    for place, word in enumerate(words):
        before = words[place - 1] if place else None
        if word.family == "you":
            you = max(you, _you(words, place), key=lambda kind: _KINDS_OF_YOU.find(kind) if kind else -1)
        if word.family == "imperfect" or word.key in _WERE:
            past = "i"
        elif word.family == "participle" and before and before.key in _HAVE and past != "i":
            past = "c"
        if word.family in _FACTS:
            fact = "d" if fact == "d" or (before and before.key in _DEFINITE) else "g"
    families = {word.family for word in words}
    return Outline(
        you,
        past,
        fact,
        "w" if families & {"past_when", "next_when"} else "",
        "w" if "we" in families else "",
        "a" if "general" in families else "",
    )


def _you(words: Sequence[Word], place: int) -> str:
    after = [word.family for word in words[place + 1 : place + 3]]
    if words[place].key in {"votre", "vos"}:
        is_message = bool(after) and (after[0] in _SOFT or (after[0] == UNKNOWN and after[-1] in _SOFT))
        return "s" if is_message else "o"
    if words[place].key in _CALLS:
        return "p" if after and after[0] in _POLITE else "o"
    has_choice = bool(after) and (words[place + 1].key in _WISHES or after[0] in _POLITE)
    return "m" if has_choice else "o"


def features(sentence: Sentence) -> dict[str, float]:
    """Return the named features of a sentence; those of words and families are scaled to its length."""
    names = dict.fromkeys(name for name, _, _ in placed(sentence))
    found = dict.fromkeys(names, 1.0 / max(len(names), _FEWEST) ** 0.5)
    return found | dict.fromkeys(_answers(sentence.words), _ANSWER)


def _answers(words: Sequence[Word]) -> list[str]:
    told = outline(words)
    single = {"you": told.you, "past": told.past, "fact": told.fact, "when": told.when, "we": told.we}
    names = [f"o {question}{answer}" for question, answer in single.items()]
    return [
        *names,
        f"o all{told.every}",
        f"o long{min(len(words) // _LENGTHS, _LONGEST)}",
        f"o {told.you}|{told.past}|{told.fact}",
        f"o {told.you}|{told.past}|{told.we}|{told.when}",
        f"o {told.past}|{told.fact}|{told.every}",
    ]


def placed(sentence: Sentence) -> Iterator[tuple[str, int, int]]:
    """Yield the features of words and families, with the first and last word of the sentence they hold."""
    words = [(place, word) for place, word in enumerate(sentence.words) if word.family != "sign"]
    last = len(sentence.words) - 1
    keys = [(_key(word), place) for place, word in words]
    keys = [(_OUTSIDE[0], 0), *keys, (_OUTSIDE[1], last)]
    for key, place in keys:
        yield f"w {key}", place, place
        if len(key) > _PREFIX:
            yield f"p {key[:_PREFIX]}", place, place
    for (one, start), (two, end) in pairwise(keys):
        yield f"ww {one} {two}", start, end
    families = [("," if word.is_stop else word.family, place) for place, word in words if word.family != REST]
    yield from _families([(_OUTSIDE[0], 0), *families, (_OUTSIDE[1], last)])


def _families(families: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int, int]]:
    for family, place in families:
        yield f"f {family}", place, place
    for (one, start), (two, end) in pairwise(families):
        yield f"ff {one} {two}", start, end
    for (one, start), (two, _), (three, end) in zip(families, families[1:], families[2:], strict=False):
        yield f"fff {one} {two} {three}", start, end
    marks = [(family, place) for family, place in families if family in _MARKS]
    for rank, (one, start) in enumerate(marks):
        for two, end in marks[rank + 1 : rank + 1 + _REACH]:
            yield f"s {one} {two}", start, end


def _key(word: Word) -> str:
    if word.key.isdigit():
        return NUMBER
    return "," if word.is_stop else stem(word.key)


def stem(key: str) -> str:
    """Return a word without the marks of plural and feminine."""
    if len(key) < _SHORTEST_STEM:
        return key
    return key.removesuffix("s").removesuffix("x").removesuffix("e")
