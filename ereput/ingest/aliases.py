"""How the columns of review lists are titled, in the tools and languages met so far (`data/colonnes.yaml`).

A title is first put into plain words ("reviewDateTimeUTC" → "review date time utc"). Whole titles score 15 to
100, titles that hold a telling word less; some words forbid a role.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from ereput.ingest.reading import Role
from ereput.ingest.wording import fold, phrases

DATA: Final = Path(__file__).resolve().parents[2] / "data" / "colonnes.yaml"
STRONG, FAIR, WEAK, FAINT = 100, 55, 40, 15
BY_REPLY_AND_DATE: Final = 60
_RANKS: Final = {"faibles": FAINT, "possibles": WEAK, "probables": FAIR, "surs": STRONG}
_INNER: Final = 0.6
_LONGEST: Final = 200

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT: Final = re.compile(r"[^a-z0-9]+")


_LINKING: Final = phrases(
    "de|du|des|la|le|les|l|d|of|the|en|a|au|aux|s|on|sur|your|votre|vos|fields|attributes"
)


@dataclass(frozen=True, slots=True)
class RoleTitles:
    """How one role is titled: whole titles, telling words and their weight, words that forbid it."""

    exact: Mapping[str, int]
    telling: frozenset[str]
    weight: int
    barred: frozenset[str]


@dataclass(frozen=True, slots=True)
class Titles:
    """The whole file: one entry a role, and the groups of words that entries share."""

    roles: Mapping[Role, RoleTitles]
    answers: frozenset[str]
    persons: frozenset[str]
    dates: frozenset[str]


@cache
def load_titles(path: Path = DATA) -> Titles:
    """Read the file of titles, once a path."""
    document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    groups = {name: frozenset(listed) for name, listed in document["groupes"].items()}
    roles = {Role(name): _role(entry, groups) for name, entry in document["roles"].items()}
    return Titles(roles, groups["reponses"], groups["personnes"], groups["dates"])


def _role(entry: Mapping[str, Any], groups: Mapping[str, frozenset[str]]) -> RoleTitles:
    titles = entry["titres"]
    exact = {_core(words(title)): score for rank, score in _RANKS.items() for title in titles.get(rank, ())}
    barred: set[str] = set()
    for word in entry.get("jamais", ()):
        barred |= groups[word[1:]] if word.startswith("+") else {word}
    return RoleTitles(exact, frozenset(entry.get("mots", ())), entry.get("poids", 0), frozenset(barred))


def words(title: str) -> str:
    """Return a column title as plain lower-case words."""
    return " ".join(part for part in _SPLIT.split(fold(_CAMEL.sub(" ", title[:_LONGEST]))) if part)


def _core(title: str) -> str:
    """Return a title without its linking words, unless it has no other."""
    return " ".join(word for word in title.split() if word not in _LINKING) or title


@lru_cache(maxsize=4096)
def title_scores(title: str) -> Mapping[Role, float]:
    """Return how well a column title names each role, 0 to 100; roles without any hint are left out."""
    plain = words(title)
    if not plain:
        return {}
    known = load_titles()
    tokens = frozenset(plain.split())
    outer, _, inner = title.rpartition(".")
    last = _core(words(inner)) if outer else ""
    owners = frozenset(words(outer).split()) & (known.answers | known.persons)
    scores: dict[Role, float] = {}
    for role, titles in known.roles.items():
        score: float = titles.exact.get(_core(plain), 0)
        if not score and not tokens & titles.barred:
            score = titles.weight if tokens & titles.telling else 0
            if last and _belongs(role, owners, known.persons):
                score = max(score, titles.exact.get(last, 0) * _INNER)
        if score:
            scores[role] = score
    if tokens & known.answers and tokens & known.dates and Role.REPLIED not in scores:
        scores[Role.REPLIED] = BY_REPLY_AND_DATE
    return scores


def _belongs(role: Role, owners: Iterable[str], persons: frozenset[str]) -> bool:
    """Whether the last part of a nested name may give its role: a person's "name" may, its "url" not."""
    return not owners or (role is Role.AUTHOR and persons.issuperset(owners))
