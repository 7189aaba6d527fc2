"""What is installed, and what the project says of it."""

from importlib.metadata import distribution

from benchmarks.licences import closure, licence, page, wanted
from dev import ROOT

REQUIREMENTS = ROOT / "requirements.txt"
OF_ONE_SYSTEM = {"colorama", "watchdog"}
DOCUMENT = (ROOT / "docs" / "licences.md").read_text("utf-8")


def test_the_licence_is_the_one_that_the_package_declares() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "GPL-2.0-or-later"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_reason_for_that_licence_still_holds() -> None:
    asked = closure(wanted(REQUIREMENTS))
    for name in ("fuzzywuzzy", "unidecode"):
        assert "vadersentiment-fr" in asked[name]
        assert "GNU General Public License v2" in licence(distribution(name))


def test_every_direct_dependency_is_listed() -> None:
    listed = {line.split("|")[1].strip() for line in DOCUMENT.splitlines() if line.startswith("| ")}
    asked = {name for name, askers in closure(wanted(REQUIREMENTS)).items() if "ereput" in askers}
    assert asked - listed == set()


def test_the_list_is_what_an_installation_brings() -> None:
    # The names only: a newer release may word its licence otherwise.
    def names(text: str) -> set[str]:
        return {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")}

    assert names(DOCUMENT) ^ names(page(REQUIREMENTS)) <= OF_ONE_SYSTEM
