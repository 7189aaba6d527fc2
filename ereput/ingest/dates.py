"""Dates as people and tools display them: French first, five other languages, relative, partial, epochs.

`DateReader` never raises: what is no date gives None. "now" is an argument, the day on which relative dates
are resolved. A displayed age counts whole units elapsed ("il y a 2 semaines" is 14 to 20 days old): the day
kept is the one the words name, `earliest` is the oldest that is still compatible.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from ereput.domain.publication import PartialDate, Precision
from ereput.ingest.reading import DateOrder
from ereput.ingest.wording import fold

__all__ = ["MONTHS", "PARIS", "DateReader", "fold"]

PARIS: Final = ZoneInfo("Europe/Paris")
MONTHS: Final = 12
_OLDEST_YEAR: Final = 1990
_LATEST_YEAR: Final = 2100
_LONGEST: Final = 90
_LARGEST: Final = 1e19
_ISO_DAY: Final = 10
_DAYS: Final = 31
_WHOLE_YEAR: Final = 4
_HOURS_SIGNED: Final = 3
_CACHE: Final = 100_000

_MONTHS: Final[dict[str, int]] = {
    name: month
    for month, names in enumerate(
        (
            "jan janv janvier january januar ene enero gen gennaio janeiro januari jänner janner",
            "feb fev fevr fevrier february februar febrero febbraio fevereiro februari febr",
            "mar mars march marz mrz marzo marco maart mrt",
            "apr avr avril april abr abril aprile",
            "may mai mayo mag maggio maio mei",
            "jun juin june juni junio giu giugno junho",
            "jul juil juillet july juli julio lug luglio julho juill",
            "aug aout aou august ago agosto augustus",
            "sep sept septembre september septiembre set settembre setembro",
            "oct octobre october okt oktober octubre ott ottobre out outubro",
            "nov novembre november noviembre novembro",
            "dec decembre december dez dezember dic diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES: Final[dict[str, float]] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "msk": 3, "ist": 5.5, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "aest": 10, "aedt": 11, "jst": 9,
}  # fmt: skip
_UNITS: Final[dict[str, str]] = {
    name: unit
    for unit, names in {
        "minute": "second seconds sec s seconde secondes segundo segundos sekunde sekunden secondo secondi "
        "minute minutes min mins mn m minuto minutos minuten minuti minuut minuten moment moments instant",
        "hour": "hour hours hr hrs h heure heures hora horas stunde stunden ora ore uur",
        "day": "day days d jour jours j dia dias tag tagen tage giorno giorni dag dagen",
        "week": "week weeks wk wks w semaine semaines sem semana semanas woche wochen settimana settimane "
        "weken",
        "month": "month months mo mos mois mes meses monat monaten monate mese mesi maand maanden",
        "year": "year years yr yrs y an ans annee annees ano anos jahr jahren jahre anno anni jaar",
    }.items()
    for name in names.split()
}
_NUMBERS: Final[dict[str, int]] = {
    "a": 1, "an": 1, "one": 1, "un": 1, "une": 1, "una": 1, "um": 1, "uma": 1, "een": 1, "ein": 1, "eine": 1,
    "einem": 1, "einer": 1, "uno": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9, "nine": 9,
    "dix": 10, "ten": 10, "quelques": 3, "few": 3, "several": 3, "plusieurs": 3, "couple": 2,
}  # fmt: skip
_TODAY: Final = re.compile(
    r"\b(?:aujourd.?hui|today|just now|right now|a l.instant|maintenant|hoy|heute|oggi|hoje|vandaag)\b"
)
_BEFORE: Final = re.compile(r"\b(?:avant.hier|vorgestern|anteayer|day before yesterday)\b")
_YESTERDAY: Final = re.compile(r"\b(?:hier|yesterday|ayer|gestern|ieri|ontem|gisteren)\b")
_CURRENT: Final = re.compile(
    r"\b(?:(?:in the (?:last|past)|this) (week|month|year)"
    r"|cette (semaine|annee)|ce (mois)|moins d.un\w? (semaine|mois|an))\b"
)
_PREVIOUS: Final = re.compile(
    r"\b(?:(?:last|past) (week|month|year)|la (semaine) (?:derniere|passee)"
    r"|le (mois) (?:dernier|passe)|l.(an|annee) (?:dernier|passe)e?)\b"
)
_AGO: Final = re.compile(r"\b(?:ago|il y a|y a|hace|vor|fa|ha|geleden|depuis|plus tot)\b")
_SPOKEN: Final = re.compile(r"\d+|[a-z]+")
_SHORT: Final = re.compile(r"(\d{1,3})\s?(h|hr|d|j|w|wk|sem|mo|y|yr|an|ans|m|min)\.?")

_TIME: Final = (
    r"(?:[T,\s]+(?:a|at|um|las|om|alle|-)?\s*(?P<h>\d{1,2})(?:(?::|h|\.)(?P<mi>\d{2})|h|(?=\s*[ap]\.?m))"
    r"(?:[:m.](?P<s>\d{2})(?:[.,]\d+)?)?s?(?:\s*(?P<ap>[ap])\.?m\.?)?"
    r"(?:\s*(?P<z>(?:utc|gmt|z)?\s?[+-]\d{1,2}:?\d{0,2}|z|[a-z]{2,4}\b))?(?:\s*\([^)]*\))?)?"
)
_ISO: Final = re.compile(
    r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})" + _TIME.replace(r"[T,\s]+", r"[t,\s]+")
)
_NUMERIC: Final = re.compile(
    r"(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})\b" + _TIME
)
_DAY_MONTH: Final = re.compile(
    r"\b(?P<d>\d{1,2})(?:er|st|nd|rd|th|\.|º|°)?[\s-]+(?:(?:de|of|d.)\s*)?(?P<m>[a-z]{3,10})\.?,?"
    r"(?:[\s-]+(?:(?:de|del)\s+)?'?(?P<y>\d{4}|\d{2})\b(?!:|h))?" + _TIME
)
_MONTH_DAY: Final = re.compile(
    r"\b(?P<m>[a-z]{3,10})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>\d{4})\b)?" + _TIME
)
_ASCTIME: Final = re.compile(
    r"[a-z]{3,4}\.? (?P<m>[a-z]{3,4})\.? +(?P<d>\d{1,2}) (?P<h>\d{2}):(?P<mi>\d{2}):(?P<s>\d{2})"
    r"(?P<ap>)(?: (?P<z>[a-z]{3,4}(?:[+-]\d{4})?|[+-]\d{4}))? (?P<y>\d{4})"
)
_CJK: Final = re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日")
_MONTH_YEAR: Final = re.compile(r"\b([a-z]{3,10})\.?,?[\s-]+(?:de |del |')?(\d{4})\b")
_YEAR_MONTH: Final = re.compile(r"(\d{4})[-/](\d{1,2})|(\d{1,2})[-/](\d{4})")
_COMPACT: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})z?)?")
_FAST_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_EPOCH: Final = re.compile(r"(?:/date\()?(-?\d{1,19})(?:\.\d+)?(?:[+-]\d{4})?(?:\)/)?")
_EDITED: Final = re.compile(r"\W*(?:modifi|updated|edited|mis a jour|edite|editado|bearbeitet|modificat)")

_EXCEL: Final = (20_000, 80_000)
_EXCEL_ZERO: Final = date(1899, 12, 30)


class DateReader:
    """Read the dates of one column.

    Args:
        now: timezone-aware instant on which relative dates count back.
        order: how 03/04/2025 is read when both readings hold.
        utc: whether a time without a zone is in UTC (the header says so).
    """

    def __init__(self, now: datetime, order: DateOrder = DateOrder.DAY_FIRST, *, utc: bool = False) -> None:
        self._now = now.astimezone(PARIS)
        self._month_first = order is DateOrder.MONTH_FIRST
        self._zone: timezone | None = UTC if utc else None
        self._seen: dict[str, tuple[PartialDate | None, bool]] = {}

    def read(self, value: object) -> PartialDate | None:
        """Return the date that a cell shows, or None."""
        return self.read_edited(value)[0]

    def read_edited(self, value: object) -> tuple[PartialDate | None, bool]:
        """Return the date that a cell shows, and whether the words say that it is one of modification."""
        if isinstance(value, str):
            known = self._seen.get(value)
            if known is None:
                if len(self._seen) >= _CACHE:
                    self._seen.clear()
                known = self._seen[value] = self._text(value)
            return known
        if isinstance(value, datetime):
            return _in_range(self._moment(value)), False
        if isinstance(value, date):
            return _in_range(PartialDate.exact(value)), False
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._text(str(int(value))) if abs(value) < _LARGEST else (None, False)  # nanoseconds
        return None, False

    def _text(self, value: str) -> tuple[PartialDate | None, bool]:
        raw = value.strip()
        if not raw or len(raw) > _LONGEST or raw[0] in "{[<":
            return None, False
        try:
            if _FAST_ISO.fullmatch(raw):
                return _in_range(self._fast(raw)), False
            if raw.isdecimal() and raw.isascii():
                return _in_range(self._digits(raw)), False
            words = fold(raw)
            edited = _EDITED.match(words) is not None
            return _in_range(self._words(words)), edited
        except (ValueError, OverflowError):
            return None, False

    def _fast(self, raw: str) -> PartialDate:
        if len(raw) == _ISO_DAY:  # yyyy-mm-dd
            return PartialDate.exact(date.fromisoformat(raw))
        return self._moment(datetime.fromisoformat(raw))

    def _moment(self, moment: datetime) -> PartialDate:
        zone = moment.tzinfo or self._zone
        if zone is None:
            return PartialDate.exact(moment.date())
        instant = moment.replace(tzinfo=zone)
        day = instant.astimezone(PARIS).date()
        return PartialDate(day, day, day, Precision.INSTANT, instant)

    def _words(self, words: str) -> PartialDate | None:
        if not words:
            return None
        if words[0].isdigit() or words[0] == "/" or words[0] == "-":
            found = self._digits(words)
            if found is not None:
                return found
        for pattern in (_ISO, _NUMERIC, _CJK):
            match = pattern.search(words)
            if match:
                return self._numeric(match)
        return self._named(words) or self._relative(words)

    def _digits(self, words: str) -> PartialDate | None:
        """Read what is made of digits alone: epochs, spreadsheet days, compact dates, months, years."""
        match = _COMPACT.fullmatch(words)
        if match and 1 <= int(match[2]) <= MONTHS and 1 <= int(match[3]) <= _DAYS:  # a calendar
            return PartialDate.exact(date(int(match[1]), int(match[2]), int(match[3])))
        match = _EPOCH.fullmatch(words)
        if match:
            return self._epoch(int(match[1]))
        match = _YEAR_MONTH.fullmatch(words)
        if match:
            year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
            return _month(int(year), int(month))
        return None

    def _epoch(self, number: int) -> PartialDate | None:
        if _OLDEST_YEAR <= number <= _LATEST_YEAR:
            return PartialDate(date(number, 1, 1), date(number, 1, 1), date(number, 12, 31), Precision.YEAR)
        if _EXCEL[0] <= number <= _EXCEL[1]:
            return PartialDate.exact(_EXCEL_ZERO + timedelta(days=number))
        for digits, per_second in ((10, 1), (13, 10**3), (16, 10**6), (19, 10**9)):
            if len(str(number)) in (digits, digits - 1) and number > 0:
                instant = datetime.fromtimestamp(number / per_second, UTC)
                return self._moment(instant)
        return None

    def _numeric(self, match: re.Match[str]) -> PartialDate:
        parts = match.groupdict()
        if parts.get("a") is None:
            return self._built(int(parts["y"]), int(parts["m"]), int(parts["d"]), parts)
        first, second = int(parts["a"]), int(parts["b"])
        month_first = second > MONTHS or (self._month_first and first <= MONTHS)  # months
        day, month = (second, first) if month_first else (first, second)
        return self._built(self._full_year(parts["y"]), month, day, parts)

    def _named(self, words: str) -> PartialDate | None:
        for pattern in (_ASCTIME, _DAY_MONTH, _MONTH_DAY):
            for match in pattern.finditer(words):
                month = _MONTHS.get(match["m"])
                if month is not None:
                    year = match["y"]
                    return self._built(
                        self._full_year(year) if year else self._near_year(month, int(match["d"])),
                        month, int(match["d"]), match.groupdict(),
                    )  # fmt: skip
        for match in _MONTH_YEAR.finditer(words):
            if match[1] in _MONTHS:
                return _month(int(match[2]), _MONTHS[match[1]])
        return None

    def _full_year(self, digits: str) -> int:
        if len(digits) == _WHOLE_YEAR:  # already whole
            return int(digits)
        century = self._now.year // 100 * 100
        year = century + int(digits)
        return year if year <= self._now.year + 1 else year - 100

    def _near_year(self, month: int, day: int) -> int:
        """Return the year of the latest such day that is not in the future."""
        this_year = (month, day) <= (self._now.month, self._now.day)
        return self._now.year if this_year else self._now.year - 1

    def _built(self, year: int, month: int, day: int, parts: dict[str, str | None]) -> PartialDate:
        hour = parts.get("h")
        if hour is None:
            return PartialDate.exact(date(year, month, day))
        hours = int(hour)
        half = parts.get("ap")
        if half:
            hours = hours % 12 + (12 if half == "p" else 0)
        moment = datetime(  # noqa: DTZ001 # the zone, if any, is added below
            year, month, day, hours, int(parts.get("mi") or 0), int(parts.get("s") or 0)
        )
        zone = _zone(parts.get("z") or "")
        return self._moment(moment.replace(tzinfo=zone) if zone else moment)

    def _relative(self, words: str) -> PartialDate | None:
        today = self._now.date()
        for pattern, days in ((_BEFORE, 2), (_YESTERDAY, 1), (_TODAY, 0)):
            if pattern.search(words):
                return PartialDate.exact(today - timedelta(days=days))
        current, previous = _CURRENT.search(words), _PREVIOUS.search(words)
        if current:
            return self._since(0, _UNITS[next(unit for unit in current.groups() if unit)])
        if previous:
            return _previous(today, _UNITS[next(unit for unit in previous.groups() if unit)])
        if not _AGO.search(words):
            short = _SHORT.fullmatch(words)
            return self._since(int(short[1]), _UNITS[short[2]]) if short else None
        spoken = [word for word in _SPOKEN.findall(words) if word != "of"]
        for amount, name in pairwise(spoken):
            count = int(amount[:6]) if amount.isdecimal() else _NUMBERS.get(amount)
            if name in _UNITS and count is not None:
                return self._since(count, _UNITS[name])
        return None

    def _since(self, count: int, unit: str) -> PartialDate:
        """Return the days compatible with an age of `count` whole units."""
        today = self._now.date()
        if unit in ("minute", "hour"):
            step = timedelta(minutes=1) if unit == "minute" else timedelta(hours=1)
            latest = (self._now - count * step).date()
            earliest = (self._now - (count + 1) * step).date()
            return PartialDate(latest, earliest, latest, Precision.DAY)
        if unit == "day":
            latest = today - timedelta(days=count)
            return PartialDate(latest, latest - timedelta(days=1), latest, Precision.DAY)
        if unit == "week":
            latest = today - timedelta(weeks=count)
            return PartialDate(latest, latest - timedelta(days=6), latest, Precision.WEEK)
        months, precision = (1, Precision.MONTH) if unit == "month" else (12, Precision.YEAR)
        latest = _months_before(today, count * months)
        earliest = _months_before(today, (count + 1) * months) + timedelta(days=1)
        return PartialDate(latest, earliest, latest, precision)


def _month(year: int, month: int) -> PartialDate:
    first = date(year, month, 1)
    return PartialDate(first, first, first.replace(day=monthrange(year, month)[1]), Precision.MONTH)


def _previous(today: date, unit: str) -> PartialDate:
    """Return the calendar week, month or year before this one, on the same weekday or day."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return PartialDate(today - timedelta(weeks=1), monday, monday + timedelta(days=6), Precision.WEEK)
    if unit == "month":
        day = _months_before(today, 1)
        whole = _month(day.year, day.month)
        return PartialDate(day, whole.earliest, whole.latest, Precision.MONTH)
    year = today.year - 1
    return PartialDate(_months_before(today, 12), date(year, 1, 1), date(year, 12, 31), Precision.YEAR)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _zone(name: str) -> timezone | None:
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    digits = re.sub(r"[^\d+-]", "", name)
    if not digits or digits[0] not in "+-":
        return None
    hours, minutes = (digits[1:3], digits[3:]) if len(digits) > _HOURS_SIGNED else (digits[1:], "")  # +hhmm
    return timezone((1 if digits[0] == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes or 0)))


def _in_range(found: PartialDate | None) -> PartialDate | None:
    return found if found is not None and _OLDEST_YEAR <= found.day.year <= _LATEST_YEAR else None
