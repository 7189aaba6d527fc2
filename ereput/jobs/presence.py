"""What people do about a presence: write listings and offices down, note what is displayed, open a case."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Practitioner, Role
from ereput.domain.presence import Finding, Listing, ListingStatus, Office, Origin, Snapshot
from ereput.facts import presence as found_of
from ereput.facts import readiness as facts
from ereput.guidance.workflow import CaseStatus
from ereput.ingest.urls import canonical, target
from ereput.jobs import cases
from ereput.jobs.cases import Opened
from ereput.jobs.context import Context
from ereput.jobs.importing import known_platform
from ereput.store import journal, listings, practitioners
from ereput.text.contact import shown_phone

LONGEST = 500
NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_OFFICES = 10
MOST_REVIEWS = 1_000_000
_BEST = 5.0
_TEXTS = frozenset({"external_id", "url", "name", "profession", "address", "phone", "hours", "note"})


def may_write(context: Context) -> None:
    """Refuse who may only read."""
    if context.viewer.role is Role.READER:
        raise RefusedError("Votre rôle permet de lire les fiches, pas de les modifier.")


def save(
    context: Context,
    slug: str,
    *,
    listing_id: int | None = None,
    platform: str = "",
    status: str = "",
    texts: Mapping[str, str] = NOTHING,
) -> int:
    """Add a listing, or change one; return its number. A text that is not given stays as it is.

    Raises:
        RefusedError: an unknown platform or status, a link that is none, a second listing at one address.

    """
    may_write(context)
    values: dict[str, Any] = clean(texts)
    if status:
        values["status"] = _status(status).value
    if platform:
        values["platform"] = known_platform(platform)
    with context.store.writing() as connection:
        who = _locked(connection, context, slug)
        mine = listings.read_all(connection, context.viewer, [who.id])
        _refuse_twice(mine, values.get("url", ""), listing_id)
        values["checked_on"] = context.today
        if listing_id is None:
            if not platform:
                raise RefusedError("Dites sur quelle plateforme est cette fiche.")
            values.setdefault("status", ListingStatus.UNKNOWN.value)
            listing_id = listings.insert(connection, who.id, values)
            done = "fiche ajoutée"
        else:
            listings.read_one(connection, context.viewer, who.id, listing_id)
            listings.change(connection, who.id, listing_id, values)
            done = "fiche modifiée"
        practitioners.bump_versions(connection, [who.id])
        journal.note(
            connection, context.viewer, done, subject=slug, detail=f"fiche {listing_id}", now=context.now
        )
    return listing_id


def clean(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what is written of a listing on one line each, the link checked, the telephone in form."""
    unknown = texts.keys() - _TEXTS
    if unknown:
        raise RefusedError(f"Champ inconnu : {', '.join(sorted(unknown))}.")
    values = {name: " ".join(text.split()) for name, text in texts.items()}
    if any(len(text) > LONGEST for text in values.values()):
        raise RefusedError(f"Un champ dépasse {LONGEST} caractères.")
    if url := values.get("url"):
        values["url"] = target(url)
        if not values["url"]:
            raise RefusedError("Le lien commence par https:// ou http://.")
    if phone := values.get("phone"):
        values["phone"] = shown_phone(phone)
    return values


def _status(text: str) -> ListingStatus:
    try:
        return ListingStatus(text)
    except ValueError:
        raise RefusedError(f"État inconnu : « {text} ». Possibles : {', '.join(ListingStatus)}.") from None


def _refuse_twice(mine: Sequence[Listing], url: str, listing_id: int | None) -> None:
    if url and any(one.id != listing_id and one.url and canonical(one.url) == canonical(url) for one in mine):
        raise RefusedError("Une fiche de ce praticien porte déjà ce lien.")


def _locked(connection: sa.Connection, context: Context, slug: str) -> Practitioner:
    """Return the practitioner; two people writing its listings take turns."""
    who = practitioners.read_one(connection, context.viewer, slug)
    practitioners.lock_versions(connection, [who.id])
    return who


def mark(context: Context, slug: str, listing_id: int, status: str) -> None:
    """Say in whose hands a listing now is."""
    save(context, slug, listing_id=listing_id, status=status)


def set_offices(context: Context, slug: str, offices: Sequence[Office]) -> None:
    """Write where the practitioner works, in place of what was written; blank offices are left out."""
    may_write(context)
    kept = []
    for one in offices:
        told = clean({"address": one.address, "phone": one.phone, "hours": one.hours})
        if any(told.values()):
            kept.append(Office(**told))
    if len(kept) > MOST_OFFICES:
        raise RefusedError(f"Pas plus de {MOST_OFFICES} cabinets.")
    with context.store.writing() as connection:
        who = _locked(connection, context, slug)
        listings.write_offices(connection, who.id, kept)
        practitioners.bump_versions(connection, [who.id])
        journal.note(connection, context.viewer, "coordonnées notées", subject=slug, now=context.now)


def snapshot(
    context: Context,
    slug: str,
    listing_id: int,
    *,
    rating: float | None,
    count: int | None,
    day: date | None = None,
) -> bool:
    """Note what a listing displays; return False when the same is noted for that day already.

    A correction is a second snapshot of the day: the first is kept.
    """
    may_write(context)
    taken = checked(
        context, listing_id, rating=rating, count=count, day=day or context.today, origin=Origin.HAND
    )
    with context.store.writing() as connection:
        who = _locked(connection, context, slug)
        known = listings.read_one(connection, context.viewer, who.id, listing_id)
        is_new = listings.add_snapshot(connection, who.id, taken, now=context.now)
        if known.checked_on is None or known.checked_on < taken.day:
            listings.change(connection, who.id, listing_id, {"checked_on": taken.day})
        if is_new:
            practitioners.bump_versions(connection, [who.id])
            journal.note(
                connection, context.viewer, "fiche relevée", subject=slug, detail=f"fiche {listing_id}",
                now=context.now,
            )  # fmt: skip
    return is_new


def checked(
    context: Context,
    listing_id: int,
    *,
    rating: float | None,
    count: int | None,
    day: date,
    origin: Origin,
) -> Snapshot:
    """Return a snapshot that can be.

    Raises:
        RefusedError: no figure at all, a rating that is not on 5, a count below 0, a day to come.

    """
    if rating is None and count is None:
        raise RefusedError("Il faut au moins la note ou le nombre d’avis affichés.")
    if rating is not None and not 1 <= rating <= _BEST:
        raise RefusedError("La note affichée va de 1 à 5.")
    if count is not None and not 0 <= count <= MOST_REVIEWS:
        raise RefusedError("Le nombre d’avis affichés est un entier positif.")
    if day > context.today:
        raise RefusedError("Ce jour est dans l’avenir.")
    return Snapshot(listing_id, day, rating, count, origin, context.viewer.name)


def confirm(context: Context, slug: str, item: str, *, holds: bool = True) -> None:
    """Note that something is ready before any crisis, or that it no longer is; good for a year."""
    may_write(context)
    if item not in facts.CONFIRMED:
        raise RefusedError(f"« {item} » ne se confirme pas. Possibles : {', '.join(facts.CONFIRMED)}.")
    with context.store.writing() as connection:
        who = _locked(connection, context, slug)
        listings.write_ready(connection, context.viewer, who.id, item, context.today if holds else None)
        done = "préparation confirmée" if holds else "préparation à refaire"
        journal.note(connection, context.viewer, done, subject=slug, detail=item, now=context.now)


def open_case(
    context: Context, slug: str, finding: str, listing_id: int = 0, *, home: Path | None = None
) -> Opened:
    """Open a case on a finding, told as it stands today; one still open on it is returned.

    Raises:
        RefusedError: the finding does not hold (any more).

    """
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, slug)
        for row in listings.read_cases(connection, context.viewer, who.id):
            is_same = (row.listing_id, row.finding) == (listing_id, finding)
            if is_same and row.status != CaseStatus.CLOSED:
                return Opened(int(row.case_id), is_new=False)
    found = found_of.one(
        context.store, context.viewer, who, context.now, finding=finding, listing_id=listing_id
    )
    if found is None:
        raise RefusedError("Ce constat ne tient plus : la présence a changé entre-temps.")
    made = cases.open_by_hand(
        context, slug, found.title, url=found.url, text=found.text, origin="presence", home=home
    )
    with context.store.writing() as connection:
        listings.link_case(connection, who.id, listing_id, Finding(finding).value, made.case_id)
        practitioners.bump_versions(connection, [who.id])
    return made
