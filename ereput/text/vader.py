"""The French VADER in linear time, with the very figures of the library it stands on.

Hutto & Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text", ICWSM-14; French adaptation `vaderSentiment-fr`. Upstream lower-cases the whole text for
each word of its lexicon (quadratic), writes to `sys.path` and warns when imported.
"""

import re
import sys
import warnings
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from unidecode import unidecode

from ereput.text.normalise import clean

_PATH = list(sys.path)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import vaderSentiment_fr.vaderSentiment as upstream  # noqa: N813 - a module, whatever its case
sys.path[:] = _PATH  # upstream appends "/"

_NEGATORS = frozenset(upstream.NEGATE)
_NEVER_NEGATED = frozenset(unidecode(word) for word in upstream.NO_NEGATE)
_PHRASES = tuple(phrase for phrase in (*upstream.SPECIAL_CASES, *upstream.BOOSTER_DICT) if " " in phrase)
_PHRASE_WORDS = frozenset(word for phrase in _PHRASES for word in phrase.split())
_SPACE_OR_APOSTROPHE = re.compile(r"[\s']")
_UPPERCASE_PUNCTUATION = str.maketrans("", "", "?!.,;")
_MAX_SHOUTED = 5
_MEMO_LIMIT = 200_000


class _Word(NamedTuple):
    """What VADER asks of one token, whatever stands around it."""

    lower: str
    is_upper: bool
    booster: float | None
    valence: float | None
    known: bool
    negates: bool
    in_phrase: bool


class LinearAnalyzer(upstream.SentimentIntensityAnalyzer):  # type: ignore[misc] # upstream ships no types
    """`vaderSentiment_fr`'s analyser: same `polarity_scores`, in time linear in the text."""

    def __init__(self) -> None:
        super().__init__()
        self._memo: dict[str, _Word] = {}
        self._emoji = frozenset(self.emojis)

    def polarity_scores(self, text: str) -> dict[str, float]:
        """Return `neg`, `neu`, `pos` (0–1) and `compound` (−1…1) as upstream does."""
        text = self._with_emoji_words(text).strip()
        memo = self._memo
        words = [memo.get(token) or self._word(token) for token in _SPACE_OR_APOSTROPHE.split(text)]
        capitals = sum(word.is_upper for word in words)
        emphasis = 0 < capitals < len(words)
        last = len(words) - 1
        sentiments = [
            0.0
            if word.booster is not None
            or word.valence is None
            or (word.lower == "kind" and i < last and words[i + 1].lower == "of")
            else self._valence(words, i, emphasis)
            for i, word in enumerate(words)
        ]
        scores: dict[str, float] = self.score_valence(sentiments, text)
        return scores

    def _with_emoji_words(self, text: str) -> str:
        if self._emoji.isdisjoint(text):
            return text
        parts: list[str] = []
        after_space = True
        for character in text:
            words = self.emojis.get(character)
            if words is None:
                parts.append(character)
                after_space = character == " "
            else:
                parts.append(words if after_space else f" {words}")
                after_space = False
        return "".join(parts)

    def _word(self, raw: str) -> _Word:
        if len(self._memo) > _MEMO_LIMIT:
            self._memo.clear()
        token = upstream.SentiText._strip_punc_if_word(raw)  # noqa: SLF001 - the rule must stay upstream's
        lower = token.lower()
        word = self._memo[raw] = _Word(
            lower=lower,
            is_upper=token.isupper(),
            booster=upstream.BOOSTER_DICT.get(lower),
            valence=self.lexicon.get(unidecode(lower)),
            known=lower in self.lexicon,
            negates=lower in _NEGATORS or "n't" in lower,
            in_phrase=lower in _PHRASE_WORDS,
        )
        return word

    def _valence(self, words: Sequence[_Word], i: int, emphasis: bool) -> float:  # noqa: FBT001
        """Return the valence of the lexicon word at `i`, moved by its neighbours."""
        word = words[i]
        valence = self._after_no(words, i)
        if emphasis and word.is_upper:
            valence += upstream.C_INCR if valence > 0 else -upstream.C_INCR
        for back, damp in ((1, 1.0), (2, 0.95), (3, 0.9)):
            if i < back or words[i - back].known:
                continue
            near = words[i - back]
            valence += damp * _boost(near, valence, emphasis)
            if near.negates and word.lower not in _NEVER_NEGATED:
                valence *= upstream.N_SCALAR
            if back == 3 and any(w.in_phrase for w in words[i - 3 : i + 3]):  # noqa: PLR2004 - VADER's reach
                valence = _phrased(valence, [w.lower for w in words[i - 3 : i + 3]])
        if i > 0 and words[i - 1].lower == "least" and not words[i - 1].known:
            at_least = i > 1 and words[i - 2].lower in ("at", "very")
            valence = valence if at_least else valence * upstream.N_SCALAR
        return valence

    def _after_no(self, words: Sequence[_Word], i: int) -> float:
        word = words[i]
        base = word.valence or 0.0
        if "no" in [w.lower for w in words[max(0, i - 2) : i]]:
            return base * float(upstream.N_SCALAR)
        if i > 2 and words[i - 3].lower == "no" and words[i - 1].lower in ("or", "nor"):  # noqa: PLR2004
            return base * float(upstream.N_SCALAR)
        if unidecode(word.lower) == "no" and i < len(words) - 1 and words[i + 1].known:
            return 0.0
        return base

    @staticmethod
    def _amplify_uc(text: str) -> float:
        """Count words whose tail holds no lower-case letter, five at most."""
        shouted = 0
        for word in text.translate(_UPPERCASE_PUNCTUATION).split(" "):
            if len(word) > 1 and not word[1].islower() and upstream.word_is_uppercase(word[1:]):
                shouted += 1
                if shouted == _MAX_SHOUTED:
                    break
        return shouted * 0.292


def _boost(word: _Word, valence: float, emphasis: bool) -> float:  # noqa: FBT001
    if word.booster is None:
        return 0.0
    boost = -word.booster if valence < 0 else word.booster
    if word.is_upper and emphasis:
        boost += upstream.C_INCR if valence > 0 else -upstream.C_INCR
    return boost


def _phrased(valence: float, near: Sequence[str]) -> float:
    """Apply VADER's fixed phrases; `near` is the three words before, the word, and up to two after."""
    a, b, c, d, *after = near
    for phrase in (f"{c} {d}", f"{b} {c} {d}", f"{b} {c}", f"{a} {b} {c}", f"{a} {b}"):
        if phrase in upstream.SPECIAL_CASES:
            valence = upstream.SPECIAL_CASES[phrase]
            break
    for end in range(1, len(after) + 1):
        valence = upstream.SPECIAL_CASES.get(" ".join((d, *after[:end])), valence)
    for phrase in (f"{a} {b} {c}", f"{a} {b}", f"{b} {c}"):
        valence += upstream.BOOSTER_DICT.get(phrase, 0.0)
    return valence


@cache
def analyzer() -> LinearAnalyzer:
    """Return the one analyser of this process (its lexicon takes 20 MB and a tenth of a second)."""
    return LinearAnalyzer()


def compound(text: object) -> float:
    """Return VADER's score of a text, −1…1; 0 for what holds no text. Never raises."""
    readable = clean(text)
    return analyzer().polarity_scores(readable)["compound"] if readable.strip() else 0.0
