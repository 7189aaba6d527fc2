"""Numbers, dates and plurals as a French reader expects them, for screens and reports alike.

Babel holds the rules of the language; this module only chooses among them. A minus is U+2212,
thousands are parted by U+202F, and a unit never leaves its figure (U+202F or U+00A0).
"""

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal

from ereput.domain.publication import PartialDate, Precision

THIN = "\u202f"
MINUS = "\u2212"
NO_VALUE = "–"
_LOCALE = "fr_FR"
_SINGULAR_BELOW = 2
_KILO = 1000
_DAYS_IN_WORDS = {0: "aujourd’hui", -1: "hier", 1: "demain"}


def number(value: float | None, decimals: int = 0) -> str:
    """Return « 1 234,5 », or a dash where there is no value."""
    if value is None:
        return NO_VALUE
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(round(value, decimals) + 0.0, format=pattern, locale=_LOCALE)
    return text.replace("-", MINUS)


def rating(value: float | None) -> str:
    """Return a mark out of five with one decimal: « 4,3 »."""
    return number(value, 1)


def stars(value: float | None) -> str:
    """Return one review's mark: « 2 sur 5 », « 3,5 sur 5 » or « sans note »."""
    if value is None:
        return "sans note"
    return f"{number(value, 0 if float(value).is_integer() else 1)} sur 5"


def percent(value: float | None, decimals: int = 0) -> str:
    """Return a share between 0 and 1 as « 12 % »."""
    return NO_VALUE if value is None else f"{number(100 * value, decimals)}{THIN}%"


def signed(value: float | None, decimals: int = 0) -> str:
    """Return a change with its sign: « +0,1 », « −3 », « 0 »."""
    if value is None:
        return NO_VALUE
    text = number(value, decimals)
    return f"+{text}" if round(value, decimals) > 0 else text


def plural(count: float, singular: str, plural_form: str | None = None) -> str:
    """Return the count and its noun; French says « 0 avis », « 1,5 avis », « 2 praticiens ».

    The plural defaults to the singular with an s, unless the noun already ends in s, x or z.
    """
    decimals = 0 if float(count).is_integer() else 1
    return f"{number(count, decimals)}\u00a0{noun(count, singular, plural_form)}"


def noun(count: float, singular: str, plural_form: str | None = None) -> str:
    """Return the noun alone, singular below two."""
    if abs(count) < _SINGULAR_BELOW:
        return singular
    return plural_form or (singular if singular[-1] in "sxz" else singular + "s")


def joined(items: Sequence[str], last: str = "et") -> str:
    """Return « a, b et c »."""
    if len(items) < _SINGULAR_BELOW:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def quoted(text: str) -> str:
    """Return the text between French quotation marks."""
    return f"«{THIN}{text}{THIN}»"


def sentence_case(text: str) -> str:
    """Raise the first letter and leave the others: names keep their capitals."""
    return text[:1].upper() + text[1:]


def day(value: date | None) -> str:
    """Return « 23 nov. 2026 », « 1er déc. 2026 »."""
    return NO_VALUE if value is None else _dated(value, "MMM y")


def long_day(value: date) -> str:
    """Return « lundi 23 novembre 2026 »."""
    return f"{format_date(value, 'EEEE', locale=_LOCALE)} {_dated(value, 'MMMM y')}"


def day_of_year(value: date) -> str:
    """Return « 23 nov. », for axes and spans where the year is said elsewhere."""
    return _dated(value, "MMM")


def month(value: date) -> str:
    """Return « nov. 2026 »."""
    return format_date(value, "MMM y", locale=_LOCALE)


def month_name(value: date) -> str:
    """Return « novembre 2026 »."""
    return format_date(value, "MMMM y", locale=_LOCALE)


def week(monday: date) -> str:
    """Return « semaine du 16 nov. 2026 » for the Monday of an ISO week."""
    return f"semaine du {day(monday)}"


def span(first: date, last: date) -> str:
    """Return « du 1er sept. au 23 nov. 2026 », with both years when they differ."""
    start = day_of_year(first) if first.year == last.year else day(first)
    return f"du {start} au {day(last)}"


def moment(value: datetime) -> str:
    """Return « 23 nov. 2026 à 17 h 05 », in the time zone that the value bears."""
    return f"{day(value.date())} à {value.hour}{THIN}h{THIN}{value.minute:02d}"


def ago(value: date, today: date) -> str:
    """Return « il y a 3 jours », « dans 2 jours », « hier »; only ever shown beside the date itself."""
    days = (value - today).days
    if days in _DAYS_IN_WORDS:
        return _DAYS_IN_WORDS[days]
    return f"il y a {plural(-days, 'jour')}" if days < 0 else f"dans {plural(days, 'jour')}"


def day_ago(value: date, today: date) -> str:
    """Return « 20 nov. 2026 (il y a 3 jours) »."""
    return f"{day(value)} ({ago(value, today)})"


def partial(value: PartialDate | None) -> str:
    """Return a displayed date with no more precision than it has."""
    if value is None:
        return "date inconnue"
    if value.precision is Precision.YEAR:
        return str(value.day.year)
    if value.precision is Precision.MONTH:
        return month(value.day)
    if value.precision is Precision.WEEK:
        return f"vers le {day(value.day)}"
    return day(value.day)


def size(octets: int) -> str:
    """Return « 12 ko », « 3,4 Mo » (powers of a thousand)."""
    value, unit = float(octets), "octets"
    for larger in ("ko", "Mo", "Go"):
        if value < _KILO:
            break
        value, unit = value / _KILO, larger
    decimals = 0 if unit in {"octets", "ko"} else 1
    return f"{number(value, decimals)}\u00a0{unit}"


def duration(seconds: float) -> str:
    """Return « 0,4 s », « 12 s »."""
    return f"{number(seconds, 1 if seconds < 10 else 0)}\u00a0s"  # noqa: PLR2004 - tenths matter below ten seconds


def _dated(value: date, rest: str) -> str:
    """Write the first of the month « 1er », as French does and CLDR's abbreviated patterns do not."""
    number_of_day = "1er" if value.day == 1 else str(value.day)
    return f"{number_of_day} {format_date(value, rest, locale=_LOCALE)}"
