"""Greetings, signatures, and names that a public reply should not write."""

from collections.abc import Collection, Sequence

from ereput.text.discretion_patterns import word_set
from ereput.text.discretion_sentences import Sentence
from ereput.text.discretion_words import (
    REST,
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
_LONGEST_BARE = 3
_SIGNED = word_set("le la l les du de des et d en au aux a pour")
_GROUPED = frozenset(
    map(
        key_of,
        word_set(
            "pole team cellule responsable titulaire gerant gerante directeur directrice commission "
            "communication referent referente mediateur mediatrice standard cab president presidente "
            "chef bureau relation ambulances chu groupe reseau qualite gestionnaire coordinateur "
            "coordinatrice cadre patron patronne devoue devouee maisonnee bande compagnie troupe "
            "filles garcons collectif association soignant direction secretariat espace"
        ),
    )
)
_PROFESSOR = "Pr"
_SIGNING = frozenset(("closing", "name", "house", "health_staff", "admin", "contact"))
_OURS = word_set("votre vos notre nos mon ma mes toute toutes tous")
_WISHED = word_set("a au vous toi tous toutes la bien tres et")
_SPEAKING = word_set(
    "you we imperfect cond future infinitive you_verb we_verb past_when accuse threat illness est sont a "
    "ont ai avons avez etait etaient avait ne n pas que qui"
)
_TELLING = word_set(
    "body illness drug paper money past_when next_when promise recall deal sorry family said feeling thanks "
    "regret writes solicit compare"
)
"""Families of words that a signature has no use for."""
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
    return _takes_leave(words) or (last and (_is_label(sentence) or _is_bare(sentence)))


def _takes_leave(words: Sequence[Word]) -> bool:
    """Whether these words are « Cordialement, le cabinet », « Bonne journée à vous »."""
    return "closing" in {word.family for word in words[:3]} and all(
        _signs(word) or word.key in _SIGNED or word.key in _WISHED or word.family not in _SPEAKING
        for word in _told(words)
    )


def _told(words: Sequence[Word]) -> list[Word]:
    """Leave out names, initials, and the possessive of « votre pharmacien », « toute l’équipe »."""
    after = [*words[1:], None]
    return [
        word
        for word, then in zip(words, after, strict=True)
        if not (len(word.raw) == 1 and word.raw.isupper())
        and not _is_name(word)
        and not (word.key in _OURS and then is not None and (_signs(then) or then.key in _SIGNED))
    ]


def _is_label(sentence: Sentence) -> bool:
    """Whether a sentence says who writes: names, trades and places, and few other words.

    « L’équipe du matin », « É. de Kermadec », « Marie Dupuis, responsable de la relation patient ».
    """
    words = sentence.spoken
    told = _told(words)
    if _speaks(told) or any(word.family in _TELLING and word.key not in _GROUPED for word in told):
        return False
    signs = sum(_signs(word) or (place > 0 and word.raw[0].isupper()) for place, word in enumerate(words))
    others = sum(not (_signs(word) or word.raw[0].isupper() or _is_small(word)) for word in told)
    # « Mireille, préparatrice »: a name that nobody listed, set apart.
    is_apart = words[0].raw[0].isupper() and len(sentence.words) > 1 and sentence.words[1].is_stop
    signs += is_apart
    return bool(signs) and others <= signs and (not others or sentence.text[-1] != ".")


def _is_bare(sentence: Sentence) -> bool:
    """Whether a sentence is a few capitalised words and no full stop: the name of a place or of someone."""
    words = sentence.spoken
    is_open = sentence.text[-1].isalpha() and len(words) <= _LONGEST_BARE
    return (
        is_open
        and all(word.raw[0].isupper() for word in words)
        and not (_speaks(words) or any(word.family in _TELLING for word in words))
    )


def _signs(word: Word) -> bool:
    return word.family in _SIGNING or _is_name(word) or word.raw == _PROFESSOR or word.key in _GROUPED


def _is_small(word: Word) -> bool:
    return word.key in _SIGNED or word.family in {REST, word.key}


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
