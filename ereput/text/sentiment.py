"""What a French text says of a health professional: for, against, both, or nothing that can be told.

The words come from `data/lexicon/opinion.tsv`; this module knows how they bear on each other:
negation on both sides of the verb, contrast, irony, another practitioner's faults, emphasis.
VADER (`ereput.text.vader`) only breaks ties: it takes the patient's illness for a complaint.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ereput.domain.publication import Label
from ereput.text import vader
from ereput.text.language import is_french
from ereput.text.lexicon import Match, Matcher, longest, read_lexicon
from ereput.text.normalise import DATA, Token, keys_of

_NEGATORS = keys_of("pas jamais rien guère aucun aucune aucunement nullement ni sans zéro")
_NEGATORS_AFTER = keys_of("pas plus jamais rien guère aucun aucune aucunement personne")
_SPOKEN_NEGATORS = keys_of("pas jamais rien")
_NE = keys_of("ne n")
_NEW_CLAUSE = keys_of(
    "et mais car donc qui que parce puis alors cependant pourtant il elle je on nous vous ils elles c ça"
)
_TRANSPARENT = keys_of(
    "très vraiment si trop tout assez bien plutôt tellement toujours particulièrement spécialement "
    "forcément extrêmement super hyper aussi franchement totalement complètement "
    "du de d l le la les un une des ce en grand grande réel réelle vrai vraie moindre"
)
_ONLY = keys_of("seulement que uniquement juste")
_STRONG = keys_of("très vraiment extrêmement super hyper trop tellement si ultra archi absolument")
_WEAK = keys_of("peu assez plutôt relativement légèrement moyennement")
_CONTRAST = keys_of("mais cependant pourtant toutefois néanmoins dommage malheureusement hélas sauf")
_DATE_WORDS = keys_of("le du au")
_THIS_ONE = keys_of("il elle lui ici celui celle ce cette c on je")
_TELLER = keys_of("je j me m moi mon ma mes nous notre nos on")
_MOCKING = frozenset("🙄🤡😒🤦")
_RATING = re.compile(r"(?<![\d/.,])(10|\d)(?:[.,]\d)? ?(?:/|sur) ?(5|10|20)(?![\d/])")

_REACH = 6
_REACH_AFTER = 3
_REACH_OF_NE = 4
_FILLERS = 2
_NEGATED_PRAISE = -0.8
_NEGATED_BLAME = -0.45
_BEFORE_CONTRAST = 0.75
_AFTER_CONTRAST = 1.3
_CLEAR_BLAME = 1.8
_EXCLAMATION = 3
_DOUBT = 1.5
_SILENT = 0.6
_BAND = 0.25
_VADER_SHARE = 0.5
_CLEAR = 2.0
_MAX_EVIDENCE = 6


class Opinion(NamedTuple):
    """What an entry of the lexicon says: weight, and how its surroundings may move it."""

    weight: float
    flags: str


class Piece(NamedTuple):
    """Words that weigh, once their surroundings are taken into account."""

    start: int
    end: int
    weight: float
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The label, the score (-1 to 1) and the words that weighed, heaviest first.

    `pieces` locates in tokens every opinion found, for the polarity of themes.
    """

    label: Label
    score: float
    evidence: tuple[str, ...]
    pieces: tuple[Piece, ...]


NOTHING = Sentiment(Label.UNSURE, 0.0, (), ())


@cache
def matcher(path: Path = DATA / "lexicon" / "opinion.tsv") -> Matcher[Opinion]:
    """Return the compiled opinion lexicon.

    Raises:
        OSError: the file cannot be read.
        ValueError: a row is not "weight, flags, patterns".
    """
    rows, lists = read_lexicon(path)
    return Matcher(
        (
            (pattern, Opinion(float(weight), flags))
            for weight, flags, patterns in rows
            for pattern in patterns.split(" | ")
        ),
        lists,
    )


@cache
def emoji(path: Path = DATA / "lexicon" / "emoji.tsv") -> dict[str, float]:
    """Return the weight of each sign that speaks.

    Raises:
        OSError: the file cannot be read.
        ValueError: a row is not "weight, signs".
    """
    return {sign: float(weight) for weight, signs in read_lexicon(path)[0] for sign in signs.split()}


def sentiment(text: str, words: Sequence[Token], sentences: Sequence[int]) -> Sentiment:
    """Judge a cleaned text from its tokens and their sentences (all three made by `normalise`)."""
    pieces = sorted([*_pieces(text, words), *_ratings(text, words)])
    if not is_french(words, text) and not (pieces and len(pieces) >= len(words) / 3):
        return NOTHING
    turns = {sentences[i]: i for i, word in enumerate(words) if word.key in _CONTRAST}
    pieces = _turned_by_irony(words, sentences, pieces, turns)
    return _judged(text, words, _moved_by_contrast(sentences, pieces, turns))


def _pieces(text: str, words: Sequence[Token]) -> Iterator[Piece]:
    """Yield what the lexicon finds, negated or strengthened by its neighbours, and the emoji."""
    found = matcher().scan(words)
    of_others = _of_others(words, [match for match in found if match.value.flags == "o"])
    for match in longest(match for match in found if match.value.flags != "o"):
        weight, flags = match.value
        if weight and flags in ("-", "v"):
            weight = _in_context(text, words, match)
        if match.start in of_others:
            weight = 0.0 if weight < 0 else 0.5 * weight
        yield Piece(match.start, match.end, weight, flags)
    signs = emoji()
    if not signs.keys().isdisjoint(word.key for word in words):
        yield from (Piece(i, i + 1, signs[word.key]) for i, word in enumerate(words) if word.key in signs)


def _of_others(words: Sequence[Token], mentions: Iterable[Match[Opinion]]) -> frozenset[int]:
    """Return the tokens of clauses that speak of other practitioners, whose faults are not this one's."""
    spoken: set[int] = set()
    for match in mentions:
        end = match.end
        while end < len(words) and end not in spoken and not _ends_clause(words, end):
            end += 1
        spoken.update(range(match.start, end))
    return frozenset(spoken)


def _ends_clause(words: Sequence[Token], i: int) -> bool:
    """Tell whether the word comes back to this practitioner: "brutal, cher, *il* est doux"."""
    if words[i].mark == "," and i + 1 < len(words):
        return words[i + 1].key in _THIS_ONE
    return words[i].is_stop or words[i].key in _CONTRAST


def _in_context(text: str, words: Sequence[Token], match: Match[Opinion]) -> float:
    weight, flags = match.value
    if _negated_before(words, match.start) or _negated_after(words, match, is_verb=flags == "v"):
        return weight * (_NEGATED_PRAISE if weight > 0 else _NEGATED_BLAME)
    if weight > 0 and _in_quotes(text, words, match):
        return _NEGATED_PRAISE * weight
    before = words[match.start - 1].key if match.start else ""
    if before in _STRONG:
        return 1.25 * weight
    return 0.7 * weight if before in _WEAK else weight


def _in_quotes(text: str, words: Sequence[Token], match: Match[Opinion]) -> bool:
    """Tell whether the very words are between quotation marks: the writer does not mean them."""
    if match.start == 0 or match.end == len(words):
        return False
    before, after = words[match.start - 1], words[match.end]
    return text[before.start : before.end][-1:] in ('"', "«") and text[after.start : after.end][:1] in (
        '"',
        "»",
    )


def _negated_before(words: Sequence[Token], start: int) -> bool:
    fillers = 0
    for i in range(start - 1, max(-1, start - 1 - _REACH), -1):
        key = words[i].key
        if _negates(words, i, fillers):
            return True
        if key == "." or key in _NEW_CLAUSE or key in _NEGATORS:
            return False
        fillers += key not in _TRANSPARENT
        if fillers > _FILLERS:
            return False
    return False


def _negates(words: Sequence[Token], i: int, fillers: int) -> bool:
    """Tell whether the word at `i` negates what follows it after `fillers` meaningful words."""
    key = words[i].key
    if key in _NEGATORS:
        also = i + 1 < len(words) and words[i + 1].key in _ONLY
        return not also and (fillers == 0 or _ne_before(words, i))
    if key == "plus":
        return _ne_before(words, i)
    unsaid = {"peu": "un", "moins": "au"}.get(key)
    return unsaid is not None and fillers == 0 and not (i and words[i - 1].key == unsaid)


def _negated_after(words: Sequence[Token], match: Match[Opinion], *, is_verb: bool) -> bool:
    for i in range(match.end, min(len(words), match.end + _REACH_AFTER)):
        key = words[i].key
        if key in _NEGATORS_AFTER:
            spoken = is_verb and i == match.end and key in _SPOKEN_NEGATORS
            return spoken or _ne_before(words, match.start)
        if key == "." or key in _NEW_CLAUSE:
            return False
    return False


def _ne_before(words: Sequence[Token], position: int) -> bool:
    for i in range(position - 1, max(-1, position - 1 - _REACH_OF_NE), -1):
        if words[i].key in _NE:
            return True
        if words[i].is_stop:
            return False
    return False


def _ratings(text: str, words: Sequence[Token]) -> Iterator[Piece]:
    """Yield the marks that the writer gives: "2/5", "9 sur 10"."""
    if not any(word.key.isdigit() for word in words):
        return
    for found in _RATING.finditer(text):
        start = bisect_left(words, found.start(), key=lambda word: word.start)
        end = bisect_left(words, found.end(), key=lambda word: word.start)
        is_date = start > 0 and words[start - 1].key in _DATE_WORDS
        share = float(found[1]) / float(found[2])
        if not is_date and share <= 1:
            yield Piece(start, end, 6 * (share - 0.55))


def _turned_by_irony(
    words: Sequence[Token], sentences: Sequence[int], pieces: list[Piece], turns: Mapping[int, int]
) -> list[Piece]:
    """Turn the praise that its own sentence, or the rest of the text, belies.

    In a sentence: a mocking sign, an ironic turn, or thanks for something blamed. In a text: an
    exclamation of a few words ("Quel talent !") above a story that only blames. `turns` gives the
    place of "mais" and its like in the sentences that hold one.
    """
    count = sentences[-1] + 1 if sentences else 0
    good, bad = [0.0] * count, [0.0] * count
    for piece in pieces:
        if piece.weight < 0:
            bad[sentences[piece.start]] -= piece.weight
        elif piece.flags != "t":
            good[sentences[piece.start]] += piece.weight
    mocked = {sentences[piece.start] for piece in pieces if piece.flags == "i"}
    mocked |= {sentences[i] for i, word in enumerate(words) if word.key in _MOCKING}
    all_good, all_bad = sum(good), sum(bad)
    if not mocked and all_bad < _CLEAR_BLAME:
        return pieces
    exclaimed = _exclaimed(words, sentences)
    turned = []
    for piece in pieces:
        here = sentences[piece.start]
        belied = bad[here] >= _CLEAR_BLAME and bad[here] > good[here] and here not in turns
        alone = here in exclaimed and not bad[here] and all_bad > 2 * (all_good - good[here])
        ironic = here in mocked or (alone and all_bad >= _CLEAR_BLAME) or (piece.flags == "t" and belied)
        if piece.weight > 0 and ironic:
            turned.append(piece._replace(weight=_NEGATED_PRAISE * piece.weight))
        else:
            turned.append(piece)
    return turned


def _exclaimed(words: Sequence[Token], sentences: Sequence[int]) -> frozenset[int]:
    """Return the sentences of a few words that end with "!" or a colon, or that end the text."""
    lengths = Counter(here for here, word in zip(sentences, words, strict=True) if not word.mark)
    ends = {here for here, word in zip(sentences, words, strict=True) if "!" in word.mark or ":" in word.mark}
    ends |= {max(lengths, default=0)}
    return frozenset(here for here in ends if lengths[here] <= _EXCLAMATION)


def _moved_by_contrast(
    sentences: Sequence[int], pieces: list[Piece], turns: Mapping[int, int]
) -> list[Piece]:
    """Give more weight to what follows "mais" in its sentence than to what comes before."""
    if not turns:
        return pieces
    moved = []
    for piece in pieces:
        turn = turns.get(sentences[piece.start])
        factor = 1.0 if turn is None else _AFTER_CONTRAST if piece.start > turn else _BEFORE_CONTRAST
        moved.append(piece._replace(weight=piece.weight * factor))
    return moved


def _judged(text: str, words: Sequence[Token], pieces: Sequence[Piece]) -> Sentiment:
    good = sum(piece.weight for piece in pieces if piece.weight > 0)
    bad = -sum(piece.weight for piece in pieces if piece.weight < 0)
    said = good + bad
    hint = _VADER_SHARE * vader.compound(text) if _SILENT <= said < _CLEAR else 0.0
    score = (good - bad + hint) / (said + _DOUBT)
    if said < _SILENT and _is_story(words):
        label = Label.UNSURE
    elif said < _SILENT or abs(score) < _BAND:
        label = Label.NEUTRAL
    else:
        label = Label.POSITIVE if score > 0 else Label.NEGATIVE
    return Sentiment(label, round(score, 4), _evidence(text, words, pieces), tuple(pieces))


def _is_story(words: Sequence[Token]) -> bool:
    """Tell whether someone tells what happened, which may mean much, rather than asks or informs."""
    asks = any("?" in word.mark for word in words)
    return not asks and any(word.key in _TELLER for word in words)


def _evidence(text: str, words: Sequence[Token], pieces: Sequence[Piece]) -> tuple[str, ...]:
    heaviest = sorted((p for p in pieces if p.weight), key=lambda p: -abs(p.weight))[:_MAX_EVIDENCE]
    quoted = (text[words[p.start].start : words[p.end - 1].end] for p in heaviest)
    return tuple(dict.fromkeys(quoted))
