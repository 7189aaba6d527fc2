"""Commands on practitioners."""

import argparse
from dataclasses import asdict

from ereput.cli import portfolio
from ereput.cli.frame import AddCommand, Answer, context_of


def _practitioner(options: argparse.Namespace) -> Answer:
    from ereput.jobs import practitioners as jobs
    from ereput.store import practitioners

    if options.action == "import":
        return portfolio.import_list(options)
    context = context_of(options)
    details = {
        name: getattr(options, name, None)
        for name in (
            "profession", "specialty", "city", "department", "rpps", "email",
            "guarantee", "insurer", "contract", "declaration_days",
        )
    }  # fmt: skip
    if options.action == "add":
        found = [
            jobs.add(
                context, name=options.name or "", slug=options.slug, portfolio=options.portfolio, **details
            )
        ]
    elif options.action == "set":
        found = [jobs.change(context, options.slug, name=options.name, **details)]
    else:
        with context.store.reading() as connection:
            found = practitioners.read_all(connection, context.viewer, portfolio_name=options.portfolio)
    lines = [
        f"{p.slug} : {p.name}, {p.profession}, {p.city or 'ville ?'}, garantie {p.guarantee}" for p in found
    ]
    return Answer({"practitioners": [asdict(p) for p in found]}, "\n".join(lines) or "Aucun praticien.")


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    made = command("practitioner", _practitioner, "ajouter, modifier, lister, importer les praticiens")
    made.add_argument("action", choices=("add", "set", "list", "import"), metavar="add|set|list|import")
    made.add_argument("file", nargs="?", default="", metavar="FICHIER", help="la liste à importer")
    made.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="RÔLE=TITRE",
        help="corriger une colonne, retenu ensuite",
    )
    made.add_argument("--slug", default="", help="identifiant court")
    made.add_argument("--name", help="nom affiché")
    made.add_argument("--portfolio", default="")
    for option in ("profession", "specialty", "city", "department", "rpps", "email", "insurer", "contract"):
        made.add_argument(f"--{option}")
    made.add_argument("--guarantee", choices=("oui", "non", "inconnue"), metavar="oui|non|inconnue")
    made.add_argument("--declaration-days", type=int, dest="declaration_days")
