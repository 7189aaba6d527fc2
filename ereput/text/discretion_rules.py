"""The recognisers of the reply check: what a sentence positively says that it should not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from ereput.text.discretion_patterns import Match, Patterns
from ereput.text.discretion_words import Word, lexicon, normal, patterns_of

_FAMILY_LISTS = ("care", "paper", "body", "illness", "drug", "family", "house")
"""Families of words that patterns may name as lists."""


class Level(StrEnum):
    """What a hit does to the verdict."""

    BLOCKING = "bloquant"
    WARNING = "avertissement"


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a wording is a danger, and a safe turn: French sentences."""

    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class Rule(Explained):
    """A recogniser: its code, its level and its explanation."""

    code: str
    level: Level


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule found from word `start` to word `end` (excluded) of a sentence."""

    rule: Rule
    start: int
    end: int


@cache
def rules() -> Mapping[str, Rule]:
    """Return the rules of the lexicon by code.

    Raises:
        OSError: the lexicon cannot be read.
    """
    return {
        entry["id"]: Rule(entry["why"], entry["instead"], entry["id"], Level(entry["level"]))
        for entry in lexicon()["rules"]
    }


def explained(section: str, code: str) -> Explained:
    """Return the explanation that a section of the lexicon gives of a code."""
    entry = lexicon()[section][code]
    return Explained(" ".join(entry["why"].split()), " ".join(entry["instead"].split()))


@cache
def _patterns() -> Patterns[tuple[str, bool]]:
    """Return all patterns with the code of their rule, and whether they accuse (or spare)."""
    lists = {name: normal(line) for name, line in lexicon()["lists"].items()}
    for name in _FAMILY_LISTS:
        single = (word for word in patterns_of(lexicon()["classes"][name]) if " " not in word)
        lists[name] = "/".join(single)
    return Patterns(
        (
            (pattern, (rule["id"], accuses))
            for rule in lexicon()["rules"]
            for section, accuses in (("patterns", True), ("unless", False))
            for line in rule.get(section, ())
            for pattern in patterns_of(line)
        ),
        lists,
    )


def find(words: Sequence[Word]) -> list[Finding]:
    """Return what the rules find in a sentence: the longest match of each rule, in the order of the words."""
    matches = _patterns().scan([word.key for word in words])
    spared = [match for match in matches if not match.value[1]]
    best: dict[str, Match[tuple[str, bool]]] = {}
    for match in matches:
        code, accuses = match.value
        if not accuses or any(_overlap(match, other) for other in spared if other.value[0] == code):
            continue
        if code not in best or match.end - match.start > best[code].end - best[code].start:
            best[code] = match
    found = [Finding(rules()[code], match.start, match.end) for code, match in best.items()]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule.code))


def _overlap(one: Match[tuple[str, bool]], two: Match[tuple[str, bool]]) -> bool:
    return one.start < two.end and two.start < one.end
