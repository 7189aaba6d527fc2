"""Presence from a terminal: listings, snapshots, a sheet, the balance."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ereput.cli import main

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def office(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, Any]:
        frame = ["--database", sqlite_url, "--now", "2026-11-23T09:00", "--json"]
        code = main([*map(str, arguments), *frame])
        return code, json.loads(capsys.readouterr().out)

    run("practitioner", "add", "--slug", "anne", "--name", "Dr Anne Alba", "--city", "Paris")
    return run


def test_a_listing_its_figures_and_the_advice(office: Run) -> None:
    code, made = office(
        "listing", "add", "--practitioner", "anne", "--platform", "Google", "--status", "non_revendiquee",
        "--phone", "199001234",
    )  # fmt: skip
    assert (code, made["listings"][0]["phone"]) == (0, "01 99 00 12 34")
    assert office("snapshot", 1, "--practitioner", "anne", "--rating", 4.2, "--count", 57)[1]["new"] is True
    assert office("snapshot", 1, "--practitioner", "anne", "--rating", 4.2, "--count", 57)[1]["new"] is False
    code, found = office("presence", "--practitioner", "anne")
    assert code == 0
    assert found["sentence"].startswith("Trop peu visible")
    assert {one["finding"] for one in found["findings"]} >= {"subie", "trop_peu", "veille"}
    assert all(one["steps"] for one in found["findings"])
    _, changed = office("listing", "set", "--practitioner", "anne", "--id", 1, "--status", "revendiquee")
    assert (changed["listings"][0]["status"], changed["listings"][0]["rating"]) == ("revendiquee", 4.2)


def test_a_sheet_says_what_became_of_each_row(office: Run, tmp_path: Path) -> None:
    file = tmp_path / "fiches.csv"
    file.write_text("Plateforme;Note;Avis\nGogle;4,4;58\nZorglub;3;1\n", "utf-8")
    code, done = office("listing", "import", file, "--practitioner", "anne")
    assert (code, done["read"], done["added"], done["snapshots"]) == (0, 2, 1, 1)
    assert done["rejects"] == [{"row": 2, "reason": "plateforme inconnue : « Zorglub »"}]
    assert done["remarks"][0]["row"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("listing", "list"), "praticien"),
        (("listing", "set", "--practitioner", "anne"), "numéro"),
        (("listing", "set", "--practitioner", "anne", "--id", 7), "n° 7"),
        (("listing", "add", "--practitioner", "anne"), "plateforme"),
        (("listing", "import"), "fichier"),
        (("listing", "import", "absent.csv", "--practitioner", "anne"), "introuvable"),
        (("snapshot", 1, "--practitioner", "anne", "--rating", "4", "--day", "hier"), "date"),
        (("snapshot", 9, "--practitioner", "anne", "--rating", "4"), "n° 9"),
        (("presence", "--practitioner", "personne"), "personne"),
    ],
)
def test_a_refusal_is_one_french_sentence(office: Run, arguments: tuple[object, ...], words: str) -> None:
    code, answer = office(*arguments)
    assert (code, answer["status"]) == (2, "refused")
    assert words in answer["message"]
