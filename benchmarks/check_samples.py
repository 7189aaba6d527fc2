"""Read every reference sample through the public door and judge the results.

usage: python benchmarks/check_samples.py [FOLDER]     (default: ../shared beside the project)

The folder holds samples/: files, expected.json, check_expected.py and a corpus of feeds that must never
crash. Writes var/samples_results.json and prints the totals.
Exit: 0 all pass; 1 some do not; 2 the folder is absent.
"""

import json
import subprocess
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ereput.domain.errors import RefusedError  # noqa: E402 # the path comes first
from ereput.ingest import read_file, to_plain  # noqa: E402 # the path comes first

SLOW: Final = 5.0
SHOWN: Final = 20
CORPUS: Final = "feedparser_corpus"


def read_one(path: Path, now: datetime) -> dict[str, Any]:
    """Return the plain result of one file, with the seconds that it took."""
    start = time.perf_counter()
    try:
        result = to_plain(read_file(path, now=now))
    except RefusedError as refusal:
        result = {"status": "rejected", "message": str(refusal), "rows": [], "entries": [], "feeds": []}
    except Exception:  # noqa: BLE001 # a crash is a result here
        result = {"status": "crash", "message": traceback.format_exc()[-2_000:]}
    return result | {"seconds": round(time.perf_counter() - start, 4)}


def judge(samples: Path, results: Path, level: str) -> str:
    """Run the reference judge and return its last line."""
    command = [
        sys.executable,
        samples / "check_expected.py",
        samples / "expected.json",
        results,
        "--level",
        level,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if level == "all" and not line.startswith("  ok"):
            print(line)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-500:]


def corpus(folder: Path, now: datetime) -> tuple[int, int, float, list[str]]:
    """Read the corpus of odd feeds; return the files, those read well, the longest time, the failures."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "LICENSE")
    failures, longest = [], 0.0
    for path in files:
        result = read_one(path, now)
        longest = max(longest, result["seconds"])
        if result["status"] == "crash" or result["seconds"] > SLOW:
            last = (result["message"] or "slow").strip().splitlines()[-1]
            failures.append(f"{path.relative_to(folder)}: {last} ({result['seconds']} s)")
    return len(files), len(files) - len(failures), longest, failures


def main() -> int:
    """Run the whole check."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    samples = shared / "samples"
    if not (samples / "expected.json").is_file():
        print(f"Dossier d’échantillons absent / samples not found: {samples}", file=sys.stderr)
        return 2
    expected = json.loads((samples / "expected.json").read_text(encoding="utf-8"))
    now = datetime.fromisoformat(expected["anchor_now"])
    results = {name: read_one(samples / name, now) for name in expected["files"]}
    out = ROOT / "var" / "samples_results.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(results, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    lines = [judge(samples, out, level) for level in ("all", "must")]
    crashes = sum(result["status"] == "crash" for result in results.values())
    total, sound, longest, failures = corpus(samples / CORPUS, now)
    print(*failures[:SHOWN], sep="\n", end="\n" if failures else "")
    print(*lines, f"{crashes} crash(es)", sep="\n")
    print(f"corpus: {sound}/{total} without crash and under {SLOW:g} s each, longest {longest:.2f} s")
    passed = all(line.split("/")[0] == line.split("/")[1].split()[0] for line in lines if "/" in line)
    return 0 if passed and not crashes and sound == total else 1


if __name__ == "__main__":
    sys.exit(main())
