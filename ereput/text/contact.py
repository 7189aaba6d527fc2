"""French names, telephones, addresses and hours, compared as a person would: what differs, what does not.

Each `compare_…` takes what a listing shows and what the practitioner says, and returns an agreement with
the French reason to show. Nothing here raises on odd text: what cannot be read is compared as words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

import phonenumbers

from ereput.domain.presence import Agreement
from ereput.text.normalise import fold

Verdict = tuple[Agreement, str]

_LONGEST: Final = 1_000
_WORD: Final = re.compile(r"[a-z0-9]+")
_SAME: Final = (Agreement.SAME, "")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, without accents, capitals or signs."""
    return tuple(_WORD.findall(_flat(text)))


def _flat(text: str) -> str:
    return fold(text[:_LONGEST]).replace("œ", "oe").replace("æ", "ae")


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _as_written(shown: str, expected: str) -> bool:
    return " ".join(shown.split()) == " ".join(expected.split())


# -- telephones

_REGION: Final = "FR"
_FRANCE: Final = 33
# A number of these territories is dialled with its own country code from abroad and like any other at home:
# Guadeloupe, French Guiana, Martinique, Réunion and Mayotte, Saint-Pierre-et-Miquelon.
_OVERSEAS: Final = frozenset({590, 594, 596, 262, 508})
_LETTER_O: Final = re.compile(r"(?<![^\W\d_])[oO](?=[\s.\-]*[1-9])|(?<=\d)[oO](?=[\s.\-]*\d|\b)")
_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009\u2007]+")
_SURCHARGED: Final = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)
_SHORT: Final = re.compile(r"\b(?:3\d{3}|1\d{1,2}|118\s?\d{3}|116\s?\d{3})\b")


@lru_cache(maxsize=4096)
def phones(text: str) -> tuple[str, ...]:
    """Return the numbers that a text holds, each once, as « +33536491021 » or a short « 3624 »."""
    plain = _LETTER_O.sub("0", _SPACES.sub(" ", text[:_LONGEST]))
    found = [match.number for match in _matches(plain)]
    if not found:
        try:
            found = [phonenumbers.parse(plain, _REGION)]
        except phonenumbers.NumberParseException:
            found = []
    numbers = [_international(number) for number in found if phonenumbers.is_possible_number(number)]
    return tuple(dict.fromkeys(numbers or [_SPACES.sub("", short) for short in _SHORT.findall(plain)]))


def _matches(text: str) -> Iterable[phonenumbers.PhoneNumberMatch]:
    leniency = phonenumbers.Leniency.POSSIBLE
    return phonenumbers.PhoneNumberMatcher(text, _REGION, leniency=leniency, max_tries=20)


def _international(number: phonenumbers.PhoneNumber) -> str:
    code = _FRANCE if number.country_code in _OVERSEAS else number.country_code
    return f"+{code}{phonenumbers.national_significant_number(number)}"


def shown_phone(text: str) -> str:
    """Return a number as French people write it, « 05 36 49 10 21 »; what is no number stays as it is."""
    known = phones(text)
    if len(known) != 1 or not known[0].startswith("+"):
        return " ".join(text.split())
    number = phonenumbers.parse(known[0])
    if number.country_code == _FRANCE:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def compare_phone(shown: str, expected: str) -> Verdict:
    """Compare telephones, however they are written; several numbers agree when one does."""
    ours, theirs = phones(expected), phones(shown)
    if not ours or not theirs:
        return _words_alike(shown, expected, "le numéro diffère")
    if set(ours) & set(theirs):
        if _as_written(shown, expected):
            return _SAME
        more = "un autre numéro est affiché aussi" if set(theirs) - set(ours) else "écrit autrement"
        return Agreement.TOLERATED, more
    if _is_surcharged(theirs[0]) and not _is_surcharged(ours[0]):
        return Agreement.DIFFERENT, "un numéro surtaxé ou de mise en relation remplace le vôtre"
    return Agreement.DIFFERENT, _digits_apart(theirs[0], ours[0])


def _is_surcharged(number: str) -> bool:
    if not number.startswith("+"):
        return False
    return phonenumbers.number_type(phonenumbers.parse(number)) in _SURCHARGED


def _digits_apart(one: str, other: str) -> str:
    if sorted(one) == sorted(other):
        return "deux chiffres sont inversés"
    if len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return "un chiffre diffère"
    return "le numéro diffère"


# -- names

_TITLES: Final = frozenset(
    {
        "dr", "docteur", "docteure", "doctor", "drs", "pr", "prof", "professeur", "professeure", "m", "mr",
        "mme", "mlle", "monsieur", "madame", "me", "maitre", "cabinet", "medical", "medicale", "dentaire",
        "centre", "maison", "sante", "de", "du", "des", "la", "le", "les", "l", "d", "et", "a", "au", "scm",
        "selarl", "selas", "sel", "scp",
    }
)  # fmt: skip


_SHORT_WORD: Final = 3


def compare_name(shown: str, expected: str) -> Verdict:
    """Compare names: titles, order, accents and a missing first name are tolerated, a misspelling is not."""
    ours, theirs = _named(expected), _named(shown)
    if not ours or not theirs:
        return _words_alike(shown, expected, "le nom diffère")
    if set(ours) == set(theirs):
        return _SAME if _as_written(shown, expected) else (Agreement.TOLERATED, "écrit autrement")
    family = ours[-1]
    missing = [word for word in ours if word not in theirs]
    if family in theirs or (len(ours) > 1 and not missing):
        return _first_names(missing, theirs, ours)
    if any(_is_misspelt(word, family) for word in theirs):
        return Agreement.DIFFERENT, "le nom est mal orthographié"
    return Agreement.DIFFERENT, "c’est un autre nom"


def _named(name: str) -> tuple[str, ...]:
    """Return what identifies in a name; a name made of titles alone keeps them."""
    told = words(name)
    return tuple(word for word in told if word not in _TITLES) or told


def _first_names(missing: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> Verdict:
    if not missing:
        return Agreement.TOLERATED, "d’autres mots accompagnent le nom"
    more = [word for word in theirs if word not in ours]
    if any(_is_misspelt(word, other) for word in missing for other in more):
        return Agreement.DIFFERENT, "le nom est mal orthographié"
    initials = {word for word in more if len(word) == 1}
    if all(word[0] in initials for word in missing):
        return Agreement.TOLERATED, "le prénom est abrégé"
    if more:
        return Agreement.TOLERATED, (
            "une partie du nom n’est pas affichée, d’autres mots l’accompagnent ; "
            "vérifiez qu’il ne s’agit pas d’un homonyme"
        )
    return Agreement.TOLERATED, "une partie du nom n’est pas affichée"


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two words are one, a letter in four or five aside."""
    allowed = 1 + (min(len(one), len(other)) - 3) // 4
    return one != other and min(len(one), len(other)) > _SHORT_WORD and distance(one, other) <= allowed


def distance(one: str, other: str) -> int:
    """Return how many letters to add, drop, change or swap with their neighbour turn one word into another.

    The optimal string alignment distance (Damerau 1964, without a letter edited twice).
    """
    before: list[int] = []
    line = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        former, before, line = before, line, [i]
        for j, facing in enumerate(other, 1):
            cost = min(before[j] + 1, line[j - 1] + 1, before[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, former[j - 2] + 1)
            line.append(cost)
    return line[-1]


# -- professions


def compare_profession(shown: str, expected: str, synonyms: Iterable[str] = ()) -> Verdict:
    """Compare professions; `synonyms` are other words that say the practitioner's own."""
    if _as_written(shown, expected):
        return _SAME
    theirs = [_stem(word) for word in words(shown)]
    for accepted in (expected, *synonyms):
        told = [_stem(word) for word in words(accepted)]
        if told and (set(told) <= set(theirs) or (theirs and set(theirs) <= set(told))):
            return Agreement.TOLERATED, "dit autrement"
    return Agreement.DIFFERENT, "une autre profession est affichée"


def _stem(word: str) -> str:
    """Return a word as one of both genders and numbers; « ophtalmologiste » is « ophtalmologue »."""
    word = re.sub(r"(?:log(?:ues?|istes?|ie))$", "log", word)
    return re.sub(r"(?:ieres?|iers?|iennes?|iens?|eres?|ers?|euses?|eurs?|es?|s)$", "", word) or word


# -- addresses

_STREETS: Final = {
    word: street
    for street, said in {
        "boulevard": "boulevard bd bld blv blvd boul bvd boulv",
        "avenue": "avenue av ave aven",
        "rue": "rue r ru",
        "place": "place pl plc",
        "allee": "allee allees all al",
        "chemin": "chemin che chem ch",
        "impasse": "impasse imp",
        "route": "route rte",
        "square": "square sq",
        "faubourg": "faubourg fg fbg faub",
        "cours": "cours crs cr",
        "quai": "quai qu q",
        "passage": "passage pass psg",
        "esplanade": "esplanade esp",
        "promenade": "promenade prom",
        "lotissement": "lotissement lot",
        "hameau": "hameau ham",
        "montee": "montee mte",
        "sentier": "sentier sen sent",
        "traverse": "traverse tra trav",
        "ruelle": "ruelle rle",
        "venelle": "venelle ven",
        "villa": "villa vla",
        "galerie": "galerie gal",
        "rond point": "rpt",
        "voie": "voie",
        "mail": "mail",
        "parvis": "parvis",
        "cite": "cite",
        "domaine": "domaine dom",
        "residence": "residence res resid",
        "zone": "zone",
    }.items()
    for word in said.split()
}
_NAMES: Final = {
    "st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "gal": "general", "gen": "general",
    "gl": "general", "mal": "marechal", "mar": "marechal", "dr": "docteur", "pr": "professeur",
    "prof": "professeur", "cdt": "commandant", "cmdt": "commandant", "cne": "capitaine",
    "cpt": "capitaine", "col": "colonel", "lt": "lieutenant", "pdt": "president", "pres": "president",
    "mgr": "monseigneur", "nd": "notre dame", "gd": "grand", "gde": "grande", "pt": "petit",
    "pte": "petite", "vx": "vieux", "s": "sur", "ss": "sous", "1er": "premier", "1ere": "premiere",
    "abbe": "abbe", "fg": "faubourg", "fbg": "faubourg", "rep": "republique", "av": "avenue",
}  # fmt: skip
_LINKS: Final = frozenset({"de", "du", "des", "la", "le", "les", "l", "d", "et", "a", "au", "aux", "en", "n"})
_COMPLEMENTS: Final = re.compile(
    r"\b(?:bat(?:iment)?|bt|esc(?:alier)?|etage|etg|appt?|appartement|porte|hall|entree|entr|rdc"
    r"|rez de chaussee|interphone|code|bureau|bp|cs|tsa|local|lots?|niveau|cellule|boite postale)"
    r"\b[\s.:n°]*[a-z]?\d*[a-z]?\b"
    r"|\b\d{1,2}\s*(?:er|e|eme|ere|nd|nde)\s+etage\b"
)
_POSTCODE: Final = re.compile(r"(?<!\d)(?:f[\s-]*)?(\d{2})[\s.]?(\d{3})(?!\d)")
_CEDEX: Final = re.compile(r"\bce?dex\b(?:\s*\d{1,2}\b)?")
_COUNTRY: Final = re.compile(r"[\s,]*\bfrance(?:\s+metropolitaine)?\s*$")
_DISTRICT: Final = re.compile(r"\b\d{1,2}\s*(?:er|e|eme|ere)?\b(?:\s*arr(?:ondissement)?\b)?\s*$")
_NUMBER: Final = re.compile(
    r"(?:^|[\s,])n?[°o]?\s*(\d{1,4}(?:\s*[-/&]\s*\d{1,4})*)\s*(bis|ter|quater|[a-h](?![a-z']))?(?=[\s,]|$)"
)
_CLOSE_STREET: Final = 0.84
_CLOSE_CITY: Final = 0.86


@dataclass(frozen=True, slots=True)
class Address:
    """An address in parts, each in plain lower-case words; an empty part is not told."""

    number: str = ""
    suffix: str = ""
    street: str = ""
    name: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""
    is_cedex: bool = False

    @property
    def department(self) -> str:
        """The two figures that a Cedex postcode shares with the town's own."""
        return self.postcode[:2]


@lru_cache(maxsize=4096)
def address(text: str) -> Address:
    """Return the parts of a French address, written on one line or several."""
    flat = _flat(text.replace("\n", ", ").replace("’", "'"))
    flat = _COUNTRY.sub("", flat)
    is_cedex = _CEDEX.search(flat) is not None
    flat = _CEDEX.sub(" ", flat)
    codes = list(_POSTCODE.finditer(flat))
    postcode = city = ""
    before = flat
    if codes:
        last = codes[-1]
        postcode, city = last[1] + last[2], flat[last.end() :]
        before = flat[: last.start()]
        if not city.strip(" ,.-") and "," in before.strip(" ,.-"):  # « Niort 79000 » after the street
            before, _, city = before.strip(" ,.-").rpartition(",")
    elif "," in flat:
        before, _, city = flat.rpartition(",")
    extra = tuple(found for match in _COMPLEMENTS.findall(before) if (found := " ".join(words(match))))
    before = _COMPLEMENTS.sub(" ", before)
    number, suffix, street, name = _street(before)
    return Address(number, suffix, street, name, extra, postcode, _city(city), is_cedex)


def _city(text: str) -> str:
    plain = _DISTRICT.sub("", " ".join(words(text)))
    return " ".join(_NAMES.get(word, word) for word in plain.split() if word not in {"cedex", "france"})


def _street(text: str) -> tuple[str, str, str, tuple[str, ...]]:
    """Return number, suffix, kind of way and name; what stands before the number is of no use to find it."""
    found = _NUMBER.search(text)
    number = suffix = ""
    if found:
        number, suffix = re.sub(r"\s", "", found[1]), (found[2] or "")[:1]
        text = text[found.end() :]
    told = list(words(text))
    for rank, word in enumerate(told):
        kind = _STREETS.get(word)
        # A single letter is a kind of way only where a number stands before it: « 8 r. Gambetta ».
        if kind and (len(word) > 1 or (number and rank == 0)):
            rest = tuple(_NAMES.get(other, other) for other in told[rank + 1 :])
            return number, suffix, kind, _named_way(rest)
    return number, suffix, "", _named_way(tuple(_NAMES.get(other, other) for other in told))


def _named_way(told: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for phrase in told for word in phrase.split() if word not in _LINKS)


def compare_address(shown: str, expected: str) -> Verdict:
    """Compare addresses: abbreviations, accents, Cedex, complements are tolerated, another place is not."""
    if _as_written(shown, expected):
        return _SAME
    ours, theirs = address(expected), address(shown)
    if _is_town(theirs, ours) or _is_town(ours, theirs):
        return Agreement.TOLERATED, "seule la ville est affichée"
    if not (ours.name and theirs.name) and not (ours.city and theirs.city):
        return _words_alike(shown, expected, "l’adresse diffère")
    verdicts = [_towns(theirs, ours), _ways(theirs, ours), _numbers(theirs, ours)]
    wrong = [why for agreement, why in verdicts if agreement is Agreement.DIFFERENT]
    if wrong:
        return Agreement.DIFFERENT, " ; ".join(wrong)
    small = [why for agreement, why in verdicts if agreement is Agreement.TOLERATED]
    if set(ours.extra) != set(theirs.extra):
        small.append("le complément d’adresse diffère")
    return Agreement.TOLERATED, " ; ".join(small) or "écrite autrement"


def _is_town(one: Address, other: Address) -> bool:
    """Whether an address is nothing but the other's town."""
    told = " ".join(one.name) or one.city
    return not one.number and not one.street and bool(told) and words(told) == words(other.city)


def _towns(theirs: Address, ours: Address) -> Verdict:
    same_city = _same_city(theirs.city, ours.city)
    if theirs.postcode and ours.postcode and theirs.postcode != ours.postcode:
        is_cedex = theirs.is_cedex or ours.is_cedex
        if is_cedex and same_city is not False and theirs.department == ours.department:
            return Agreement.TOLERATED, "code postal Cedex"
        return Agreement.DIFFERENT, "le code postal diffère" if same_city else "la ville diffère"
    if same_city is False:
        return Agreement.DIFFERENT, "la ville diffère"
    if theirs.is_cedex != ours.is_cedex:
        return Agreement.TOLERATED, "mention Cedex"
    return _SAME


def _same_city(one: str, other: str) -> bool | None:
    """Whether two towns are one; None where one of them is not told."""
    if not one or not other:
        return None
    return one == other or _alike(one, other) >= _CLOSE_CITY


def _ways(theirs: Address, ours: Address) -> Verdict:
    if not theirs.name or not ours.name:
        return Agreement.TOLERATED, "la voie n’est pas affichée"
    if theirs.street and ours.street and theirs.street != ours.street:
        return (
            Agreement.DIFFERENT,
            "le type de voie diffère" if theirs.name == ours.name else "la voie diffère",
        )
    if theirs.name == ours.name:
        if theirs.street == ours.street:
            return _SAME
        return Agreement.TOLERATED, "le type de voie n’est pas affiché"
    if (
        _shortened(theirs.name, ours.name)
        or _alike(" ".join(theirs.name), " ".join(ours.name)) >= _CLOSE_STREET
    ):
        return Agreement.TOLERATED, "le nom de la voie est écrit autrement"
    return Agreement.DIFFERENT, "la voie diffère"


def _shortened(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one name is the other without a first name, or with its initial: « J. Jaurès »."""
    short, long = sorted((one, other), key=len)
    if short[-1] != long[-1]:
        return len(short) > 1 and set(short) <= set(long)  # « 11 novembre » of « 11 novembre 1918 »
    return all(word in long or (len(word) == 1 and any(w[0] == word for w in long)) for word in short)


def _numbers(theirs: Address, ours: Address) -> Verdict:
    if theirs.number and ours.number:
        mine, shown = set(re.split(r"[-/&]", ours.number)), set(re.split(r"[-/&]", theirs.number))
        if not mine & shown:
            return Agreement.DIFFERENT, "le numéro dans la voie diffère"
        if theirs.suffix != ours.suffix:
            return Agreement.TOLERATED, "bis ou ter manque ou diffère"
        return _SAME if mine == shown else (Agreement.TOLERATED, "un seul des deux numéros est affiché")
    if theirs.number or ours.number:
        return Agreement.TOLERATED, "le numéro dans la voie manque d’un côté"
    return _SAME


def _words_alike(shown: str, expected: str, why: str) -> Verdict:
    if _as_written(shown, expected):
        return _SAME
    if words(shown) and words(shown) == words(expected):
        return Agreement.TOLERATED, "écrit autrement"
    return Agreement.DIFFERENT, why
