"""Environment and conversation variables as the import and the draft read them (contract.md 5.1)."""
from __future__ import annotations

from typing import Any

from .engine.schema import DataError, F, Kind, List, Map, Rec, Str, Any_, read
from .store import new_id

MASK = "*" * 20
_ARRAYS: dict[str, tuple[str, Kind]] = {
    "array[string]": ("ArrayStringVariable", Str()), "array[number]": ("ArrayNumberVariable", Any_),
    "array[object]": ("ArrayObjectVariable", Map()), "array[boolean]": ("ArrayBooleanVariable", Any_)}


class VariableRefused(ValueError):
    """A variable that the import refuses; the text does not name it."""


def _check(title: str, kind: Kind, value: Any, pydantic: str) -> None:
    try:
        read(Rec(title, value=F(kind)), {"value": value}, title, pydantic)
    except DataError as error:
        raise VariableRefused(str(error)) from None


def _one(given: Any, head: str, pydantic: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise VariableRefused(f"'{type(given).__name__}' object has no attribute 'get'")
    if not given.get("name"):
        raise VariableRefused("missing name")
    kind, value = given.get("value_type"), given.get("value")
    if kind is None:
        raise VariableRefused("missing value type")
    if value is None:
        raise VariableRefused("missing value")
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in ("string", "secret"):
        _check("StringVariable" if kind == "string" else "SecretVariable", Str(), value, pydantic)
    elif kind in ("number", "integer", "float"):
        if not number:
            raise VariableRefused(f"invalid number value {value}")
        kind = "integer" if isinstance(value, int) else "float"
    elif kind in _ARRAYS and isinstance(value, list):
        title, item = _ARRAYS[kind]
        _check(title, List(item), value, pydantic)
    elif not (kind == "object" and isinstance(value, dict)) and not (kind == "boolean" and isinstance(value, bool)):
        raise VariableRefused(f"not supported value type {kind}")
    return {"id": str(given.get("id") or new_id()), "name": given["name"], "value": value, "value_type": kind,
            "description": given.get("description") or "", "selector": given.get("selector") or [head, given["name"]]}


def parse(given: Any, head: str, pydantic: str) -> list[dict[str, Any]]:
    """Variables of one kind; raises VariableRefused."""
    return [_one(item, head, pydantic) for item in given or []]


def masked(variables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Environment variables with secrets hidden."""
    return [{**v, "value": MASK} if v["value_type"] == "secret" else v for v in variables]


def keep_secrets(new: list[dict[str, Any]], old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A masked secret that comes back keeps its stored value."""
    stored = {v["id"]: v["value"] for v in old}
    return [{**v, "value": stored[v["id"]]} if v["value"] == MASK and v["id"] in stored else v for v in new]
