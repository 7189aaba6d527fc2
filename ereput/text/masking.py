"""Quotations without what identifies a person, for readers who must not know: brokers, meetings, reports."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from ereput.text import vader
from ereput.text.lexicon import Matcher
from ereput.text.normalise import DATA, Token, clean, keys_of, known_words, sentences, tokens

ELLIPSIS = "…"

_MONTHS = "janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre"
_DAYS = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_FORMS = re.compile(
    r"[\w.+\-]{1,64}@[\w.\-]{1,128}"  # e-mail
    r"|(?:https?://|www\.)[^\s]{1,300}"  # address on the web
    r"|@[\w.]{2,40}"  # account
    r"|(?:\+|00)?\d(?:[ .\-/]?\d){5,}"  # telephone, identifier, date in figures
    r"|\b\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?\b"
    rf"|\b(?:(?:{_DAYS}) )?(?:le )?\d{{1,2}}(?:er)? (?:{_MONTHS})(?: \d{{4}})?\b"
    rf"|\b(?:{_MONTHS})(?: \d{{4}})?\b"
    rf"|\b(?:{_DAYS})(?: \d{{1,2}})?\b"
    r"|\b(?:19|20)\d{2}\b"
    r"|\b\d{1,3} ?(?:ans|mois|semaines)\b(?! d)"  # an age; "3 mois d'attente" is a complaint
    r"|\b\d{1,4} ?(?:bis|ter)?,? (?:rue|avenue|impasse|all[ée]e|chemin|route|boulevard|place|quai)\b"
    r"[^,.;!?\n]{0,60}",
    re.IGNORECASE,
)
_TITLES = keys_of("docteur dr pr professeur madame monsieur mme mr mlle m maître appelle prénomme nomme")
_NAMED_ALWAYS = keys_of(
    "google doctolib facebook trustpilot pagesjaunes france français française cpam ordre"
)
_RUN = re.compile(rf"{ELLIPSIS}(?:[\s'’\-]*{ELLIPSIS})+")


@cache
def _health(path: Path = DATA / "lexicon" / "health.txt") -> Matcher[bool]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return Matcher(
        (pattern, True)
        for line in lines
        if line and not line.startswith("#")
        for pattern in line.split(" | ")
    )


def mask(text: str | None) -> str:
    """Return the text with names, dates, ages, contacts and health words replaced by "…".

    Conservative: a capital letter within a sentence, or an unknown word that begins one, is taken
    for a name. What is left is no anonymous text (a story may identify by itself): it only suits
    readers who are bound to discretion. Never raises.
    """
    readable = clean(text)
    words = tokens(readable)
    spans = [match.span() for match in _FORMS.finditer(readable)]
    spans += ((words[m.start].start, words[m.end - 1].end) for m in _health().scan(words))
    spans += _names(readable, words)
    parts, position = [], 0
    for start, end in sorted(spans):
        if end > position:
            parts += [readable[position : max(position, start)], ELLIPSIS]
            position = end
    return _RUN.sub(ELLIPSIS, "".join((*parts, readable[position:])))


def _names(text: str, words: Sequence[Token]) -> Iterator[tuple[int, int]]:
    parts = sentences(words)
    for i, word in enumerate(words):
        written = text[word.start : word.end]
        if not written[:1].isupper() or word.key in _NAMED_ALWAYS or word.is_stop:
            continue
        titled = i > 0 and words[i - 1].key in _TITLES
        if titled or (i > 1 and words[i - 1].is_stop and words[i - 2].key in _TITLES):
            yield word.start, word.end
        elif written.isupper() and (len(written) == 1 or _is_known(word.key)):
            continue  # shouted, or an initial letter of a sentence
        elif _is_known(word.key) and (i == 0 or parts[i - 1] != parts[i] or words[i - 1].is_stop):
            continue
        elif not _is_common(word.key):
            yield word.start, word.end


def _is_common(key: str) -> bool:
    """Tell whether the word is a tool of the language, capital or not ("Je", "Très")."""
    return key in _common()


@cache
def _common() -> frozenset[str]:
    return keys_of(
        "je tu il elle on nous vous ils elles le la les un une des de du et ou mais donc car ni ne pas plus "
        "très trop bien si en au aux ce cet cette ces mon ma mes son sa ses notre nos votre vos leur leurs "
        "qui que quoi dont où à avec sans pour par sur sous dans chez depuis rdv bonjour bonsoir merci bravo "
        "super nul nulle top docteur madame monsieur oui non j c l d m n s t y"
    )


def _is_known(key: str) -> bool:
    return key in _common() or key in known_words() or key in _dictionary()


@cache
def _dictionary() -> frozenset[str]:
    """Return the keys of VADER's lexicon: words of feeling, never names of people."""
    return keys_of(" ".join(word for word in vader.analyzer().lexicon if word.isalpha()))
