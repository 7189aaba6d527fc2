"""The reply check: what a public reply must not say, found sentence by sentence and explained.

Medical secrecy forbids to confirm or deny, even indirectly, that the author of a review was cared for
(C. pén. 226-13; CSP R.4127-4 and its equivalents). A list of forbidden words misses most of what does,
so the check is turned round: a sentence is left alone when it reads as one of the few that are safe
(thanks, regret in general, confidentiality, invitation to make contact, a general fact in the present,
greeting, signature). What is positively dangerous blocks; what is not recognised asks for a second
reading. It is a writing aid, never a legal opinion; docs/discretion.md says what it misses.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ereput.text import discretion_people as people
from ereput.text import discretion_style as style
from ereput.text.discretion_features import Outline, features, outline, placed
from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_rules import Explained, Level, explained, find
from ereput.text.discretion_sentences import Sentence, sentences
from ereput.text.discretion_words import Word, lexicon
from ereput.text.model import LinearModel, checksum, load
from ereput.text.normalise import DATA, clean

MODEL = DATA / "models" / "discretion.npz"
SAFE = ("merci", "regret", "confidentialite", "invitation", "fait_general")
"""The functions that a safe sentence can have, besides greeting and signature."""
DOUBT, DANGER = "a_relire", "bloquant"
CLASSES = (*SAFE, DOUBT, DANGER)
FREE, REREAD, BLOCKED = "libre", "a_relire", "bloquant"

READ = 40_000
"""What lies beyond is not read: no platform takes a tenth of it."""
_LONG = 600
_FEW = 2
_SHOUT = 3
_TELLING = 3
_PERSONAL = frozenset(("o", "m"))
_POSITIVE = word_set(
    "care paper body illness drug family accuse threat deal sorry money past_when next_when recall "
    "promise health_staff name"
)
_SIGNS = frozenset(("w <", "w >", "w ,"))
_LONGEST_MATCH = 300


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing to change: a stable code, the exact words of the text, why they matter and a safe turn."""

    rule: str
    match: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class ReplyCheck:
    """The verdict (libre, a_relire or bloquant), what blocks, what to reread, and advice on style."""

    verdict: str
    blocking: tuple[Hit, ...]
    warnings: tuple[Hit, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """The words of the author's name, and the first names that may be written."""

    author: Collection[str]
    known: Collection[str]


_Leveled = tuple[Level, Hit]


def check_reply(text: str, *, author: str = "", known_names: Sequence[str] = ()) -> ReplyCheck:
    """Check a reply that is meant to be published.

    Args:
        text: the reply. What lies beyond `READ` characters is not read, and a warning says so.
        author: the author of the review as displayed; none of its words may be repeated.
        known_names: names that may be written, those of the practitioner and the team.

    The verdict is `bloquant` when anything blocks, `a_relire` when anything is a warning, else `libre`:
    advice changes nothing. Time is linear in the length of the text.
    """
    read = clean(text[:READ])
    known = frozenset[str]().union(*map(people.keys_of_name, known_names))
    names = _Names(people.keys_of_name(author) - known, known)
    parts = sentences(read)
    hits = [hit for hits in _hits(parts, names) for hit in hits]
    hits += _whole(read, parts, is_cut=len(text) > READ)
    blocking = tuple(dict.fromkeys(hit for level, hit in hits if level is Level.BLOCKING))
    warnings = tuple(dict.fromkeys(hit for level, hit in hits if level is Level.WARNING))
    verdict = BLOCKED if blocking else REREAD if warnings else FREE
    return ReplyCheck(verdict, blocking, warnings, _advice(read, parts))


def _hits(parts: Sequence[Sentence], names: _Names) -> Iterator[list[_Leveled]]:
    """Yield the hits of each sentence."""
    kinds = functions(parts)
    unknown = [part for part, kind in zip(parts, kinds, strict=True) if not kind and part.spoken]
    chances = iter(model().chances_many([features(part) for part in unknown]))
    for part, kind in zip(parts, kinds, strict=True):
        hits = [*_ruled(part), *_mannered(part)]
        if kind != "signature":
            hits += _called(part, names)
        if not kind and part.spoken:
            hits += _judged(part, dict(zip(CLASSES, next(chances), strict=True)), hits)
        yield hits


def functions(parts: Sequence[Sentence]) -> list[str]:
    """Return `salutation` or `signature` for the sentences that are one, "" for the others."""
    spoken = [place for place, part in enumerate(parts) if part.spoken]
    last = spoken[-1] if spoken else -1
    kinds = [
        "salutation"
        if people.is_greeting(part)
        else "signature"
        if people.is_signature(part, last=place == last)
        else ""
        for place, part in enumerate(parts)
    ]
    # « Mme Lefort, orthophoniste », « Optique du Port, Jean »: the comma parts one signature.
    before = spoken[-2] if len(spoken) > _FEW and kinds[last] == "signature" else -1
    if before >= 0 and parts[before].text.endswith(",") and people.is_signature(parts[before], last=True):
        kinds[before] = "signature"
    return kinds


def _ruled(part: Sentence) -> Iterator[_Leveled]:
    """Yield what the recognisers find; what looks like a signature may be a sentence."""
    for finding in find(part.words):
        rule = finding.rule
        yield rule.level, Hit(rule.code, _words(part, finding.start, finding.end), rule.why, rule.instead)


def _called(part: Sentence, names: _Names) -> Iterator[_Leveled]:
    """Yield the names that a sentence says."""
    called = [span for span in people.spoken_to(part.words) if not _is_known(part, span, names)]
    for start, end in called:
        yield Level.BLOCKING, _hit("names", "prenom", _words(part, start, end))
    authors = people.author_named(part.words, names.author)
    for place in authors:
        yield Level.BLOCKING, _hit("names", "auteur", _words(part, place, place + 1))
    seen = {place for start, end in called for place in range(start, end)} | set(authors)
    for place in people.named(part.words, names.known):
        if place not in seen:
            yield Level.WARNING, _hit("names", "nom_cite", _words(part, place, place + 1))


def _is_known(part: Sentence, span: tuple[int, int], names: _Names) -> bool:
    return any(word.key in names.known for word in part.words[slice(*span)])


def _mannered(part: Sentence) -> Iterator[_Leveled]:
    """Yield what asks for a second reading in the manner of a sentence."""
    place = style.familiar(part.words)
    if place:
        yield Level.WARNING, _hit("style", "tutoiement", _words(part, *place))
    shorthand = style.shorthand(part)
    if shorthand:
        yield Level.WARNING, _hit("style", "sms", _cut(part.text))
    shouted = style.shouted(part.text)
    if shouted:
        yield Level.WARNING, _hit("style", "capitales", shouted)
    if style.foreign(part.words):
        yield Level.WARNING, _hit("style", "anglais", _cut(part.text))


def _judged(part: Sentence, chances: Mapping[str, float], hits: Sequence[_Leveled]) -> Iterator[_Leveled]:
    """Yield what the model says of a sentence, unless a recogniser has already said as much."""
    levels = {level for level, _ in hits}
    is_danger = chances[DANGER] >= threshold("danger") and _is_positive(part)
    if not is_danger and chances[DANGER] + chances[DOUBT] < threshold("doubt") and _is_known_speech(part):
        return
    level = Level.BLOCKING if is_danger else Level.WARNING
    if level in levels or Level.BLOCKING in levels:
        return
    yield level, _hit("readings", _reading(outline(part.words), level), _heaviest(part))


def _is_positive(part: Sentence) -> bool:
    """Whether a sentence has something to be dangerous with: the author, care, health, someone, a moment."""
    return outline(part.words).you in _PERSONAL or any(word.family in _POSITIVE for word in part.words)


def _is_known_speech(part: Sentence) -> bool:
    """Whether the model has met at least half of the words: it knows nothing of the others."""
    words = {name for name, _, _ in placed(part) if name.startswith("w ")} - _SIGNS
    return 2 * sum(checksum(name) in model().places for name in words) >= len(words)


def _reading(told: Outline, level: Level) -> str:
    """Return the code of what the model's hit is about."""
    if told.you == "o":
        return "recit_auteur" if told.past else "lien_auteur" if told.fact else "personne"
    if told.fact:
        return "recit_soin" if told.past else "sante_soin"
    return "recit" if told.past and level is Level.BLOCKING else "non_reconnu"


def _heaviest(part: Sentence) -> str:
    """Return the run of words that weighed most towards danger (Kadane's algorithm)."""
    pulls = model().pulls(features(part), (DOUBT, DANGER), SAFE)
    weights = [0.0] * len(part.words)
    for name, first, last in placed(part):
        for place in {first, last}:
            weights[place] += pulls.get(name, 0.0) / 2
    best, start, total = (0.0, 0, len(weights)), 0, 0.0
    for place, weight in enumerate(weights):
        if total <= 0:
            start, total = place, 0.0
        total += weight
        best = max(best, (total, start, place + 1), key=lambda run: run[0])
    run = part.words[best[1] : best[2]]
    is_telling = sum(word.key[0].isalnum() for word in run) >= _TELLING
    return _cut(_words(part, best[1], best[2]) if is_telling else part.text)


def _words(part: Sentence, start: int, end: int) -> str:
    """Return the words of a sentence as they were written, without the punctuation around them."""
    words: Sequence[Word] = part.words[start:end]
    while len(words) > 1 and words[-1].is_stop:
        words = words[:-1]
    while len(words) > 1 and words[0].is_stop:
        words = words[1:]
    return part.text[words[0].start - part.start : words[-1].end - part.start]


def _cut(text: str) -> str:
    return text[:_LONGEST_MATCH]


def _hit(section: str, code: str, match: str) -> Hit:
    told: Explained = explained(section, code)
    return Hit(code, match, told.why, told.instead)


def _whole(text: str, parts: Sequence[Sentence], *, is_cut: bool) -> Iterator[_Leveled]:
    """Yield what concerns the reply as a whole."""
    words = [word for part in parts for word in part.spoken]
    if not words:
        yield Level.WARNING, _hit("style", "vide", text.strip()[:_LONGEST_MATCH])
    elif style.foreign(words):
        yield Level.WARNING, _hit("style", "langue", _cut(text.strip()))
    if is_cut:
        yield Level.WARNING, _hit("style", "longueur", text[-_LONGEST_MATCH:].strip())


def _advice(text: str, parts: Sequence[Sentence]) -> tuple[str, ...]:
    """Return advice on style, which changes nothing to the verdict."""
    advice = lexicon()["advice"]
    found = []
    if len(text.strip()) > _LONG:
        found.append(advice["long"])
    if text.count("!") >= _SHOUT:
        found.append(advice["shouting"])
    if parts and not any(word.family == "greeting" for word in parts[0].words):
        found.append(advice["greeting"])
    return tuple(found)


@cache
def model(path: Path = MODEL) -> LinearModel:
    """Return the shipped model.

    Raises:
        OSError: its file cannot be read.
        ModelError: its file is no model.
    """
    return load(path)


@cache
def threshold(name: str) -> float:
    """Return from what probability a sentence blocks (`danger`) or asks for a second reading (`doubt`)."""
    return float(model().about[name])
