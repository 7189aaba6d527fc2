"""Import the list of insured practitioners: all that is understood, in one transaction, or nothing.

A row is somebody known by its slug, its RPPS number, its contract under the same name, or its name and
city; never by a name alone when another city is known. An empty cell erases nothing.
"""

import json
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Practitioner, Profession, Role
from ereput.ingest.insured import (
    Columns,
    InsuredRole,
    InsuredTable,
    ReadColumn,
    has_names,
    read_insured,
    role_named,
    vocabulary,
)
from ereput.ingest.wording import fold
from ereput.jobs.context import Context
from ereput.jobs.practitioners import profession_of, slug_of
from ereput.store import journal, mappings, portfolio, practitioners

LONGEST_DELAY = 365
LONGEST_CELL = 300
_WRITTEN = (
    "name", "profession", "specialty", "city", "department", "rpps", "email",
    "guarantee", "insurer", "contract", "declaration_days",
)  # fmt: skip
_FRENCH = {
    "name": "nom", "profession": "profession", "specialty": "spécialité", "city": "ville",
    "department": "département", "rpps": "RPPS", "email": "e-mail", "guarantee": "garantie",
    "insurer": "assureur", "contract": "contrat", "declaration_days": "délai de déclaration",
}  # fmt: skip
_TOLD = frozenset({"profession", "city", "department", "guarantee", "insurer", "declaration_days"})
"""What the audit tells in full; of the others it keeps that they changed, not what they were."""
_WORKING_DAYS = {"semaine": 5.0, "mois": 20.0, "calendaire": 5 / 7, "franc": 5 / 7, "ouvrable": 5 / 6}
_DELAY = re.compile(r"(\d{1,3})\s*(?:j|jours?)?\s*(semaine|mois|calendaire|franc|ouvrable|ouvre)?s?")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PEOPLE = re.compile(r"\b(?:dr|docteur|pr|professeur|m|mme|mlle|monsieur|madame)\b\.?")


@dataclass(frozen=True, slots=True)
class InsuredOutcome:
    """What an import of the list did. `rejects` and `remarks` are (row, sentence), rows from 1."""

    file: str
    portfolio: str
    read: int
    added: int
    changed: int
    unchanged: int
    rejects: tuple[tuple[int, str], ...]
    remarks: tuple[tuple[int, str], ...]
    columns: tuple[ReadColumn, ...]
    seconds: float

    @property
    def rejected(self) -> int:
        """How many rows were not understood."""
        return len(self.rejects)


def import_list(
    context: Context,
    path: Path,
    *,
    portfolio_name: str,
    name: str = "",
    columns: Mapping[str, str] | None = None,
) -> InsuredOutcome:
    """Add the practitioners of a list to a portfolio and bring those that are known up to date.

    `columns` corrects the reading, {role: title}; a correction serves the next list with the same titles.

    Raises:
        RefusedError: no table of names, or not one row understood; nothing changed.

    """
    started = time.perf_counter()
    if context.viewer.role not in (Role.ADMINISTRATOR, Role.BROKER):
        raise RefusedError("Votre rôle ne permet pas d’importer une liste d’assurés.")
    if not portfolio_name.strip():
        raise RefusedError("Dites dans quel portefeuille ces assurés entrent.")
    table = read_insured(path, name=name)
    chosen = _chosen(context, table, columns or {})
    plan = _Plan(context, table, chosen)
    with context.store.writing() as connection:
        home = _home(connection, context, portfolio_name.strip())
        plan.make(connection, home)
        if not plan.understood:
            why = f" : ligne {plan.rejects[0][0]}, {plan.rejects[0][1]}" if plan.rejects else "."
            raise RefusedError(f"Aucune ligne de la liste n’a été comprise{why}")
        plan.write(connection, home)
        if columns:
            packed = json.dumps({role.value: at for role, at in chosen.items()})
            mappings.write(connection, _signature(table), packed, now=context.now)
    return InsuredOutcome(
        file=name or path.name,
        portfolio=portfolio_name.strip(),
        read=plan.read,
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        rejects=tuple(plan.rejects),
        remarks=tuple(plan.remarks),
        columns=_shown(table, chosen),
        seconds=round(time.perf_counter() - started, 3),
    )


def preview(context: Context, path: Path, *, name: str = "") -> tuple[InsuredTable, tuple[ReadColumn, ...]]:
    """Return a list and how its columns would be read, a remembered correction included."""
    table = read_insured(path, name=name)
    return table, _shown(table, _chosen(context, table, {}))


def _home(connection: sa.Connection, context: Context, name: str) -> int:
    """Return the portfolio of that name; only an administrator makes a new one."""
    if (name, True) in practitioners.read_portfolios(connection, context.viewer):
        raise RefusedError("Ce portefeuille est celui de la démonstration : il s’efface avec elle.")
    if context.viewer.role is Role.ADMINISTRATOR:
        return practitioners.ensure_portfolio(connection, name)
    return practitioners.read_portfolio(connection, context.viewer, name)


# -- columns


def _signature(table: InsuredTable) -> str:
    return f"assures:{table.signature}"


def _chosen(context: Context, table: InsuredTable, corrections: Mapping[str, str]) -> Columns:
    """Return the column of each role: the user's correction, else the remembered one, else the guess."""
    with context.store.reading() as connection:
        kept = mappings.read(connection, _signature(table))
    chosen = dict(table.guessed)
    if kept:
        chosen = {InsuredRole(role): int(at) for role, at in json.loads(kept).items()}
    for name, title in corrections.items():
        role = _role(name)
        chosen.pop(role, None)
        if title:
            at = _titled(table, title)
            chosen = {other: column for other, column in chosen.items() if column != at} | {role: at}
    if not has_names(chosen):
        raise RefusedError("Dites quelle colonne porte les noms.")
    return chosen


def _role(name: str) -> InsuredRole:
    found = role_named(name)
    if found is None:
        labels = ", ".join(entry.label for entry in vocabulary().roles.values())
        raise RefusedError(f"« {name} » n’est pas une colonne d’assuré. Possibles : {labels}.")
    return found


def _titled(table: InsuredTable, title: str) -> int:
    for at, known in enumerate(table.header):
        if fold(known) == fold(title):
            return at
    raise RefusedError(f"Aucune colonne ne s’intitule « {title} ».")


def _shown(table: InsuredTable, chosen: Columns) -> tuple[ReadColumn, ...]:
    by_index = {at: role for role, at in chosen.items()}
    shown = []
    for column in table.columns:
        role = by_index.get(column.index)
        if role is column.role:
            shown.append(column)
            continue
        reason = "Colonne laissée de côté, à votre demande."
        if role is not None:
            reason = f"Lue comme {vocabulary().roles[role].label}, à votre demande."
        shown.append(ReadColumn(column.index, column.title, role, reason))
    return tuple(shown)


# -- rows


@dataclass(slots=True)
class _Known:
    """The members of the portfolio, by what tells them apart."""

    by_slug: dict[str, Practitioner] = field(default_factory=dict)
    by_rpps: dict[str, Practitioner] = field(default_factory=dict)
    by_contract: defaultdict[tuple[str, str], list[Practitioner]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_place: defaultdict[tuple[str, str], list[Practitioner]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_name: defaultdict[str, list[Practitioner]] = field(default_factory=lambda: defaultdict(list))

    def add(self, who: Practitioner) -> None:
        """Make a practitioner findable."""
        name, city = person(who.name), fold(who.city)
        self.by_slug[who.slug] = who
        if who.rpps:
            self.by_rpps[who.rpps] = who
        if who.contract:
            self.by_contract[fold(who.contract), name].append(who)
        self.by_place[name, city].append(who)
        self.by_name[name].append(who)

    def find(self, slug: str, values: Mapping[str, Any]) -> Practitioner | None:
        """Return who a row is, None for somebody new.

        Raises:
            RefusedError: the row may be several people, or its signs point to different ones.

        """
        name, city = person(values["name"]), fold(values.get("city", ""))
        strong: list[Practitioner | None] = [
            self.by_slug.get(slug),
            self.by_rpps.get(values.get("rpps", "")),
            *self.by_contract.get((fold(values.get("contract", "")), name), ()),
        ]
        found: dict[int, Practitioner] = {who.id: who for who in strong if who is not None}
        if len(found) > 1:
            names = " et ".join(sorted(who.slug for who in found.values()))
            raise RefusedError(f"ses numéros désignent plusieurs assurés ({names})")
        if found:
            return next(iter(found.values()))
        return self._by_place(name, city, values)

    def _by_place(self, name: str, city: str, values: Mapping[str, Any]) -> Practitioner | None:
        fitting = [
            who
            for who in (self.by_place.get((name, city)) or self._of_unsure_city(name, city))
            if not (who.rpps and values.get("rpps") and who.rpps != values["rpps"])
        ]
        if len(fitting) > 1:
            raise RefusedError("plusieurs assurés portent ce nom dans cette ville : ajoutez le numéro RPPS")
        return fitting[0] if fitting else None

    def _of_unsure_city(self, name: str, city: str) -> list[Practitioner]:
        namesakes = self.by_name.get(name, [])
        if not city and namesakes:
            raise RefusedError("un assuré de ce nom est connu dans une ville : ajoutez la ville ou le RPPS")
        return [who for who in namesakes if not who.city]


class _Plan:
    """What the rows of a list change."""

    def __init__(self, context: Context, table: InsuredTable, columns: Columns) -> None:
        self.context, self.table, self.columns = context, table, columns
        self.read = self.unchanged = 0
        self.added: list[dict[str, Any]] = []
        self.changed: list[dict[str, Any]] = []
        self.rejects: list[tuple[int, str]] = []
        self.remarks: list[tuple[int, str]] = []
        self.lines: list[tuple[str, str, str]] = []
        self.known = _Known()
        self.seen: dict[str, tuple[int, dict[str, Any]]] = {}  # slug → row that told of it, what it told
        self.taken: set[str] = set()

    @property
    def understood(self) -> int:
        """How many rows were understood."""
        return self.read - len(self.rejects)

    def make(self, connection: sa.Connection, home: int) -> None:
        """Compare every row with what is known."""
        self.taken = portfolio.read_slugs(connection)
        for who in practitioners.read_members(connection, self.context.viewer, home):
            self.known.add(who)
        for number, cells in self.table.rows(self.columns):
            self.read += 1
            try:
                self._row(number, cells)
            except RefusedError as refusal:
                self.rejects.append((number, str(refusal)))

    def _row(self, number: int, cells: Mapping[InsuredRole, str]) -> None:
        values, remarks = understand(cells)
        slug = slug_of(cells.get(InsuredRole.SLUG, ""))
        who = self.known.find(slug, values)
        earlier = self.seen.get(who.slug) if who else None
        if who is not None and earlier is not None:
            if any(_plain(earlier[1].get(key)) != _plain(value) for key, value in values.items()):
                raise RefusedError(f"le même assuré est déjà décrit autrement à la ligne {earlier[0]}")
            self.unchanged += 1
            return
        who = self._change(who, values) if who else self._add(slug, values)
        self.seen[who.slug] = (number, values)
        self.remarks += [(number, remark) for remark in remarks]

    def _add(self, slug: str, values: dict[str, Any]) -> Practitioner:
        slug = self._free(slug or slug_of(values["name"]) or "praticien", slug_of(values.get("city", "")))
        row: dict[str, Any] = dict.fromkeys(_WRITTEN, "")
        row |= {"profession": Profession.OTHER, "guarantee": Guarantee.UNKNOWN, "declaration_days": None}
        row |= values | {"slug": slug}
        self.added.append(row)
        self.lines.append(("praticien ajouté", slug, "liste d’assurés"))
        who = Practitioner(id=-len(self.added), portfolio="", **row)
        self.known.add(who)
        return who

    def _free(self, slug: str, city: str) -> str:
        if self.context.viewer.role is not Role.ADMINISTRATOR:
            # Whoever does not see everybody must not learn, by a number, which names are taken.
            return f"{slug}-{secrets.token_hex(3)}"
        wanted = slug
        if wanted in self.taken and city:
            wanted = f"{slug}-{city}"
        rank = 2
        while wanted in self.taken:
            wanted, rank = f"{slug}-{rank}", rank + 1
        self.taken.add(wanted)
        return wanted

    def _change(self, who: Practitioner, values: dict[str, Any]) -> Practitioner:
        fresh = {key: value for key, value in values.items() if getattr(who, key) != value}
        if person(who.name) == person(values["name"]):
            fresh.pop("name", None)  # the same name, otherwise written
        if not fresh:
            self.unchanged += 1
            return who
        row: dict[str, Any] = {name: getattr(who, name) for name in _WRITTEN} | {"id": who.id}
        self.changed.append(row | fresh)
        self.lines.append(("praticien modifié", who.slug, f"liste d’assurés : {_told(who, fresh)}"))
        return who

    def write(self, connection: sa.Connection, home: int) -> None:
        """Write what changed, and a line of audit for each."""
        common = {"portfolio_id": home, "created_at": self.context.now, "data_version": 0}
        portfolio.insert_many(connection, [row | common for row in self.added])
        portfolio.change_many(connection, self.changed)
        portfolio.note_many(connection, self.context.viewer, self.lines, now=self.context.now)
        if self.lines:
            counts = f"{len(self.added)} ajoutés, {len(self.changed)} modifiés"
            journal.note(
                connection, self.context.viewer, "liste d’assurés", detail=counts, now=self.context.now
            )


def _plain(value: object) -> object:
    return person(value) if isinstance(value, str) else value


def _told(who: Practitioner, fresh: Mapping[str, Any]) -> str:
    parts = [
        f"{_FRENCH[key]} {getattr(who, key) or 'vide'} → {value}" if key in _TOLD else _FRENCH[key]
        for key, value in fresh.items()
    ]
    return ", ".join(parts)


# -- cells


def understand(cells: Mapping[InsuredRole, str]) -> tuple[dict[str, Any], list[str]]:
    """Return what the cells of a row say, by field, and a sentence for each cell that is left aside.

    Raises:
        RefusedError: the row bears no name, or a cell as long as a letter.

    """
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        raise RefusedError(f"une cellule dépasse {LONGEST_CELL} caractères")
    values: dict[str, Any] = {"name": _name(cells)}
    remarks: list[str] = []
    for role in (InsuredRole.CITY, InsuredRole.INSURER, InsuredRole.CONTRACT, InsuredRole.SPECIALTY):
        values[role.value] = cells.get(role, "")
    for name, reader in _READERS.items():
        text = cells.get(InsuredRole(name), "")
        if text and (found := reader(text)) is None:
            remarks.append(f"{_CELLS[name]} « {text} » non compris : laissé de côté")
        elif text:
            values["declaration_days" if name == "delay" else name] = found
    if profession := cells.get(InsuredRole.PROFESSION, ""):
        values["profession"] = profession_in(profession)
        if not values["specialty"] and values["profession"] in (Profession.OTHER, Profession.DOCTOR):
            values["specialty"] = profession if fold(profession) != "medecin" else ""
    if not values.get("department"):
        values["department"] = _department_of(cells.get(InsuredRole.POSTCODE, ""))
    return {key: value for key, value in values.items() if value != ""}, remarks


def person(name: str) -> str:
    """Return a name as it is compared: « NOËL Élise » is « Dr Élise Noël »."""
    bare = _PEOPLE.sub(" ", fold(name).replace("-", " "))
    return " ".join(sorted(bare.split())) or fold(name)


def profession_in(text: str) -> Profession:
    """Return the profession that a text names, if only among other words: « Infirmière libérale (IDEL) »."""
    known = profession_of(text)
    if known is not Profession.OTHER:
        return known
    plain = " ".join(_feminine(word) for word in re.split(r"[^a-z0-9]+", fold(text)) if word)
    for phrase, value in vocabulary().professions.items():
        if f" {' '.join(_feminine(word) for word in phrase.split())} " in f" {plain} ":
            return Profession(value)
    return Profession.OTHER


def _feminine(word: str) -> str:
    """Return a word as one of both genders: « infirmière » and « infirmier » compare alike."""
    return re.sub(r"(?:iere|ier|ienne|ien|ere|er)s?$", "*", word)


def _name(cells: Mapping[InsuredRole, str]) -> str:
    parts = [
        cells.get(role, "") for role in (InsuredRole.TITLE, InsuredRole.FIRST_NAME, InsuredRole.LAST_NAME)
    ]
    name = cells.get(InsuredRole.NAME, "") or (" ".join(filter(None, parts)) if parts[1] or parts[2] else "")
    if not re.search(r"[^\W\d_]", name):
        raise RefusedError("la ligne ne porte pas de nom")
    return name


def _guarantee(text: str) -> Guarantee | None:
    found = vocabulary().guarantees.get(fold(text))
    return Guarantee(found) if found else None


def _rpps(text: str) -> str | None:
    digits = re.sub(r"[\s.]", "", text)
    return digits if re.fullmatch(r"\d{11}", digits) else None


def _email(text: str) -> str | None:
    return text.lower() if _EMAIL.fullmatch(text) else None


def _delay(text: str) -> int | None:
    """Return working days, in which the law counts (C. assur., L113-2) and a bare number is read.

    Other units are brought down to them: sooner than due, never later.
    """
    found = _DELAY.fullmatch(fold(text))
    if found is None:
        return None
    days = int(int(found[1]) * _WORKING_DAYS.get(found[2] or "", 1.0))
    return days if 1 <= days <= LONGEST_DELAY else None


def _department(text: str) -> str | None:
    plain = text.strip().upper()
    if re.fullmatch(r"\d", plain):
        return f"0{plain}"
    if re.fullmatch(r"\d{2}|2[AB]|9[78]\d", plain):
        return plain
    code = re.search(r"\b(\d{2,3}|2[AB])\b", plain)
    return code[1] if code else text if any(sign.isalpha() for sign in text) else None


def _department_of(postcode: str) -> str:
    """Return the department of a postcode; Corsica's and the overseas ones differ from their two digits."""
    digits = re.sub(r"\s", "", postcode).zfill(5) if postcode else ""
    if not re.fullmatch(r"\d{5}", digits):
        return ""
    if digits.startswith("20"):
        return "2A" if digits < "20200" else "2B"
    return digits[:3] if digits.startswith(("97", "98")) else digits[:2]


_READERS = {
    "rpps": _rpps,
    "email": _email,
    "guarantee": _guarantee,
    "delay": _delay,
    "department": _department,
}
_CELLS = {
    "rpps": "RPPS",
    "email": "e-mail",
    "guarantee": "garantie",
    "delay": "délai",
    "department": "département",
}


def rejected_rows(outcome: InsuredOutcome) -> Iterable[tuple[int, str, str]]:
    """Yield (row, what became of it, why) for a file that explains an import."""
    for row, why in outcome.rejects:
        yield row, "rejetée", why
    for row, why in outcome.remarks:
        yield row, "lue en partie", why
