"""Whatever the bytes: a reading or a refusal, never anything else."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ereput.ingest import RefusedError, read_bytes, to_plain

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "ingest"
SEEDS = [
    path.read_bytes()
    for path in sorted(GOLDEN.iterdir())
    if not path.name.endswith((".expected.json", ".xlsx", "refus_vide.csv"))
]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def outcome(data: bytes) -> str:
    try:
        plain = to_plain(read_bytes(data, "x", now=NOW))
    except RefusedError as refusal:
        return str(refusal)
    str(plain).encode()
    assert all(row["rating"] is None or 0 <= row["rating"] <= 5 for row in plain["rows"])
    return str(plain["kind"])


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    assert outcome(data)


@QUICK
@given(
    st.sampled_from(
        [
            b"<rss>",
            b"<?xml version='1.0'?>",
            b"{",
            b"[{",
            b"<opml>",
            b"sep=",
            b"PK\x03\x04",
            b"\x1f\x8b",
            b"\xff\xfe",
        ]
    ),
    st.binary(max_size=200),
)
def test_bytes_after_a_promising_start(start: bytes, rest: bytes) -> None:
    assert outcome(start + rest)


@QUICK
@given(st.data())
def test_damaged_files(data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(SEEDS))
    cut = data.draw(st.integers(0, len(seed)))
    other = data.draw(st.integers(0, len(seed)))
    inserted = data.draw(st.binary(max_size=12))
    assert outcome(seed[: min(cut, other)] + inserted + seed[max(cut, other) :])


@QUICK
@given(st.lists(st.lists(st.text(max_size=12), max_size=7), min_size=1, max_size=6), st.sampled_from(";,\t|"))
def test_any_table_under_a_known_header(rows: list[list[str]], delimiter: str) -> None:
    header = delimiter.join(("Date", "Auteur", "Note", "Avis", "Réponse", "Plateforme"))
    text = "\n".join([header, *(delimiter.join(row) for row in rows)])
    assert outcome(text.encode("utf-8", "replace"))
