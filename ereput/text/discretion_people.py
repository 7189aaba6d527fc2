"""Greetings, signatures, and names that a public reply should not write."""

from collections.abc import Collection, Sequence

from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_sentences import Sentence
from ereput.text.discretion_words import (
    REST,
    UNKNOWN,
    Word,
    called,
    common_names,
    first_names,
    key_of,
    tokens,
)

_TITLES = frozenset(["monsieur", "madame", "mademoiselle", "melle", "m"])
_GREETERS = word_set("bonjour bonsoir bjr salut slt hello coucou hey chere cher merci re")
_GREETING = frozenset(("greeting", REST, "sign"))
_GREETED = word_set("a vous tous toutes et docteur parents yes toutepersone")
_QUALIFIERS = word_set("a beaucoup la le petite petit tres ma mon bien chere cher encore infiniment")
_LONGEST_SIGNATURE = 9
_LONGEST_GROUP = 8
_SIGNED = frozenset(
    map(
        key_of,
        word_set(
            "le la l les du de des et d en au aux notre votre a docteur secretariat direction filles garcons "
            "team associes"
        ),
    )
)
_GROUPED = word_set(
    "pole team cellule responsable titulaire gerant gerante directeur directrice commission communication "
    "referent referente mediateur standard cab president presidente chef bureau relation ambulances chu "
    "hopital groupe reseau qualite biologiste gestionnaire coordinateur coordinatrice cadre"
)
_PROFESSOR = "Pr"
_SIGNING = frozenset(("closing", "name", "house", "health_staff", "greeting", "thanks"))
_LONGEST_HOUSE = 7
_HOUSE = frozenset(
    (
        "house",
        "admin",
        "name",
        "health_staff",
        "care",
        "participle",
        UNKNOWN,
        REST,
        "de",
        "du",
        "des",
        "d",
        "la",
        "l",
        "le",
    )
)
_GROUP = frozenset(("le", "la", "l", "les", "notre"))
_GATHERED = frozenset(("house", "health_staff", "name", "admin"))
_YOURS = frozenset(("votre", "vos"))
_LONGEST_YOURS = 4
_WISHED = word_set("a au vous toi tous toutes la bien tres et")
_SPEAKING = word_set(
    "you we imperfect cond future infinitive you_verb we_verb past_when accuse threat illness est sont a "
    "ont ai avons avez etait etaient avait ne n pas que qui"
)
_NOBODY = word_set(
    "google utilisateur utilisatrice client cliente patient patiente anonyme guide local docteur monsieur "
    "madame le la les de du des un une avis compte membre visiteur internaute cabinet centre pharmacie "
    "clinique"
)
_SHORTEST_NAME = 3


def is_greeting(sentence: Sentence) -> bool:
    """Whether a sentence greets and says nothing else."""
    return all(
        word.is_stop or word.family in _GREETING or word.key in _GREETED or word.key in _GREETERS
        for word in sentence.words
    )


def is_signature(sentence: Sentence, *, last: bool) -> bool:
    """Whether a sentence takes leave or signs; what only looks like a signature must be the `last` one."""
    words = sentence.spoken
    if not words or len(words) > _LONGEST_SIGNATURE:
        return False
    if not last:
        return _takes_leave(words)
    is_sign = _takes_leave(words) or _is_signed(words) or _is_group(words)
    return is_sign or _is_titled_name(sentence) or _is_bare(sentence)


def _takes_leave(words: Sequence[Word]) -> bool:
    """Whether these words are « Cordialement, le cabinet », « Bonne journée à vous »."""
    return "closing" in {word.family for word in words[:2]} and all(
        _is_plain(word) or word.key in _WISHED or word.family not in _SPEAKING for word in words
    )


def _is_signed(words: Sequence[Word]) -> bool:
    """Whether names, trades and places are all that is said."""
    has_name = any(_signs(word) for word in words)
    is_titled = all(_is_plain(word) or word.raw.istitle() or word.raw.isupper() for word in words)
    # « Merci Julie » is said to someone.
    return has_name and is_titled and words[0].family != "thanks"


def _is_group(words: Sequence[Word]) -> bool:
    """Whether these words are « L’équipe du matin », « Cabinet dentaire des Lices »."""
    first = words[0]
    is_named = len(words) > 1 and (
        words[1].family in _GATHERED or words[1].key in _GROUPED or words[1].raw[0].isupper()
    )
    if first.key in _GROUP and is_named and len(words) <= _LONGEST_GROUP and not _speaks(words):
        return True
    is_ours = first.key in _YOURS and len(words) <= _LONGEST_YOURS and not _speaks(words[1:])
    if is_ours and len(words) > 1 and words[1].family in {"house", "health_staff"}:
        return True
    is_house = first.family == "house" and len(words) <= _LONGEST_HOUSE
    return is_house and {word.family for word in words} <= _HOUSE


def _is_titled_name(sentence: Sentence) -> bool:
    """Whether a sentence is a name, a comma and a trade: « Marie Dupuis, responsable de l’accueil »."""
    name, rest = sentence.words[:2], sentence.words[3:]
    return (
        len(rest) > 0
        and all(word.raw[0].isupper() for word in name)
        and sentence.words[2].is_stop
        and (is_first_name(name[0]) or name[0].key in _TITLES)
        and not _speaks(rest)
    )


def _is_bare(sentence: Sentence) -> bool:
    """Whether a sentence is capitalised words and no full stop: the name of a place."""
    is_open = sentence.text[-1].isalpha() and sentence.spoken[-1].raw[0].isupper()
    return is_open and all(
        word.raw[0].isupper() and word.family in {UNKNOWN, "name"} for word in sentence.spoken
    )


def _signs(word: Word) -> bool:
    return word.family in _SIGNING or _is_name(word) or word.raw == _PROFESSOR


def _is_plain(word: Word) -> bool:
    return _signs(word) or word.key in _SIGNED or word.family == REST


def _speaks(words: Sequence[Word]) -> bool:
    return any(word.family in _SPEAKING for word in words)


def _is_name(word: Word) -> bool:
    return is_first_name(word) or (word.raw[0].isupper() and word.family == "name")


def is_first_name(word: Word) -> bool:
    """Whether a word is a first name; one that is also a common word needs a capital."""
    return word.key in first_names() and (word.raw[0].isupper() or word.key not in common_names())


def spoken_to(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Return where someone is called by name: « Bonjour Laura », « bravo à Hugo », « Merci M. Roche »."""
    found = []
    for place, word in enumerate(words):
        if not place or not word.raw[0].isalpha() or word.key in _TITLES:
            continue
        last = words[place - 1]
        if last.key in _TITLES:
            if word.raw[0].isupper() and _is_titled(words, place):
                found.append((place - 1, place + 1))
        elif is_first_name(word) and _is_called(words, place):
            found.append((place, place + 1))
    return found


def _is_titled(words: Sequence[Word], place: int) -> bool:
    """Whether a title and a name are said to someone: after a greeting, or between commas."""
    if words[place].family in {"health_staff", "house"}:
        return False
    before = words[place - 2] if place > 1 else None
    after = words[place + 1 : place + 3]
    is_end = not after or after[0].is_stop or after[0].key in _GREETERS
    is_double = len(after) > 1 and after[0].raw[0].isupper() and after[1].is_stop
    greets = before is not None and before.key in _GREETERS
    return greets or ((is_end or is_double) and (before is None or before.is_stop))


def _is_called(words: Sequence[Word], place: int) -> bool:
    near = [word.key for word in words[max(0, place - 3) : place] if not word.is_stop]
    if not near:
        return False
    return near[-1] in called() or (near[-1] in _QUALIFIERS and near[-2:-1] != [] and near[-2] in called())


def named(words: Sequence[Word], known: Collection[str]) -> list[int]:
    """Return where a first name stands that is not one of `known`, nor a colleague's after « docteur »."""
    return [
        place
        for place, word in enumerate(words)
        if is_first_name(word)
        and word.raw[0].isupper()
        and word.key not in common_names()
        and word.key not in known
        and not (place and words[place - 1].key == "docteur")
    ]


def keys_of_name(name: str) -> frozenset[str]:
    """Return the words of a person's name that are worth looking for in a reply."""
    keys = (token.key for token in tokens(name[:200]) if token.key.isalpha())
    return frozenset(key_of(key) for key in keys if len(key) >= _SHORTEST_NAME) - _NOBODY


def author_named(words: Sequence[Word], author: Collection[str]) -> list[int]:
    """Return where a word of the author's name stands; a common word must be written as a name."""
    return [
        place
        for place, word in enumerate(words)
        if word.key in author and (word.raw[0].isupper() or (word.key in first_names() - common_names()))
    ]
