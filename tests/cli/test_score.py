import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ereput.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = main(["--json", *words])
    return code, json.loads(capsys.readouterr().out)


def table(path: Path, rows: Sequence[tuple[str, str]]) -> str:
    path.write_text(
        "text,rating\n" + "\n".join(f'"{text}",{stars}' for text, stars in rows), encoding="utf-8"
    )
    return str(path)


def test_texts_are_scored_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = table(
        tmp_path / "t.csv", [("Très bon médecin", ""), ("", ""), ("À fuir, deux heures d'attente", "")]
    )
    code, said = run(capsys, "score", asked, "--out", str(tmp_path / "s.csv"))
    assert (code, said["texts"]) == (0, 3)
    labels = [line.split(",")[0] for line in (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()]
    assert labels == ["label", "pos", "incertain", "neg"]


def test_one_s_own_reviews_correct_the_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"Passage {n}, du pur zigouigoui", "5") for n in range(120)]
    rows += [(f"Visite {n}, excellent et formidable", "1") for n in range(120)]
    learnt = str(tmp_path / "local.npz")
    code, said = run(capsys, "calibrate", table(tmp_path / "own.csv", rows), "--out", learnt)
    assert (code, said["kept"], said["reviews"]) == (0, True, 240)
    asked = table(tmp_path / "t.csv", [("Encore un zigouigoui", "")])
    code, _ = run(capsys, "score", asked, "--out", str(tmp_path / "s.csv"), "--calibration", learnt)
    assert code == 0
    assert (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()[1].startswith("pos,")


def test_too_few_reviews_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = table(tmp_path / "own.csv", [("Bien", "5"), ("Nul", "NA")])
    code, said = run(capsys, "calibrate", own, "--out", str(tmp_path / "local.npz"))
    assert (code, said["kept"], said["reviews"]) == (0, False, 1)
    assert not (tmp_path / "local.npz").exists()


@pytest.mark.parametrize(
    "words", [("calibrate", "--rating", "note"), ("score", "--calibration", "absent.npz")]
)
def test_what_cannot_be_read_is_refused(
    words: tuple[str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = table(tmp_path / "own.csv", [("Bien", "5")])
    code, said = run(capsys, words[0], own, "--out", str(tmp_path / "x.npz"), *words[1:])
    assert (code, said["status"]) == (2, "refused")
