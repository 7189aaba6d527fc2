"""Whatever is changed behind the program's back, in the tables or in the files, is found and named."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.evidence.verifier import Finding
from ereput.jobs import cases, evidence
from ereput.store import schema
from tests.evidence.conftest import Sealed

LINKS, CONTENTS, CASES, FILES = schema.case_event, schema.case_content, schema.case, schema.evidence


def broken(sealed: Sealed) -> Finding:
    verdict = evidence.verify(sealed.context, sealed.number, home=sealed.home)
    assert verdict.broken is not None
    return verdict.broken


def change(sealed: Sealed, *statements: sa.Executable) -> None:
    with sealed.context.store.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_case_left_alone_is_intact(sealed: Sealed) -> None:
    verdict = evidence.verify(sealed.context, home=sealed.home)
    assert verdict == evidence.Verdict(checked=8 + 3, erased=1, broken=None)


@pytest.mark.parametrize("number", [1, 4, 8])
def test_dropping_any_event_is_named(sealed: Sealed, number: int) -> None:
    change(sealed, sa.delete(LINKS).where(LINKS.c.number == number))
    found = broken(sealed)
    assert (found.event, found.why) == (number, f"Dossier n° {sealed.number} : l’événement {number} manque")


def test_dropping_all_of_them_is_named(sealed: Sealed) -> None:
    change(sealed, sa.delete(LINKS))
    assert broken(sealed).why.endswith("l’événement 1 manque")


@pytest.mark.parametrize(("first", "second"), [(1, 2), (4, 6), (7, 8)])
def test_swapping_two_is_named(sealed: Sealed, first: int, second: int) -> None:
    numbered = sa.update(LINKS)
    change(
        sealed,
        numbered.where(LINKS.c.number == first).values(number=0),
        numbered.where(LINKS.c.number == second).values(number=first),
        numbered.where(LINKS.c.number == 0).values(number=second),
    )
    assert broken(sealed).event == first


CHANGES: dict[str, Callable[[], sa.Update]] = {
    "body": lambda: sa.update(LINKS).values(body=sa.func.replace(LINKS.c.body, "S00_PAUSE", "S01_PREUVE")),
    "body that reads no more": lambda: sa.update(LINKS).values(body="{"),
    "spaces": lambda: sa.update(LINKS).values(body=sa.func.replace(LINKS.c.body, ":", ": ")),
    "digest": lambda: sa.update(LINKS).values(digest="0" * 64),
    "previous": lambda: sa.update(LINKS).values(previous="0" * 64),
    "seal": lambda: sa.update(LINKS).values(seal="0" * 64),
    "moment": lambda: sa.update(LINKS).values(at=sealed_at()),
    "content": lambda: sa.update(CONTENTS).values(content='{"qui":"personne"}'),
    "salt": lambda: sa.update(CONTENTS).values(salt=b"0" * 16),
    "content gone": lambda: sa.update(CONTENTS).values(content=None, salt=None),
}


def sealed_at() -> datetime:
    return datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_in_one_row_is_named(sealed: Sealed, name: str) -> None:
    number = 5
    statement = CHANGES[name]()
    table = statement.table
    assert isinstance(table, sa.Table)
    change(sealed, statement.where(table.c.number == number))
    assert broken(sealed).event == number


def test_an_erased_content_cannot_come_back(sealed: Sealed) -> None:
    change(sealed, sa.update(CONTENTS).where(CONTENTS.c.number == 7).values(content="{}", salt=b"0"))
    assert broken(sealed) == Finding(
        7, None, "Dossier n° 1 : le contenu de l’événement 7, effacé, est réapparu"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"status": "clos"},
        {"outcome": "retire"},
        {"publication_id": 4},
        {"origin": "review"},
        {"head": "0" * 64},
        {"length": 9},
        {"length": 7},
    ],
)
def test_a_change_in_the_row_of_the_case_is_found(sealed: Sealed, values: dict[str, object]) -> None:
    change(sealed, sa.update(CASES).values(**values))
    assert broken(sealed).why


def test_a_reference_to_another_file_is_named(sealed: Sealed) -> None:
    change(sealed, sa.update(FILES).where(FILES.c.number == 6).values(sha256="0" * 64))
    assert broken(sealed).event == 6


@pytest.mark.parametrize("position", [0, 100, -1])
def test_any_changed_byte_of_a_file_is_named(sealed: Sealed, position: int) -> None:
    capture = evidence.vault_of(sealed.home).path(exhibits(sealed)[1])
    body = bytearray(capture.read_bytes())
    body[position] ^= 1
    capture.chmod(0o640)
    capture.write_bytes(body)
    found = broken(sealed)
    assert (found.event, found.file) == (4, "Capture n° 1.png")
    assert "modifié" in found.why


def test_a_file_that_is_gone_is_named_and_stops_the_export(sealed: Sealed) -> None:
    evidence.vault_of(sealed.home).path(exhibits(sealed)[2]).unlink()
    assert broken(sealed).file == "Page.pdf"
    with pytest.raises(RefusedError, match="pièce du dossier manque"):
        evidence.export(sealed.context, sealed.number, sealed.home / "dossier.zip", home=sealed.home)
    assert not list(sealed.home.glob("dossier.zip*"))


def test_a_journal_that_no_longer_reads_is_refused_in_french(sealed: Sealed) -> None:
    change(sealed, sa.update(LINKS).where(LINKS.c.number == 3).values(body="{"))
    with pytest.raises(RefusedError, match="ne se lit plus"):
        cases.write_note(sealed.context, sealed.number, "…")


def exhibits(sealed: Sealed) -> list[str]:
    query = sa.select(FILES.c.sha256).order_by(FILES.c.number)
    with sealed.context.store.reading() as connection:
        return list(connection.execute(query).scalars())
