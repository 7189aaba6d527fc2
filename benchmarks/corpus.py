"""The corpus of replies and the model trained on it: `python benchmarks/corpus.py COMMAND`.

- `check`: near-duplicates between parts (exit 1 when there are any), and how the corpus is made up;
- `train-replies`: train the model of the reply check and write `data/models/discretion.npz`;
- `try-replies`: leave one batch of `dev_*` out at a time, to choose the thresholds;
- `measure-replies`: figures on the held-out parts, with 95 % Wilson intervals. Prints no text.

The sentences of `phrases.tsv` are always for training; `heldout_*` is read by `measure-replies` and, for
its figures only, by `check`.
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ereput.text import discretion
from ereput.text.discretion_features import FEATURES_VERSION, features
from ereput.text.discretion_sentences import Sentence, sentences
from ereput.text.discretion_words import LEXICON
from ereput.text.model import LinearModel, save, train
from ereput.text.normalise import DATA, clean, fold

REPLIES = DATA / "corpus" / "replies"
PHRASES = REPLIES / "phrases.tsv"
RANKS = ("libre", "a_relire", "bloquant")
THRESHOLDS = {"doubt": 0.64, "danger": 0.78}
"""From what probability a sentence is to reread, or blocks: chosen with `try-replies`."""
NEAR = 0.5
"""Jaccard index of word 4-grams from which two texts are near-duplicates."""
GRAM = 4
_FEWEST_GRAMS = 2
_SHARED_LETTERS = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A labelled sentence: its text, label, function and reasons."""

    text: str
    label: str
    function: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A labelled reply; its text is its sentences joined by a space, its label the worst of theirs."""

    name: str
    label: str
    parts: tuple[Spoken, ...]

    @property
    def text(self) -> str:
        """The reply as it would be published."""
        return " ".join(part.text for part in self.parts)


def read_part(path: Path) -> list[Reply]:
    """Read a part of the corpus: one JSON object a line."""
    replies = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        parts = tuple(
            Spoken(clean(part["text"]), part["label"], part["function"], tuple(part["reasons"]))
            for part in row["sentences"]
        )
        replies.append(Reply(row["id"], row["label"], parts))
    return replies


def read_phrases() -> list[Spoken]:
    """Read the sentences written for training only."""
    with PHRASES.open(encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t", quotechar=None)
        return [
            Spoken(
                clean(text), label, what if label == "libre" else "autre", () if label == "libre" else (what,)
            )
            for _, label, what, text in rows
        ]


def dev_paths() -> list[Path]:
    """Return the parts that may be read and trained on."""
    return sorted(REPLIES.glob("dev_*.jsonl"))


def units(reply: Reply) -> list[tuple[Sentence, str, str]]:
    """Cut a reply as the check does; each sentence takes the worst label of those it overlaps.

    Returns sentence, class of the model, and "" or the function that the check recognises without it.
    """
    spans, start = [], 0
    for part in reply.parts:
        spans.append((start, start + len(part.text), part))
        start += len(part.text) + 1
    found = sentences(reply.text)
    rows = []
    for sentence, kind in zip(found, discretion.functions(found), strict=True):
        over = [part for begin, end, part in spans if _shared(begin, end, sentence)]
        if over and sentence.spoken:
            rows.append((sentence, _class(over), kind))
    return rows


def _shared(begin: int, end: int, sentence: Sentence) -> bool:
    common = min(end, sentence.end) - max(begin, sentence.start)
    return common >= min(_SHARED_LETTERS, sentence.end - sentence.start)


def _class(over: Sequence[Spoken]) -> str:
    worst = max((part.label for part in over), key=RANKS.index)
    function = over[0].function if over[0].function in discretion.SAFE else "fait_general"
    return function if worst == "libre" else worst


def training_rows(
    replies: Iterable[Reply], phrases: Iterable[Spoken]
) -> tuple[list[dict[str, float]], list[str]]:
    """Return the features and classes of all sentences that the model is to read."""
    rows, labels = [], []
    for reply in replies:
        for sentence, label, kind in units(reply):
            if not kind:
                rows.append(features(sentence))
                labels.append(label)
    for phrase in phrases:
        if phrase.function in {"salutation", "signature"}:
            continue
        for sentence in sentences(phrase.text):
            if sentence.spoken:
                rows.append(features(sentence))
                labels.append(_class([phrase]))
    return rows, labels


def made_from() -> str:
    """Return a digest of all that the model follows from: corpus, phrases, lexicon and features."""
    digest = hashlib.sha256(FEATURES_VERSION.encode())
    for path in (*dev_paths(), PHRASES, LEXICON):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def trained(paths: Iterable[Path]) -> LinearModel:
    """Train on some parts and on all phrases."""
    replies = [reply for path in paths for reply in read_part(path)]
    rows, labels = training_rows(replies, read_phrases())
    about = {name: str(value) for name, value in THRESHOLDS.items()} | {"made_from": made_from()}
    return train(rows, labels, classes=discretion.CLASSES, about=about)


def train_replies() -> int:
    """Train on all that may be read, and write the model."""
    model = trained(dev_paths())
    discretion.MODEL.parent.mkdir(exist_ok=True)
    save(model, discretion.MODEL)
    size = discretion.MODEL.stat().st_size
    print(f"{discretion.MODEL.name}: {len(model.places)} features, {size} bytes")
    return 0


# --- how the corpus is made up ------------------------------------------------------------------------


def grams(text: str) -> frozenset[tuple[str, ...]]:
    """Return the distinct runs of four words of a text, folded."""
    words = _WORD.findall(fold(text))
    return frozenset(zip(*(words[start:] for start in range(GRAM)), strict=False))


def items(name: str, replies: Iterable[Reply]) -> dict[str, frozenset[tuple[str, ...]]]:
    """Return the 4-grams of each reply and of each sentence that neither greets nor signs, by name."""
    found = {}
    for reply in replies:
        found[f"{name}:{reply.name}"] = grams(reply.text)
        for place, part in enumerate(reply.parts):
            if part.function not in {"salutation", "signature"}:
                found[f"{name}:{reply.name}.{place}"] = grams(part.text)
    return {key: value for key, value in found.items() if len(value) >= _FEWEST_GRAMS}


def near_duplicates(
    parts: Sequence[Mapping[str, frozenset[tuple[str, ...]]]],
) -> list[tuple[str, str, float]]:
    """Return the pairs of items of different parts that share half of their 4-grams."""
    holders: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    pairs: Counter[tuple[str, str]] = Counter()
    sizes = {name: len(value) for part in parts for name, value in part.items()}
    for rank, part in enumerate(parts):
        for name, found in part.items():
            for gram in found:
                pairs.update((other, name) for before, other in holders.get(gram, ()) if before != rank)
        for name, found in part.items():
            for gram in found:
                holders.setdefault(gram, []).append((rank, name))
    shares = ((one, two, both / (sizes[one] + sizes[two] - both)) for (one, two), both in pairs.items())
    return sorted(pair for pair in shares if pair[2] >= NEAR)


def phrases_as_replies() -> list[Reply]:
    """Return the phrases for training as replies of one sentence each."""
    return [Reply(str(line), phrase.label, (phrase,)) for line, phrase in enumerate(read_phrases(), 1)]


def check() -> int:
    """Look for near-duplicates between parts, and print how each part is made up."""
    parts = {path.stem: read_part(path) for path in sorted(REPLIES.glob("*.jsonl"))}
    parts["phrases"] = phrases_as_replies()
    print(f"{'part':12} replies  libre relire bloqu.  sentences  words  distinct 4-grams")
    for name, replies in parts.items():
        labels = Counter(reply.label for reply in replies)
        texts = [reply.text for reply in replies]
        words = sorted(len(_WORD.findall(text)) for text in texts)
        every = [gram for text in texts for gram in grams(text)]
        shares = " ".join(f"{labels[label] / len(replies):6.1%}" for label in RANKS)
        count = sum(len(reply.parts) for reply in replies)
        distinct = len(set(every)) / len(every)
        print(f"{name:12} {len(replies):7}  {shares}  {count:9}  {words[len(words) // 2]:5}  {distinct:.1%}")
    found = near_duplicates([items(name, replies) for name, replies in parts.items()])
    for one, two, share in found:
        print(f"near-duplicates: {one} and {two} ({share:.0%})")
    is_current = discretion.model().about.get("made_from") == made_from()
    print(f"{len(found)} near-duplicates; the model is {'current' if is_current else 'stale: train-replies'}")
    return int(bool(found) or not is_current)


# --- measuring ----------------------------------------------------------------------------------------


def verdicts(replies: Iterable[Reply], check: Callable[[str], str]) -> Counter[tuple[str, str]]:
    """Count the replies by label and verdict."""
    return Counter((reply.label, check(reply.text)) for reply in replies)


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, JASA 22, 1927)."""
    if not total:
        return 0.0, 1.0
    z, share = 1.959964, count / total
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - half) / scale, (middle + half) / scale


def report(counts: Mapping[tuple[str, str], int]) -> list[str]:
    """Return the lines of a measure."""
    lines = []
    unsafe = ("bloquant", "a_relire")
    wanted = (
        ("bloquant : signalées", ("bloquant",), unsafe),
        ("bloquant : bloquées", ("bloquant",), ("bloquant",)),
        ("à relire : signalées", ("a_relire",), unsafe),
        ("toutes non libres : signalées", unsafe, unsafe),
        ("libres : laissées libres", ("libre",), ("libre",)),
        ("libres : bloquées", ("libre",), ("bloquant",)),
    )
    for title, labels, answers in wanted:
        total = sum(count for (label, _), count in counts.items() if label in labels)
        count = sum(n for (label, answer), n in counts.items() if label in labels and answer in answers)
        low, high = wilson(count, total)
        share = count / total if total else 0.0
        lines.append(f"{title:32} {count:4}/{total:<4} {share:6.1%}  [{low:.1%} – {high:.1%}]")
    return lines


def _with(model: LinearModel) -> Callable[[str], str]:
    """Return the check as it would be with another model."""

    def check(text: str) -> str:
        shipped = discretion.model
        discretion.model = lambda: model  # type: ignore[assignment] # for the time of one reply
        try:
            return discretion.check_reply(text).verdict
        finally:
            discretion.model = shipped

    return check


def try_replies() -> int:
    """Leave one batch out at a time."""
    total: Counter[tuple[str, str]] = Counter()
    for left in dev_paths():
        model = trained(path for path in dev_paths() if path != left)
        counts = verdicts(read_part(left), _with(model))
        total += counts
        print(left.stem, *report(counts), sep="\n  ")
    print("all", *report(total), sep="\n  ")
    return 0


def measure_replies() -> int:
    """Measure the shipped model on the held-out parts; figures only."""
    total: Counter[tuple[str, str]] = Counter()
    for path in sorted(REPLIES.glob("heldout_*.jsonl")):
        counts = verdicts(read_part(path), lambda text: discretion.check_reply(text).verdict)
        total += counts
        print(path.stem, *report(counts), sep="\n  ")
    print("all", *report(total), sep="\n  ")
    return 0


COMMANDS: Mapping[str, Callable[[], int]] = {
    "check": check,
    "train-replies": train_replies,
    "try-replies": try_replies,
    "measure-replies": measure_replies,
}


def main() -> int:
    """Run one command; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    raise SystemExit(main())
