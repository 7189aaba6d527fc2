"""Slips of the pen in the base that its schema must catch: keys, statuses and references misspelt."""

import random
import re
import shutil
from pathlib import Path

import pytest

from ereput.guidance.base import ROOT, load
from ereput.guidance.strict import GuidanceError

NAME = "guidance_fr.yaml"
KEYS = re.compile(r"^( +(?:- )?)(titre|texte|statut|ref|echeance|etape|phrase|regle)(: .*)$", re.MULTILINE)
VALUES = re.compile(r"^( +(?:- )?(?:statut|echeance|etape|nature|origine): )(\w+)$", re.MULTILINE)
IDENTIFIERS = re.compile(r"^(  - id: )([A-Z]\w+)$", re.MULTILINE)


def _slip(seed: int, text: str) -> str:
    """Return the base with one slip: a key, a closed value, or an identifier written another way."""
    pattern = (KEYS, VALUES, IDENTIFIERS)[seed % 3]
    places = [
        place
        for place in pattern.finditer(text)
        if pattern is not IDENTIFIERS or len(re.findall(rf"\b{place[2]}\b", text)) > 1  # one that is cited
    ]
    found = random.Random(seed).choice(places)  # noqa: S311 (places, not secrets)
    return text[: found.end(2)] + "x" + text[found.end(2) :]


@pytest.mark.parametrize("seed", range(9))
def test_a_slip_of_the_pen_is_refused(seed: int, tmp_path: Path) -> None:
    shutil.copytree(ROOT, tmp_path / "base")
    path = tmp_path / "base" / NAME
    path.write_text(_slip(seed, path.read_text("utf-8")), "utf-8")
    with pytest.raises(GuidanceError):
        load(tmp_path / "base")
