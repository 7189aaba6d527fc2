"""What the listings of a practitioner show, against what it says itself: detail by detail."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ereput.domain.presence import Agreement, Compared, Detail, Listing, Office
from ereput.text import contact
from ereput.text.hours import compare_hours, hours

_ORDER = {
    Agreement.SAME: 0,
    Agreement.TOLERATED: 1,
    Agreement.NOTHING: 2,
    Agreement.ABSENT: 3,
    Agreement.DIFFERENT: 4,
}


@dataclass(frozen=True, slots=True)
class Reference:
    """What is right.

    `professions` are words for it, the preferred first; `is_declared` is false when the offices were
    guessed from what most listings show.
    """

    name: str
    professions: tuple[str, ...] = ()
    offices: tuple[Office, ...] = field(default=())
    is_declared: bool = True


def compare(listing: Listing, reference: Reference) -> tuple[Compared, ...]:
    """Return every detail of a listing against the reference.

    With several offices, address, telephone and hours are compared with the office that fits best.
    """
    name = _compared(Detail.NAME, listing.name, reference.name, contact.compare_name)
    told, *synonyms = reference.professions or ("",)
    profession = _compared(
        Detail.PROFESSION,
        listing.profession,
        told,
        lambda shown, expected: contact.compare_profession(shown, expected, synonyms),
    )
    at_offices = [_at(listing, office) for office in reference.offices or (Office(),)]
    return (name, profession, *min(at_offices, key=_distance))


def _at(listing: Listing, office: Office) -> tuple[Compared, ...]:
    return (
        _compared(Detail.ADDRESS, listing.address, office.address, contact.compare_address),
        _compared(Detail.PHONE, listing.phone, office.phone, contact.compare_phone),
        _compared(Detail.HOURS, listing.hours, office.hours, compare_hours),
    )


def _distance(compared: Sequence[Compared]) -> tuple[int, int]:
    wrong = sum(one.agreement is Agreement.DIFFERENT for one in compared)
    return wrong, sum(_ORDER[one.agreement] for one in compared)


def _compared(
    detail: Detail, shown: str, expected: str, rule: Callable[[str, str], contact.Verdict]
) -> Compared:
    shown, expected = shown.strip(), expected.strip()
    if not expected:
        return Compared(detail, Agreement.NOTHING, shown)
    if not shown:
        return Compared(detail, Agreement.ABSENT, "", expected)
    agreement, why = rule(shown, expected)
    return Compared(detail, agreement, shown, expected, why)


def consensus(listings: Sequence[Listing]) -> Office:
    """Return what most listings show, in a common spelling of theirs, where at least two agree.

    Stands for an office that the practitioner has not described yet.
    """
    online = [listing for listing in listings if listing.is_online]
    return Office(
        address=_most([listing.address for listing in online], contact.address),
        phone=_most([listing.phone for listing in online], contact.phones),
        hours=_most([listing.hours for listing in online], hours),
    )


def _most(texts: Sequence[str], key: Callable[[str], object]) -> str:
    told = [text for text in texts if text.strip()]
    counted = Counter(key(text) or text for text in told)
    if not counted:
        return ""
    (best, count), *others = counted.most_common(2)
    if count < 2 or (others and others[0][1] == count):  # noqa: PLR2004 (two that agree)
        return ""
    return next(text for text in told if (key(text) or text) == best)
