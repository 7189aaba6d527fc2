"""The jobs from a terminal: `python -m ereput COMMAND`, or `ereput COMMAND` once installed.

French for who types it; `--json` prints one object for programs. Exit status: 0 done, 1 ran with a
negative answer, 2 refused and nothing changed.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy.exc import DBAPIError

from ereput import __version__
from ereput.cli import advice, cases, data, keeping, meetings, notices, people, portfolio, presence, serving
from ereput.cli.frame import Answer
from ereput.domain.errors import RefusedError
from ereput.jobs import mishaps


class _Usage(argparse.ArgumentParser):
    """An argument parser that speaks French and refuses like everything else."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, **options)
        self._positionals.title = "arguments"
        self._optionals.title = "options"

    def format_usage(self) -> str:
        """Return how the command is written."""
        return super().format_usage().replace("usage:", "usage :", 1)

    def format_help(self) -> str:
        """Return the help."""
        return super().format_help().replace("usage:", "usage :", 1)

    def error(self, message: str) -> NoReturn:
        """Refuse a command that is not understood."""
        raise RefusedError(_french(message))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        options = _parser().parse_args(arguments, argparse.Namespace(**_DEFAULTS))
        answer: Answer = options.run(options)
    except RefusedError as refusal:
        return _say(
            Answer({"status": "refused", "message": str(refusal)}, str(refusal), 2),
            json_wanted="--json" in arguments,
        )
    except (OSError, DBAPIError) as error:
        meaning = mishaps.told(error)
        if not meaning:
            raise
        return _say(
            Answer({"status": "refused", "message": meaning}, meaning, 2),
            json_wanted="--json" in arguments,
        )
    except KeyboardInterrupt:
        return _say(
            Answer({"status": "refused", "message": "Interrompu."}, "Interrompu.", 2), json_wanted=False
        )
    return _say(answer, json_wanted=options.json)


def _say(answer: Answer, *, json_wanted: bool) -> int:
    if json_wanted:
        sys.stdout.write(json.dumps(answer.payload, ensure_ascii=False, default=_plain) + "\n")
    elif answer.text:
        (sys.stderr if answer.code == 2 else sys.stdout).write(answer.text + "\n")  # noqa: PLR2004 (the contract's refusal)
    return answer.code


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _version(_: argparse.Namespace) -> Answer:
    return Answer({"version": __version__}, f"ereput {__version__}")


# Not defaults of the parser: those of a command would undo what was typed before its name.
_DEFAULTS = {"database": "", "now": "", "viewer": "", "json": False}


def _parser() -> argparse.ArgumentParser:
    everywhere = _Usage()
    suppress = argparse.SUPPRESS
    everywhere.add_argument("-h", "--help", action="help", help="cette aide")
    everywhere.add_argument("--database", metavar="URL", default=suppress, help="base de données")
    everywhere.add_argument("--now", metavar="ISO", default=suppress, help="fige l’heure")
    everywhere.add_argument(
        "--as", dest="viewer", metavar="UTILISATEUR", default=suppress, help="qui demande"
    )
    everywhere.add_argument(
        "--json", action="store_true", default=suppress, help="un objet JSON sur la sortie"
    )
    parser = _Usage(
        prog="ereput", description="L’e-réputation des professionnels de santé.", parents=[everywhere]
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMANDE", required=True, parser_class=_Usage)

    def command(
        name: str, run: Callable[[argparse.Namespace], Answer], help_text: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_text, description=help_text, parents=[everywhere])
        made.set_defaults(run=run)
        return made

    for group in (data, keeping, people, portfolio, presence, advice, cases, meetings, notices, serving):
        group.add(command)
    command("version", _version, "la version du programme")
    return parser


_MESSAGES = (
    (r"the following arguments are required: (.*)", r"Il manque : \1."),
    (r"unrecognized arguments: (.*)", r"Option inconnue : \1."),
    (r"argument (.*?): expected one argument", r"L’option \1 attend une valeur."),
    (r"argument (.*?): expected at least one argument", r"L’option \1 attend au moins une valeur."),
    (
        r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)",
        r"\1 : \2 n’est pas possible. Choix : \3.",
    ),
    (r"argument (.*?): invalid \w+ value: (.*)", r"\1 : \2 n’est pas une valeur possible."),
    (r"one of the arguments (.*) is required", r"Il faut une des options : \1."),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 ne va pas avec \2."),
)


def _french(message: str) -> str:
    for pattern, french in _MESSAGES:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, french, message)
    return f"Commande incomprise ({message})."
