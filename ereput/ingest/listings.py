"""Sheets of listings, as a secretary types them: one row a page that shows a practitioner.

Words only: which practitioner and which known listing a row is belong to `ereput.jobs.listing_sheet`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from ereput.domain.errors import RefusedError
from ereput.domain.presence import ListingStatus
from ereput.domain.publication import Place
from ereput.ingest.dates import DateReader
from ereput.ingest.platforms import platform_of_name, platform_of_url, platforms
from ereput.ingest.ratings import RatingReader
from ereput.ingest.titled import RoleWords, TitledTable, load_words, read_titled, role_words
from ereput.ingest.urls import target
from ereput.ingest.wording import fold
from ereput.text.contact import phones, shown_phone

DATA: Final = Path(__file__).resolve().parents[2] / "data" / "colonnes_fiches.yaml"
MOST_ROWS: Final = 100_000
LONGEST_CELL: Final = 500
_NO_TABLE: Final = (
    "Ce fichier n’est pas une feuille de fiches : il faut un tableau (CSV, Excel) avec au moins la "
    "plateforme ou le lien de chaque fiche, et ce qu’elle affiche."
)
_CLOSE: Final = 0.78
_MOSTLY: Final = 0.5
_COUNT: Final = re.compile(
    r"\(?\s*(?P<whole>\d{1,3}(?:[\s.,\u202f\u00a0]\d{3})+|\d+)(?P<part>[.,]\d)?\s*(?P<kilo>k)?\s*"
    r"(?:avis|commentaires?|notes?|reviews?|google)*\s*\)?",
    re.IGNORECASE,
)
_BARE_HOST: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_VAGUE: Final = frozenset({"site", "autre", "blog"})
_MOST_REVIEWS: Final = 1_000_000


class SheetRole(StrEnum):
    """What a column of the sheet holds; the order is that of a form."""

    SLUG = "slug"
    RPPS = "rpps"
    PERSON = "person"
    PLATFORM = "platform"
    URL = "url"
    LISTING_ID = "listing_id"
    STATUS = "status"
    NAME = "name"
    PROFESSION = "profession"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    PHONE = "phone"
    HOURS = "hours"
    RATING = "rating"
    COUNT = "count"
    DAY = "day"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as understood. `person` is whom it says it speaks of; `texts` what the listing displays."""

    person: Place
    platform: str
    url: str
    external_id: str
    status: ListingStatus | None
    texts: Mapping[str, str]
    rating: float | None
    count: int | None
    day: date | None


@cache
def _words() -> tuple[dict[SheetRole, RoleWords], dict[str, ListingStatus]]:
    document = load_words(DATA)
    statuses = {
        fold(str(word)): ListingStatus(value)
        for value, listed in document["statuts"].items()
        for word in listed
    }
    return role_words(document, SheetRole), statuses


def read_sheet(path: Path, *, name: str = "") -> TitledTable[SheetRole]:
    """Read a sheet of listings.

    Raises:
        RefusedError: no table, or none that tells a platform or a link.

    """
    roles, _ = _words()
    table = read_titled(path, roles, _fits, name=name or path.name, most_rows=MOST_ROWS, refusal=_NO_TABLE)
    if not {SheetRole.PLATFORM, SheetRole.URL} & table.roles.keys():
        raise RefusedError(_NO_TABLE)
    return table


def _fits(role: SheetRole, filled: Sequence[str]) -> bool:
    """Whether a content may be of a role; an empty column may be of any."""
    if not filled:
        return True
    if role is SheetRole.URL:
        return sum("." in value and " " not in value for value in filled) > _MOSTLY * len(filled)
    if role in (SheetRole.COUNT, SheetRole.RATING, SheetRole.PHONE, SheetRole.POSTCODE):
        return any(sign.isdigit() for value in filled for sign in value)
    if role in (SheetRole.PLATFORM, SheetRole.STATUS, SheetRole.NAME, SheetRole.CITY):
        return any(sign.isalpha() for value in filled for sign in value)
    return True


def understand(cells: Mapping[SheetRole, str], now: datetime) -> tuple[SheetRow, list[str]]:
    """Return what the cells of a row say, and a sentence for each cell read otherwise or left aside.

    Raises:
        RefusedError: the row names no platform, or contradicts itself, or holds a cell like a letter.

    """
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        raise RefusedError(f"une cellule dépasse {LONGEST_CELL} caractères")
    remarks: list[str] = []
    url = _url(cells.get(SheetRole.URL, ""), remarks)
    platform = _platform(cells.get(SheetRole.PLATFORM, ""), url, remarks)
    rating, count = _rating(cells, remarks), _count(cells, remarks)
    return (
        SheetRow(
            person=_person(cells, url),
            platform=platform,
            url=url,
            external_id=cells.get(SheetRole.LISTING_ID, ""),
            status=_status(cells.get(SheetRole.STATUS, ""), remarks),
            texts={name: text for name, text in _texts(cells, remarks).items() if text},
            rating=rating,
            count=count,
            day=_day(cells.get(SheetRole.DAY, ""), now, remarks),
        ),
        remarks,
    )


def _url(text: str, remarks: list[str]) -> str:
    if not text:
        return ""
    written = text.replace("\\", "/").strip("<>\"' ")
    if not written.lower().startswith(("http://", "https://")) and _BARE_HOST.fullmatch(written):
        written = f"https://{written}"
        remarks.append("lien complété par https://")
    found = target(written)
    if not found:
        remarks.append(f"lien « {text[:80]} » non compris : laissé de côté")
    return found


def _platform(text: str, url: str, remarks: list[str]) -> str:
    named, hosted = platform_of_name(text) if text else "", platform_of_url(url) if url else ""
    if text and not named:
        named = _near(text)
        if named:
            remarks.append(f"plateforme « {text} » lue comme {platforms()[named].name}")
    if named in _VAGUE and hosted:
        named = hosted
    if named and hosted and named != hosted:
        told, led = platforms()[named].name, platforms()[hosted].name
        raise RefusedError(f"la plateforme ({told}) et le lien ({led}) se contredisent")
    found = named or hosted or ("site" if url and not text else "")
    if not found:
        raise RefusedError(
            f"plateforme inconnue : « {text} »" if text else "ni plateforme ni lien : quelle fiche est-ce ?"
        )
    return found


def _near(text: str) -> str:
    """Return the platform that a misspelt name means, "" where none is near enough."""
    names = {
        fold(name): slug
        for slug, known in platforms().items()
        for name in (known.name, slug, *known.aliases)
        if len(name) > 3  # noqa: PLR2004 (two letters are near anything)
    }
    found = get_close_matches(fold(text), names, n=1, cutoff=_CLOSE)
    return names[found[0]] if found else ""


def _status(text: str, remarks: list[str]) -> ListingStatus | None:
    if not text:
        return None
    _, statuses = _words()
    plain = " ".join(re.findall(r"[a-z0-9?]+", fold(text)))
    known = statuses.get(plain)
    if known is None and (found := get_close_matches(plain, statuses, n=1, cutoff=_CLOSE)):
        known = statuses[found[0]]
        remarks.append(f"état « {text} » lu comme « {found[0]} »")
    if known is None:
        remarks.append(f"état « {text} » non compris : laissé de côté")
    return known


def _texts(cells: Mapping[SheetRole, str], remarks: list[str]) -> dict[str, str]:
    phone = cells.get(SheetRole.PHONE, "")
    if phone and not phones(phone):
        remarks.append(f"téléphone « {phone} » non compris : laissé de côté")
        phone = ""
    parts = [cells.get(SheetRole.ADDRESS, ""), _town(cells)]
    return {
        "name": cells.get(SheetRole.NAME, ""),
        "profession": cells.get(SheetRole.PROFESSION, ""),
        "address": ", ".join(filter(None, parts)),
        "phone": shown_phone(phone) if phone else "",
        "hours": cells.get(SheetRole.HOURS, ""),
        "note": cells.get(SheetRole.NOTE, ""),
    }


def _town(cells: Mapping[SheetRole, str]) -> str:
    """Return postcode and town, unless the address tells them already."""
    postcode, city = cells.get(SheetRole.POSTCODE, ""), cells.get(SheetRole.CITY, "")
    digits = re.sub(r"\s", "", postcode)
    if re.fullmatch(r"\d{4,5}", digits):
        postcode = digits.zfill(5)  # a spreadsheet ate the first zero of « 01000 »
    told = fold(cells.get(SheetRole.ADDRESS, ""))
    return " ".join(part for part in (postcode, city) if part and fold(part) not in told)


def _person(cells: Mapping[SheetRole, str], url: str) -> Place:
    return Place(
        listing_id=cells.get(SheetRole.LISTING_ID, ""),
        url=url,
        name=cells.get(SheetRole.PERSON, "") or cells.get(SheetRole.NAME, ""),
        city=cells.get(SheetRole.CITY, ""),
        address=cells.get(SheetRole.ADDRESS, ""),
        rpps=re.sub(r"\D", "", cells.get(SheetRole.RPPS, "")),
        slug=cells.get(SheetRole.SLUG, ""),
    )


def _rating(cells: Mapping[SheetRole, str], remarks: list[str]) -> float | None:
    text = cells.get(SheetRole.RATING, "")
    if not text:
        return None
    found, _ = RatingReader().read(text)
    if found is None or not 0 < found <= 5:  # noqa: PLR2004 (stars)
        remarks.append(f"note « {text} » non comprise : laissée de côté")
        return None
    return round(found, 2)


def _count(cells: Mapping[SheetRole, str], remarks: list[str]) -> int | None:
    text = cells.get(SheetRole.COUNT, "")
    if not text:
        return None
    found = _COUNT.fullmatch(text.strip())
    if found is not None and (found["kilo"] or not found["part"] or found["part"][1:] == "0"):
        whole = int(re.sub(r"\D", "", found["whole"]))
        value = whole * 1000 + int((found["part"] or ".0")[1:]) * 100 if found["kilo"] else whole
        if value <= _MOST_REVIEWS:
            return value
    remarks.append(f"nombre d’avis « {text} » non compris : laissé de côté")
    return None


def _day(text: str, now: datetime, remarks: list[str]) -> date | None:
    if not text:
        return None
    found = DateReader(now).read(text)
    if found is None or not found.is_certain:
        remarks.append(f"jour « {text} » non compris : relevé daté d’aujourd’hui")
        return None
    if found.day > now.date():
        remarks.append(f"jour « {text} » dans l’avenir : relevé daté d’aujourd’hui")
        return None
    return found.day
