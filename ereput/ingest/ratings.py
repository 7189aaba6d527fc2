"""Marks as people and tools write them, brought linearly on 5.

`RatingReader` never raises: what is no mark gives None. A bare 0 on a scale of 5 means "no mark"; 0/10 is
a mark.
"""

import re
from collections.abc import Iterable
from typing import Final

from ereput.ingest.wording import fold, phrases

SCALES: Final = (5.0, 10.0, 20.0, 100.0)
_LONGEST: Final = 120
_LARGEST: Final = 1e15
_LONGEST_SCALE: Final = 40
_CACHE: Final = 50_000
_RARE: Final = 0.05

_NUMBER: Final = re.compile(r"[+]?(\d{1,3}(?:[.,]\d+)?)")
_OUT_OF: Final = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*(?:/|sur|out of|of|von|de|su|op|van|etoiles? sur|stars? out of)"
    r"\s*(5|10|20|100)(?:[.,]0+)?\b"
)
_PERCENT: Final = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%")
_COUNTED: Final = re.compile(
    r"\b(\d(?:[.,]\d+)?)\s*(?:[*★⭐]|etoile|star|stern|estrella|stell|estrela|ster|points?\b)"
)
_IN_CLASS: Final = re.compile(
    r"\b(?:stars?|rating|note|bubble|etoiles?)[-_ ]?(\d)(?:[-_.](\d))?(0)?(?=$|[^\d])"
)
_LABELLED: Final = re.compile(
    r"(?:\b(?:note|rating|score|rated|noted?)\s*[:=]?|[★⭐])\s*(\d(?:[.,]\d+)?)\s*(?:[★⭐]|$)"
)
_BUBBLE: Final = re.compile(r"bubble_(\d)(\d)")
_FULL: Final = "★⭐🌟✭✮✯🟊⋆*"
_EMPTY: Final = "☆✩"
_HALF: Final = "½⯪⯨"
_HEADER_SCALE: Final = re.compile(
    r"(?:/|\bsur|\bout of|\bvon|[01]\s*(?:-|–|a|à|to|…|\.\.))\s*(5|10|20|100)\b|(%)", re.IGNORECASE
)

_WORDS: Final[dict[str, float]] = {
    word: mark
    for mark, said in {
        5.0: """
            five|cinq|cinco|funf|cinque|vijf|excellent|excellente|parfait|parfaite|tres satisfait
            tres satisfaite|tres satisfaisant|very satisfied|exceptionnel|exzellent|excelente|eccellente
            hervorragend|outstanding
        """,
        4.0: """
            four|quatre|cuatro|vier|quattro|quatro|tres bien|tres bon|tres bonne|very good|great|bien|bon
            bonne|good|satisfait|satisfaite|satisfaisant|satisfied|muy bueno|bueno|gut|sehr gut|molto buono
            buono|muito bom|bom|goed
        """,
        3.0: """
            three|trois|tres|drei|tre|drie|moyen|moyenne|average|neutre|neutral|correct|correcte|passable|ok
            okay|moyennement satisfait|plutot satisfait|mittel|regular|medio|fair|mitige
        """,
        2.0: """
            two|deux|dos|zwei|due|dois|twee|mediocre|poor|insatisfait|insatisfaite|peu satisfait|decevant
            decevante|unsatisfied|dissatisfied|insuffisant|schlecht|malo|below average|insatisfaisant|bas
        """,
        1.0: """
            one|un|une|uno|eins|um|een|mauvais|mauvaise|bad|tres mauvais|tres insatisfait|horrible|terrible
            nul|nulle|very bad|very poor|pas du tout satisfait|tres decevant|very dissatisfied|sehr schlecht
            pessimo|awful
        """,
    }.items()
    for word in phrases(said)
}
_YES: Final = phrases(
    """
    oui|yes|y|o|true|vrai|1|positive|positif|recommande|recommended|recommends|recommend|👍|si|ja|sim|up
    pouce_haut|positively|would_recommend|like|liked|favorable
    """
)
_NO: Final = phrases(
    """
    non|no|n|false|faux|0|negative|negatif|not_recommended|doesnt_recommend|👎|nein|nao|down|pouce_bas
    dislike|ne_recommande_pas|non_recommande|deconseille|defavorable|nee
    """
)


class RatingReader:
    """Read the marks of one column.

    Args:
        scale: the best mark of a number without a scale of its own.
    """

    def __init__(self, scale: float = 5.0) -> None:
        self._scale = scale
        self._seen: dict[object, tuple[float | None, str]] = {}

    def read(self, value: object) -> tuple[float | None, str]:
        """Return the mark on 5 or None, and the mark as written when it is no plain number on 5."""
        if isinstance(value, float | int) and not isinstance(value, bool):
            value = f"{value:g}" if abs(value) < _LARGEST else ""
        if not isinstance(value, str):
            return None, ""
        known = self._seen.get(value)
        if known is None:
            if len(self._seen) >= _CACHE:
                self._seen.clear()
            known = self._seen[value] = self._text(value)
        return known

    def _text(self, value: str) -> tuple[float | None, str]:
        raw = value.strip().strip("\"'")
        if not raw or len(raw) > _LONGEST:
            return None, ""
        number = _NUMBER.fullmatch(raw)
        if number:
            return self._number(raw, _float(number[1]))
        mark = _written(raw)
        if mark is None:
            return None, ""
        return mark, raw if len(raw) <= _LONGEST_SCALE else f"{mark:g}/5"

    def _number(self, raw: str, number: float) -> tuple[float | None, str]:
        if number > self._scale:
            return None, raw
        if self._scale == SCALES[0]:
            return (number or None), ""
        return number * 5 / self._scale, f"{raw}/{self._scale:g}"


def recommends(value: object) -> bool | None:
    """Return whether a cell says that the author recommends, None when it says neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float | int):
        return {1.0: True, 0.0: False}.get(float(value))
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    word = fold(value).strip(" .!").replace("'", "").replace(" ", "_")
    if word in _NO or word.startswith(("ne_recommande", "not_recommend", "doesnt_", "does_not", "je_ne")):
        return False
    return True if word in _YES or word.startswith(("recommand", "recommend", "je_recommand")) else None


def header_scale(name: str) -> float | None:
    """Return the best mark that a column's title announces ("Note /20", "Recommandation (0-10)")."""
    match = _HEADER_SCALE.search(name)
    if not match:
        return None
    return 100.0 if match[2] else float(match[1])


def guess_scale(values: Iterable[object]) -> float:
    """Return the smallest usual scale that holds the bare numbers of a column, a rare slip aside."""
    numbers = [number for value in values if (number := bare_number(value)) is not None]
    for scale in SCALES[:-1]:
        beyond = sum(number > scale for number in numbers)
        if beyond <= len(numbers) * _RARE:
            return scale
    return SCALES[-1]


def bare_number(value: object) -> float | None:
    """Return the number that a cell holds and nothing else, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < _LARGEST else None
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    return _float(match[1]) if match else None


def _written(raw: str) -> float | None:
    """Read a mark that carries its own scale, in figures, signs or words."""
    words = fold(raw)
    match = _OUT_OF.search(words)
    if match:
        return _on_five(_float(match[1]), float(match[2]))
    match = _PERCENT.search(words)
    if match:
        return _on_five(_float(match[1]), 100.0)
    full = sum(raw.count(sign) for sign in _FULL)
    empty = sum(raw.count(sign) for sign in _EMPTY)
    if full + empty > 1 or (full + empty and not any(char.isalnum() for char in raw)):
        return _glyphs(full, empty, sum(raw.count(sign) for sign in _HALF))
    match = _COUNTED.search(words) or _LABELLED.search(words)
    if match:
        return _on_five(_float(match[1]), 5.0)
    return _WORDS.get(words.strip(" .!")) or _in_class(words)


def _glyphs(full: int, empty: int, half: int) -> float | None:
    whole = full + empty + half
    if not empty:
        return min(full + 0.5 * half, 5.0) if whole <= SCALES[0] else None
    return _on_five(full + 0.5 * half, 5.0 if whole <= SCALES[0] else float(whole))


def _in_class(words: str) -> float | None:
    """Read a mark left in a style name or a picture's address by a scraper ("stars-4.5.svg", "bubble_45")."""
    match = _BUBBLE.search(words) or _IN_CLASS.search(words)
    if not match:
        return None
    return _on_five(float(f"{match[1]}.{match[2] or 0}"), 5.0)


def _on_five(number: float, scale: float) -> float | None:
    if number > scale or (number == 0 and scale == SCALES[0]):
        return None
    return number * 5 / scale


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))
