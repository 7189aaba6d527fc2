"""The export of a case: one ZIP archive that anybody can read and check without this project."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from ereput.evidence import verifier

VERIFIER = "verifier.py"
READ_ME = "LISEZMOI.txt"
JOURNAL = "JOURNAL.txt"
_CHUNK = 1 << 20


def write(
    target: IO[bytes],
    manifest: Mapping[str, Any],
    open_exhibit: Callable[[str], BinaryIO],
    *,
    journal: str,
    intro: str,
    now: datetime,
) -> str:
    """Write the archive and return its seal, the digest that says all of it.

    `manifest` is the case as `journal.manifest` gives it; what is withheld from exports is taken out
    here. `open_exhibit` opens a sealed file by its digest, `journal` tells the events in French and
    `intro` heads the reading instructions.
    """
    links = [_withheld(link) for link in manifest["evenements"]]
    annexes = {
        READ_ME: read_me(intro).encode(),
        JOURNAL: journal.encode(),
        VERIFIER: Path(verifier.__file__).read_bytes(),
    }
    whole: dict[str, Any] = {
        **manifest,
        "format": "ereput-dossier",
        "version": 1,
        "exporte_le": now.isoformat(timespec="seconds"),
        "evenements": links,
        "annexes": {name: hashlib.sha256(body).hexdigest() for name, body in annexes.items()},
    }
    whole["sceau"] = verifier.seal_manifest(whole)
    # Stored, not deflated: images and PDFs do not shrink, and any tool of any age reads it.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, body in {verifier.MANIFEST: verifier.render(whole), **annexes}.items():
            archive.writestr(_entry(name, now), body)
        for link in links:
            if verifier.kind(link) != verifier.EXHIBIT or link["etat"] != "joint":
                continue
            content = link["contenu"]
            with (
                open_exhibit(content["sha256"]) as file,
                archive.open(_entry(content["fichier"], now), "w") as copy,
            ):
                while block := file.read(_CHUNK):
                    copy.write(block)
    return str(whole["sceau"])


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    """Return the description of a file in the archive, the same on every system."""
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.create_system = 3
    return entry


def read_me(intro: str) -> str:
    """Return the reading instructions, in French."""
    return f"""{intro}

CE QUE CONTIENT CETTE ARCHIVE
- JOURNAL.txt : ce qui s'est passé, jour par jour, en français.
- preuves/ : les fichiers déposés, octet pour octet, et la publication telle qu'elle a été importée.
- manifest.json : la même chose pour un programme : chaque événement, son instant (UTC), son empreinte
  SHA-256 et celle de l'événement précédent.
- verifier.py : le programme de vérification, lisible en entier.

VÉRIFIER
Il faut Python 3.8 ou plus récent, et rien d'autre ; aucune connexion n'est utilisée.
    python3 verifier.py
(ou « py verifier.py » sous Windows) dans le dossier extrait, ou, sans extraire :
    python3 verifier.py dossier.zip
Le programme répond « Intact », ou nomme le premier événement ou fichier modifié, manquant ou déplacé.
Un contenu effacé à la demande d'une personne, ou à la fin de sa durée de conservation, laisse dans le
journal l'événement, la date et le motif de l'effacement ; le reste se vérifie toujours.
Les réponses données aux questions (qui a écrit, quel classement) ne sont pas jointes : seule leur
empreinte figure au journal.

CE QUE CELA PROUVE, ET NE PROUVE PAS
Ces empreintes montrent que rien n'a changé depuis que le dossier a été scellé. Elles ne disent pas que la
capture était fidèle à la page, ni qui l'a faite. Quelqu'un qui récrirait tout le dossier pourrait en
recalculer les empreintes : gardez cette archive, ou son sceau, chez un tiers.
Cette archive ne remplace pas un constat par un commissaire de justice. La preuve est libre et appréciée
par le juge ; si une action est envisagée, faites établir un constat.
"""


def _withheld(link: Mapping[str, Any]) -> dict[str, Any]:
    """Return a link as an export shows it."""
    if verifier.kind(link) not in verifier.WITHHELD or link["etat"] != "joint":
        return dict(link)
    return {name: value for name, value in link.items() if name not in {"sel", "contenu"}} | {
        "etat": "non_joint"
    }
