"""What a column contains, measured on a sample, and how well that suits each role."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ereput.ingest.clean import cell
from ereput.ingest.dates import DateReader
from ereput.ingest.platforms import platform_of_name
from ereput.ingest.ratings import RatingReader, bare_number, guess_scale, header_scale, recommends
from ereput.ingest.reading import Role
from ereput.ingest.wording import fold, phrases

FEW, SOME, MOST, NEARLY_ALL = 0.1, 0.3, 0.6, 0.9
STARS: Final = 5
_TENTHS: Final = 10
_TWENTIETHS: Final = 20
_PERCENT: Final = 100
_PROBE: Final = 60
_SENTENCE: Final = 25
_SENTENCE_SPACES: Final = 3
_NAME_LENGTH: Final = 60
_ID_LENGTH: Final = 400
_LANGUAGE_LENGTH: Final = 20
_EMPTY: Final = 0.35
_RELATIVE: Final = 0.6
_UNKNOWN_PLATFORM: Final = 0.05
_ODD_SCALE: Final = 0.3

_TOTALS: Final = phrases(
    """
    total|totaux|moyenne|note moyenne|total general|sous total|moyenne generale|average|average rating
    mean|sum|somme|nombre d'avis|nb avis|grand total|total avis|moyennes|total des avis|synthese
    moyenne globale|overall average
    """
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a column contains; the shares are of its filled cells, 0 to 1.

    `relative` says that some dates are known only roughly, `fractions` that its numbers all lie between 0 and
    1, `wordy` is the share of cells without any digit, `length` the mean length in characters.
    """

    filled: int = 0
    dates: float = 0.0
    relative: bool = False
    marks: float = 0.0
    fractions: bool = False
    numbers: float = 0.0
    largest: float = 0.0
    length: float = 0.0
    sentences: float = 0.0
    distinct: float = 0.0
    urls: float = 0.0
    emails: float = 0.0
    yes_no: float = 0.0
    platforms: float = 0.0
    lists: float = 0.0
    wordy: float = 0.0


def profile(values: Sequence[object], reader: DateReader) -> Profile:
    """Measure what a column contains; an empty column has an empty profile."""
    filled = [value for value in values if is_filled(value)]
    if not filled:
        return Profile()
    probe = filled[:_PROBE]
    texts = [cell(value) for value in probe]
    dates = [reader.read(value) for value in probe]
    numbers = [number for value in filled if (number := bare_number(value)) is not None]
    marks = RatingReader(guess_scale(numbers))

    def share(found: Sequence[bool]) -> float:
        return sum(found) / len(probe)

    return Profile(
        filled=len(filled),
        dates=share([found is not None for found in dates]),
        relative=any(found is not None and not found.is_certain for found in dates),
        marks=share([marks.read(value)[0] is not None or bare_number(value) == 0 for value in probe]),
        fractions=bool(numbers) and max(numbers) <= 1 and any(not number.is_integer() for number in numbers),
        numbers=len(numbers) / len(filled),
        largest=max(numbers, default=0.0),
        length=sum(map(len, texts)) / len(probe),
        sentences=share([len(text) >= _SENTENCE and text.count(" ") >= _SENTENCE_SPACES for text in texts]),
        distinct=len({str(value) for value in filled}) / len(filled),
        urls=share([text.startswith(("http://", "https://", "www.")) for text in texts]),
        emails=share(["@" in text and " " not in text for text in texts]),
        yes_no=share([recommends(value) is not None for value in probe]),
        platforms=share([len(text) <= _NAME_LENGTH and bool(platform_of_name(text)) for text in texts]),
        lists=share([isinstance(value, list | dict) for value in probe]),
        wordy=share([not any(char.isdigit() for char in text) for text in texts]),
    )


def is_filled(value: object) -> bool:
    """Whether a cell holds anything."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and not (isinstance(value, list | dict) and not value)


def is_total(first: str) -> bool:
    """Whether the first cell of a row announces a total or a mean."""
    said = fold(first).strip(" :.")
    return said in _TOTALS or said.startswith(("moyenne :", "total :"))


def fit(role: Role, found: Profile, title: str) -> float:
    """Return how well a content suits a role, 0 (forbidden) to 1; an empty column keeps a small chance."""
    if not found.filled:
        return _EMPTY
    judge = _JUDGES.get(role)
    return judge(found, title) if judge else float(not found.lists)


def _dated(found: Profile, _: str) -> float:
    if found.dates < MOST:
        return 0.0
    return _RELATIVE if found.relative else 1.0


def _mark(found: Profile, title: str) -> float:
    numeric = found.numbers > MOST
    if found.fractions or found.marks < MOST or (numeric and found.largest > _PERCENT):
        return 0.0
    unannounced = numeric and found.largest > _TWENTIETHS and header_scale(title) is None
    return _ODD_SCALE if unannounced else 1.0


def _text(found: Profile, _: str) -> float:
    coded = found.marks > MOST and found.wordy < 1 - MOST
    return float(not (max(found.numbers, found.dates, found.urls) > MOST or found.lists or coded))


def _title(found: Profile, _: str) -> float:
    return float(not (found.numbers > NEARLY_ALL or found.urls > MOST or found.lists))


def _person(found: Profile, _: str) -> float:
    wrong = found.length > _NAME_LENGTH or found.numbers > NEARLY_ALL or found.lists
    return float(not (wrong or max(found.urls, found.dates, found.emails) > MOST))


def _address(found: Profile, _: str) -> float:
    return float(found.urls > MOST)


def _advice(found: Profile, _: str) -> float:
    return float(found.yes_no > MOST)


def _reply(found: Profile, _: str) -> float:
    return float(found.dates <= MOST)


def _identity(found: Profile, _: str) -> float:
    return float(found.distinct > NEARLY_ALL and found.length < _ID_LENGTH and not found.lists)


def _platform(found: Profile, _: str) -> float:
    return 1.0 if found.platforms else _UNKNOWN_PLATFORM


def _figure(found: Profile, _: str) -> float:
    return float(found.numbers > MOST)


def _language(found: Profile, _: str) -> float:
    return float(found.length <= _LANGUAGE_LENGTH and found.numbers < MOST)


def _place(found: Profile, _: str) -> float:
    return float(not (found.numbers > NEARLY_ALL or max(found.dates, found.urls) > MOST or found.lists))


_JUDGES: Final[Mapping[Role, Callable[[Profile, str], float]]] = {
    Role.DATE: _dated,
    Role.UPDATED: _dated,
    Role.REPLIED: _dated,
    Role.RATING: _mark,
    Role.TEXT: _text,
    Role.TITLE: _title,
    Role.AUTHOR: _person,
    Role.FIRST_NAME: _person,
    Role.LAST_NAME: _person,
    Role.URL: _address,
    Role.PLACE_URL: _address,
    Role.RECOMMENDED: _advice,
    Role.REPLY: _reply,
    Role.ID: _identity,
    Role.SOURCE: _platform,
    Role.PLACE_RATING: _figure,
    Role.PLACE_COUNT: _figure,
    Role.LANGUAGE: _language,
    Role.PLACE_NAME: _place,
    Role.PLACE_ADDRESS: _place,
    Role.PLACE_CITY: _place,
}
