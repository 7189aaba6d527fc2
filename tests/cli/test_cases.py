"""The commands on cases, from a review to its outcome: JSON for programs, French for people."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from ereput.cli import main

Run = Callable[..., tuple[int, dict[str, Any]]]
ANSWERS = (
    "qualification=illicite_presume",
    "auteur=inconnu",
    "reponse_directe=oui",
    "garantie=oui",
    "signale_sans_effet=non",
)


@pytest.fixture
def run(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    monkeypatch.setenv("EREPUT_HOME", str(tmp_path / "home"))

    def command(*arguments: object) -> tuple[int, dict[str, Any]]:
        words = [str(argument) for argument in arguments]
        code = main([*words, "--database", sqlite_url, "--now", "2026-11-23T09:00", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


@pytest.fixture
def number(run: Run, tmp_path: Path) -> int:
    path = tmp_path / "avis.csv"
    path.write_text("Date;Auteur;Note;Avis\n10/11/2026;Camille R.;1;Il ment à ses patients\n", "utf-8")
    run("practitioner", "add", "--slug", "noel", "--name", "Dr Élise Noël", "--guarantee", "oui")
    run("import", path, "--practitioner", "noel", "--platform", "google")
    (found,) = run("case", "find", "ment", "--practitioner", "noel")[1]["publications"]
    code, made = run("case", "open", "--practitioner", "noel", "--publication", found["publication"])
    assert (code, made["new"]) == (0, True)
    assert made["case"]["clock"]["date"] == "2027-02-10"
    return int(made["case"]["id"])


def test_from_a_review_to_its_outcome(run: Run, number: int, tmp_path: Path) -> None:
    capture, letter, calendar = tmp_path / "capture.pdf", tmp_path / "lettre.docx", tmp_path / "dates.ics"
    capture.write_bytes(b"%PDF-1.7 capture")
    assert run("case", "step", number, "S00_PAUSE")[0] == 0
    assert run("evidence", "add", number, capture)[1]["evidence"][0]["name"] == "capture.pdf"
    assert run("case", "step", number, "S01_PREUVE", "--note", "le jour même")[0] == 0
    _, dated = run("case", "date", number, "--published", "2026-11-09", "--learned", "2026-11-23")
    assert dated["case"]["clock"]["date"] == "2027-02-09"
    _, classed = run("case", "answer", number, *ANSWERS)
    assert {step["id"]: step["state"] for step in classed["case"]["steps"]}["S03_QUALIFIER"] == "faite"
    code, filled = run(
        "case", "letter", number, "10_signalement_plateforme",
        "--value", "explication_factuelle=motif", "--to", letter, "--keep",
    )  # fmt: skip
    assert code == 0
    assert "auteur affiché « Camille R. »" in filled["letter"]["text"]
    assert zipfile.is_zipfile(letter)
    _, sent = run("case", "step", number, "S10_SIGNALER", "--do", "envoyee", "--day", "2026-11-23")
    assert sent["case"]["events"] == classed["case"]["events"] + 2
    assert run("case", "calendar", number, "--to", calendar)[0] == 0
    uids = {str(event["uid"]) for event in Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")}
    assert f"dossier-{number}-D_PRESSE@ereput" in uids
    assert "Camille" not in calendar.read_text("utf-8")
    _, closed = run("case", "close", number, "--outcome", "retire")
    assert closed["case"]["status"] == "clos : avis retiré"
    (listed,) = run("case", "list", "--practitioner", "noel")[1]["cases"]
    assert (listed["id"], listed["closed"], listed["next"]) == (number, True, None)


def test_verify_names_what_is_broken(run: Run, number: int, tmp_path: Path) -> None:
    code, verdict = run("evidence", "verify")
    assert (code, verdict) == (0, {"ok": True, "checked": 4, "erased": 0, "broken": None})
    (path,) = (tmp_path / "home" / "preuves").glob("??/*")
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b" ")
    code, verdict = run("evidence", "verify", number)
    assert (code, verdict["ok"]) == (1, False)
    assert verdict["broken"] == {
        "event": 3,
        "file": "publication.json",
        "why": f"Dossier n° {number} : le fichier « publication.json » a été modifié",
    }


def test_an_export_is_checked_without_this_project(run: Run, number: int, tmp_path: Path) -> None:
    archive = tmp_path / "dossier.zip"
    assert run("evidence", "export", number, "--to", archive)[0] == 0
    with zipfile.ZipFile(archive) as opened:
        opened.extract("verifier.py", tmp_path / "seul")
    done = subprocess.run(  # noqa: S603 (the export's own program)
        [sys.executable, "-I", "-S", str(tmp_path / "seul" / "verifier.py"), str(archive), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)


def test_an_erasure_is_counted(run: Run, number: int) -> None:
    _, noted = run("case", "note", number, "Camille a été soignée ici")
    event = noted["case"]["events"]
    _, erased = run("case", "erase", number, "--reason", "depot_par_erreur", "--event", event)
    assert erased["erased"] == 1
    assert run("evidence", "verify", number)[1]["erased"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("case", "open", "--title", "Sans praticien"), "--practitioner"),
        (("case", "open", "--practitioner", "noel"), "Il faut une des options"),
        (("case", "open", "--practitioner", "noel", "--publication", "12"), "Aucune publication 12"),
        (("case", "open", "--practitioner", "noel", "--title", "T", "--published", "2027-01-01"), "avenir"),
        (("case", "open", "--alert", "9"), "n° 9"),
        (("case", "show", "99"), "n° 99"),
        (("case", "step", "1", "S02_DATER"), "preuves"),
        (("case", "step", "1", "S99"), "S99"),
        (("case", "step", "1", "S00_PAUSE", "--do", "jetee"), "jetee"),
        (("case", "step", "1", "S00_PAUSE", "--day", "2027-01-01"), "avenir"),
        (("case", "step", "1", "S00_PAUSE", "--day", "hier"), "date"),
        (("case", "step", "1", "S00_PAUSE", "--expected", "1"), "quelqu’un d’autre"),
        (("case", "answer", "1", "auteur"), "nom=valeur"),
        (("case", "answer", "1", "auteur=inconnu"), "Il reste à répondre"),
        (("case", "close", "1", "--outcome", "gagne"), "gagne"),
        (("case", "letter", "1", "99_rien"), "99_rien"),
        (("case", "letter", "1", "10_signalement_plateforme", "--to", "lettre.exe"), ".docx, .pdf ou .txt"),
        (("case", "calendar", "--to", "dates.txt"), ".ics"),
        (("case",), "Il manque"),
        (("evidence", "add", "1", "absent.png"), "introuvable"),
        (("evidence", "export", "1", "--to", "dossier.rar"), ".zip"),
        (("evidence", "verify", "7"), "n° 7"),
    ],
)
def test_a_refusal_is_one_french_sentence_and_changes_nothing(
    run: Run, number: int, arguments: tuple[str, ...], words: str
) -> None:
    before = run("case", "show", number)[1]["case"]["events"]
    code, answer = run(*arguments)
    assert (code, answer["status"]) == (2, "refused")
    assert words in answer["message"]
    assert run("case", "show", number)[1]["case"]["events"] == before


def test_an_executable_named_png_and_a_capture_too_large_are_refused(
    run: Run, number: int, tmp_path: Path
) -> None:
    program, huge = tmp_path / "capture.png", tmp_path / "huge.pdf"
    program.write_bytes(b"MZ\x90" + bytes(200))
    with huge.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(200_000_000)
    for path, words in ((program, "programme"), (huge, "50 Mo")):
        code, answer = run("evidence", "add", number, path)
        assert code == 2
        assert words in answer["message"]
    assert len(list((tmp_path / "home" / "preuves").rglob("??/*"))) == 1
