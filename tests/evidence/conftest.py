"""A case with a few events and files, on both databases."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from ereput.guidance.events import StepDone
from ereput.jobs import cases, evidence, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))
PDF = b"%PDF-1.7\n" + b"une page " * 50


@dataclass(frozen=True)
class Sealed:
    """A case whose journal holds every kind of event that an export may hold."""

    context: Context
    home: Path
    number: int


@pytest.fixture
def sealed(database_url: str, tmp_path: Path) -> Iterable[Sealed]:
    with closing(open_store(database_url)) as store:
        yield _made(Context(store, ADMINISTRATOR, NOW), tmp_path / "home")


def _made(context: Context, home: Path) -> Sealed:
    practitioners.add(context, name="Dr Élise Noël")
    number = cases.open_by_hand(context, "dr-elise-noel", "Forum", text="Un texte", home=home).case_id
    evidence.add(context, number, BytesIO(PNG), "Capture n° 1.png", home=home)
    cases.record(context, number, StepDone("S00_PAUSE", NOW.date()), note="Relu à froid")
    evidence.add(context, number, BytesIO(PDF), "Page.pdf", home=home)
    noted = cases.write_note(context, number, "Une erreur de saisie").end.length
    cases.erase(context, number, cases.ErasureReason.MISTAKE, numbers=[noted], home=home)
    return Sealed(context, home, number)
