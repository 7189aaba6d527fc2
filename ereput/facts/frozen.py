"""Packs as JSON and back: what a closed meeting keeps.

A field that a later version added takes its default when an older pack is read; one that it dropped is
left aside. Figures come back to the last bit: JSON writes the shortest decimal of a double.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from ereput.facts.pack import Pack

FORMAT = 1


def to_json(pack: Pack) -> str:
    """Return a pack without names, quotations nor what is known afterwards."""
    bare = replace(pack, people=(), quotes=(), title="", locked_at=None, locked_by="", after="")
    return json.dumps({"format": FORMAT, "pack": _plain(bare)}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Pack:
    """Return the pack of a JSON text."""
    made = _build(Pack, json.loads(text)["pack"])
    if not isinstance(made, Pack):
        raise TypeError("no pack")
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    """Return a value of a type from its JSON: dataclasses, tuples, dates, enumerations, optional ones."""
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (one for one in get_args(kind) if one is not type(None))
        return None if value is None else _build(kind, value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_build(one, item) for one, item in zip(kinds, value, strict=True))
    if is_dataclass(kind) and isinstance(kind, type):
        known = _hints(kind)
        return kind(**{name: _build(known[name], item) for name, item in value.items() if name in known})
    return _simple(kind, value)


def _simple(kind: Any, value: Any) -> Any:
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if kind is float or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return kind(value)
    return value
