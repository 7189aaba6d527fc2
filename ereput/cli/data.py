"""Commands on publications: read, import, imports, undo, export, demo, feed, refresh."""

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from ereput.cli.frame import AddCommand, Answer, Progress, context_of, settings_of
from ereput.domain.errors import RefusedError
from ereput.ingest import Reading, read_file, to_plain


def _read(options: argparse.Namespace) -> Answer:
    now = settings_of(options).now()
    path = Path(options.file)
    if options.file == "-":
        with tempfile.NamedTemporaryFile() as copy:
            copy.write(sys.stdin.buffer.read())
            copy.flush()
            return _reading(read_file(Path(copy.name), now=now, format_name=options.format))
    if not path.is_file():
        raise RefusedError(f"Le fichier « {options.file} » est introuvable.")
    return _reading(read_file(path, now=now, format_name=options.format))


def _reading(reading: Reading) -> Answer:
    payload = to_plain(reading)
    rows, rejects = payload["rows"], payload["rejects"]
    counts = (
        f"{len(rows)} avis, {len(reading.entries)} articles, {len(reading.feeds)} flux, {len(rejects)} rejets"
    )
    lines = [f"{reading.format} : {counts}."]
    lines += [f"  ligne {reject['row']} : {reject['reason']}" for reject in rejects[:20]]
    return Answer(payload, "\n".join(filter(None, [reading.message, *lines])))


def _import(options: argparse.Namespace) -> Answer:
    from ereput.jobs.importing import import_file

    context = context_of(options)
    outcomes = []
    for name in options.file:
        with Progress(f"Import de {Path(name).name}") as progress:
            outcomes.append(
                import_file(
                    context,
                    Path(name),
                    practitioner=options.practitioner,
                    portfolio=options.portfolio,
                    platform=options.platform,
                    is_complete=options.complete,
                    format_name=options.format,
                    progress=progress,
                )
            )
    lines = [
        f"{o.file} ({o.format}) : {o.read} lus, {o.new} nouveaux, {o.edited} modifiés, "
        f"{o.unchanged} inchangés, {o.removed} retirés, {o.rejected} rejetés "
        f"— import n° {o.batch}, {o.seconds} s"
        for o in outcomes
    ]
    return Answer({"files": [asdict(outcome) for outcome in outcomes]}, "\n".join(lines))


def _imports(options: argparse.Namespace) -> Answer:
    from ereput.store import batches

    context = context_of(options)
    with context.store.reading() as connection:
        found = [dict(row._mapping) for row in batches.read_all(connection, context.viewer)]  # noqa: SLF001 (the documented way)
    lines = [
        f"n° {row['id']} · {row['imported_at']:%d/%m/%Y %H:%M} · {row['name']} : {row['new']} nouveaux, "
        f"{row['edited']} modifiés, {row['rejected']} rejetés{' · annulé' if row['undone_at'] else ''}"
        for row in found
    ]
    return Answer({"imports": found}, "\n".join(lines) or "Aucun import.")


def _undo(options: argparse.Namespace) -> Answer:
    from ereput.jobs.undo import undo_batch

    gone = undo_batch(context_of(options), options.batch)
    return Answer(
        {"batch": options.batch, "publications": gone},
        f"Import n° {options.batch} annulé : {gone} avis retirés.",
    )


def _export(options: argparse.Namespace) -> Answer:
    from ereput.jobs.exporting import export

    target = Path(options.to)
    count = export(context_of(options), options.practitioner, target)
    return Answer(
        {"file": str(target), "publications": count}, f"{count} publications écrites dans {target}."
    )


def _demo(options: argparse.Namespace) -> Answer:
    from ereput.jobs.demo_portfolio import load_demo

    counts = load_demo(context_of(options))
    text = f"Démonstration : {counts['practitioners']} praticiens, {counts['publications']} publications."
    return Answer(dict(counts), text)


def _feed(options: argparse.Namespace) -> Answer:
    from ereput.jobs import feeds as jobs
    from ereput.store import feeds

    context = context_of(options)
    if options.action == "add":
        if not options.url:
            raise RefusedError("Indiquez l’adresse du flux à suivre.")
        number, is_new = jobs.add(
            context, options.url, practitioner=options.practitioner, portfolio=options.portfolio
        )
        text = f"Flux n° {number} {'ajouté' if is_new else 'déjà suivi'}."
        return Answer({"feed": number, "new": is_new}, text)
    with context.store.reading() as connection:
        found = [dict(row._mapping) for row in feeds.read_all(connection, context.viewer)]  # noqa: SLF001
    lines = [
        f"n° {row['id']} · {row['slug'] or 'portefeuille'} · {row['url']} · {row['error'] or 'répond'}"
        for row in found
    ]
    return Answer({"feeds": found}, "\n".join(lines) or "Aucun flux.")


def _refresh(options: argparse.Namespace) -> Answer:
    from ereput.ingest.fetch import FetchPolicy
    from ereput.jobs.feeds import refresh, told
    from ereput.jobs.runs import alone

    policy = FetchPolicy(private_hosts=settings_of(options).private_hosts)
    context = context_of(options)
    with alone(context, "refresh") as run:
        outcomes = refresh(context, policy=policy, everything=options.all)
        run.outcome = told(outcomes)
    lines = [f"n° {o.id} · {o.url} · {o.error or f'{o.new} nouveaux'}" for o in outcomes]
    return Answer(
        {"feeds": [asdict(outcome) for outcome in outcomes]}, "\n".join(lines) or "Aucun flux à relire."
    )


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    read = command("read", _read, "lire un fichier sans rien enregistrer")
    read.add_argument("file", metavar="FICHIER", help="« - » lit l’entrée standard")
    read.add_argument("--format", metavar="NOM")
    importing = command("import", _import, "importer des avis")
    importing.add_argument("file", metavar="FICHIER", nargs="+")
    whose = importing.add_mutually_exclusive_group(required=True)
    whose.add_argument("--practitioner", metavar="PRATICIEN", default="")
    whose.add_argument("--portfolio", metavar="PORTEFEUILLE", default="")
    importing.add_argument("--platform", metavar="PLATEFORME", default="")
    importing.add_argument("--format", metavar="NOM")
    importing.add_argument("--complete", action="store_true", help="ce qui n’y est plus a été retiré")
    command("imports", _imports, "le journal des imports")
    undo = command("undo", _undo, "annuler un import")
    undo.add_argument("batch", metavar="IMPORT", type=int)
    export = command("export", _export, "rendre les publications d’un praticien")
    export.add_argument("--practitioner", metavar="PRATICIEN", required=True)
    export.add_argument("--to", metavar="FICHIER", required=True, help=".csv, .xlsx ou .json")
    command("demo", _demo, "charger le portefeuille de démonstration")
    feed = command("feed", _feed, "suivre un flux, lister les flux")
    feed.add_argument("action", choices=("add", "list"), metavar="add|list")
    feed.add_argument("url", nargs="?", default="", metavar="ADRESSE")
    feed.add_argument("--practitioner", metavar="PRATICIEN", default="")
    feed.add_argument("--portfolio", metavar="PORTEFEUILLE", default="")
    refreshing = command("refresh", _refresh, "relire les flux qui le doivent")
    refreshing.add_argument("--all", action="store_true", help="tous, même récents")
