"""How the reply check reads: words, numbers, fixed expressions, and the families that words belong to.

The time it takes grows as the text does. The reading of opinions (`ereput.text.normalise`) has other needs
and moves with them; a trained model needs words that stay what they were.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ereput.text.discretion_patterns import Patterns, word_set
from ereput.text.normalise import DATA, fold

LEXICON = DATA / "lexicon" / "discretion.yaml"
NUMBER = "#"
UNKNOWN = "x"
REST = "+"
"""Family of the words that continue an expression of several words."""

_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+)|(?P<number>\d+)|(?P<stop>[.!?;:,()\[\]\n\r…«»\"=–—]+)"
    "|(?P<sign>[€%/@+\u2600-\u27bf\u2b50\U0001f000-\U0001faff])"
)
_MONTHS = word_set("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre")
_CURRENCIES = frozenset(["€", "euro", "euros", "eur", "e"])
_HOURS = frozenset(["h", "heure", "heures", "hr"])
_RATINGS = frozenset(["5", "10", "20"])
_PHONE_GROUPS, _PHONE_DIGITS = 4, 8
_UNDOUBLED_FROM = 7
_PATTERN_WORD = re.compile(r"(?<![@a-z])[a-z]+")
_TRAILING = re.compile(r"_(?=[/ ]|$)")
_REPEATED = re.compile(r"([a-z])\1+")
_THREE = re.compile(r"([a-z])\1{2,}")
_AUXILIARIES = word_set(
    "ai as a avons avez ont avais avait avions aviez avaient suis es est sommes etes sont etais etait "
    "etions etiez etaient ete eu aura aurait serait sera avoir etre ayant"
)
_BETWEEN = word_set("pas bien plus jamais toujours donc aussi deja tres tout souvent meme trop rien")
_FUNCTION = _AUXILIARIES | word_set(
    "le la les l un une des du de d au aux en dans sur pour par avec sans sous chez et ou mais donc car "
    "ni que qui qu dont quand si comme ne n pas plus rien ce c cet cette ces ca cela il elle ils elles se "
    "s y lui leur leurs son sa ses eux soit soient tout toute tres bien trop peu aussi meme deja encore "
    "ici lors pourtant pendant durant depuis avant apres entre vers fut fait font faire peut peuvent "
    "pouvons pouvez puisse doit doivent faut seront voici voila oui non ainsi alors parce puisque afin "
    "suite"
)
_NOT_IMPERFECT = word_set(
    "fait parfait lait souhait trait portrait retrait extrait attrait bienfait forfait satisfait plait "
    "parait jamais mais francais frais desormais sais fais vais relais delais essais palais anglais "
    "mauvais biais tais quais soit connait nait connais reconnait"
)
_ENDINGS = (
    ("cond", re.compile(r"r(?:ait|aient|ais|ions|iez)$")),
    ("imperfect", re.compile(r"(?:ait|aient|ais|iez|(?<![ts])ions)$")),
    ("participle", re.compile(r"(?:é|ée|és|ées)$")),
    ("future", re.compile(r"(?:rai|ras|ra|rons|rez|ront)$")),
    ("you_verb", re.compile(r"[^n]ez$")),
    ("we_verb", re.compile(r"[^itsé]ons$")),
    ("adverb", re.compile(r"(?:[^ei]e|am|em|i|é)ment$")),
    ("infinitive", re.compile(r"(?:er|ir|oir|dre|tre)$")),
)
_SHORTEST = 4
_AFTER_AUXILIARY = re.compile(r"(?:e|ee|es|ees|i|is|ie|ies|it|u|us|ue|ues|ert|ait|aint|eint)$")


class Token(NamedTuple):
    """A word, a number, a sign or a run of punctuation (whose key is "."), and its place."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, or an expression read as one.

    `key` is what patterns compare, `raw` the word as written, `family` its class in
    `data/lexicon/discretion.yaml` or a guess from its ending; `start` and `end` locate it in the text.
    """

    key: str
    raw: str
    family: str
    start: int
    end: int

    @property
    def is_stop(self) -> bool:
        """Whether this is punctuation, which no expression crosses."""
        return self.key == "."


@cache
def lexicon(path: Path = LEXICON) -> Mapping[str, Any]:
    """Return the words and rules of the reply check.

    Raises:
        OSError: the file cannot be read.
    """
    # libyaml, where it is there, reads the file in a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders
    return found


def patterns_of(line: str) -> list[str]:
    """Cut a line of the lexicon into its patterns, written as text is read."""
    return [normal(pattern) for pattern in line.split("|")]


def normal(pattern: str) -> str:
    """Return a pattern in the form of keys: no accents, elided words apart, doubled letters as in a text."""
    plain = fold(pattern).replace("'", "_").replace("’", "_")
    return _PATTERN_WORD.sub(lambda found: key_of(found.group()), _TRAILING.sub("", " ".join(plain.split())))


@lru_cache(maxsize=50_000)
def key_of(word: str) -> str:
    """Return what patterns compare: folded, long words without doubled letters, often misspelt in French."""
    plain = fold(word)
    if len(plain) >= _UNDOUBLED_FROM:
        return _REPEATED.sub(r"\1", plain)
    return _THREE.sub(r"\1", plain)


@cache
def _spellings() -> Mapping[str, str]:
    return {
        key_of(wrong): normal(right)
        for right, line in lexicon()["spellings"].items()
        for wrong in line.split()
    }


@cache
def _compounds() -> Patterns[str]:
    return Patterns(
        (pattern, key_of(name))
        for name, line in lexicon()["compounds"].items()
        for pattern in patterns_of(line)
    )


@cache
def _families() -> Patterns[str]:
    return Patterns(
        (pattern, name) for name, line in lexicon()["classes"].items() for pattern in patterns_of(line)
    )


def tokens(text: str) -> list[Token]:
    """Cut a text into words, numbers, signs and punctuation; apostrophes and hyphens separate."""
    found = []
    for match in _TOKEN.finditer(text):
        key = "." if match.lastgroup == "stop" else match.group()
        if match.lastgroup == "word":
            key = key_of(key)
            key = _spellings().get(key, key)
            if " " in key:
                found += [Token(part, *match.span()) for part in key.split()]
                continue
        found.append(Token(key, *match.span()))
    return found


@cache
def first_names() -> frozenset[str]:
    """Return the first names of the lexicon."""
    return frozenset(key_of(name) for name in lexicon()["first_names"].split())


@cache
def common_names() -> frozenset[str]:
    """Return the first names that are common words too."""
    return frozenset(key_of(name) for name in lexicon()["common_names"].split())


@cache
def called() -> frozenset[str]:
    """Return the words after which a name is someone spoken to or of: « merci Julie », « la petite Zoé »."""
    return frozenset(key_of(word) for word in lexicon()["called"].split())


def read_words(text: str, offset: int = 0) -> tuple[Word, ...]:
    """Return the words of a sentence, numbers and fixed expressions read as one, each with its family."""
    merged = _fixed(_numbers(tokens(text), text))
    families = [""] * len(merged)
    for match in longest(_families().scan([token.key for token in merged])):
        families[match.start] = match.value
        for place in range(match.start + 1, match.end):
            families[place] = REST
    words: list[Word] = []
    for place, token in enumerate(merged):
        raw = text[token.start : token.end]
        family = families[place] or _guess(token.key, raw, words)
        words.append(Word(token.key, raw, family, token.start + offset, token.end + offset))
    return tuple(words)


def longest(matches: Sequence[Any]) -> list[Any]:
    """Keep the longest match of each place, from left to right; the first written wins a tie."""
    kept: list[Any] = []
    for match in sorted(matches, key=lambda found: (found.start, -found.end)):
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def _guess(key: str, raw: str, before: Sequence[Word]) -> str:
    """Return a family from the ending of a word that the lexicon does not hold."""
    if not key[0].isalnum():
        return key if key == "." else "sign"
    if key.isdigit():
        return NUMBER
    if key in _FUNCTION:
        return key
    if before and raw[0].isupper() and raw[1:].islower():
        return "name"
    low = raw.lower()
    if len(low) >= _SHORTEST:
        for name, ending in _ENDINGS:
            if ending.search(low) and not (name == "imperfect" and key in _NOT_IMPERFECT):
                return name
    last = next((word.key for word in reversed(before) if word.key not in _BETWEEN), "")
    return "participle" if last in _AUXILIARIES and _AFTER_AUXILIARY.search(key) else UNKNOWN


def _numbers(found: Sequence[Token], text: str) -> list[Token]:
    """Read telephone numbers, hours, dates, amounts and years as one word each."""
    merged: list[Token] = []
    place = 0
    while place < len(found):
        key, end = _number(found, place, text) if found[place].key.isdigit() else ("", place + 1)
        merged.append(Token(key, found[place].start, found[end - 1].end) if key else found[place])
        place = end
    return merged


def _number(found: Sequence[Token], place: int, text: str) -> tuple[str, int]:
    """Return what the number at `place` is part of, and where that ends ("" for a plain number)."""
    end, digits = _run(found, place, text)
    if digits >= _PHONE_DIGITS and (end - place >= _PHONE_GROUPS or end == place + 1):
        return "xtel", end
    key, step = _unit(found, end)
    if key:
        return key, end + step
    if end == place + 1 and digits == len("2026") and found[place].key[:2] in {"19", "20"}:
        return "xannee", end
    return "", place + 1


def _unit(found: Sequence[Token], end: int) -> tuple[str, int]:
    """Return what the words after a number make of it, and how many of them do ("" for nothing)."""
    after = found[end].key if end < len(found) else ""
    then = found[end + 1].key if end + 1 < len(found) else ""
    if after in _CURRENCIES and not (after == "e" and found[end].start == found[end - 1].end):
        return "xeuro", 1
    if after in _HOURS:
        return "xheure", 1 + (then.isdigit() and len(then) == len("30"))
    if after in _MONTHS or (after == "er" and then in _MONTHS):
        return "xdate", 1 + (after == "er")
    if after == "/" and then.isdigit():
        return ("xnote" if then in _RATINGS else "xdate"), 2
    return "", 0


def _run(found: Sequence[Token], place: int, text: str) -> tuple[int, int]:
    """Return where the groups of digits that follow each other end, and how many digits they hold."""
    end, digits = place + 1, len(found[place].key)
    while end < len(found):
        step = 1 if found[end].key.isdigit() else 2 if found[end].key == "." else 0
        last = end + step - 1
        if not step or last >= len(found) or not found[last].key.isdigit():
            break
        if not 0 <= found[last].start - found[end - 1].end <= 1 + (step == 1):
            break
        if not set(text[found[end - 1].end : found[last].start]) <= set(" .,-\u00a0\u202f"):
            break
        digits += len(found[last].key)
        end = last + 1
    return end, digits


def _fixed(found: Sequence[Token]) -> list[Token]:
    """Read the fixed expressions ("rendez-vous") as one word each."""
    merged: list[Token] = []
    place = 0
    for match in longest(_compounds().scan([token.key for token in found])):
        merged += found[place : match.start]
        merged.append(Token(match.value, found[match.start].start, found[match.end - 1].end))
        place = match.end
    return merged + list(found[place:])
