"""Commands on who looks and on the list of insured practitioners: viewer, grant, practitioner import."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from ereput.cli.frame import AddCommand, Answer, Json, context_of
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.jobs.context import Context


def _viewer(options: argparse.Namespace) -> Answer:
    from ereput.jobs import viewers

    context = context_of(options)
    if options.action == "list":
        return _viewers(context)
    if not options.name:
        raise RefusedError("Indiquez le nom de l’utilisateur.")
    role = Role(options.role) if options.role else None
    if options.action == "token":
        secret = viewers.issue_token(context, options.name, options.purpose)
        text = f"Adresse privée de {options.name}, montrée une seule fois : {secret}"
        return Answer({"viewer": options.name, "purpose": options.purpose, "token": secret}, text)
    if options.action == "add":
        if role is None:
            raise RefusedError("Indiquez le rôle : administrateur, courtier, praticien ou lecteur.")
        viewers.add(
            context,
            name=options.name,
            role=role,
            email=options.email or "",
            identity=(options.issuer, options.subject) if options.subject else None,
            portfolios=options.portfolio or (),
            people=options.practitioner or (),
        )
    else:
        viewers.change(
            context,
            options.name,
            role=role,
            email=options.email,
            is_active=options.active and options.active == "oui",
            portfolios=options.portfolio,
            people=options.practitioner,
        )
    return _viewers(context)


def _viewers(context: Context) -> Answer:
    from ereput.store import viewers

    with context.store.reading() as connection:
        rows = viewers.read_all(connection, context.viewer)
        scopes = viewers.read_scopes(connection, context.viewer)
    found: list[Json] = [
        {
            "name": row.name,
            "role": row.role,
            "email": row.email or "",
            "subject": row.subject or "",
            "active": row.is_active,
            "scope": scopes[row.id],
        }
        for row in rows
    ]
    lines = [
        f"{one['name']} : {one['role']}, {', '.join(one['scope']) or 'tout'}"
        f"{'' if one['active'] else ' (désactivé)'}"
        for one in found
    ]
    return Answer({"viewers": found}, "\n".join(lines) or "Aucun utilisateur : l’administrateur seul.")


def _grant(options: argparse.Namespace) -> Answer:
    from ereput.jobs import viewers

    context = context_of(options)
    if options.action == "add":
        number = viewers.let_read(
            context,
            options.practitioner,
            options.viewer_name,
            until=_day(options.until),
            reason=options.reason,
        )
        return Answer({"grant": number}, f"Accord n° {number} noté.")
    if options.action == "revoke":
        if options.id is None:
            raise RefusedError("Indiquez le numéro de l’accord à retirer.")
        viewers.revoke(context, options.id)
        return Answer({"grant": options.id, "state": "revoked"}, f"Accord n° {options.id} retiré.")
    return _grants(context, options.practitioner)


def _grants(context: Context, slug: str) -> Answer:
    from ereput.jobs.viewers import LOOK
    from ereput.store import practitioners, viewers

    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, slug).id if slug else None
        rows = viewers.read_grants(connection, context.viewer, practitioner_id=who)
        looks = viewers.read_looks(connection, context.viewer, action=LOOK)
    grants = [
        {
            "id": row.id,
            "practitioner": row.slug,
            "viewer": row.viewer,
            "by": row.granted_by,
            "until": row.until,
            "revoked": row.revoked_at,
            "in_force": row.revoked_at is None and row.until >= context.today,
        }
        for row in rows
    ]
    seen = [
        {"at": row.at, "viewer": row.viewer, "practitioner": row.subject, "what": row.detail}
        for row in looks
        if not slug or row.subject == slug
    ]
    lines = [
        f"n° {one['id']} · {one['practitioner']} · {one['viewer']} jusqu’au {one['until']:%d/%m/%Y}"
        f"{'' if one['in_force'] else ' (terminé)'}"
        for one in grants
    ]
    lines += [f"  lu le {one['at']:%d/%m/%Y %H:%M} par {one['viewer']} : {one['what']}" for one in seen]
    return Answer({"grants": grants, "looks": seen}, "\n".join(lines) or "Aucun accord.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"« {text} » n’est pas une date (2027-03-31).") from None


def import_list(options: argparse.Namespace) -> Answer:
    """Import the list of the insured: the `import` of the command `practitioner`."""
    from ereput.jobs import insured

    if not options.file:
        raise RefusedError("Indiquez le fichier de la liste d’assurés.")
    done = insured.import_list(
        context_of(options),
        Path(options.file),
        portfolio_name=options.portfolio,
        columns=dict(_correction(text) for text in options.column),
    )
    columns: list[Json] = [
        {"title": column.title, "role": column.role and column.role.value, "reason": column.reason}
        for column in done.columns
    ]
    payload: dict[str, Any] = {
        "file": done.file,
        "portfolio": done.portfolio,
        "read": done.read,
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "rejected": done.rejected,
        "rejects": [{"row": row, "reason": reason} for row, reason in done.rejects],
        "remarks": [{"row": row, "reason": reason} for row, reason in done.remarks],
        "columns": columns,
        "seconds": done.seconds,
    }
    counts = f"{done.added} ajoutés, {done.changed} modifiés, {done.unchanged} inchangés"
    lines = [
        f"{done.file} : {done.read} lus, {counts}, {done.rejected} rejetés, {done.seconds} s.",
        *(f"  {column['title']} : {column['reason']}" for column in columns),
        *(f"  ligne {row} {what} : {why}" for row, what, why in list(insured.rejected_rows(done))[:50]),
    ]
    return Answer(payload, "\n".join(lines))


def _correction(text: str) -> tuple[str, str]:
    role, found, title = text.partition("=")
    if not found:
        raise RefusedError(f"« {text} » : écrivez la colonne ainsi, ville=Commune.")
    return role.strip(), title.strip()


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    viewer = command("viewer", _viewer, "qui regarde : ajouter, modifier, lister, donner une adresse privée")
    viewer.add_argument("action", choices=("add", "set", "list", "token"), metavar="add|set|list|token")
    viewer.add_argument("--name", default="", metavar="NOM")
    viewer.add_argument("--role", choices=[role.value for role in Role], metavar="|".join(Role))
    viewer.add_argument("--email", metavar="ADRESSE")
    viewer.add_argument("--issuer", default="", metavar="URL", help="fournisseur d’identité (OIDC)")
    viewer.add_argument("--subject", default="", metavar="SUJET", help="identifiant chez ce fournisseur")
    viewer.add_argument("--portfolio", action="append", metavar="PORTEFEUILLE")
    viewer.add_argument("--practitioner", action="append", metavar="PRATICIEN")
    viewer.add_argument("--active", choices=("oui", "non"), metavar="oui|non")
    viewer.add_argument("--purpose", choices=("agenda",), default="agenda", metavar="agenda")
    grant = command("grant", _grant, "l’accord d’un praticien pour que son courtier lise ses avis")
    grant.add_argument("action", choices=("add", "list", "revoke"), metavar="add|list|revoke")
    grant.add_argument("id", type=int, nargs="?", metavar="ACCORD")
    grant.add_argument("--practitioner", default="", metavar="PRATICIEN")
    grant.add_argument("--to", dest="viewer_name", default="", metavar="COURTIER")
    grant.add_argument("--until", default="", metavar="DATE", help="dernier jour, un an au plus")
    grant.add_argument("--reason", default="", metavar="MOTS", help="l’accord que note un administrateur")
