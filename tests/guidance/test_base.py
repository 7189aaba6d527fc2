import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ereput.domain.practitioner import Profession
from ereput.guidance.base import ROOT, flat, load
from ereput.guidance.model import Attested, DaysBefore, MomentKind, Origin, Status, StepsDone
from ereput.guidance.strict import GuidanceError

BASE = load()


def test_the_base_is_loaded_once_and_frozen() -> None:
    assert load() is BASE
    assert load(ROOT) is BASE
    with pytest.raises(AttributeError):
        BASE.version = "2"
    with pytest.raises(TypeError):
        BASE.steps["S99"] = None


def test_the_base_holds_what_the_leaflet_asks_for() -> None:
    assert (len(BASE.steps), len(BASE.deadlines), len(BASE.templates)) == (33, 17, 22)
    assert set(BASE.professions) == set(Profession)
    assert BASE.secrecy.leaflet.startswith("Veillez toujours à respecter le secret médical")
    assert {step.origin for step in BASE.steps.values()} == set(Origin)


def test_the_notice_says_its_date_and_when_to_review_it() -> None:
    fresh = BASE.notice(dt.date(2027, 11, 22))
    assert "sans conseil individualisé" in fresh
    assert "23 novembre 2026" in fresh
    assert "doit être revue" not in fresh
    assert "doit être revue" in BASE.notice(dt.datetime(2027, 11, 23, 8, tzinfo=dt.UTC))


def test_what_claims_to_be_read_has_a_source() -> None:
    refs = [ref for step in BASE.steps.values() for ref in step.legal]
    refs += [ref for deadline in BASE.deadlines.values() for ref in deadline.legal]
    assert len(refs) > 90
    for ref in refs:
        assert ref.source is not None or ref.status in {Status.TO_VERIFY, Status.TOOL_CHOICE}


def test_every_prerequisite_is_typed_and_said_in_a_sentence() -> None:
    conditions = [entry for step in BASE.steps.values() for entry in flat(step.prerequisites)]
    assert len(conditions) > 30
    assert {type(entry.test) for entry in conditions} >= {StepsDone, Attested, DaysBefore}
    for entry in conditions:
        assert entry.sentence[0].isupper()
        assert entry.sentence.endswith(".")


def test_moments_without_deadline_are_typed() -> None:
    kinds = {moment.kind for step in BASE.steps.values() for moment in step.moments}
    assert kinds == set(MomentKind)


def change(old: str, new: str, name: str = "guidance_fr.yaml") -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def without(name: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        (root / name).unlink()

    return edit


LETTER = "templates_fr/09_contact_auteur.md"


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (change("rang: 10\n", "rang: 10\n    rangs: 11\n"), r"etapes\[S00_PAUSE\] : clé inconnue rangs"),
        (change("rang: 10\n", "rang: 10\n    rang: 11\n"), "clé « rang » écrite deux fois"),
        (change("rang: 10\n", "rang: dix\n"), r"etapes\[S00_PAUSE\].rang : un entier"),
        (change("    rang: 10\n", ""), r"etapes\[S00_PAUSE\] : il manque rang"),
        (change("- id: S01_PREUVE", "- id: S00_PAUSE"), r"« S00_PAUSE » est écrit deux fois"),
        (change("source: AFNOR", "source: AFNORE"), r"\.source : la source « AFNORE » n'existe pas"),
        (change("        source: AFNOR\n", ""), r"S01_PREUVE\].base_legale\[0\] : .* demande une source"),
        (change("etape: S01_PREUVE", "etape: S01_PREUVES"), "l'étape « S01_PREUVES » n'existe pas"),
        (change("- echeance: D_PRESSE", "- echeance: D_PRESS"), "l'échéance « D_PRESS » n'existe pas"),
        (change("statut: verifie_texte\n", "statut: verifie\n"), r"statut : « verifie » n'est pas l'un de"),
        (change("origine: plaquette\n", "origine: tract\n"), r"S00_PAUSE\].origine : « tract »"),
        (change("- 21_fiche_preuve", "- 23_fiche"), "le modèle « 23_fiche » n'existe pas"),
        (
            change("citation_plaquette: prenez le temps", "citation_plaquette: prenez du temps"),
            r"S00_PAUSE\].citation_plaquette : cette citation n'est pas dans la plaquette",
        ),
        (
            change("- illicite_presume\n        - licite", "- illicite\n        - licite"),
            "quand.qualification",
        ),
        (change("regex: (?i)", "regex: (?i)("), r"bloquant\[L1_lien_de_soin\] : expression illisible"),
        (change("profession: medecin", "profession: docteur"), r"professions\[docteur\]"),
        (change("etabli_le: '2026-11-23'", "etabli_le: hier"), "meta.etabli_le : une date"),
        (change("duree:\n      mois: 3", "duree:\n      mois: 0"), r"D_PRESSE\].duree.mois : une durée"),
        (change("duree:\n      mois: 3", "duree:\n      mois: 3\n      jours: 1"), "une seule durée"),
        (change("depart: date_premiere_publication", "depart: hier"), "le départ « hier » n'existe pas"),
        (change("au_moins: 30", "au_moins: -1"), "un entier positif"),
        (change("        au_moins: 30\n", ""), "« au_moins » et « sinon » vont avec"),
        (change("controle: reponse_publique", "controle: rien"), "le contrôle « rien » n'existe pas"),
        (change("  - date_incertaine\n", "  - date_sure\n"), "criteres.drapeaux : les valeurs attendues"),
        (change("meta:\n", "meta: [\n"), "guidance_fr.yaml : YAML illisible"),
        (
            change("rang: 40\n", "rang: 40\n    parallele: oui\n"),
            r"S03_QUALIFIER\].parallele : true ou false",
        ),
        (without("plaquette.txt"), "plaquette.txt : fichier absent"),
        (without("guidance_fr.yaml"), "guidance_fr.yaml : fichier absent"),
        (without(LETTER), "le modèle « 09_contact_auteur » n'existe pas"),
        (change("id: 09_contact", "id: 9_contact", LETTER), "09_contact_auteur.md.id"),
        (change("S33_CONTACTER", "S10_SIGNALER", LETTER), "les étapes qui l'emploient sont S33_CONTACTER"),
        (change("{{date_avis}} sur", "{{jour}} sur", LETTER), "champ non décrit jour"),
        (change("le {{date_avis}} sur", "sur", LETTER), "champ jamais employé date_avis"),
        (change("## À vérifier", "## A vérifier", LETTER), "il manque un bloc « texte »"),
        (change("---\nid", "id", LETTER), "il manque un en-tête"),
    ],
)
def test_an_error_in_the_files_names_its_place(
    tmp_path: Path, edit: Callable[[Path], None], place: str
) -> None:
    root = tmp_path / "guidance"
    shutil.copytree(ROOT, root)
    edit(root)
    with pytest.raises(GuidanceError, match=place):
        load(root)


def test_a_cycle_of_prerequisites_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "guidance"
    shutil.copytree(ROOT, root)
    text = (root / "guidance_fr.yaml").read_text(encoding="utf-8")
    head, tail = text.split("- id: S01_PREUVE", 1)
    tail = tail.replace("prerequis: []", "prerequis:\n      - etape: S02_DATER\n        phrase: Datée.", 1)
    (root / "guidance_fr.yaml").write_text(f"{head}- id: S01_PREUVE{tail}", encoding="utf-8")
    with pytest.raises(GuidanceError, match="tourne en rond"):
        load(root)
