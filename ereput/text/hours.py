"""Opening hours as people and tools write them: « Lun-Ven 9h-12h 14h-18h », « Monday: 9 AM–5 PM »."""

import re
from functools import lru_cache
from typing import Final

from ereput.domain.presence import Agreement
from ereput.text.contact import words
from ereput.text.normalise import fold

Week = tuple[tuple[tuple[int, int], ...], ...]
"""Seven days from Monday, each its (opening, closing) in minutes after midnight."""

MARGIN: Final = 15  # minutes: a smaller difference sends nobody to a closed door
_LONGEST: Final = 1_000
_DAY: Final = 24 * 60
_NAMES: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_STARTS: Final = {
    "lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "sam": 5, "dim": 6,
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_TOKEN: Final = re.compile(
    r"(?P<all>tous les jours|tlj|7\s*j(?:ours)?\s*(?:/|sur)\s*7|every ?day)"
    r"|(?P<round>24\s*h?(?:eures)?\s*(?:/|sur)\s*24\s*h?|open 24 hours|ouvert 24 heures)"
    r"|(?P<closed>ferme\w*|closed)"
    r"|(?P<day>\b(?:lun(?:di)?|mar(?:di)?|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?"
    r"|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)s?\b)"
    r"|(?P<hour>\b\d{1,2})(?:\s*(?:h(?:eures?|rs?)?|:|\.)(?:\s*(?P<minute>\d{2})(?!\d|\s*[h:]))?)?\s*(?P<half>[ap]\.?m\b)?"
    r"|(?P<span>-|\bau\b|\ba\b|\bto\b|\bjusqu'a\b)"
)


@lru_cache(maxsize=2048)
def hours(text: str) -> Week | None:
    """Return the hours of a week, None where the text does not give days with their hours."""
    flat = fold(text[:_LONGEST]).replace("–", "-").replace("—", "-").replace("\u202f", " ")
    week: list[list[tuple[int, int]]] = [[] for _ in _NAMES]
    told: set[int] = set()
    days: list[int] = []
    is_span = has_hours = False
    opening: int | None = None
    for token in _TOKEN.finditer(flat):
        if token["span"]:
            is_span = True
            continue
        if token["day"] or token["all"]:
            days = _days([] if has_hours else days, token, is_span=is_span)
            has_hours, opening = False, None
        elif token["closed"]:
            told.update(days)
            has_hours = True
        else:
            found = (0, _DAY) if token["round"] else None
            if found is None and (minute := _minute(token)) is not None:
                found, opening = (None, minute) if opening is None else ((opening, minute), None)
            if found and found[0] < found[1]:
                for day in days:
                    week[day].append(found)
                told.update(days)
                has_hours = True
        is_span = False
    if not told:
        return None
    return tuple(tuple(sorted(set(day))) for day in week)


def _days(known: list[int], token: re.Match[str], *, is_span: bool) -> list[int]:
    if token["all"]:
        return list(range(len(_NAMES)))
    day = _STARTS[token["day"][:3]]
    if is_span and known:
        first = known[-1]
        return known + [(first + step) % 7 for step in range(1, (day - first) % 7 + 1)]
    return [*known, day]


def _minute(token: re.Match[str]) -> int | None:
    hour, minute = int(token["hour"]), int(token["minute"] or 0)
    if token["half"]:
        hour = hour % 12 + (12 if token["half"].startswith("p") else 0)
    return hour * 60 + minute if hour * 60 + minute <= _DAY and minute < 60 else None  # noqa: PLR2004 (an hour)


def compare_hours(shown: str, expected: str) -> tuple[Agreement, str]:
    """Compare opening hours; the days that differ by more than a quarter of an hour are named."""
    if " ".join(shown.split()) == " ".join(expected.split()):
        return Agreement.SAME, ""
    theirs, ours = hours(shown), hours(expected)
    if theirs is None or ours is None:
        if words(shown) == words(expected):
            return Agreement.TOLERATED, "écrits autrement"
        return Agreement.DIFFERENT, "les horaires diffèrent, ou ne se lisent pas"
    apart = [name for name, one, other in zip(_NAMES, theirs, ours, strict=True) if not _near(one, other)]
    if apart:
        listed = apart[0] if len(apart) == 1 else f"{', '.join(apart[:-1])} et {apart[-1]}"
        return Agreement.DIFFERENT, f"autres horaires {listed}"
    exact = theirs == ours
    return Agreement.TOLERATED, "écrits autrement" if exact else "à un quart d’heure près"


def _near(one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= MARGIN
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    )
