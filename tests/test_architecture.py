"""The drawing of docs/architecture.md, against the imports that the code makes."""

import ast
import re
from pathlib import Path

from dev import ROOT

HOUSE = ROOT / "ereput"
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
Graph = dict[str, set[str]]


def room_of(path: Path) -> str:
    """Return the folder of a module, or the module itself when it stands at the top."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> set[str]:
    """Return the modules of the house that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.startswith("ereput.")}


def real() -> Graph:
    """Return {room: the rooms that it imports}."""
    rooms = {path.stem for path in HOUSE.iterdir() if path.is_dir() or path.suffix == ".py"}
    rooms -= {"__init__", "__main__", "__pycache__"}
    found: Graph = {room: set() for room in rooms}
    for path in HOUSE.rglob("*.py"):
        room = room_of(path)
        if room in rooms:
            found[room] |= {name.split(".")[1] for name in imported(ast.parse(path.read_text("utf-8")))}
    return {room: targets & rooms - {room} for room, targets in found.items()}


def beyond(graph: Graph, room: str) -> set[str]:
    """Return all that a room reaches through the rooms that it imports."""
    found: set[str] = set()
    waiting = list(graph[room])
    while waiting:
        target = waiting.pop()
        if target not in found:
            found.add(target)
            waiting += graph[target]
    return found


def reduced(graph: Graph) -> set[tuple[str, str]]:
    """Return the arrows that are left once each that follows from others is taken away."""
    return {
        (room, target)
        for room, targets in graph.items()
        for target in targets
        if not any(target in beyond(graph, other) for other in targets - {target})
    }


def test_no_room_comes_back_to_itself() -> None:
    graph = real()
    assert [room for room in graph if room in beyond(graph, room)] == []


def test_every_room_is_told_of() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT, re.MULTILINE))
    assert told == set(real())


def test_the_drawing_shows_every_arrow_that_no_other_implies() -> None:
    drawn = re.search(r"```mermaid\n(.*?)```", DOCUMENT, re.DOTALL)
    assert drawn is not None
    arrows = set(re.findall(r"^\s*(\w+) --> (\w+)$", drawn[1], re.MULTILINE))
    assert arrows == reduced(real())


def test_pages_ask_the_screens_facts_and_jobs_only() -> None:
    rooms = {
        name.split(".")[1]
        for path in (ROOT / "pages").glob("*.py")
        for name in imported(ast.parse(path.read_text("utf-8")))
    }
    assert rooms <= {"ui", "facts", "jobs"}
