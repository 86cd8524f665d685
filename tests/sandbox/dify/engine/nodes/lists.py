"""list-operator: filter, extract, order, limit."""
from __future__ import annotations

from typing import Any

from ..conditions import ConditionError, holds
from ..errors import NodeError
from ..pool import MISSING, is_file
from ..result import Job, Result
from ..walk import node

_CLASS = {str: "StringVariable", int: "IntegerVariable", float: "FloatVariable", dict: "ObjectVariable", bool: "BooleanVariable"}


def _key(item: Any, key: str) -> Any:
    if is_file(item):
        return item.get("filename" if key == "name" else key)
    return item


def _keep(item: Any, condition: dict[str, Any], job: Job) -> bool:
    value, expected = _key(item, condition["key"]), condition["value"]
    if isinstance(expected, str):
        expected = job.pool.text(expected)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and condition["comparison_operator"] in ("is", "is not"):
        raise NodeError(f"Invalid condition: {condition['comparison_operator']}", "InvalidConditionError")
    return holds(condition["comparison_operator"], value, expected)


def _prepared(items: list[Any], job: Job) -> list[Any]:
    data = job.data
    if data["filter_by"]["enabled"]:
        for condition in data["filter_by"]["conditions"]:
            items = [i for i in items if _keep(i, condition, job)]
    if data["extract_by"]["enabled"]:
        serial = job.pool.text(data["extract_by"]["serial"])
        try:
            place = int(serial)
        except ValueError:
            raise NodeError(f"invalid literal for int() with base 10: '{serial}'", "ValueError") from None
        if place < 1:
            raise NodeError(f"Invalid serial index: must be >= 1, got {place}", "ValueError")
        if place > len(items):
            raise NodeError(f"Invalid serial index: must be <= {len(items)}, got {place}", "ValueError")
        items = [items[place - 1]]
    if data["order_by"]["enabled"]:
        key = data["order_by"]["key"]
        items = sorted(items, key=lambda i: (_key(i, key) is None, _key(i, key)), reverse=data["order_by"]["value"] == "desc" and job.run.profile.eager_nodes)
    if data["limit"]["enabled"]:
        items = items[:max(data["limit"]["size"], 0)] if data["limit"]["size"] >= 0 else items[:data["limit"]["size"]]
    return items


@node("list-operator")
def list_operator(job: Job) -> Result:
    """Gives result, first_record and last_record."""
    selector = job.data["variable"]
    value = job.pool.get(selector)
    if value is MISSING:
        raise NodeError(f"Variable not found for selector: {selector}", "ListOperatorError")
    if not isinstance(value, list):
        name = _CLASS.get(type(value), "NoneVariable")
        profile = job.run.profile
        root = "graphon" if profile.has_generate else "dify_graph" if profile.base_node_pass else "core"
        module = f"{root}.variables.variables"
        raise NodeError(f"Variable {selector} is not an array type, actual type: <class '{module}.{name}'>", "ListOperatorError")
    try:
        items = _prepared(list(value), job)
    except (ConditionError, TypeError) as error:
        raise NodeError(str(error), "ListOperatorError") from None
    return Result(outputs={"result": items, "first_record": items[0] if items else None, "last_record": items[-1] if items else None},
                  inputs={"variable": value}, process={"variable": value})
