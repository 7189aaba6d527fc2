"""One way to read a text: cleaned, folded and cut into words, for every signal of this room."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parents[2] / "data"
MAX_CHARACTERS = 100_000
"""What lies beyond is not read: no opinion needs 17,000 words, and a pasted file must not stop a survey."""

_FOLD = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_TOKEN = re.compile(
    r"[^\W\d_]+|\d+|[:;=]-?[()]|[.!?;:,()\[\]\n\r…«»\"]+"
    "|[€%/*@$&+\u2190-\u2bff\U0001f000-\U0001faff]"
)
_SMILEYS = frozenset((":)", ":(", ";)", ";("))
_STOPS = frozenset('.!?;:,()[]\n\r…«»"')
_ENDS_SENTENCE = frozenset(".!?…:\n\r")
_WORD = re.compile(r"[^\W\d_]+")
_REPEATED = re.compile(r"(.)\1+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\x00-\x08\x0e-\x1f\x7f]")
_MEMO_LIMIT = 200_000
_DISTINCT = {"salle": "sal-le", "salles": "sal-les", "fille": "fil-le", "filles": "fil-les"}
_CLITICS = frozenset("jdlmntsc")
_VOWELS = frozenset("aeiouyh")


class Token(NamedTuple):
    """A word, a number, a sign or a run of punctuation.

    `key` is what lexica compare: folded, without doubled letters ("Accueillant" is "acueilant");
    the digits of a number, "." for punctuation, whose marks stand in `mark`. `start` and `end` locate
    it in the cleaned text.
    """

    key: str
    start: int
    end: int
    mark: str = ""

    @property
    def is_stop(self) -> bool:
        """Whether this is punctuation, which no expression crosses."""
        return self.key == "."


def clean(text: object) -> str:
    """Return anything as a NFC string of at most MAX_CHARACTERS, without invisible marks.

    None, NaN and any other value that is no text give ""; bytes are read as UTF-8, else as cp1252.
    """
    if isinstance(text, (bytes, bytearray)):
        text = _decoded(bytes(text[: 4 * MAX_CHARACTERS]))
    if not isinstance(text, str):
        return ""
    text = text[:MAX_CHARACTERS]
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def fold(text: str) -> str:
    """Return the text in lower case, without accents."""
    low = text.lower().translate(_FOLD)
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


def key_of(word: str) -> str:
    """Return the form under which lexica know a word: folded, each run of a letter reduced to one.

    Doubled letters are where French misspells most ("proffesionnel", "suuuper"); the other
    usual misspellings and text-message words ("acceuil", "bcp") give the word they stand for.
    "salle" and "fille" keep their letters: "sale" and "file" are other words.
    """
    key = _undoubled(word)
    return spellings().get(key, key)


def _undoubled(word: str) -> str:
    plain = fold(word)
    return _DISTINCT.get(plain) or _REPEATED.sub(r"\1", plain)


@cache
def spellings(path: Path = DATA / "lexicon" / "spellings.tsv") -> dict[str, str]:
    """Return the key of the right word for the key of each known misspelling.

    Raises:
        OSError: the file cannot be read.
    """
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            right, wrong = line.split("\t")
            found |= {_undoubled(word): _undoubled(right) for word in wrong.split()}
    return found


@cache
def known_words(root: Path = DATA) -> frozenset[str]:
    """Return the keys of the words that the lexica hold, to tell "dattente" (d'attente) from "dentiste".

    Raises:
        OSError: a lexicon cannot be read.
    """
    sources = (root / "lexicon" / "opinion.tsv", root / "themes.yaml", root / "lexicon" / "elided.txt")
    return frozenset(
        key_of(word) for path in sources for word in _WORD.findall(path.read_text(encoding="utf-8"))
    )


def elided(word: str) -> bool:
    """Tell whether a word of a text message lacks its apostrophe: "jai", "dattente", "jrecommande"."""
    plain = fold(word)
    if len(plain) < 3 or plain[0] not in _CLITICS or key_of(plain) in known_words():  # noqa: PLR2004
        return False
    if plain[0] == "j" and plain[1] not in _VOWELS:
        return True
    return plain[1] in _VOWELS and key_of(plain[1:]) in known_words()


def keys_of(words: str) -> frozenset[str]:
    """Return the keys of words written with spaces between them."""
    return frozenset(key_of(word) for word in words.split())


class _Keys(dict[str, tuple[str, ...]]):
    """Memo of the keys of a token as written (two when an apostrophe lacks), emptied when too large."""

    def __missing__(self, written: str) -> tuple[str, ...]:
        if len(self) > _MEMO_LIMIT:
            self.clear()
        keys = self[written] = _keys_of_written(written)
        return keys


def _keys_of_written(written: str) -> tuple[str, ...]:
    if written.isalpha():
        parts = (written[:1], written[1:]) if elided(written) else (written,)
        return tuple(key_of(part) for part in parts)
    return (".",) if _STOPS.issuperset(written) and written not in _SMILEYS else (written,)


_KEYS = _Keys()


def tokens(text: str) -> list[Token]:
    """Cut a cleaned text into words, numbers, signs and punctuation, in linear time.

    Apostrophes and hyphens separate: "n'a" is two words, "rendez-vous" too, and so is "jai".
    """
    new, keys_of_written = tuple.__new__, _KEYS  # a NamedTuple's own __new__ takes twice the time
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        written = match.group()
        start, end = match.span()
        keys = keys_of_written[written]
        if keys[0] == ".":
            found.append(new(Token, (".", start, end, written)))
            continue
        if len(keys) > 1:
            found.append(new(Token, (keys[0], start, start + 1, "")))
            start += 1
        found.append(new(Token, (keys[-1], start, end, "")))
    return found


def sentences(words: Sequence[Token]) -> list[int]:
    """Return the number of the sentence that each token stands in; a colon or a new line ends one."""
    numbers, current = [], 0
    for word in words:
        numbers.append(current)
        if word.mark and not _ENDS_SENTENCE.isdisjoint(word.mark):
            current += 1
    return numbers
