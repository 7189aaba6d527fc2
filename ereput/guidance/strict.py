"""Reading of hand-written YAML that forgives nothing and names the place of each error.

A `Node` is a value with the path that leads to it. Its readers return plain typed values or raise
`GuidanceError`, whose message starts with that path: `guidance_fr.yaml: etapes[S10_SIGNALER].rang`.
"""

import datetime as dt
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

E = TypeVar("E", bound=StrEnum)

# The C loader reads the base in a sixth of the time; it is absent from a few builds of PyYAML.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class GuidanceError(ValueError):
    """A data file of the guidance base is wrong; the message names the place."""


class _StrictLoader(_LOADER):  # type: ignore[valid-type, misc]  # the base class is chosen at run time
    """A safe loader that refuses a key written twice, which YAML silently lets win."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    result: dict[Hashable, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise GuidanceError(f"ligne {key_node.start_mark.line + 1} : clé « {key} » écrite deux fois")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(frozen=True, slots=True)
class Node:
    """A value read from YAML and the path that leads to it."""

    place: str
    value: object

    def fail(self, why: str) -> GuidanceError:
        """Return the error to raise, naming this place."""
        return GuidanceError(f"{self.place} : {why}")

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Node"]:
        """Return the mapping's nodes; every required key is there, no unknown one."""
        if not isinstance(self.value, dict):
            raise self.fail("une table est attendue")
        must, may = set(required), set(optional)
        if missing := sorted(must - self.value.keys()):
            raise self.fail(f"il manque {', '.join(missing)}")
        if unknown := sorted(str(key) for key in self.value.keys() - must - may):
            raise self.fail(f"clé inconnue {', '.join(unknown)}")
        return {key: Node(f"{self.place}.{key}", value) for key, value in self.value.items()}

    def entries(self) -> dict[str, "Node"]:
        """Return a mapping whose keys are free words."""
        if not isinstance(self.value, dict) or not all(isinstance(key, str) for key in self.value):
            raise self.fail("une table est attendue")
        return {key: Node(f"{self.place}.{key}", value) for key, value in self.value.items()}

    def items(self) -> list["Node"]:
        """Return the nodes of a list, each named by its id where it has one."""
        if not isinstance(self.value, list):
            raise self.fail("une liste est attendue")
        return [Node(f"{self.place}[{_name(index, value)}]", value) for index, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fail("un texte est attendu")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(node.text() for node in self.items())

    def whole(self) -> int:
        """Return a whole number, zero or more."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.fail("un entier positif est attendu")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fail("true ou false est attendu")
        return self.value

    def day(self) -> dt.date:
        """Return a date written as ISO 8601."""
        if isinstance(self.value, dt.date):
            return self.value
        try:
            return dt.date.fromisoformat(self.text())
        except ValueError:
            raise self.fail("une date AAAA-MM-JJ est attendue") from None

    def choice(self, kind: type[E]) -> E:
        """Return one member of an enumeration."""
        try:
            return kind(self.text())
        except ValueError:
            known = ", ".join(member.value for member in kind)
            raise self.fail(f"« {self.value} » n'est pas l'un de : {known}") from None

    def one_of(self, known: Collection[str], what: str) -> str:
        """Return an identifier that is among those known; otherwise it dangles."""
        name = self.text()
        if name not in known:
            raise self.fail(f"{what} « {name} » n'existe pas")
        return name


def unique(nodes: Iterable[Node], key: str = "id") -> None:
    """Refuse two entries with one identifier."""
    seen: set[str] = set()
    for node in nodes:
        name = node.entries()[key].text() if key in node.entries() else ""
        if not name:
            raise node.fail(f"il manque {key}")
        if name in seen:
            raise node.fail(f"l'identifiant « {name} » est écrit deux fois")
        seen.add(name)


def read_yaml(path: Path) -> Node:
    """Return the document at `path`. Raises GuidanceError when it is absent or is not YAML."""
    return parse_yaml(path.name, read_text(path))


def parse_yaml(place: str, text: str) -> Node:
    """Return the YAML document held by `text`, named `place` in messages."""
    try:
        return Node(place, yaml.load(text, _StrictLoader))  # noqa: S506 (derived from the safe loader)
    except GuidanceError as error:
        raise GuidanceError(f"{place} : {error}") from None
    except yaml.YAMLError as error:
        raise GuidanceError(f"{place} : YAML illisible ({error})") from error


def read_text(path: Path) -> str:
    """Return the UTF-8 text at `path`, or raise GuidanceError naming the file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GuidanceError(f"{path.name} : fichier absent ou illisible") from error


def _name(index: int, value: object) -> str:
    for key in ("id", "profession", "valeur"):
        if isinstance(value, dict) and isinstance(value.get(key), str):
            return str(value[key])
    return str(index)
