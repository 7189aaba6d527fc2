"""Feed every reader bytes that were changed at random: it answers, or refuses in French; it never breaks.

    python -m benchmarks.fuzz --seconds 600 --folder FOLDER_OF_SAMPLES

Without a folder the samples are the project's own golden files. Each case is one sample with some bytes
flipped, cut, repeated or spliced with another's.
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from ereput.domain.errors import RefusedError
from ereput.ingest import read_file

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden" / "ingest"
LARGEST = 200_000
SLOW = 10.0
"""Seconds: a sample of at most 200 kB that takes longer is a way to stop the tool."""


def spoilt(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """Return bytes changed in one to eight places."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, more = (chance.randrange(len(found) + 1), chance.randrange(1, 40)) if found else (0, 1)
        way = chance.randrange(6)
        if way == 0 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            del found[at : at + more]
        elif way == 2:
            found[at:at] = chance.randbytes(more)
        elif way == 3:
            found[at:at] = found[max(0, at - more) : at] * chance.randint(1, 20)
        elif way == 4:
            begin = chance.randrange(len(other) + 1)
            found[at:at] = other[begin : begin + more * 10]
        else:
            found[at:at] = chance.choice([b"\0", b'"', b"\xff\xfe", b"<!ENTITY x 'y'>", b"[[[[", b"9" * 30])
    return bytes(found)


def main() -> int:
    """Run for the time asked and print the figures; 1 when a reader broke or hung."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--folder", type=Path, default=GOLDEN)
    parser.add_argument("--seed", type=int, default=705)
    options = parser.parse_args()
    samples = [path for path in sorted(options.folder.rglob("*")) if path.is_file()]
    chance = random.Random(options.seed)  # noqa: S311 (changes, not secrets)
    done: Counter[str] = Counter()
    broken: dict[str, str] = {}
    ends = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < ends:
            path, other = chance.choice(samples), chance.choice(samples)
            data = spoilt(chance, path.read_bytes()[:LARGEST], other.read_bytes()[:LARGEST])
            target = Path(folder) / f"cas{path.suffix}"
            target.write_bytes(data)
            started = time.monotonic()
            try:
                reading = read_file(target, now=NOW)
                done["rows read"] += sum(1 for _ in reading.items)
                done["read"] += 1
            except RefusedError:
                done["refused"] += 1
            except Exception as error:  # noqa: BLE001 (what is looked for)
                done["broken"] += 1
                place = traceback.extract_tb(error.__traceback__)[-1]
                broken.setdefault(
                    f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}", path.name
                )
            if time.monotonic() - started > SLOW:
                done["slow"] += 1
                broken.setdefault(f"slow: {path.name}", path.name)
    print(f"samples {len(samples)}, cases {done['read'] + done['refused'] + done['broken']},", dict(done))
    for what, where in broken.items():
        print(f"    {what} ({where})")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
