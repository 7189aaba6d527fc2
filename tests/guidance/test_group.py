import datetime as dt
import shutil
from pathlib import Path

import pytest

from ereput.domain.practitioner import Guarantee
from ereput.domain.publication import PartialDate, Precision
from ereput.guidance.base import ROOT, load
from ereput.guidance.group import AlertKind, GroupRoute, group_route, load_alerts
from ereput.guidance.model import Author, Origin, Qualification, Status, YesNo
from ereput.guidance.strict import GuidanceError

BASE = load()
TODAY = dt.date(2026, 12, 1)
# What acts against a publication or its author: never for a group.
LEGAL_ROUTE = {
    *("S10_SIGNALER", "S12_RECLAMATION", "S13A_MED_AUTEUR", "S13B_MED_EDITEUR", "S15_ACTION"),
    *("S16_IDENTIFIER", "S32_DROIT_REPONSE", "S32B_DROIT_REPONSE_ILLICITE"),
}


def asked(
    kind: AlertKind,
    *,
    direct_reply: YesNo = YesNo.YES,
    guarantee: Guarantee = Guarantee.YES,
    oldest: PartialDate | None = None,
) -> GroupRoute:
    return group_route(
        BASE, kind, direct_reply=direct_reply, guarantee=guarantee, today=TODAY, oldest=oldest, learned=TODAY
    )


def ids(route: GroupRoute) -> list[str]:
    return [step.id for step in route.steps]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            AlertKind.SPIKE,
            "G_LIRE G_PREUVE G_DATER G_CAUSE G_SECURITE G_CLASSER G_ASSUREUR G_PAS_EN_SERIE G_VEILLE",
        ),
        (
            AlertKind.COORDINATED,
            "G_LIRE G_PREUVE G_DATER G_SERIE G_SECURITE G_CLASSER G_ASSUREUR G_PAS_EN_SERIE G_VEILLE",
        ),
        (
            AlertKind.SLIDE,
            "G_MESURE G_LIRE G_CAUSE G_CLASSER G_PAS_EN_SERIE G_PAS_DE_COLLECTE G_PRESENCE G_VEILLE",
        ),
        (
            AlertKind.MENTIONS,
            "G_LIRE G_PREUVE G_DATER G_ORIGINE_MENTIONS G_SECURITE G_CLASSER G_ASSUREUR G_PRESENCE G_VEILLE",
        ),
        (AlertKind.SILENCE, "G_SOURCE G_RELEVE G_VEILLE"),
    ],
)
def test_each_alert_has_its_own_ordered_steps(kind: AlertKind, expected: str) -> None:
    assert ids(asked(kind)) == expected.split()


@pytest.mark.parametrize("kind", AlertKind)
@pytest.mark.parametrize("direct_reply", YesNo)
@pytest.mark.parametrize("guarantee", Guarantee)
def test_a_group_never_gets_a_legal_route(kind: AlertKind, direct_reply: YesNo, guarantee: Guarantee) -> None:
    route = asked(kind, direct_reply=direct_reply, guarantee=guarantee)
    for step in route.steps:
        assert not set(step.case_steps) & LEGAL_ROUTE
        assert step.text
        assert step.why.startswith(route.title)
        assert (step.leaflet is not None) == (step.origin in {Origin.LEAFLET, Origin.CORRECTED})
    assert len(route.assumptions) == 5
    assert route.rule


def test_the_assumptions_are_those_of_the_rule() -> None:
    data = load_alerts(BASE)
    assert (data.qualification, data.author, data.reported) == (
        Qualification.TO_QUALIFY,
        Author.UNKNOWN,
        YesNo.NO,
    )
    assert "« à qualifier »" in data.assumptions[0]
    assert load_alerts(BASE) is data


def test_guarantee_and_direct_reply_choose_the_steps() -> None:
    without = ids(asked(AlertKind.SPIKE, guarantee=Guarantee.UNKNOWN, direct_reply=YesNo.NO))
    assert "G_CONTRAT" in without
    assert "G_ASSUREUR" not in without
    assert "G_PAS_EN_SERIE" not in without
    route = asked(AlertKind.SPIKE)
    (insurer,) = [step for step in route.steps if step.id == "G_ASSUREUR"]
    assert insurer.why == "Pic d'avis négatifs. Le contrat prévoit une garantie e-réputation."


def test_the_oldest_publication_sets_the_first_deadline() -> None:
    route = asked(AlertKind.SPIKE, oldest=PartialDate.exact(dt.date(2026, 11, 20)))
    due = {item.id: item for step in route.steps for item in step.deadlines}
    assert due["D_PRESSE"].date == dt.date(2027, 2, 20)
    assert due["D_ASSUREUR"].date == dt.date(2026, 12, 8)
    vague = PartialDate(dt.date(2026, 8, 15), dt.date(2026, 8, 1), dt.date(2026, 8, 31), Precision.MONTH)
    (dated,) = [step for step in asked(AlertKind.SPIKE, oldest=vague).steps if step.id == "G_DATER"]
    assert dated.warnings[0].startswith("Échéance peut-être passée")
    assert dated.deadlines[0].is_uncertain


def test_legal_statuses_are_those_of_the_base() -> None:
    of_base = {ref.ref: ref.status for step in BASE.steps.values() for ref in step.legal}
    refs = [ref for entry in load_alerts(BASE).steps for ref in entry.legal]
    shared = [ref for ref in refs if ref.ref in of_base]
    assert len(shared) > 10
    assert all(ref.status is of_base[ref.ref] for ref in shared)
    assert all(ref.status is not Status.TO_VERIFY for ref in refs)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("rang: 10", "rang: 10\n    score: 1", r"etapes\[G_SOURCE\] : clé inconnue score"),
        ("echeances: [D_PRESSE,", "echeances: [D_PRESS,", "l'échéance « D_PRESS » n'existe pas"),
        ("etapes_du_dossier: [S00_PAUSE]", "etapes_du_dossier: [S0]", "l'étape « S0 » n'existe pas"),
        ("garantie: [oui]", "auteur: [inconnu]", "seules la réponse directe et la garantie"),
        ("alertes: [silence]", "alertes: [bruit]", r"G_SOURCE\].alertes\[0\]"),
        ("  - id: silence\n", "  - id: spike\n", "« spike » est écrit deux fois"),
        ("origine: bonne_pratique", "origine: plaquette", "demande une citation"),
    ],
)
def test_an_error_in_the_alerts_names_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    shutil.copy(ROOT / "alertes.yaml", tmp_path)
    text = (tmp_path / "alertes.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "alertes.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GuidanceError, match=place):
        load_alerts(BASE, tmp_path)
