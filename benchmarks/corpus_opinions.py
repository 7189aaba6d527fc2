"""Check the corpus of opinions: `python benchmarks/corpus_opinions.py [--card]`.

Prints, for each part, how many opinions, their labels, lengths, distinct 4-grams and registers. Exits 1
when two texts of different parts are near-duplicates, when a line is not what the card says, or when
the opinion model was trained on something else. `--card` prints the tables of the card instead.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from corpus import _WORD, grams, near_duplicates
from train_text import CORPUS, HELD_OUT, made_from

from ereput.text.hints import hint_labels
from ereput.text.opinion import opinion_model
from ereput.text.themes import themes

LABELS = ("neg", "pos", "mixte", "neu")
LEVELS = ("facile", "moyen", "difficile")
SIDES = ("neg", "pos", "neu")
SHORT, MIDDLE, LONG = 12, 35, 60
FEWEST_GRAMS = 8
"""Texts with fewer runs of four words are usual sayings ("plus jamais ça"): they may come twice."""
SHOWN_REGISTERS = 4

Row = dict[str, Any]


def read() -> dict[str, list[Row]]:
    """Return the opinions of each part."""
    return {
        path.stem.removeprefix("part_"): [
            json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line
        ]
        for path in sorted(CORPUS.glob("part_*.jsonl"))
    }


def faults(parts: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Yield what is not as the card says."""
    names, kinds = {theme.id for theme in themes()}, set(hint_labels())
    seen: set[str] = set()
    for part, rows in parts.items():
        for row in rows:
            is_right = (
                row["batch"] == part
                and row["label"] in LABELS
                and row["difficulty"] in LEVELS
                and set(row["themes"]) <= names
                and set(row["themes"].values()) <= set(SIDES)
                and set(row["hints"]) <= kinds
                and not (row["harsh"] and (row["label"] != "neg" or row["hints"]))
                and "\n" not in row["text"]
            )
            if not is_right or row["id"] in seen:
                yield f"{row['id']}: not as the card says"
            seen.add(row["id"])
        texts = Counter(" ".join(_WORD.findall(row["text"].casefold())) for row in rows)
        yield from (f"{part}: the same text twice: {text[:60]}" for text, count in texts.items() if count > 1)


def row_of(rows: Sequence[Row]) -> list[int]:
    """Return the counts of the card for some opinions."""
    labels = Counter(row["label"] for row in rows)
    hinted, harsh = sum(bool(row["hints"]) for row in rows), sum(bool(row["harsh"]) for row in rows)
    long = sum(len(row["text"].split()) > LONG for row in rows)
    return [len(rows), *(labels[label] for label in LABELS), hinted, harsh, long]


def made_up(part: str, rows: Sequence[Row]) -> str:
    """Return the line of a part: counts, length, distinct 4-grams, registers."""
    lengths = sorted(len(row["text"].split()) for row in rows)
    bands = [
        sum(low < length <= high for length in lengths) / len(lengths)
        for low, high in ((0, SHORT), (SHORT, MIDDLE), (MIDDLE, LONG), (LONG, 10**6))
    ]
    every = [gram for row in rows for gram in grams(row["text"])]
    registers = Counter(row["register"] for row in rows).most_common(SHOWN_REGISTERS)
    counts = " ".join(f"{count:5}" for count in row_of(rows))
    shares = " ".join(f"{band:4.0%}" for band in bands)
    named = ", ".join(f"{name} {count}" for name, count in registers)
    middle, distinct = lengths[len(lengths) // 2], len(set(every)) / len(every)
    return f"{part:5}{counts}  {middle:5}  {shares}  {distinct:6.1%}  {named}"


def card(parts: Mapping[str, Sequence[Row]]) -> None:
    """Print the tables of the card."""
    for part, rows in parts.items():
        author = next((row["persona"] for row in rows if "persona" in row), "")
        mark = " **held-out**" if part in HELD_OUT else ""
        print(f"| `part_{part}.jsonl`{mark} | " + " | ".join(map(str, row_of(rows))) + f" | {author} |")
    every = [row for rows in parts.values() for row in rows]
    print(
        "| all | "
        + " | ".join(map(str, row_of(every)))
        + " | |\n\n| theme | neg | pos | neu |\n|---|---|---|---|"
    )
    for theme in themes():
        sides = Counter(row["themes"].get(theme.id) for row in every)
        print(f"| {theme.id} | " + " | ".join(str(sides[side]) for side in SIDES) + " |")
    for hint in hint_labels():
        print(f"| `{hint}` | {sum(hint in row['hints'] for row in every)} |")
    print(
        ", ".join(
            f"{level} {sum(row['difficulty'] == level for row in every) / len(every):.0%}" for level in LEVELS
        )
    )


def check(parts: Mapping[str, Sequence[Row]]) -> int:
    """Print how the corpus is made up and what is wrong with it; return the exit code."""
    print("part   all   neg   pos mixte   neu hints harsh  >60  words  ≤12 ≤35 ≤60 >60  4-grams  registers")
    for part, rows in parts.items():
        print(made_up(part, rows))
    items = [
        {row["id"]: found for row in rows if len(found := grams(row["text"])) >= FEWEST_GRAMS}
        for rows in parts.values()
    ]
    wrong = list(faults(parts))
    wrong += [f"near-duplicates: {one} and {two} ({share:.0%})" for one, two, share in near_duplicates(items)]
    if opinion_model().about.get("made_from") != made_from():
        wrong.append("the opinion model is stale: train-text")
    print(
        "\n".join(wrong)
        or f"{sum(map(len, parts.values()))} opinions, no near-duplicate, the model is current"
    )
    return int(bool(wrong))


def main() -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--card", action="store_true", help="print the tables of the card")
    parts = read()
    if parser.parse_args().card:
        card(parts)
        return 0
    return check(parts)


if __name__ == "__main__":
    raise SystemExit(main())
