"""Where the sentences of a reply begin and end.

Replies are often typed on a telephone: full stops may be missing, and a smiley, a capital or a name may be
all that parts two sentences. The cut is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_words import Word, called, first_names, key_of, read_words

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}|https?://\S+|www\.\S+")
_ABBREVIATED = re.compile(
    r"\b(?:dr|pr|m|mme|mlle|mr|st|ste|art|tel|tél|min|av|bd|ex|[A-ZÀ-Ý])\.(?=\s?\S)", re.IGNORECASE
)
_INCLUSIVE = re.compile(
    r"(?<=[a-zà-ÿ]{2})(?:[·•‧][a-zà-ÿ]{1,6}|\((?:e|s|es|ne|nes|trice|rice)\)|[.](?:e|es|ne|nes|trice|trices)(?=[.\s,]))"
    r"(?:[·•‧.]?s\b)?"
)
"""The second half of « usager·es », « concerné(e)s »: what is left is read as any word."""
_SIGN = r"(?:[\u2600-\u27bf\u2b50\u2b06\U0001f000-\U0001faff]|[:;]-?[)(])[\ufe0f\u200d]*"
_END = re.compile(rf"[.!?…]+[»\"”)]*(?:\s*{_SIGN})*(?=\s|$)|\n\s*|[.!?]+(?=[A-ZÀ-Ý])|{_SIGN}(?:\s*{_SIGN})*")
_OPENERS = (
    "Bonjour|Merci|Nous|Vous|Je|On|Il|Elle|Ils|Elles|Le|La|Les|Un|Une|Des|Ce|Cet|Cette|Ces|Ça|Ca|Notre|Nos|"
    "Votre|Vos|Mon|Ma|Mes|Pour|En|Si|Au|Aux|À|A(?!  )|Dans|Depuis|Toute|Toutes|Tout|Tous|Chaque|Aucun|Aucune|"
    "Cordialement|Bien|Bonne|Belle|Comme|Quand|Lorsque|Et|Mais|Par|Afin|Après|Lors|Ne|Tu|Ton"
)
_CAPITAL = re.compile(
    rf"(?<=[a-zà-ÿ0-9)]) (?=(?:{_OPENERS})\b|[CJLNDQ]['’])"
    r"|(?<=[a-zà-ÿ0-9)])(?<!abinet)(?<!ariat)(?<!\b[Dd]u)(?<!\b[Ll]e)(?<!\b[Aa]u)(?<!\bde)(?<!\bet)(?<!\b[Ll]a)"
    r"(?<!\bpar)(?<!chez)(?<!avec)(?<!\bque) (?=Dr\b)"
)
_HELLO = (
    "bonjour|bonsoir|bjr|bsr|salut|slt|hello|coucou|hey|madame|monsieur|mesdames|messieurs|mme|mr|ch[eè]re?s?|"
    "re-bonjour|bien le bonjour|bien le bonsoir|docteur|parents"
)
_GREETING = re.compile(
    rf"(?i:(?:{_HELLO})\b(?:(?:[ ,]+(?:et )?|[ ]?[!.]+[ ]?)"
    rf"(?:(?:{_HELLO})\b|[àa] (?:vous|tous|toutes|toi)\b|les gens))*)"
    rf"(?:[^\S\n]*[,!.:]+|(?:[^\S\n]+[A-ZÀ-Ý][\w'’-]+){{1,3}}[^\S\n]*(?:[,!.:]+|{_SIGN}|$)"
    r"|(?<!adame)(?<!onsieur)(?<![Mm]me)(?<![Mm]r)(?<!octeur)(?<!arents)(?=\s(?!à |a |et )))"
)
_NEXT = re.compile(r"[^\S\n]+([^\W\d_]+)(?:-[^\W\d_]+)?[^\S\n]*[,!.:]*")
_LINKS = word_set("a pour de d avec chez par et s c la le celui que qu")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its place in the cleaned text, and its words (punctuation included)."""

    text: str
    start: int
    end: int
    words: tuple[Word, ...]

    @property
    def spoken(self) -> list[Word]:
        """The words, without punctuation and signs."""
        return [word for word in self.words if word.key[0].isalnum()]


def sentences(text: str) -> list[Sentence]:
    """Cut a cleaned text into sentences, in linear time; places are those of the text."""
    hidden = _ADDRESS.sub(lambda found: _mask(found.group()), text)
    hidden = _ABBREVIATED.sub(lambda found: found.group()[:-1] + " ", hidden)
    hidden = _INCLUSIVE.sub(lambda found: " " * len(found.group()), hidden)
    found = []
    for start, end in _spans(hidden):
        words = read_words(hidden[start:end], start)
        if words:
            found.append(Sentence(text[start:end], start, end, words))
    return found[:-1] + _unsigned(text, found[-1]) if found else []


def _unsigned(text: str, last: Sentence) -> list[Sentence]:
    """Part the names that end a text from the sentence before them, where no full stop does."""
    words = last.words
    place = len(words)
    while place and (_signs(words[place - 1]) or (words[place - 1].is_stop and place < len(words))):
        place -= 1
    while place < len(words) and not words[place].raw[0].isupper():
        place += 1
    names = [word for word in words[place:] if word.key in first_names()]
    has_trade = any(word.family == "health_staff" for word in words[place:])
    if not names or place == 0 or words[place - 1].key in (_LINKS if has_trade else _LINKS | called()):
        return [last]
    cut = words[place].start
    before, after = text[last.start : cut].rstrip(), text[cut : last.end]
    return [
        Sentence(before, last.start, last.start + len(before), words[:place]),
        Sentence(after, cut, last.end, words[place:]),
    ]


def _signs(word: Word) -> bool:
    return word.key in first_names() or word.key == "et" or word.family == "health_staff"


def _mask(address: str) -> str:
    """Return a word of the same length: what is inside an address is not read."""
    return ("xmail" if "@" in address else "xurl").ljust(len(address), "x")[: len(address)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _END.finditer(text):
        yield from _parted(text, start, stop.end())
        start = stop.end()
    yield from _parted(text, start, len(text))


def _parted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a span where a capital is all that says that a sentence begins, and after a greeting."""
    for capital in _CAPITAL.finditer(text, start, end):
        yield from _greeted(text, start, capital.start())
        start = capital.end()
    yield from _greeted(text, start, end)


def _greeted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a greeting from what follows it: « Bonjour, merci » is a greeting, then thanks."""
    start, end = _stripped(text, start, end)
    greeting = _GREETING.match(text, start, end)
    if greeting and greeting.end() < end:
        name = _NEXT.match(text, greeting.end(), end)
        is_name = name is not None and key_of(name[1]) in first_names()
        after = name.end() if name and is_name else greeting.end()
        yield _stripped(text, start, after)
        start = after
    if start < end:
        yield _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())
