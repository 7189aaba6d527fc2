"""Time the meeting pack: `make bench NAME=meeting` (ARGS="--people 500 --reviews 100000").

Builds a portfolio of made-up practitioners (see benchmarks/portfolio.py), then, in a process of its own each:
a practitioner's pack, PDF, slides and workbook; the portfolio's pack and its three files, with the progress
it reports; the same for a portfolio of a fifth of the size, to tell whether memory grows with people.
Prints seconds of wall time, CPU seconds and the peak of memory.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from benchmarks import portfolio
from ereput.domain.period import parse
from ereput.facts import meeting as facts
from ereput.facts import scope as scopes
from ereput.jobs.context import ADMINISTRATOR
from ereput.report import meeting
from ereput.store import open_store

SPAN = parse("2026-Q3")
TARGETS = {"pdf": 2.0, "pptx": 2.0, "portfolio": 60.0}


def measure(file: Path, *, is_portfolio: bool) -> dict[str, float]:
    """Time one pack and its files in this process."""
    figures: dict[str, float] = {}
    cpu = time.process_time()
    with closing(open_store(f"sqlite:///{file}")) as store:
        everybody = scopes.read(store, ADMINISTRATOR)
        scope = replace(everybody, chosen=None if is_portfolio else everybody.first(1)[0])
        steps: list[int] = []
        started = time.perf_counter()
        pack = facts.read(
            store, ADMINISTRATOR, scope, SPAN, portfolio.NOW, progress=lambda done, _: steps.append(done)
        )
        figures["pack"] = time.perf_counter() - started
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for suffix in meeting.MEDIA:
            for turn in ("first", "again"):
                started = time.perf_counter()
                _, figures[f"pages {suffix}"] = meeting.build(pack, suffix, now=portfolio.NOW)
                figures[f"{suffix} {turn}"] = time.perf_counter() - started
    figures |= {"people": len(pack.rows), "progress": len(steps), "memory of the pack, MB": before}
    figures["cpu"] = time.process_time() - cpu
    figures["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def apart(file: Path, *, is_portfolio: bool) -> dict[str, float]:
    """Measure in a process of its own, so that memory is this pack's alone."""
    command = [sys.executable, __file__, "--measure", str(file), *(["--portfolio"] if is_portfolio else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Read the command line, build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--reviews", type=int, default=100_000)
    parser.add_argument("--measure", default="", help=argparse.SUPPRESS)
    parser.add_argument("--portfolio", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(Path(options.measure), is_portfolio=options.portfolio)))
        return
    portfolio.PORTFOLIOS = 1
    with tempfile.TemporaryDirectory() as folder:
        for share in (5, 1):
            people, reviews = options.people // share, options.reviews // share
            file = Path(folder) / f"{people}.db"
            portfolio.build(file, people, reviews)
            for is_portfolio in (False, True) if share == 1 else (True,):
                found = apart(file, is_portfolio=is_portfolio)
                kind = "portfolio" if is_portfolio else "practitioner"
                print(f"-- {kind}, {people} people, {reviews} reviews", flush=True)
                for name, value in found.items():
                    print(f"{name:24} {value:10.2f}")


if __name__ == "__main__":
    main()
