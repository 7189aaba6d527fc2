"""Each golden file is read as its expected file says.

Every format of the registry has at least one. The people and places are made up; the shapes are those of real
files. After a deliberate change, `python tests/ingest/test_golden.py` rewrites the expected files, to be read
before they are committed.
"""

import json
import sys
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "ingest"
NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from ereput.domain.errors import RefusedError  # noqa: E402 # run as a script, the path comes first
from ereput.domain.publication import Draft  # noqa: E402
from ereput.ingest import read_bytes, read_file, to_plain  # noqa: E402
from ereput.ingest.formats import FORMATS  # noqa: E402

SAMPLES = sorted(path for path in GOLDEN.iterdir() if not path.name.endswith(".expected.json"))


def brief(value: Any) -> Any:
    """Return a value as JSON holds it, without the fields that keep their default."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: brief(getattr(value, item.name))
            for item in fields(value)
            if item.default is MISSING or getattr(value, item.name) != item.default
        }
    if isinstance(value, date):
        return value.isoformat()
    return value


def describe(path: Path) -> dict[str, Any]:
    """Return everything that reading a file gives."""
    try:
        reading = read_file(path, now=NOW)
    except RefusedError as refusal:
        return {"refused": str(refusal)}
    items = list(reading.items)
    found = {
        "kind": reading.kind,
        "format": reading.format,
        "message": reading.message,
        "drafts": [brief(item) for item in items if isinstance(item, Draft)],
        "rejects": [brief(item) for item in items if not isinstance(item, Draft)],
        "entries": [brief(entry) for entry in reading.entries],
        "feeds": [brief(feed) for feed in reading.feeds],
    }
    return {key: value for key, value in found.items() if value or key == "message"}


def expected_of(path: Path) -> Path:
    return path.with_name(path.name + ".expected.json")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_golden_files_are_read_as_expected(path: Path) -> None:
    assert describe(path) == json.loads(expected_of(path).read_text(encoding="utf-8"))


def test_every_format_has_a_golden_file() -> None:
    seen = {json.loads(expected_of(path).read_text(encoding="utf-8")).get("format") for path in SAMPLES}
    assert set(FORMATS) <= seen


def test_every_expected_file_has_its_sample() -> None:
    names = {path.name for path in SAMPLES}
    assert {path.name.removesuffix(".expected.json") for path in GOLDEN.glob("*.expected.json")} == names


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_bytes_are_read_like_files(path: Path) -> None:
    def plain(read: Any) -> dict[str, Any]:
        try:
            return to_plain(read())
        except RefusedError as refusal:
            return {"refused": str(refusal)}

    from_bytes = plain(lambda: read_bytes(path.read_bytes(), path.name, now=NOW))
    assert from_bytes == plain(lambda: read_file(path, now=NOW))


if __name__ == "__main__":
    for sample in SAMPLES:
        text = json.dumps(describe(sample), ensure_ascii=False, indent=1)
        expected_of(sample).write_text(text + "\n", encoding="utf-8")
