from pathlib import Path
from shutil import copytree

import pytest

from ereput.domain.presence import Finding
from ereput.guidance.base import ROOT, load
from ereput.guidance.model import Origin, Status
from ereput.guidance.presence import load_presence
from ereput.guidance.strict import GuidanceError

BASE = load()
PRESENCE = load_presence(BASE)


@pytest.mark.parametrize("finding", Finding)
def test_each_finding_has_a_rule_and_steps(finding: Finding) -> None:
    assert PRESENCE.sheets[finding].rule.endswith(".")
    steps = PRESENCE.of(finding)
    assert steps
    assert [step.rank for step in steps] == sorted(step.rank for step in steps)


def test_the_leaflet_s_means_are_among_the_steps() -> None:
    named = {step.id: step.case_steps for step in PRESENCE.steps}
    assert "S40_OPPOSITION" in named["P_OPPOSITION"]
    assert "S41_DEREFERENCER" in named["P_DEREFERENCER"]


def test_each_step_is_grounded_or_says_that_it_is_a_choice() -> None:
    for step in PRESENCE.steps:
        assert step.legal or step.status is Status.TOOL_CHOICE, step.id
        assert all(ref.source or ref.status in {Status.TO_VERIFY, Status.TOOL_CHOICE} for ref in step.legal)
        assert step.leaflet or step.origin not in {Origin.LEAFLET, Origin.CORRECTED}


def test_claiming_warns_that_it_weighs_on_an_opposition() -> None:
    claim = next(step for step in PRESENCE.steps if step.id == "P_REVENDIQUER")
    assert claim.optional
    assert any("opposition" in warning for warning in claim.warnings)


def broken(folder: Path, before: str, after: str) -> Path:
    copytree(ROOT, folder / "guidance")
    file = folder / "guidance" / "presence.yaml"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
    return folder / "guidance"


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("constats: [ecart]", "constats: [trop]", "ecart"),
        ("source: RGPD16", "source: NULLE_PART", "P_CORRIGER"),
        ("etapes_du_dossier: [S61_VEILLE]", "etapes_du_dossier: [S99]", "P_VEILLER"),
        ("rang: 60", "rang: -1", "P_VEILLER"),
        ("citation_plaquette: Effectuez", "citation_plaquette: Faites", "P_VEILLER"),
    ],
)
def test_a_wrong_file_names_the_place(before: str, after: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(GuidanceError, match=place):
        load_presence(BASE, broken(tmp_path, before, after))
