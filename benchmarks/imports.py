"""Time imports as a user runs them: `make bench NAME=imports` (add ARGS="--rows 1000000" for the long one).

Prints CPU seconds, wall seconds and peak memory of a first import and of the unchanged second one, each in
a process of its own, on SQLite. The reviews are made up from the demonstration's texts, seeded.
"""

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def make_csv(target: Path, rows: int, *, practitioners: int = 1) -> None:
    """Write a spreadsheet of reviews: distinct authors and texts, three years of days."""
    bank = yaml.safe_load((ROOT / "data" / "demo" / "texts.yaml").read_text("utf-8"))
    texts = [entry["texte"] for entry in _texts(bank)]
    rng = random.Random(20261123)  # noqa: S311 (made-up reviews, not secrets)
    first = date(2023, 11, 1)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Identifiant praticien", "Auteur", "Date", "Note", "Commentaire", "Réponse"])
        for row in range(rows):
            day = first + timedelta(days=rng.randrange(1_100))
            text = f"{rng.choice(texts)} {rng.choice(texts)}" if rng.random() > 0.25 else ""
            reply = "Nous vous remercions de ce message." if rng.random() < 0.2 else ""
            who = f"cabinet-{row % practitioners + 1}"
            writer.writerow([who, f"Auteur {row}", day.strftime("%d/%m/%Y"), rng.randint(1, 5), text, reply])


def _texts(node: object) -> list[dict[str, str]]:
    """Return every entry of the bank that has a text, wherever it stands."""
    if isinstance(node, dict):
        mine = [node] if isinstance(node.get("texte"), str) else []
        return mine + [entry for value in node.values() for entry in _texts(value)]
    if isinstance(node, list):
        return [entry for value in node for entry in _texts(value)]
    return []


def timed(*arguments: str) -> tuple[float, float, str]:
    """Run a command; return its CPU seconds, wall seconds and output."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ereput", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - started, done.stdout


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--practitioners", type=int, default=1)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reviews = Path(folder) / "avis.csv"
        make_csv(reviews, options.rows, practitioners=options.practitioners)
        store = ["--database", options.database or f"sqlite:///{folder}/ereput.db"]
        for number in range(1, options.practitioners + 1):
            timed("practitioner", "add", "--slug", f"cabinet-{number}", "--name", f"Cabinet {number}", *store)
        where = (
            ["--practitioner", "cabinet-1"] if options.practitioners == 1 else ["--portfolio", "Mon cabinet"]
        )
        size = reviews.stat().st_size / 1e6
        print(f"{options.rows} rows, {size:.1f} MB, {options.practitioners} practitioner(s)")
        for name in ("first import", "same file", "new export, unchanged"):
            if name == "new export, unchanged":
                with reviews.open("a", encoding="utf-8") as file:
                    file.write("\n")  # other bytes, the same reviews: all of it is read again
            cpu, wall, output = timed("import", str(reviews), *where, "--platform", "google", *store)
            rate = options.rows / wall
            print(f"{name}: {cpu:.2f} s CPU, {wall:.2f} s wall, {rate:.0f} rows/s — {output.strip()}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak memory of the largest process: {peak:.0f} MB")


if __name__ == "__main__":
    main()
