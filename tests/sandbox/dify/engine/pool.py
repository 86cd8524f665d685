"""Variables of a run: selectors, texts with references, and how values read as text (contract.md 5.4)."""
from __future__ import annotations

import json
import re
from typing import Any

FILE_MARK = "__dify__file__"
MISSING = object()
REFERENCE = re.compile(r"\{\{#([a-zA-Z0-9_]{1,50}(?:\.[a-zA-Z_][a-zA-Z0-9_]{0,29}){1,10})#\}\}")


def is_file(value: Any) -> bool:
    """Whether a value is a file variable."""
    return isinstance(value, dict) and value.get("dify_model_identity") == FILE_MARK


def type_of(value: Any) -> str:
    """Dify's name for the type of a value."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "float"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "file" if is_file(value) else "object"
    kinds = {type_of(v) for v in value}
    if not kinds:
        return "array[any]"
    if kinds <= {"integer", "float"}:
        return "array[number]"
    only = kinds.pop() if len(kinds) == 1 else "any"
    return f"array[{only}]" if only in ("string", "object", "file", "boolean") else "array[any]"


def as_text(value: Any) -> str:
    """A value inside a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_file(value):
        return ""
    if isinstance(value, list) and any(is_file(v) for v in value):
        return "\n".join(as_markdown(v) for v in value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def as_markdown(value: Any) -> str:
    """A value inside an answer."""
    if is_file(value):
        name = value.get("filename") or "file"
        bang = "!" if value.get("type") == "image" else ""
        return f"{bang}[{name}]({value.get('url') or value.get('remote_url') or ''})"
    if isinstance(value, list):
        return "\n".join(f"- {as_markdown(v)}" if not is_file(v) else as_markdown(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return as_text(value)


class Pool:
    """Values by node and name."""

    def __init__(self, values: dict[str, dict[str, Any]] | None = None) -> None:
        self.values: dict[str, dict[str, Any]] = values if values is not None else {}

    def copy(self) -> "Pool":
        """An independent copy (values themselves are never changed in place)."""
        return Pool({node: dict(names) for node, names in self.values.items()})

    def set(self, node: str, name: str, value: Any) -> None:
        """Set one variable."""
        self.values.setdefault(node, {})[name] = value

    def get(self, selector: Any) -> Any:
        """The value at a selector, or MISSING."""
        if not isinstance(selector, list) or len(selector) < 2:
            return MISSING
        value = self.values.get(str(selector[0]), {}).get(selector[1], MISSING)
        for part in selector[2:]:
            if value is MISSING:
                break
            value = _member(value, part)
        return value

    def value(self, selector: Any) -> Any:
        """The value at a selector, None when there is none."""
        found = self.get(selector)
        return None if found is MISSING else found

    def text(self, template: str, markdown: bool = False, unknown_empty: bool = False) -> str:
        """A text with its references replaced; an unknown one leaves its bare name."""
        show = as_markdown if markdown else as_text

        def put(match: re.Match[str]) -> str:
            value = self.get(match[1].split("."))
            if value is MISSING:
                return "" if unknown_empty else match[1]
            return show(value)
        return REFERENCE.sub(put, template)

    def forget(self, node: str) -> None:
        """Drop all values of a node."""
        self.values.pop(node, None)


def _member(value: Any, name: str) -> Any:
    if is_file(value):
        alias = {"url": "url", "name": "filename", "extension": "extension", "mime_type": "mime_type", "type": "type",
                 "size": "size", "transfer_method": "transfer_method", "related_id": "related_id"}
        return value.get(alias[name], MISSING) if name in alias else MISSING
    if isinstance(value, dict):
        return value.get(name, MISSING)
    return MISSING


def references(template: str) -> list[list[str]]:
    """The selectors that a text refers to."""
    return [m.split(".") for m in REFERENCE.findall(template)]
