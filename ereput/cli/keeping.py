"""Commands that keep the data: backup, restore, doctor, erase, purge."""

import argparse
import getpass
import os
import sys
from dataclasses import asdict
from pathlib import Path

from ereput.cli.frame import AddCommand, Answer, context_of, settings_of
from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.jobs.context import ADMINISTRATOR

PASSPHRASE = "EREPUT_BACKUP_PASSPHRASE"  # noqa: S105 (the name of a variable)


def _backup(options: argparse.Namespace) -> Answer:
    from ereput.jobs.backup import backup

    settings = settings_of(options)
    secret = _passphrase(options) if options.encrypt or options.passphrase_file else ""
    done = backup(context_of(options), settings, Path(options.file), passphrase=secret)
    how = "chiffrée, " if done.is_encrypted else ""
    told = (
        f"Sauvegarde {how}relue et vérifiée : {done.file} "
        f"({french.plural(done.counts['publication'], 'publication')}, "
        f"{french.plural(done.evidence, 'pièce')}, {french.size(done.size)})."
    )
    lines = [told]
    if done.missing:
        lines.append(
            f"Il manque {french.plural(len(done.missing), 'fichier de preuve')} : « doctor » dit lesquels."
        )
    return Answer(asdict(done), "\n".join(lines), 1 if done.missing else 0)


def _restore(options: argparse.Namespace) -> Answer:
    from ereput.jobs.backup import restore

    _administrator(options)
    source = Path(options.file)
    settings = settings_of(options)
    register = Path(options.erasures) if options.erasures else None
    secret = _passphrase(options) if options.passphrase_file or _is_encrypted(source) else ""
    done = restore(settings, source, passphrase=secret, erasures=register)
    told = (
        f"Restauré, état du {done.made_at} : {french.plural(done.counts['publication'], 'publication')}, "
        f"{french.plural(done.evidence, 'pièce')}."
    )
    lines = [told]
    if done.erased_since:
        lines.append("Ce qui a été effacé depuis la sauvegarde n’est pas revenu.")
    if not done.evidence_ok:
        lines.append(f"Les preuves étaient déjà altérées dans la sauvegarde : {done.evidence_why}")
    return Answer(asdict(done), "\n".join(lines), 0 if done.evidence_ok else 1)


def _administrator(options: argparse.Namespace) -> None:
    """Refuse whoever is not the administrator: these commands do without the tables that say who may what."""
    if options.viewer not in ("", ADMINISTRATOR.name):
        raise RefusedError("Seul un administrateur restaure ou examine l’installation.")


def _is_encrypted(source: Path) -> bool:
    from ereput.jobs.cipher import is_encrypted

    if not source.is_file():
        return False
    with source.open("rb") as file:
        return is_encrypted(file)


def _passphrase(options: argparse.Namespace) -> str:
    """Return the secret phrase, from a file, the environment or the keyboard; never from the command line."""
    if options.passphrase_file:
        try:
            return Path(options.passphrase_file).read_text("utf-8").strip("\r\n")
        except OSError as error:
            raise RefusedError(f"« {options.passphrase_file} » ne se lit pas.") from error
    if found := os.environ.get(PASSPHRASE, ""):
        return found
    if not sys.stdin.isatty():
        raise RefusedError(f"Donnez la phrase secrète par --passphrase-file ou {PASSPHRASE}.")
    return getpass.getpass("Phrase secrète : ")


def _doctor(options: argparse.Namespace) -> Answer:
    from ereput.jobs.doctor import State, examine

    _administrator(options)
    findings = examine(settings_of(options))
    worst = State.BROKEN if any(f.state is State.BROKEN for f in findings) else State.OK
    lines = [
        f"{finding.state.value:<9} {finding.label} : {finding.text}"
        + (f"\n          → {finding.remedy}" if finding.remedy else "")
        for finding in findings
    ]
    payload = {"ok": worst is State.OK, "checks": [asdict(finding) for finding in findings]}
    return Answer(payload, "\n".join(lines), 0 if worst is State.OK else 1)


def _erase(options: argparse.Namespace) -> Answer:
    from ereput.jobs import erasure

    context, home = context_of(options), settings_of(options).home
    if options.author:
        done = erasure.erase_author(
            context, options.author, practitioner=options.practitioner, platform=options.platform, home=home
        )
    elif options.practitioner:
        done = erasure.erase_practitioner(context, options.practitioner, home=home)
    else:
        raise RefusedError("Indiquez --author ou --practitioner.")
    counts = [
        (done.publications, "publication", "publications"),
        (done.contents, "contenu de dossier", "contenus de dossier"),
        (done.waiting, "ligne en attente", "lignes en attente"),
        (done.rejects, "ligne rejetée", "lignes rejetées"),
    ]
    told = ", ".join(french.plural(count, one, many) for count, one, many in counts if count)
    lines = [f"Effacé : {told or 'rien n’était enregistré'}. Les prochains imports n’en reprendront rien."]
    if done.held:
        numbers = french.joined([f"n° {number}" for number in done.held])
        lines.append(
            f"Retenu pour la défense d’un droit : dossier {numbers}, encore ouvert. "
            "Une fois clos, « purge » termine l’effacement."
        )
    lines += [f"Le registre des effacements n’a pas pu être écrit : {place}" for place in done.unwritten]
    return Answer(asdict(done), "\n".join(lines), 1 if done.held or done.unwritten else 0)


def _purge(options: argparse.Namespace) -> Answer:
    from ereput.jobs import retention

    context, home = context_of(options), settings_of(options).home
    shown = retention.preview(context)
    if options.dry_run or not (options.confirm or shown.is_confirmed):
        lines = [f"{row.label} (plus de {row.months} mois) : {row.count}" for row in shown.rows]
        if not shown.is_confirmed:
            lines.append("Rien n’a été effacé. « purge --confirm » l’efface, et vaut accord pour ces durées.")
        return Answer({"status": "preview", **asdict(shown)}, "\n".join(lines))
    if options.confirm:
        retention.confirm(context, shown)
    done = retention.purge(context, home=home)
    lines = [f"{row.label} : {done.counts[row.kind]}" for row in shown.rows]
    return Answer({"status": "done", **asdict(done)}, "Effacé.\n" + "\n".join(lines))


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    backup = command("backup", _backup, "tout sauvegarder dans un fichier, pendant que l’outil tourne")
    backup.add_argument("file", metavar="FICHIER")
    backup.add_argument("--encrypt", action="store_true", help="chiffrer par une phrase secrète")
    restore = command("restore", _restore, "restaurer une sauvegarde dans un dossier ou une base vide")
    restore.add_argument("file", metavar="FICHIER")
    restore.add_argument("--erasures", metavar="FICHIER", default="", help="registre des effacements")
    for either in (backup, restore):
        either.add_argument("--passphrase-file", metavar="FICHIER", default="")
    command("doctor", _doctor, "vérifier toute l’installation")
    erase = command("erase", _erase, "effacer un auteur ou un praticien, partout")
    erase.add_argument("--author", metavar="NOM", default="", help="le nom affiché")
    erase.add_argument("--practitioner", metavar="PRATICIEN", default="")
    erase.add_argument("--platform", metavar="PLATEFORME", default="")
    purge = command("purge", _purge, "effacer ce dont la durée de conservation est écoulée")
    purge.add_argument("--dry-run", action="store_true", help="montrer sans rien effacer")
    purge.add_argument("--confirm", action="store_true", help="effacer, et accepter ces durées")
