"""Write docs/licences.md: what an installation brings along, and under which licence, as declared.

Run by `make bench NAME=licences` in an environment that holds `requirements.txt`. It follows what each
package asks for on this machine, extras included, and quotes its own metadata; it judges nothing.
"""

import re
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from dev import ROOT

TARGET = ROOT / "docs" / "licences.md"
SENTENCE_LIMIT = 60
HEAD = """# Licences

ereput is under GPL-2.0-or-later (`LICENSE`). The sentiment analysis that the project is bound to,
`vaderSentiment-fr` (MIT), imports `fuzzywuzzy` and `Unidecode`, both under the GPL, version 2; a program
that imports them is distributed under the GPL. `Unidecode` says "or later". `fuzzywuzzy` declares
"GPLv2" and no later version, while some packages below are under Apache-2.0 or LGPL-3.0, which the Free
Software Foundation holds to be compatible with version 3 only. ereput is distributed as source, without
any of them; whoever distributes a bundle that holds them all (an image, an installer) should have that
combination looked at first.

What an installation brings, extras included, as each package declares it. Written by
`make bench NAME=licences`; a test compares it with what is installed.

| package | licence | asked for by |
|---|---|---|
"""


def name_of(text: str) -> str:
    """Return a package's name as the index spells it."""
    return re.sub(r"[-_.]+", "-", text).lower()


def wanted(requirements: Path) -> list[Requirement]:
    """Return the direct requirements of a file."""
    lines = (line.partition("#")[0].strip() for line in requirements.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def closure(requirements: list[Requirement]) -> dict[str, set[str]]:
    """Return {package: those that ask for it}, the direct ones being asked for by ereput."""
    found: dict[str, set[str]] = {}
    done: set[tuple[str, frozenset[str]]] = set()
    waiting = [("ereput", requirement) for requirement in requirements]
    while waiting:
        asker, requirement = waiting.pop()
        name = name_of(requirement.name)
        found.setdefault(name, set()).add(asker)
        state = (name, frozenset(requirement.extras))
        if state in done:
            continue
        done.add(state)
        for text in distribution(requirement.name).requires or ():
            asked = Requirement(text)
            extras = requirement.extras or {""}
            if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append((name, asked))
    return found


def licence(package: Distribution) -> str:
    """Return the licence that a package declares: expression, classifiers, or its one-line field."""
    expression = package.metadata.get("License-Expression")
    if expression:
        return str(expression)
    marks = [
        str(mark).rpartition(" :: ")[2]
        for mark in package.metadata.get_all("Classifier") or ()
        if str(mark).startswith("License ::")
    ]
    field = str(package.metadata.get("License") or "").strip()
    return " or ".join(marks) or (field if 0 < len(field) < SENTENCE_LIMIT else "see its own files")


def page(requirements: Path) -> str:
    """Return the document."""
    rows = (
        f"| {name} | {licence(distribution(name))} | {', '.join(sorted(askers))} |"
        for name, askers in sorted(closure(wanted(requirements)).items())
    )
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(ROOT / "requirements.txt"), "utf-8")
    print(TARGET.relative_to(ROOT))
