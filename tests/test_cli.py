"""The command line: one JSON object, a French sentence, an exit status; never a traceback."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ereput.cli import main

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, dict[str, Any]]:
        words = [str(argument) for argument in arguments]
        code = main([*words, "--database", sqlite_url, "--now", "2026-11-23T09:00", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "avis.csv"
    lines = ["Date;Auteur;Note;Avis"]
    lines += [
        f"{day:02}/10/2026;Patient {day};{1 + day % 5};Texte de l'avis numéro {day}" for day in range(1, 29)
    ]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_practitioners_are_added_listed_and_changed(run: Run) -> None:
    assert (
        run("practitioner", "add", "--slug", "noel", "--name", "Dr Élise Noël", "--profession", "dentiste")[0]
        == 0
    )
    run("practitioner", "set", "--slug", "noel", "--guarantee", "oui")
    code, found = run("practitioner", "list")
    (who,) = found["practitioners"]
    assert code == 0
    assert (who["slug"], who["profession"], who["guarantee"]) == ("noel", "chirurgien_dentiste", "oui")


def test_an_import_twice_then_undone(run: Run, reviews: Path) -> None:
    run("practitioner", "add", "--slug", "noel", "--name", "Dr Élise Noël")
    _, first = run("import", reviews, "--practitioner", "noel", "--platform", "google")
    _, second = run("import", reviews, "--practitioner", "noel", "--platform", "google")
    assert (first["files"][0]["new"], second["files"][0]["unchanged"]) == (28, 28)
    _, journal = run("imports")
    assert [row["new"] for row in journal["imports"]] == [0, 28]
    assert run("undo", 2)[0] == 0
    assert run("undo", 2)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "absent.csv", "--practitioner", "noel"), "introuvable"),
        (("import", __file__, "--practitioner", "personne"), "personne"),
        (("practitioner", "add"), "nom"),
        (("deadline", "D_PRESSE", "--from", "hier"), "date"),
        (("deadline", "D_RIEN", "--from", "2026-01-01"), "D_RIEN"),
        (("score",), "manque"),
        (("nulle-part",), "n’est pas possible"),
        (("feed", "add", "file:///etc/passwd", "--practitioner", "noel"), "adresse"),
        (("undo", 12), "n° 12"),
        (("ack", 3, "--reason", "vu"), "n° 3"),
    ],
)
def test_a_refusal_is_one_french_sentence(run: Run, arguments: tuple[object, ...], words: str) -> None:
    code, answer = run(*arguments)
    assert (code, answer["status"]) == (2, "refused")
    assert words in answer["message"]


def test_reading_stores_nothing(run: Run, reviews: Path) -> None:
    code, reading = run("read", reviews)
    assert (code, reading["status"], len(reading["rows"])) == (0, "ok", 28)
    assert reading["rows"][0]["date"] == "2026-10-01"
    assert run("imports")[1]["imports"] == []


def test_a_pdf_renamed_csv_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj")
    assert run("read", path)[0] == 2
    run("practitioner", "add", "--slug", "noel", "--name", "N")
    assert run("import", path, "--practitioner", "noel")[0] == 2
    assert run("imports")[1]["imports"] == []


def test_detect_writes_alarms(run: Run, tmp_path: Path) -> None:
    counts, alarms = tmp_path / "c.csv", tmp_path / "a.csv"
    weeks = [f"cabinet,{week},{6 if week == 78 else 0}" for week in range(80)]
    counts.write_text("\n".join(["series_id,week,neg", *weeks]), "utf-8")
    code, found = run("detect", counts, "--out", alarms)
    assert (code, found["alarms"]) == (0, 1)
    assert "cabinet,78,1" in alarms.read_text("utf-8")


def test_route_gives_ordered_dated_steps(run: Run) -> None:
    code, found = run(
        "route", "--qualification", "illicite_presume", "--author", "inconnu", "--direct-reply", "oui",
        "--guarantee", "oui", "--reported-without-effect", "non", "--published", "2026-10-20",
    )  # fmt: skip
    dated = {due["id"]: due["date"] for step in found["steps"] for due in step["deadlines"]}
    assert code == 0
    assert dated["D_PRESSE"] == "2027-01-20"
    assert [step["id"] for step in found["steps"]][:2] == ["S15_ACTION", "S00_PAUSE"]


def test_exports_hold_no_formula(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("Date;Auteur;Note;Avis\n01/10/2026;=HYPERLINK(1);1;@SUM(A1)\n", "utf-8")
    run("practitioner", "add", "--slug", "noel", "--name", "N")
    run("import", path, "--practitioner", "noel", "--platform", "google")
    target = tmp_path / "export.csv"
    assert run("export", "--practitioner", "noel", "--to", target)[1]["publications"] == 1
    text = target.read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@SUM(A1)" in text
    assert run("export", "--practitioner", "noel", "--to", tmp_path / "export.exe")[0] == 2
