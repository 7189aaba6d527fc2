#!/usr/bin/env python3
"""The project's commands: `python3 dev.py run | test | lint | screens | bench | corpus-check | lock | …`.

Standard library only, Python 3.11 or later, Linux, macOS and Windows. The first command creates `.venv`
and installs what the requirement files ask for; later ones reinstall only when these files changed.
"""

from __future__ import annotations  # an older Python must get far enough to be told so

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SHARED = ROOT.parent / "shared"
OLDEST_PYTHON = (3, 11)
REFUSED = 2
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT_HAS_CHROMIUM = (
    "from pathlib import Path; from playwright.sync_api import sync_playwright as start\n"
    "with start() as p: raise SystemExit(not Path(p.chromium.executable_path).exists())"
)
LINTERS = (
    ("ruff check", ("ruff", "check", ".")),
    ("ruff format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("import-linter", ("lint-imports", "--no-logo")),
)


def refuse(sentence: str) -> NoReturn:
    """Say in one sentence why nothing was done, and exit 2."""
    print(f"dev.py : {sentence}", file=sys.stderr)
    raise SystemExit(REFUSED)


def say(sentence: str) -> None:
    """Announce a step, before the output of the command that it starts."""
    print(f"— {sentence}", flush=True)


def venv_python(venv: Path = VENV) -> Path:
    """The interpreter inside a virtual environment, on any system."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def call(*command: str | Path) -> int:
    """Run a command from the project's root and return its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def module(name: str, *arguments: str) -> int:
    """Run `python -m name` of the virtual environment."""
    return call(venv_python(), "-m", name, *arguments)


# --- the virtual environment -------------------------------------------------------------------------


def create_venv(venv: Path) -> None:
    """Create an empty virtual environment that has pip, whatever this Python was shipped with.

    Debian ships Python without `ensurepip`: `virtualenv` or the system's pip stand in for it.
    """
    if importlib.util.find_spec("ensurepip") and call(sys.executable, "-m", "venv", "--clear", venv) == 0:
        return
    if (
        importlib.util.find_spec("virtualenv")
        and call(sys.executable, "-m", "virtualenv", "--clear", venv) == 0
    ):
        return
    if (
        importlib.util.find_spec("venv")
        and importlib.util.find_spec("pip")
        and call(sys.executable, "-m", "venv", "--clear", "--without-pip", venv) == 0
        and call(sys.executable, "-m", "pip", "--python", venv_python(venv), "install", "--quiet", "pip") == 0
    ):
        return
    shutil.rmtree(venv, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    refuse(
        "ce Python n'a pas de quoi créer un environnement virtuel ; "
        f"installez-le (« sudo apt-get install python{version}-venv » sur Debian ou Ubuntu, "
        "sinon « python3 -m pip install virtualenv »), puis relancez la même commande."
    )


def venv_works() -> bool:
    """Whether `.venv` holds an interpreter that starts: a moved folder or a removed Python breaks it."""
    try:
        return (
            subprocess.run(
                [venv_python(), "-m", "pip", "--version"], capture_output=True, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def fingerprint(requirements: str) -> str:
    """What an installation depends on: the content of the requirement files."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", requirements, "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def ensure_installed(*, dev: bool) -> None:
    """Create `.venv` when it is missing or broken, and install when the requirement files changed."""
    requirements = "requirements-dev.txt" if dev else "requirements.txt"
    stamp = VENV / f".installed-{requirements}"
    wanted = fingerprint(requirements)
    if stamp.exists() and stamp.read_text() == wanted and venv_python().exists():
        return
    if not venv_works():
        say("création de l'environnement .venv")
        create_venv(VENV)
    say(f"installation de {requirements} (quelques minutes la première fois)")
    stamp.unlink(missing_ok=True)
    if module("pip", "install", "--quiet", "-r", requirements, "-c", "constraints.txt"):
        refuse(f"l'installation de {requirements} a échoué : le message de pip est au-dessus.")
    stamp.write_text(wanted)


# --- the browser of the end-to-end tests -------------------------------------------------------------


def find_chromium() -> str | None:
    """A Chromium of this machine: `CHROMIUM`, then the usual names; None: ask Playwright for its own."""
    chosen = os.environ.get("CHROMIUM")
    candidates = (chosen,) if chosen else (*SYSTEM_BROWSERS, *MAC_BROWSERS)
    found = next(filter(None, map(shutil.which, candidates)), None)
    if chosen and not found:
        refuse(f"CHROMIUM désigne « {chosen} », qui n'est pas un programme.")
    return found


def is_debian() -> bool:
    """Whether apt has a real chromium package: Ubuntu's is a snap, which does not install in a container."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def ensure_chromium() -> None:
    """Install a Chromium when neither the machine nor Playwright has one."""
    if find_chromium() or call(venv_python(), "-c", PLAYWRIGHT_HAS_CHROMIUM) == 0:
        return
    say("installation de Chromium pour les essais dans un navigateur")
    if is_debian() and shutil.which("apt-get") and os.geteuid() == 0:
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        if call("apt-get", "update", "-qq") == 0 and call("apt-get", "install", "-y", "-qq", "chromium") == 0:
            return
    if module("playwright", "install", "chromium"):
        refuse("aucun Chromium n'a pu être installé : installez-le, ou donnez son chemin dans CHROMIUM.")


# --- the commands ------------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Open the dashboard (`python -m ereput serve`)."""
    ensure_installed(dev=False)
    return module("ereput", "serve", *arguments)


def lint(_arguments: Sequence[str] = ()) -> int:
    """Run every static check, even after one failed."""
    ensure_installed(dev=True)
    failed = []
    for label, (name, *arguments) in LINTERS:
        say(label)
        if call(venv_python().with_name(name), *arguments):
            failed.append(label)
    if failed:
        say(f"en échec : {', '.join(failed)}")
    return int(bool(failed))


def test(arguments: Sequence[str]) -> int:
    """Run all that must hold: static checks, then pytest; with arguments, pytest alone on them."""
    ensure_installed(dev=True)
    ensure_chromium()
    if arguments:
        return module("pytest", *arguments)
    failed = lint()
    say("pytest")
    # On two processes, a file on one of them: its tests share their servers.
    return module("pytest", "-n", "2", "--dist", "loadfile") or failed


def screens(arguments: Sequence[str]) -> int:
    """Photograph every page, wide and narrow, light and dark."""
    ensure_installed(dev=True)
    ensure_chromium()
    return script("screens", arguments)


def bench(arguments: Sequence[str]) -> int:
    """Measure one figure of docs/performance.md: the name of a file of benchmarks/."""
    if not arguments:
        names = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))
        refuse(f"donnez le nom d'une mesure, par exemple « python3 dev.py bench NOM » : {', '.join(names)}.")
    ensure_installed(dev=True)
    return script(arguments[0], arguments[1:])


def check_shared(arguments: Sequence[str]) -> int:
    """Compare with the reference samples kept beside the project: every benchmarks/check_*.py."""
    if not SHARED.is_dir():
        refuse("les exemples de référence sont absents : le dossier « shared » se place à côté du projet.")
    ensure_installed(dev=True)
    codes = [script(path.stem, arguments) for path in sorted((ROOT / "benchmarks").glob("check_*.py"))]
    return int(any(codes))


def corpus_check(_arguments: Sequence[str]) -> int:
    """Fail on near-duplicates between the parts of a corpus, and on a model that is stale."""
    ensure_installed(dev=True)
    return script("corpus", ("check",)) | script("corpus_opinions", ())


def train_text(arguments: Sequence[str]) -> int:
    """Train the opinion model on the corpus: the same corpus gives the same file."""
    ensure_installed(dev=True)
    return script("train_text", arguments)


def lock(_arguments: Sequence[str]) -> int:
    """Write constraints.txt anew: the exact versions of a fresh environment."""
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / "venv"
        create_venv(venv)
        python = venv_python(venv)
        if call(python, "-m", "pip", "install", "--quiet", "-r", "requirements-dev.txt"):
            refuse("l'installation a échoué : le message de pip est au-dessus.")
        frozen = subprocess.run(
            [python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True
        ).stdout
    header = "# Every version that was tested together; written by `python3 dev.py lock`.\n"
    (ROOT / "constraints.txt").write_text(header + frozen, encoding="utf-8", newline="\n")
    return 0


def script(name: str, arguments: Sequence[str]) -> int:
    """Run a file of benchmarks/ in the virtual environment, with the project importable."""
    path = ROOT / "benchmarks" / f"{name}.py"
    if not path.is_file():
        refuse(f"benchmarks/{name}.py n'existe pas.")
    say(name)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return call(venv_python(), path, *arguments)


class Command(NamedTuple):
    """A word of the command line and what it runs."""

    run: Callable[[Sequence[str]], int]
    help: str


COMMANDS = {
    "run": Command(run, "ouvre le tableau de bord"),
    "test": Command(test, "vérifie tout ; avec des arguments, pytest seul sur ceux-ci"),
    "lint": Command(lint, "vérifie le style, les types et le sens des imports"),
    "screens": Command(screens, "photographie chaque page"),
    "bench": Command(bench, "lance une mesure de benchmarks/ : bench NOM"),
    "check-shared": Command(check_shared, "compare aux exemples de référence de ../shared"),
    "corpus-check": Command(corpus_check, "cherche les doublons entre les parties des corpus"),
    "train-text": Command(train_text, "entraîne le modèle qui lit les avis"),
    "lock": Command(lock, "récrit constraints.txt"),
}


def main(words: Sequence[str]) -> int:
    """Run one command; its exit code is ours."""
    if sys.version_info < OLDEST_PYTHON:
        refuse(f"il faut Python 3.11 ou plus récent, celui-ci est {platform.python_version()}.")
    name, *arguments = words or ["help"]
    if name in COMMANDS:
        return COMMANDS[name].run(arguments)
    print("usage : python3 dev.py COMMANDE [ARGUMENT…]\n")
    print("\n".join(f"  {name:<13} {command.help}" for name, command in COMMANDS.items()))
    return 0 if name in {"help", "-h", "--help"} else REFUSED


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
