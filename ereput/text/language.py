"""Whether a text is French enough for a French lexicon to judge it."""

import re
from collections.abc import Sequence

from ereput.text.normalise import Token, keys_of, known_words

_FRENCH = keys_of(
    "le la les un une des du de et est a au aux en pour pas ne que qui je il elle on nous vous ils "
    "c ce cet cette ces mon ma mes son sa ses très plus avec sans mais ou par sur dans se sont ai "
    "avons était été fait bien merci tout tous toute y d l j n qu s m docteur médecin rdv bon bonne "
    "nul super trop jamais rien accueil cabinet dentiste recommande recommander conseil conseille "
    "attente professionnel gentil"
)
_FOREIGN = keys_of(
    "the and is was very she his her this that with for not have has had you they are were my your of "
    "to it el los las una muy pero con para por gracias und der die das ist nicht sehr ich mit war ein "
    "eine auch il lo gli che molto non sono per grazie della het een van niet zeer ik muito obrigado "
    "nao uma com foi doctor great good staff never nice best"
)
_ONLY_FRENCH = _FRENCH - _FOREIGN
_ONLY_FOREIGN = _FOREIGN - _FRENCH
_LETTER = re.compile(r"[^\W\d_]")
_NOT_LATIN = re.compile(r"[^\W\d_\u0000-\u024f]")
_SAMPLE = 2000
_ENOUGH = 2
_SHORT = 6


def is_french(words: Sequence[Token], text: str) -> bool:
    """Guess from the small words; a short text without any evidence to the contrary is taken for French.

    A text whose letters are mostly not Latin is not French.
    """
    beginning = text[:_SAMPLE]
    if _NOT_LATIN.search(beginning) and 2 * len(_NOT_LATIN.findall(beginning)) > len(
        _LETTER.findall(beginning)
    ):
        return False
    if _LETTER.search(beginning) is None:
        return False
    sample = [word.key for word in words[:400]]
    french = sum(map(_ONLY_FRENCH.__contains__, sample))
    foreign = sum(map(_ONLY_FOREIGN.__contains__, sample))
    if french == 0 and foreign < _ENOUGH:
        return len(sample) < _SHORT or 3 * sum(map(known_words().__contains__, sample)) >= len(sample)
    return french >= foreign
