"""The check of what the store holds of a case: the verifier's, then the rows that repeat the journal."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.evidence import casefile, journal, verifier
from ereput.evidence.vault import Vault
from ereput.evidence.verifier import Finding, Report
from ereput.guidance.base import Base
from ereput.store import cases
from ereput.store.scope import Row


def check(connection: sa.Connection, viewer: Viewer, base: Base, vault: Vault, case_id: int) -> Report:
    """Check one case in view: chain, contents, files, and the rows that lists are made from."""
    row = cases.read_one(connection, viewer, case_id)
    manifest = journal.manifest(connection, viewer, row)

    def open_exhibit(_: int, content: Any) -> BinaryIO:
        return vault.open(content["sha256"])

    report = verifier.examine(manifest, open_exhibit)
    if report.findings:
        return report
    links = journal.read(connection, viewer, [case_id]).get(case_id, ())
    files = cases.read_files(connection, viewer, case_id)
    return report._replace(findings=[*_rows(base, row, links), *_files(links, files)])


def _rows(base: Base, row: Row, links: tuple[journal.Link, ...]) -> Iterator[Finding]:
    """Compare the row of a case with its journal."""
    if not links:
        yield Finding(None, None, "le journal est vide")
        return
    opened = links[0]
    said = {
        "practitioner_id": opened.body.get("praticien"),
        "origin": opened.body.get("origine"),
        "publication_id": opened.body.get("publication"),
        "alert_id": opened.body.get("alerte"),
        "opened_at": opened.at,
    }
    try:
        status, outcome, closed_on = casefile.settled(base, links)
    except (RefusedError, StopIteration):
        yield Finding(None, None, "le journal ne se rejoue plus")
        return
    said |= {"status": status, "outcome": outcome, "closed_on": closed_on}
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if changed:
        yield Finding(None, None, f"la fiche du dossier ne dit plus ce que dit son journal ({changed[0]})")


def _files(links: tuple[journal.Link, ...], files: dict[int, str]) -> Iterator[Finding]:
    """Compare the references to files with the exhibits of the journal."""
    said = {
        link.number: str(link.content["sha256"])
        for link in links
        if link.kind == casefile.EXHIBIT and link.content is not None
    }
    for number in sorted(said.keys() | files.keys()):
        if said.get(number) != files.get(number):
            yield Finding(number, None, f"le renvoi de l’événement {number} à son fichier a été modifié")
            return
