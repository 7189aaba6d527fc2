"""Import a sheet of listings: all that is understood, in one transaction, or nothing.

A row is a listing known by its identifier or link, else the only one of its platform. An empty cell erases
nothing; a rating or a count adds a snapshot and rewrites none.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Practitioner
from ereput.domain.presence import Agreement, Listing, ListingStatus, Origin, Snapshot
from ereput.domain.publication import Place
from ereput.ingest.listings import SheetRole, SheetRow, read_sheet, understand
from ereput.ingest.platforms import platforms
from ereput.ingest.routing import Candidate, Router
from ereput.ingest.titled import Column, TitledTable
from ereput.ingest.urls import canonical
from ereput.ingest.wording import fold
from ereput.jobs.context import Context
from ereput.jobs.presence import checked, may_write
from ereput.store import journal, listings, places, practitioners
from ereput.text.contact import compare_name


@dataclass(frozen=True, slots=True)
class SheetOutcome:
    """What an import of a sheet did. `rejects` and `remarks` are (row, sentence), rows from 1."""

    file: str
    read: int
    added: int
    changed: int
    unchanged: int
    snapshots: int
    practitioners: int
    rejects: tuple[tuple[int, str], ...]
    remarks: tuple[tuple[int, str], ...]
    columns: tuple[Column[SheetRole], ...]
    seconds: float

    @property
    def rejected(self) -> int:
        """How many rows were not understood."""
        return len(self.rejects)


def import_sheet(
    context: Context, path: Path, *, name: str = "", practitioner: str = "", portfolio: str = ""
) -> SheetOutcome:
    """Write the listings of a sheet, for one practitioner or for those of a portfolio that the rows name.

    Raises:
        RefusedError: no table of listings, or not one row understood; nothing changed.

    """
    started = time.perf_counter()
    may_write(context)
    if bool(practitioner) == bool(portfolio):
        raise RefusedError("Indiquez un praticien ou un portefeuille, l’un ou l’autre.")
    table = read_sheet(path, name=name)
    with context.store.writing() as connection:
        plan = _Plan(context, connection, _people(connection, context, practitioner, portfolio), portfolio)
        plan.make(table)
        if plan.read == len(plan.rejects):
            why = f" : ligne {plan.rejects[0][0]}, {plan.rejects[0][1]}" if plan.rejects else "."
            raise RefusedError(f"Aucune ligne de la feuille n’a été comprise{why}")
        practitioners.bump_versions(connection, sorted(plan.touched))
        journal.note(
            connection, context.viewer, "feuille de fiches", subject=practitioner or portfolio,
            detail=f"{plan.added} ajoutées, {plan.changed} modifiées, {plan.snapshots} relevés",
            now=context.now,
        )  # fmt: skip
    return SheetOutcome(
        file=name or path.name,
        read=plan.read,
        added=plan.added,
        changed=plan.changed,
        unchanged=plan.unchanged,
        snapshots=plan.snapshots,
        practitioners=len(plan.told),
        rejects=tuple(plan.rejects),
        remarks=tuple(plan.remarks),
        columns=table.columns,
        seconds=round(time.perf_counter() - started, 3),
    )


def _people(
    connection: sa.Connection, context: Context, practitioner: str, portfolio: str
) -> list[Practitioner]:
    if practitioner:
        found = [practitioners.read_one(connection, context.viewer, practitioner)]
    else:
        home = practitioners.read_portfolio(connection, context.viewer, portfolio)
        found = practitioners.read_members(connection, context.viewer, home)
    return found


@dataclass(slots=True)
class _Told:
    """What this file said of one practitioner: {listing: (row, values)}."""

    rows: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)


class _Plan:
    """What the rows of a sheet change, written as they come, in the caller's transaction."""

    def __init__(
        self, context: Context, connection: sa.Connection, people: Sequence[Practitioner], portfolio: str
    ) -> None:
        self.context, self.connection, self.portfolio = context, connection, portfolio
        self.people = {who.id: who for who in people}
        practitioners.lock_versions(connection, sorted(self.people))
        self.known: defaultdict[int, list[Listing]] = defaultdict(list)
        for one in listings.read_all(connection, context.viewer, sorted(self.people)):
            self.known[one.practitioner_id].append(one)
        self.router = self._router(people)
        self.told: defaultdict[int, _Told] = defaultdict(_Told)
        self.touched: set[int] = set()
        self.read = self.added = self.changed = self.unchanged = self.snapshots = 0
        self.rejects: list[tuple[int, str]] = []
        self.remarks: list[tuple[int, str]] = []

    def _router(self, people: Sequence[Practitioner]) -> Router:
        names = {
            who.id: tuple(
                filter(None, (part for one in self.known[who.id] for part in (one.external_id, one.url)))
            )
            for who in people
        }
        candidates = [Candidate(w.id, w.slug, w.name, w.city, w.rpps, names[w.id]) for w in people]
        aliases: dict[int, int] = {}
        if self.portfolio:
            home = practitioners.read_portfolio(self.connection, self.context.viewer, self.portfolio)
            aliases = places.read_aliases(self.connection, home)
        return Router(candidates, aliases)

    def make(self, table: TitledTable[SheetRole]) -> None:
        """Take every row."""
        for number, cells in table.rows():
            self.read += 1
            try:
                row, remarks = understand(cells, self.context.now)
                who = self._whose(row, cells, remarks)
                self._take(number, who, row)
            except RefusedError as refusal:
                self.rejects.append((number, str(refusal)))
            else:
                self.remarks += [(number, remark) for remark in remarks]

    def _whose(self, row: SheetRow, cells: dict[SheetRole, str], remarks: list[str]) -> Practitioner:
        if not self.portfolio:
            who = next(iter(self.people.values()))
            _refuse_other(who, row.person, cells.get(SheetRole.PERSON, ""))
            return who
        found = self.router.of_place(row.person)
        if found.practitioner is not None:
            return self.people[found.practitioner]
        near = self._near(row.person)
        if near is None:
            raise RefusedError(found.reason.rstrip(".").lower())
        remarks.append(f"« {row.person.name} » rapproché de {near.name}")
        return near

    def _near(self, person: Place) -> Practitioner | None:
        """Return who bears nearly this name, or part of it, in this town; None unless one only does."""
        where = f" {fold(person.city or person.address)} "
        found = [
            who
            for who in self.people.values()
            if person.name and who.city and f" {fold(who.city)} " in where.replace(",", " ")
            and compare_name(person.name, who.name)[1] != "c’est un autre nom"
        ]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def _take(self, number: int, who: Practitioner, row: SheetRow) -> None:
        known = self._listing(who, row)
        values: dict[str, Any] = dict(row.texts) | {"platform": row.platform}
        values |= {
            name: value for name, value in (("url", row.url), ("external_id", row.external_id)) if value
        }
        if row.status is not None:
            values["status"] = row.status.value
        earlier = self.told[who.id].rows.get(known.id) if known else None
        if earlier is not None and any(earlier[1].get(key, value) != value for key, value in values.items()):
            raise RefusedError(f"la même fiche est déjà décrite autrement à la ligne {earlier[0]}")
        taken = self._displayed(row)
        listing_id, is_changed = self._write(who, known, values)
        self.told[who.id].rows[listing_id] = (number, values)
        if taken is not None:
            mine = replace(taken, listing_id=listing_id)
            is_new = listings.add_snapshot(self.connection, who.id, mine, now=self.context.now)
            self.snapshots += is_new
            is_changed = is_changed or is_new
        if is_changed:
            self.touched.add(who.id)

    def _displayed(self, row: SheetRow) -> Snapshot | None:
        """Return what the row says that the listing displays, checked before anything is written."""
        if row.rating is None and row.count is None:
            return None
        day = row.day or self.context.today
        return checked(self.context, 0, rating=row.rating, count=row.count, day=day, origin=Origin.SHEET)

    def _write(self, who: Practitioner, known: Listing | None, values: dict[str, Any]) -> tuple[int, bool]:
        """Insert or change a listing; return its number, and whether anything was written."""
        if known is None:
            values = {"status": ListingStatus.UNKNOWN.value} | values
            listing_id = listings.insert(self.connection, who.id, values | {"checked_on": self.context.today})
            self.known[who.id].append(
                Listing(
                    **values
                    | {"id": listing_id, "practitioner_id": who.id, "status": ListingStatus(values["status"])}
                )
            )
            self.added += 1
            return listing_id, True
        fresh = {key: value for key, value in values.items() if str(getattr(known, key)) != value}
        if not fresh:
            self.unchanged += 1
            return known.id, False
        listings.change(self.connection, who.id, known.id, fresh | {"checked_on": self.context.today})
        mine = self.known[who.id]
        kept = fresh | ({"status": ListingStatus(fresh["status"])} if "status" in fresh else {})
        mine[mine.index(known)] = replace(known, **kept)
        self.changed += 1
        return known.id, True

    def _listing(self, who: Practitioner, row: SheetRow) -> Listing | None:
        """Return the known listing that a row is, None for a new one."""
        mine = self.known[who.id]
        if row.external_id:
            named = [one for one in mine if one.external_id == row.external_id]
            if named:
                return named[0]
        if row.url:
            linked = [one for one in mine if one.url and canonical(one.url) == canonical(row.url)]
            if linked:
                return linked[0]
        here = [
            one
            for one in mine
            if one.platform == row.platform
            and not (row.url and one.url)
            and not (row.external_id and one.external_id)
            and not ((row.url or row.external_id) and one.id in self.told[who.id].rows)
        ]
        if len(here) > 1:
            name = platforms()[row.platform].name
            raise RefusedError(f"plusieurs fiches {name} sont connues : ajoutez le lien de celle-ci")
        return here[0] if here else None


def _refuse_other(who: Practitioner, person: Place, name: str) -> None:
    """Refuse a row that names somebody else than the practitioner whom the sheet is imported for."""
    if person.slug and person.slug != who.slug:
        raise RefusedError(f"la ligne est de « {person.slug} »")
    if person.rpps and who.rpps and person.rpps != who.rpps:
        raise RefusedError(f"le numéro RPPS {person.rpps} est celui d’un autre praticien")
    if name and compare_name(name, who.name) == (Agreement.DIFFERENT, "c’est un autre nom"):
        raise RefusedError(f"la ligne est de « {name} »")
