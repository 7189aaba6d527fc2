"""Measure the text signals: `python benchmarks/text.py [FOLDER]`.

FOLDER holds `dev_reviews.csv` (text, label) and `dev_illicit.csv` (text, label); by default
`../shared/sentiment`. Prints the exactness and speed of VADER, the speed of all signals, and how well
labels, themes and hints agree with people. Exits 2 with a sentence when the folder is absent.
"""

import argparse
import csv
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ereput.text import Signals, hint_labels, signals, signals_many, vader
from ereput.text.normalise import DATA

Rows = list[dict[str, str]]
LABELS = ("neg", "neu", "pos")
NO_HINT = frozenset(("normal", "non-toxic", "non-hateful"))
TOXIC = frozenset(("injure", "haine", "menace"))
GENERATED = 20_000
SEED = 20_261_123
HELD_OUT = frozenset(("a09", "a10", "a25"))
"""Batches of the project's corpus that were put aside from the start: neither trained on nor read."""
SAMPLES = 1000


def main() -> int:
    """Run everything; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/sentiment"))
    folder = parser.parse_args().folder
    files = [folder / name for name in ("dev_reviews.csv", "dev_illicit.csv")]
    missing = [path for path in files if not path.is_file()]
    if missing:
        print(f"Il manque « {missing[0]} » : donnez en argument le dossier qui le contient.", file=sys.stderr)
        return 2
    csv.field_size_limit(10**7)
    reviews, illicit = (read(path) for path in files)
    exactness([row["text"] for row in reviews])
    speed([row["text"] for row in reviews])
    opinions(reviews)
    toxic(illicit)
    corpus(DATA / "corpus" / "opinions")
    return 0


def read(path: Path) -> Rows:
    """Return the rows of a CSV file in UTF-8."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def exactness(real: Sequence[str]) -> None:
    """Compare our VADER with the library's on real and generated texts."""
    ours, theirs = vader.analyzer(), vader.upstream.SentimentIntensityAnalyzer()
    texts = [*real, *generated(ours)]
    different = sum(ours.polarity_scores(text) != theirs.polarity_scores(text) for text in texts)
    print(f"VADER: {different} different scores on {len(texts)} texts")


def generated(analyzer: vader.LinearAnalyzer) -> Iterable[str]:
    """Yield random mixtures of the words that VADER's rules know."""
    chance = random.Random(SEED)  # noqa: S311 - a seeded sample
    lexicon, emoji = sorted(analyzer.lexicon), sorted(analyzer.emojis)
    rules = [*vader._PHRASE_WORDS, *vader._NEGATORS, *vader.upstream.BOOSTER_DICT]  # noqa: SLF001 - to cover them all
    rules += [
        "no",
        "kind",
        "of",
        "least",
        "at",
        "very",
        "or",
        "nor",
        "sérieux",
        "SÉRIEUSE",
        "n't",
        "ª",
        "ß",
        "İ",
    ]
    for _ in range(GENERATED):
        words = [
            chance.choice(chance.choice((lexicon, sorted(rules), emoji)))
            for _ in range(chance.randint(0, 14))
        ]
        words = [word.upper() if chance.random() < 0.15 else word for word in words]
        ends = [word + chance.choice(("", "", "!", "?", "...", ",")) for word in words]
        yield chance.choice((" ", "  ", "'", "\n")).join(ends)


def speed(texts: Sequence[str]) -> None:
    """Time VADER and all signals, on texts of 60 words and on a very long one; the best of three runs."""
    words = " ".join(texts).split()
    cut = [" ".join(words[i : i + 60]) for i in range(0, len(words) - 60, 60)]
    plain = min(timed(lambda: [vader.compound(text) for text in cut]) for _ in range(3))
    whole = min(timed(lambda: signals_many(cut)) for _ in range(3))
    print(f"VADER: {len(cut) / plain:,.0f} texts of 60 words a second, one core")
    print(f"all signals: {len(cut) / whole:,.0f} texts of 60 words a second, one core")
    long = ("Très bon médecin mais deux heures d'attente, secrétaire désagréable. " * 1500)[:100_000]
    print(f"100,000 characters: {min(timed(lambda: signals(long)) for _ in range(3)):.3f} s")


def timed(function: Callable[[], object]) -> float:
    """Return the processor seconds that a function takes."""
    started = time.process_time()
    function()
    return time.process_time() - started


def opinions(rows: Rows) -> None:
    """Compare labels with those of people who wrote to public services."""
    gold = [row["label"] for row in rows]
    found = [signals(row["text"]) for row in rows]
    plain = [vader.compound(row["text"]) for row in rows]
    three = f1(gold, [read.label.value for read in found], LABELS)
    print(f"{len(rows)} opinions on public services, three labels: macro-F1 {three}")
    sided = [i for i, label in enumerate(gold) if label != "neu"]
    for name, scores in (("ours", [read.score for read in found]), ("VADER alone", plain)):
        signs = ["pos" if scores[i] > 0 else "neg" for i in sided]
        print(f"  for or against, {name}: macro-F1 {f1([gold[i] for i in sided], signs, ('neg', 'pos'))}")


def toxic(rows: Rows) -> None:
    """Compare the hints of insult, hatred and threat with texts of social networks."""
    origins = sorted({row["origin"] for row in rows})
    for origin in (None, *origins):
        chosen = [row for row in rows if origin in (None, row["origin"])]
        gold = [row["label"] not in NO_HINT for row in chosen]
        found = [not TOXIC.isdisjoint(signals(row["text"]).hints) for row in chosen]
        print(f"toxic, {origin or 'all'}, {len(chosen)} texts: {precision_recall(gold, found)}")


def corpus(folder: Path) -> None:
    """Compare everything with the parts of the project's own corpus that were put aside."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob("part_*.jsonl")):
        if path.stem.removeprefix("part_") in HELD_OUT:
            part = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
            macro, *_ = sided(part, read_all(part))
            print(f"{path.stem}, {len(part)} texts: for or against, macro-F1 {macro:.3f}")
            rows += part
    if rows:
        held_out(rows, read_all(rows))


def read_all(rows: Sequence[dict[str, Any]]) -> list[Signals]:
    """Read the texts without their stars."""
    return signals_many([row["text"] for row in rows])


def sided(rows: Sequence[dict[str, Any]], found: Sequence[Signals]) -> tuple[float, float, float]:
    """Return macro-F1 on the texts that take a side, any other answer an error, and its 95 % interval."""
    pairs = [
        (row["label"], read.label.value)
        for row, read in zip(rows, found, strict=True)
        if row["label"] in {"neg", "pos"}
    ]

    def macro(sample: Sequence[tuple[str, str]]) -> float:
        both = [
            2 * sample.count((side, side)) / max(1, sum((a == side) + (b == side) for a, b in sample))
            for side in ("neg", "pos")
        ]
        return sum(both) / 2

    chance = random.Random(SEED)  # noqa: S311 - a seeded sample
    drawn = sorted(macro(chance.choices(pairs, k=len(pairs))) for _ in range(SAMPLES))
    return macro(pairs), drawn[SAMPLES // 40], drawn[-SAMPLES // 40]


def held_out(rows: Sequence[dict[str, Any]], found: Sequence[Signals]) -> None:
    """Print how labels, themes and hints agree with the corpus; there, "mixte" is our "neu"."""
    middle, low, high = sided(rows, found)
    print(f"{len(rows)} texts put aside: for or against, macro-F1 {middle:.3f} [{low:.3f} - {high:.3f}]")
    for level in ("facile", "moyen", "difficile"):
        at = [i for i, row in enumerate(rows) if row["difficulty"] == level]
        print(f"  {level}: {sided([rows[i] for i in at], [found[i] for i in at])[0]:.3f}")
    gold = [{"mixte": "neu"}.get(row["label"], row["label"]) for row in rows]
    print(f"  three labels: macro-F1 {f1(gold, [read.label.value for read in found], LABELS)}")
    named: Counter[str] = Counter()
    for row, read in zip(rows, found, strict=True):
        told, seen = set(row["themes"]), dict(read.themes)
        named["both"] += len(told & seen.keys())
        named["extra"] += len(seen.keys() - told)
        named["missed"] += len(told - seen.keys())
        named["sided"] += sum(seen[theme] == row["themes"][theme] for theme in told & seen.keys())
    share = named["sided"] / max(1, named["both"])
    print(f"  themes: {rates(named['both'], named['extra'], named['missed'])}, {share:.2f} well sided")
    for hint in hint_labels():
        told_hint = [hint in row["hints"] for row in rows]
        seen_hint = [hint in read.hints for read in found]
        both = sum(a and b for a, b in zip(told_hint, seen_hint, strict=True))
        bounds = "[{:.2f} - {:.2f}]".format(*wilson(both, sum(told_hint)))
        print(f"  {hint}: {precision_recall(told_hint, seen_hint)}, recall {both}/{sum(told_hint)} {bounds}")
    for name, wanted in (("harsh", True), ("other", False)):
        plain = [
            read for row, read in zip(rows, found, strict=True) if row["harsh"] == wanted and not row["hints"]
        ]
        alarms = sum(bool(read.hints) for read in plain)
        bounds = "[{:.1%} - {:.1%}]".format(*wilson(alarms, len(plain)))
        print(f"  {name} opinions without hint that are flagged: {alarms} of {len(plain)} {bounds}")


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, JASA 22, 1927)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.959964, count / total
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - half) / (1 + z * z / total), (middle + half) / (1 + z * z / total)


def f1(gold: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> str:
    """Return the mean F1 of the labels, and each."""
    each = {}
    for label in labels:
        both = sum(a == b == label for a, b in zip(gold, found, strict=True))
        each[label] = 2 * both / max(1, gold.count(label) + list(found).count(label))
    detail = ", ".join(f"{label} {value:.3f}" for label, value in each.items())
    return f"{sum(each.values()) / len(each):.3f} ({detail})"


def precision_recall(gold: Sequence[bool], found: Sequence[bool]) -> str:
    """Return precision and recall, in words."""
    both = sum(a and b for a, b in zip(gold, found, strict=True))
    return rates(both, sum(found) - both, sum(gold) - both)


def rates(both: int, extra: int, missed: int) -> str:
    """Return precision, recall and F1 from the counts."""
    return (
        f"precision {both / max(1, both + extra):.2f}, recall {both / max(1, both + missed):.2f}, "
        f"F1 {2 * both / max(1, 2 * both + extra + missed):.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
