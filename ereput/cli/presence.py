"""Commands on presence: listing, snapshot, presence."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from ereput.cli.frame import AddCommand, Answer, context_of
from ereput.domain.errors import RefusedError
from ereput.domain.presence import ListingStatus

_TEXTS = ("url", "name", "profession", "address", "phone", "hours", "note")


def _listing(options: argparse.Namespace) -> Answer:
    from ereput.jobs import presence

    if options.action == "import":
        return _import(options)
    if not options.practitioner:
        raise RefusedError("Indiquez le praticien.")
    context = context_of(options)
    if options.action != "list":
        if options.action == "set" and options.id is None:
            raise RefusedError("Indiquez le numéro de la fiche.")
        given = {name: getattr(options, name) for name in _TEXTS}
        presence.save(
            context,
            options.practitioner,
            listing_id=options.id if options.action == "set" else None,
            platform=options.platform,
            status=options.status,
            texts={name: text for name, text in given.items() if text is not None},
        )
    return _shown(options)


def _shown(options: argparse.Namespace) -> Answer:
    from ereput.facts.presence import STATUSES
    from ereput.store import listings, practitioners

    context = context_of(options)
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, options.practitioner)
        mine = listings.read_all(connection, context.viewer, [who.id])
        latest = listings.latest_snapshots(connection, context.viewer, [who.id])
    found: list[dict[str, Any]] = []
    for one in mine:
        taken = latest.get((who.id, one.id))
        found.append(
            {
                "id": one.id,
                "platform": one.platform,
                "status": one.status.value,
                **{name: getattr(one, name) for name in _TEXTS},
                "rating": taken and taken.rating,
                "count": taken and taken.count,
                "day": taken and taken.day,
            }
        )
    lines = [
        f"n° {one['id']} · {one['platform']} · {STATUSES[ListingStatus(one['status'])]} · {one['url'] or '–'}"
        for one in found
    ]
    return Answer({"listings": found}, "\n".join(lines) or "Aucune fiche n’est notée.")


def _import(options: argparse.Namespace) -> Answer:
    from ereput.jobs.listing_sheet import import_sheet

    if not options.file:
        raise RefusedError("Indiquez le fichier de la feuille de fiches.")
    done = import_sheet(
        context_of(options),
        Path(options.file),
        practitioner=options.practitioner,
        portfolio=options.portfolio,
    )
    names = ("file", "read", "added", "changed", "unchanged", "snapshots", "rejected", "practitioners")
    payload: dict[str, Any] = {name: getattr(done, name) for name in names}
    payload["rejects"] = [{"row": row, "reason": why} for row, why in done.rejects]
    payload["remarks"] = [{"row": row, "reason": why} for row, why in done.remarks]
    payload["seconds"] = done.seconds
    counts = f"{done.added} ajoutées, {done.changed} modifiées, {done.snapshots} relevés"
    lines = [
        f"{done.file} : {done.read} lues, {counts}, {done.rejected} rejetées.",
        *(f"  ligne {row} rejetée : {why}" for row, why in done.rejects),
        *(f"  ligne {row} lue autrement : {why}" for row, why in done.remarks),
    ]
    return Answer(payload, "\n".join(lines))


def _snapshot(options: argparse.Namespace) -> Answer:
    from ereput.jobs import presence

    is_new = presence.snapshot(
        context_of(options),
        options.practitioner,
        options.id,
        rating=options.rating,
        count=options.count,
        day=_day(options.day) if options.day else None,
    )
    text = "Relevé noté ; les précédents sont gardés." if is_new else "Ce relevé est déjà noté pour ce jour."
    return Answer({"listing": options.id, "new": is_new}, text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"« {text} » n’est pas une date (2027-03-31).") from None


def _presence(options: argparse.Namespace) -> Answer:
    from ereput.facts import presence
    from ereput.facts import scope as scopes
    from ereput.facts.period import Stretch, until
    from ereput.store import practitioners

    context = context_of(options)
    with context.store.reading() as connection:
        practitioners.read_one(connection, context.viewer, options.practitioner)
    scope = scopes.read(context.store, context.viewer).on(options.practitioner)
    shown = presence.read(
        context.store, context.viewer, scope, until(Stretch.YEAR, context.today), context.now
    )
    if shown is None:
        raise RefusedError("Ce praticien n’est pas dans votre périmètre.")
    payload = {
        "practitioner": shown.who.slug,
        "sentence": shown.sentence,
        "components": [
            {"label": one.label, "value": one.value, "zone": one.zone.value} for one in shown.components
        ],
        "held": [{"label": one.label, "value": one.value, "held": one.is_held} for one in shown.holds],
        "findings": [
            {
                "finding": one.finding.value,
                "listing": one.listing_id or None,
                "title": one.title,
                "why": one.why,
                "case": one.case_id,
                "steps": [{"id": step.id, "title": step.title} for step in one.steps],
            }
            for one in shown.findings
        ],
        "watch": {"due": shown.watch.due, "missed": list(shown.watch.missed)},
        "notice": shown.notice.text,
    }
    lines = [shown.sentence, *(f"– {one.title} : {one.why}" for one in shown.findings), shown.notice.text]
    return Answer(payload, "\n".join(lines))


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    listing = command(
        "listing", _listing, "les fiches en ligne : ajouter, modifier, lister, importer une feuille"
    )
    listing.add_argument("action", choices=("add", "set", "list", "import"), metavar="add|set|list|import")
    listing.add_argument("file", nargs="?", metavar="FICHIER", help="feuille de fiches, pour import")
    listing.add_argument("--practitioner", default="", metavar="PRATICIEN")
    listing.add_argument("--portfolio", default="", metavar="PORTEFEUILLE", help="pour import")
    listing.add_argument("--id", type=int, metavar="FICHE", help="pour set")
    listing.add_argument("--platform", default="", metavar="PLATEFORME")
    listing.add_argument(
        "--status",
        default="",
        choices=[status.value for status in ListingStatus],
        metavar="|".join(ListingStatus),
    )
    for name in _TEXTS:
        listing.add_argument(f"--{name}", metavar="TEXTE")
    snapshot = command("snapshot", _snapshot, "noter ce qu’une fiche affiche ; rien n’est récrit")
    snapshot.add_argument("id", type=int, metavar="FICHE")
    snapshot.add_argument("--practitioner", required=True, metavar="PRATICIEN")
    snapshot.add_argument("--rating", type=float, metavar="NOTE", help="sur 5")
    snapshot.add_argument("--count", type=int, metavar="AVIS")
    snapshot.add_argument("--day", default="", metavar="DATE")
    presence = command("presence", _presence, "l’équilibre d’une présence, et ce qu’il y a à faire")
    presence.add_argument("--practitioner", required=True, metavar="PRATICIEN")
