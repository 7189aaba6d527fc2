"""The grammar of the commands on cases: case open, list, show, step, close…, evidence add, verify, export."""

import argparse
from typing import Any

from ereput.cli.frame import AddCommand, Answer


def _case(options: argparse.Namespace) -> Answer:
    from ereput.cli.case_commands import CASE

    return CASE[options.verb](options)


def _evidence(options: argparse.Namespace) -> Answer:
    from ereput.cli.case_commands import EVIDENCE

    return EVIDENCE[options.verb](options)


class _Verbs:
    """The second words of a command, each with its own arguments and the options of all commands."""

    def __init__(self, made: argparse.ArgumentParser) -> None:
        everywhere = type(made)(parents=[made])  # before it has verbs of its own
        kind: Any = type(made)
        self.options = [everywhere]
        self.verbs = made.add_subparsers(dest="verb", metavar="ACTION", required=True, parser_class=kind)

    def add(self, name: str, help_text: str, *, writes: bool = False) -> argparse.ArgumentParser:
        """Add a verb; one that writes may say how many events its user had read."""
        made: argparse.ArgumentParser = self.verbs.add_parser(
            name, help=help_text, description=help_text, parents=self.options
        )
        if writes:
            made.add_argument(
                "--expected", type=int, metavar="N", help="refuser si le dossier a changé depuis N événements"
            )
        return made

    def on_case(self, name: str, help_text: str, *, writes: bool = True) -> argparse.ArgumentParser:
        """Add a verb about one case."""
        made = self.add(name, help_text, writes=writes)
        made.add_argument("case", type=int, metavar="DOSSIER")
        return made


def _opening(verbs: _Verbs) -> None:
    opening = verbs.add("open", "ouvrir un dossier sur un avis, une alerte, ou à la main")
    opening.add_argument("--practitioner", metavar="PRATICIEN", default="")
    what = opening.add_mutually_exclusive_group(required=True)
    what.add_argument("--publication", type=int, metavar="ID", help="un avis ou une mention")
    what.add_argument("--alert", type=int, metavar="N", help="une alerte")
    what.add_argument("--title", metavar="TITRE", default="", help="un dossier saisi à la main")
    opening.add_argument("--url", metavar="ADRESSE", default="")
    opening.add_argument("--text", metavar="TEXTE", default="")
    opening.add_argument("--published", metavar="DATE", default="", help="première mise en ligne")
    finding = verbs.add("find", "chercher la publication dont on veut ouvrir un dossier")
    finding.add_argument("words", nargs="*", metavar="MOT")
    finding.add_argument("--practitioner", metavar="PRATICIEN", required=True)
    listing = verbs.add("list", "les dossiers, la plus proche échéance d’abord")
    listing.add_argument("--practitioner", metavar="PRATICIEN", default="")
    verbs.on_case("show", "un dossier en entier", writes=False)


def _steps(verbs: _Verbs) -> None:
    step = verbs.on_case("step", "noter une démarche")
    step.add_argument("step", metavar="ÉTAPE", help="par exemple S01_PREUVE")
    step.add_argument(
        "--do",
        metavar="ACTION",
        default="faite",
        help="faite, envoyee, recue, ecartee, reprise ou anterieure",
    )
    step.add_argument("--day", metavar="DATE", default="", help="aujourd’hui sinon")
    step.add_argument("--note", metavar="MOTS", default="")
    dating = verbs.on_case("date", "dater la publication")
    dating.add_argument("--published", metavar="DATE", default="", help="première mise en ligne")
    dating.add_argument("--learned", metavar="DATE", default="", help="jour où vous l’avez connue")
    dating.add_argument("--uncertain", action="store_true", help="la date affichée n’est pas sûre")
    answering = verbs.on_case("answer", "répondre aux questions")
    answering.add_argument("answer", nargs="+", metavar="QUESTION=RÉPONSE")
    attesting = verbs.on_case("attest", "attester une condition")
    attesting.add_argument("key", metavar="CLÉ")
    attesting.add_argument("--withdraw", action="store_true", help="ne plus l’attester")
    starting = verbs.on_case("start", "dater l’événement qui ouvre une échéance")
    starting.add_argument("deadline", metavar="ÉCHÉANCE", help="par exemple D_DSA")
    starting.add_argument("--day", metavar="DATE", required=True)


def _words(verbs: _Verbs) -> None:
    noting = verbs.on_case("note", "ajouter une note au journal")
    noting.add_argument("words", metavar="MOTS")
    letter = verbs.on_case("letter", "remplir un courrier ; rien n’est envoyé")
    letter.add_argument("template", metavar="MODÈLE")
    letter.add_argument("--variant", metavar="VERSION", default="")
    letter.add_argument("--value", action="append", default=[], metavar="CHAMP=VALEUR")
    letter.add_argument("--to", metavar="FICHIER", default="", help=".docx, .pdf ou .txt")
    letter.add_argument("--keep", action="store_true", help="garder le texte au dossier")
    calendar = verbs.add("calendar", "les échéances en calendrier, sans un mot des avis")
    calendar.add_argument("case", type=int, nargs="?", metavar="DOSSIER")
    calendar.add_argument("--to", metavar="FICHIER", required=True, help=".ics")


def _ends(verbs: _Verbs) -> None:
    closing = verbs.on_case("close", "clore un dossier avec son issue")
    closing.add_argument(
        "--outcome",
        metavar="ISSUE",
        required=True,
        help="retire, maintenu, repondu, assureur, justice ou sans_suite",
    )
    closing.add_argument("--note", metavar="MOTS", default="")
    reopening = verbs.on_case("reopen", "rouvrir un dossier clos")
    reopening.add_argument("--note", metavar="MOTS", default="")
    erasing = verbs.on_case("erase", "effacer le contenu d’un dossier ; le journal reste vérifiable")
    erasing.add_argument(
        "--reason",
        metavar="MOTIF",
        required=True,
        help="demande_personne, fin_de_conservation ou depot_par_erreur",
    )
    erasing.add_argument(
        "--event", type=int, action="append", default=[], metavar="N", help="ce seul événement"
    )


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    verbs = _Verbs(command("case", _case, "les dossiers, de l’avis à son issue"))
    for group in (_opening, _steps, _words, _ends):
        group(verbs)
    verbs = _Verbs(command("evidence", _evidence, "les pièces scellées d’un dossier"))
    adding = verbs.on_case("add", "verser des pièces, octet pour octet")
    adding.add_argument("file", nargs="+", metavar="FICHIER")
    verifying = verbs.add("verify", "vérifier qu’aucun octet n’a changé")
    verifying.add_argument("case", type=int, nargs="?", metavar="DOSSIER", help="tous sinon")
    verbs.add("sweep", "effacer les fichiers scellés dont aucun dossier ne se sert plus")
    exporting = verbs.on_case("export", "exporter un dossier, avec de quoi le vérifier seul", writes=False)
    exporting.add_argument("--to", metavar="FICHIER", required=True, help=".zip")
