from pathlib import Path

from ereput.ingest.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]


def test_every_format_is_documented() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in page] == []
