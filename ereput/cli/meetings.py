"""Commands on review meetings: meeting open|show|decide|settle|close|list, and report."""

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ereput.cli.frame import AddCommand, Answer, Progress, context_of
from ereput.domain.errors import RefusedError
from ereput.domain.period import Span, SpanKind, latest, parse
from ereput.facts.scope import Scope
from ereput.jobs.context import Context


def _asked(options: argparse.Namespace, context: Context) -> tuple[Scope, Span, str]:
    """Return whose meeting over which days; without a period, the last quarter that is over."""
    from ereput.facts import scope as scopes
    from ereput.store import practitioners

    scope = scopes.read(context.store, context.viewer)
    if options.practitioner:
        with context.store.reading() as connection:
            practitioners.read_one(connection, context.viewer, options.practitioner)
        scope = scope.on(options.practitioner)
    elif options.portfolio:
        from dataclasses import replace

        scope = replace(scope, chosen=None)
    else:
        raise RefusedError("Indiquez un praticien (--practitioner) ou un portefeuille (--portfolio).")
    span = parse(options.period) if options.period else latest(SpanKind.QUARTER, context.today)
    return scope, span, options.portfolio


def _meeting(options: argparse.Namespace) -> Answer:
    from ereput.facts import meeting as facts
    from ereput.jobs import meeting as jobs

    context = context_of(options)
    if options.action in {"decide", "settle"}:
        return _minutes(options, context)
    scope, span, portfolio = _asked(options, context)
    if options.action == "list":
        held = facts.held(context.store, context.viewer, scope, portfolio=portfolio)
        lines = [f"n° {one.id} · {one.label} · {one.state}" for one in held]
        return Answer({"meetings": [asdict(one) for one in held]}, "\n".join(lines) or "Aucune réunion.")
    if options.action == "open":
        jobs.start(context, scope, span, portfolio=portfolio)
    if options.action == "close":
        jobs.close(context, scope, span, portfolio=portfolio)
    pack = facts.read(context.store, context.viewer, scope, span, context.now, portfolio=portfolio)
    figures = {
        one.key: {
            "value": one.tile.value,
            "n": one.tile.n,
            "previous": one.tile.previous,
            "text": one.tile.text,
        }
        for one in pack.measures
    }
    payload = {
        "meeting": pack.meeting_id,
        "period": span.key,
        "locked": pack.is_locked,
        "after": pack.after,
        "sentence": pack.sentence,
        "measures": figures,
        "decisions": [asdict(line) for line in pack.decisions],
        "followed": [asdict(line) for line in pack.followed],
    }
    lines = [f"{pack.heading}, {pack.label}. {pack.sentence}", *filter(None, [pack.after])]
    lines += [f"  {one.tile.label} : {one.tile.text} ({one.tile.n_text})" for one in pack.measures]
    lines += [f"  décision n° {line.id} : {line.text} ({line.state_text})" for line in pack.decisions]
    return Answer(payload, "\n".join(lines))


def _minutes(options: argparse.Namespace, context: Context) -> Answer:
    from ereput.jobs import meeting as jobs

    if options.number is None:
        raise RefusedError("Indiquez un numéro (--number).")
    if options.action == "settle":
        jobs.settle(context, options.number, options.state)
        return Answer({"decision": options.number, "state": options.state}, "Noté.")
    jobs.decide(context, options.number, text=options.text, owner=options.owner, due=options.due)
    return Answer({"meeting": options.number}, "Décision notée.")


def _report(options: argparse.Namespace) -> Answer:
    from ereput.facts.pack import Audience
    from ereput.jobs.report import write

    context = context_of(options)
    scope, span, portfolio = _asked(options, context)
    target = Path(options.to)
    with Progress("Dossier de réunion") as progress:
        pages = write(
            context,
            scope,
            span,
            target,
            portfolio=portfolio,
            audience=Audience(options.version),
            progress=lambda done, _: progress(done),
        )
    return Answer(
        {"path": str(target), "pages": pages, "period": span.key}, f"{target} : {pages} pages ou feuilles."
    )


def _whose(parser: argparse.ArgumentParser) -> None:
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--practitioner", metavar="PRATICIEN", default="")
    whose.add_argument("--portfolio", metavar="PORTEFEUILLE", default="")
    parser.add_argument("--period", metavar="PÉRIODE", default="", help="2026-09, 2026-Q3, 2026-S2")


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    meeting = command("meeting", _meeting, "tenir une réunion : ouvrir, décider, clore, relire")
    actions = ("open", "show", "decide", "settle", "close", "list")
    meeting.add_argument("action", choices=actions, metavar="|".join(actions))
    _whose(meeting)
    meeting.add_argument("--number", type=int, metavar="N°", help="réunion (decide) ou décision (settle)")
    meeting.add_argument("--text", default="", metavar="TEXTE")
    meeting.add_argument("--owner", default="", metavar="QUI")
    meeting.add_argument("--due", type=date.fromisoformat, metavar="DATE")
    meeting.add_argument("--state", choices=("done", "dropped", "open"), default="done")
    report = command("report", _report, "écrire le dossier de réunion (PDF, PPTX ou XLSX)")
    _whose(report)
    report.add_argument("--to", required=True, metavar="FICHIER", help=".pdf, .pptx ou .xlsx")
    report.add_argument("--version", choices=("praticien", "courtier"), default="praticien")
