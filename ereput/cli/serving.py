"""The command that opens the dashboard."""

import argparse
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from ereput.cli.frame import AddCommand, Answer, settings_of
from ereput.domain.errors import RefusedError
from ereput.store import open_store

ROOT = Path(__file__).resolve().parents[2]
LARGEST_PORT = 65_535


def _serve(options: argparse.Namespace) -> Answer:
    """Run Streamlit in the foreground, in this project's folder, with the same store and clock."""
    if not 0 < options.port <= LARGEST_PORT:
        raise RefusedError(f"Le port va de 1 à {LARGEST_PORT}.")
    settings = settings_of(options)
    environment = os.environ | {
        "EREPUT_HOME": str(settings.home),
        "EREPUT_DATABASE_URL": settings.database_url,
    }
    if settings.frozen_now:
        environment["EREPUT_NOW"] = settings.frozen_now.isoformat()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app.py"),
        "--server.port",
        str(options.port),
        *(["--server.address", options.address] if options.address else []),
    ]
    command += ["--server.headless", "true" if options.no_browser else "false"]
    sys.stderr.write(
        f"Tableau de bord : http://{options.address or '127.0.0.1'}:{options.port} (Ctrl+C pour l’arrêter)\n"
    )
    try:
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 (our own program)
    except KeyboardInterrupt:
        code = 0
    return Answer({"status": "stopped", "code": code}, "", code)


def _migrate(options: argparse.Namespace) -> Answer:
    """Bring the tables up to date, as the owner of the database."""
    with closing(open_store(settings_of(options).database_url)) as store:
        store.migrate()
    return Answer({"status": "ok"}, "Les tables sont à jour.")


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    command("migrate", _migrate, "mettre les tables à jour")
    serve = command("serve", _serve, "ouvrir le tableau de bord")
    serve.add_argument("--port", type=int, default=8501, metavar="PORT")
    serve.add_argument(
        "--address", default="", metavar="ADRESSE", help="au-delà de cette machine : demande la connexion"
    )
    serve.add_argument("--no-browser", action="store_true", help="sans ouvrir de navigateur")
