"""What the documents point to exists, and they speak of every page."""

import re
from pathlib import Path

import pytest

from dev import ROOT
from ereput import __version__

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += [ROOT / "docs" / name for name in ("guide.md", "security.md", "architecture.md", "licences.md")]
GUIDE = (ROOT / "docs" / "guide.md").read_text("utf-8")
ACCENTED = {"presence": "Présence", "reglages": "Réglages", "reunion": "Réunion"}
HEAVIEST = 150_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8"))
    inside = [target for target in targets if not target.startswith("http")]
    assert [target for target in inside if not (document.parent / target).exists()] == []


def test_every_file_that_is_named_exists() -> None:
    security = (ROOT / "docs" / "security.md").read_text("utf-8")
    named = re.findall(r"`((?:tests|docs)/[\w/.]+)`", security)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "pages").glob("*.py")))
def test_the_guide_tells_of_every_page(name: str) -> None:
    title = ACCENTED.get(name, name.capitalize())
    assert re.search(rf"^## {title}\s?:", GUIDE, re.MULTILINE)


def test_the_pictures_are_light() -> None:
    pictures = list((ROOT / "docs" / "guide").glob("*.png"))
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > HEAVIEST] == []


def test_the_changelog_tells_of_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
