"""The command that notifies: digest send|add|list|test|remove."""

import argparse
from dataclasses import asdict

from ereput.cli.frame import AddCommand, Answer, context_of, settings_of


def _digest(options: argparse.Namespace) -> Answer:
    from ereput.domain.errors import RefusedError
    from ereput.jobs import digest as jobs

    context = context_of(options)
    if options.action == "send":
        return _send(options)
    if options.action == "list":
        return _list(options)
    if options.action == "add":
        number = jobs.subscribe(
            context,
            channel="email" if options.email else "apprise",
            address=options.email,
            rhythm=options.rhythm,
            is_urgent=options.urgent == "oui",
            quiet=(options.quiet[0], options.quiet[1]),
        )
        return Answer({"subscription": number}, f"Abonnement n° {number} ajouté.")
    if options.number is None:
        raise RefusedError("Indiquez le numéro de l’abonnement (--number).")
    if options.action == "test":
        jobs.try_channel(context, settings_of(options), options.number)
        return Answer({"subscription": options.number, "state": "sent"}, "Message d’essai parti.")
    jobs.unsubscribe(context, options.number)
    return Answer({"subscription": options.number, "state": "removed"}, "Abonnement retiré.")


def _send(options: argparse.Namespace) -> Answer:
    """Send what is due; one run at a time; exit 1 when a message failed."""
    from ereput.facts import french
    from ereput.jobs import digest as jobs
    from ereput.jobs.runs import alone

    context = context_of(options)
    with alone(context, "digest") as run:
        found = jobs.send_due(context, settings_of(options))
        counts = {state: sum(one.state == state for one in found) for state in ("sent", "failed", "kept")}
        run.outcome = (
            f"{french.plural(counts['sent'], 'message parti', 'messages partis')}, "
            + french.plural(counts["failed"], "échec")
        )
    lines = [f"abonnement n° {one.subscription} : {one.kind} {one.state} {one.error}" for one in found]
    payload = {**counts, "messages": [asdict(one) for one in found]}
    return Answer(payload, "\n".join([run.outcome, *lines]), 1 if counts["failed"] else 0)


def _list(options: argparse.Namespace) -> Answer:
    from ereput.store import notices

    context = context_of(options)
    with context.store.reading() as connection:
        rows = notices.read_subscriptions(connection, context.viewer)
        sent = notices.read_sendings(connection, context.viewer)
    listed = [dict(row._mapping) for row in rows]  # noqa: SLF001 (the documented way)
    lines = [
        f"n° {row.id} · {row.name or 'administrateur'} · {row.channel} {row.address} · {row.rhythm}"
        for row in rows
    ]
    done = [dict(row._mapping) for row in sent]  # noqa: SLF001 (same)
    return Answer({"subscriptions": listed, "sendings": done}, "\n".join(lines) or "Aucun abonnement.")


def add(command: AddCommand) -> None:
    """Add this command to the grammar."""
    digest = command("digest", _digest, "notifier : envoyer ce qui est dû, s’abonner, essayer")
    actions = ("send", "add", "list", "test", "remove")
    digest.add_argument("action", nargs="?", choices=actions, default="send", metavar="|".join(actions))
    digest.add_argument("--email", default="", metavar="ADRESSE", help="sans adresse : les canaux Apprise")
    digest.add_argument("--rhythm", choices=("weekly", "monthly", "never"), default="weekly")
    digest.add_argument("--urgent", choices=("oui", "non"), default="oui", help="les urgences sans attendre")
    digest.add_argument(
        "--quiet", nargs=2, type=int, default=(20, 8), metavar="HEURE", help="heures de silence"
    )
    digest.add_argument("--number", type=int, metavar="N°")
