"""assigner: writes conversation and loop variables."""
from __future__ import annotations

from typing import Any, Callable

from ..errors import NodeError
from ..pool import MISSING, type_of
from ..result import Job, Result
from ..walk import node


def _target_type(job: Job, selector: list[str]) -> str:
    declared = job.run.variable_types.get((selector[0], selector[1]))
    return declared or type_of(job.pool.value(selector))


def _may_write(job: Job, selector: list[str]) -> bool:
    known = len(selector) >= 2 and (selector[0] == "sys" or (selector[0], selector[1]) in job.run.variable_types)
    return known and job.pool.get(selector) is not MISSING


def _family(kind: str) -> str:
    if kind in ("integer", "float"):
        return "number"
    return "array" if kind.startswith("array") else "string" if kind == "secret" else kind


_OPERATIONS = {"string": {"over-write", "clear", "set"}, "object": {"over-write", "clear", "set"},
               "boolean": {"over-write", "clear", "set"}, "file": {"over-write", "clear"},
               "number": {"over-write", "clear", "set", "+=", "-=", "*=", "/="},
               "array": {"over-write", "clear", "append", "extend", "remove-first", "remove-last", "set"}}
_EMPTY: dict[str, Callable[[], Any]] = {"string": str, "object": dict, "boolean": bool, "number": int, "array": list}
_PYTHON = {"string": str, "object": dict, "boolean": bool, "number": (int, float), "array": list}


def _suits(value: Any, family: str) -> bool:
    want = _PYTHON.get(family)
    if want is None:
        return True
    if family == "number" and isinstance(value, bool):
        return False
    return isinstance(value, want)  # type: ignore[arg-type]


def _changed(old: Any, operation: str, value: Any, family: str) -> Any:
    if operation in ("over-write", "set"):
        return value
    if operation == "append":
        return (old or []) + [value]
    if operation == "extend":
        return (old or []) + list(value)
    if operation == "remove-first":
        return (old or [])[1:]
    if operation == "remove-last":
        return (old or [])[:-1]
    if operation == "+=":
        return old + value
    if operation == "-=":
        return old - value
    if operation == "*=":
        return old * value
    if value == 0:
        raise NodeError("Division by zero", "InvalidInputValueError")
    return old / value


def _apply(job: Job, item: dict[str, Any]) -> tuple[list[str], Any]:
    selector, operation = item["variable_selector"], item["operation"]
    if not _may_write(job, selector):
        raise NodeError(f"Variable {selector} not found", "VariableNotFoundError")
    kind = _target_type(job, selector)
    family = _family(kind)
    if operation not in _OPERATIONS.get(family, {"over-write", "clear"}):
        raise NodeError(f"Operation {operation} is not supported for type {kind}", "OperationNotSupportedError")
    if operation == "clear":
        return selector, _EMPTY.get(family, lambda: None)()
    value = item["value"]
    if operation in ("remove-first", "remove-last"):
        return selector, _changed(job.pool.value(selector), operation, None, family)
    if item["input_type"] == "variable":
        if not isinstance(value, list):
            raise NodeError(f"Variable {value} not found", "VariableNotFoundError")
        found = job.pool.get(value)
        if found is MISSING:
            raise NodeError(f"Variable {value} not found", "VariableNotFoundError")
        value = found
    if operation == "append":
        inner = kind[6:-1] if "[" in kind else "any"
        good = inner == "any" or _suits(value, _family(inner))
    elif operation == "extend":
        good = isinstance(value, list)
    else:
        good = _suits(value, family)
    if not good:
        raise NodeError(f"Invalid input value {value}", "InvalidInputValueError")
    return selector, _changed(job.pool.value(selector), operation, value, family)


def _old_items(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"variable_selector": data["assigned_variable_selector"], "operation": data["write_mode"],
             "input_type": "variable", "value": data["input_variable_selector"]}]


@node("assigner")
def assigner(job: Job) -> Result:
    """Writes one item after another."""
    items = job.data["items"] if "items" in job.data else (
        _old_items(job.data) if "write_mode" in job.data and job.data.get("version", "1") == "1" else [])
    updated, process = [], {}
    for item in items:
        selector, value = _apply(job, item)
        job.pool.set(selector[0], selector[1], value)
        job.run.variable_written(selector, value)
        process[selector[1]] = value
        updated.append({"name": selector[1], "selector": selector, "value_type": type_of(value), "new_value": value})
    return Result(inputs={"items": items}, process={**process, "__updated_variables": updated})
