"""What a person should check in a text before anything is decided; never a verdict.

The law separates an insult, a precise fact that harms a reputation, a threat, hatred, private data
and a review that is no patient's (see `data/guidance`). This module only points at words that
resemble one of them. The user qualifies: a harsh opinion is protected and raises no hint.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ereput.text.lexicon import Match, Matcher, read_lexicon
from ereput.text.normalise import DATA, Token

TO_CHECK = "à vérifier par un humain"

_MASKED_INSULT = re.compile(
    r"\b(?:c(?:on)?|p(?:ut)?|sal|enc|enf|b[aâ]t|m)\w{0,2}(?:\*+|#{2,})\w*", re.IGNORECASE
)
_FIGURES = re.compile(r"\d(?:[ .\-]?\d){8}")
_MOBILE = re.compile(r"(?<!\d)(?:\+33 ?|0033 ?|0)[67](?:[ .\-]?\d{2}){4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\+33 ?|0033 ?|0)[1-589](?:[ .\-]?\d{2}){4}(?!\d)")
_EMAIL = re.compile(r"\b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,4}\.[a-zA-Z]{2,}\b")
_SOCIAL_SECURITY = re.compile(r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3}(?: ?\d{2})?(?!\d)")
_ADDRESS = re.compile(
    r"\b\d{1,4} ?(?:bis|ter)?,? "
    r"(?:rue|avenue|av\.|impasse|all[ée]e|chemin|route|boulevard|bd|place|quai|r[ée]sidence|cour|mont[ée]e|hameau|cit[ée]|lotissement|sentier)\b"
    r"(?: d[eu]s?| l[ae]s?| de l[ae]| d'| l')* ?[\w'’-]+",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(
    r"\b((?:[Dd]r|[Dd]octeur|Pr|[Pp]rofesseur)\.? )?"
    r"((?:(?:[Mm]me|[Mm]adame|[Mm]r|[Mm]onsieur|M\.) )?[A-ZÉÈ][a-zà-ÿ]{2,}(?:-[A-ZÉÈ][a-zà-ÿ]+)?"
    r" (?:d[eu] |Le |La )?[A-ZÉÈ][a-zà-ÿ]{2,}(?:-[A-ZÉÈ][a-zà-ÿ]+)?)\b"
)
_PROFESSIONAL = re.compile(
    r"cabinet|secr[ée]tariat|standard|accueil|rendez|rdv|contact@|clinique|pharmacie|h[ôo]pital",
    re.IGNORECASE,
)
_PROFESSIONAL_REACH = 40
PRIVATE = "donnees_personnelles"
_INSULT = "injure"


class _Sign(NamedTuple):
    hint: str
    kind: str


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that a person should look at: the kind, its French label, and the words as written."""

    kind: str
    label: str
    words: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The hint as it is shown, in French, with its reserve."""
        quoted = ", ".join(f"«\u202f{word}\u202f»" for word in self.words)
        return f"{self.label}, {TO_CHECK}\u202f: {quoted}"


@dataclass(frozen=True, slots=True)
class _Lexicon:
    labels: Mapping[str, str]
    matcher: Matcher[_Sign]


@cache
def _lexicon(path: Path = DATA / "lexicon" / "hints.tsv") -> _Lexicon:
    rows, lists = read_lexicon(path)
    entries = [
        (pattern, _Sign(hint, kind))
        for hint, kind, patterns in rows
        if kind != "label"
        for pattern in patterns.split(" | ")
    ]
    labels = {hint: text for hint, kind, text in rows if kind == "label"}
    return _Lexicon(labels, Matcher(entries, lists))


def hint_labels() -> Mapping[str, str]:
    """Return the French label of each kind of hint, in the order in which they are shown.

    Raises:
        OSError: the lexicon cannot be read.
    """
    return _lexicon().labels


def hints_in(text: str, words: Sequence[Token]) -> tuple[Hint, ...]:
    """Return what the lists point at in a cleaned text, each kind once; the model has the last word."""
    found: dict[_Sign, dict[str, None]] = {}
    for match in _not_excepted(_lexicon().matcher.scan(words), len(words)):
        quote = text[words[match.start].start : words[match.end - 1].end]
        found.setdefault(match.value, {})[quote] = None
    for quoted in _in_figures(text):
        found.setdefault(_Sign(quoted[0], "word"), {})[quoted[1]] = None
    if _Sign(PRIVATE, "other") in found:
        for quote in _persons(text):
            found.setdefault(_Sign(PRIVATE, "one"), {})[quote] = None
    hints = []
    for kind, label in hint_labels().items():
        quotes = dict(found.get(_Sign(kind, "word"), {}))
        one, other = found.get(_Sign(kind, "one")), found.get(_Sign(kind, "other"))
        if one and other:
            quotes |= one | other
        if quotes:
            hints.append(Hint(kind, label, tuple(quotes)))
    return tuple(hints)


def _not_excepted(matches: Sequence[Match[_Sign]], size: int) -> list[Match[_Sign]]:
    """Drop the matches that meet an exception of their kind, and those inside a longer match."""
    excepted: dict[str, bytearray] = {}
    for match in matches:
        if match.value.kind == "except":
            marks = excepted.setdefault(match.value.hint, bytearray(size))
            marks[match.start : match.end] = b"\1" * (match.end - match.start)
    kept: list[Match[_Sign]] = []
    ends: dict[_Sign, int] = {}
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        sign = match.value
        if sign.kind == "except" or match.end <= ends.get(sign, 0):
            continue
        if sign.hint not in excepted or not any(excepted[sign.hint][match.start : match.end]):
            kept.append(match)
            ends[sign] = match.end
    return kept


def _in_figures(text: str) -> list[tuple[str, str]]:
    """Find what has a form rather than a word: masked insults, telephones, e-mail addresses."""
    found = []
    if "*" in text or "##" in text:
        found += [(_INSULT, match.group()) for match in _MASKED_INSULT.finditer(text)]
    if "@" in text:
        found += [(PRIVATE, m.group()) for m in _EMAIL.finditer(text) if not _is_professional(text, m)]
    if _FIGURES.search(text):
        found += [(PRIVATE, match.group()) for match in _MOBILE.finditer(text)]
        found += [(PRIVATE, match.group()) for match in _SOCIAL_SECURITY.finditer(text)]
        found += [(PRIVATE, m.group()) for m in _LANDLINE.finditer(text) if not _is_professional(text, m)]
    return found


def gives_public_contact(text: str) -> bool:
    """Tell whether a text gives the address or the telephone of a practice, which are public."""
    found = [*_ADDRESS.finditer(text), *_LANDLINE.finditer(text)]
    return any(_is_professional(text, match) for match in found)


def _persons(text: str) -> list[str]:
    """Return the full names, and the addresses that are no practice's."""
    found = [match[2] for match in _FULL_NAME.finditer(text) if match[1] is None]
    return found + [m.group() for m in _ADDRESS.finditer(text) if not _is_professional(text, m)]


def _is_professional(text: str, match: re.Match[str]) -> bool:
    """Tell whether a practice is named just before: its address and its telephone are public."""
    return _PROFESSIONAL.search(text, max(0, match.start() - _PROFESSIONAL_REACH), match.end()) is not None
