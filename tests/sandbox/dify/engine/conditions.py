"""Comparison operators of if-else, loops and list filters (contract.md 5.6)."""
from __future__ import annotations

from typing import Any, Callable

from .pool import MISSING, Pool, is_file


class ConditionError(ValueError):
    """A comparison that cannot be made."""


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ConditionError("Invalid actual value type: number")
    return value


def _expected(value: Any, like: float) -> float:
    try:
        return int(value) if isinstance(like, int) and not isinstance(like, bool) else float(value)
    except (TypeError, ValueError):
        try:
            return float(value)
        except (TypeError, ValueError):
            raise ConditionError(f"invalid literal for int() with base 10: {value!r}") from None


def _compare(test: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def run(value: Any, expected: Any) -> bool:
        if value is None:
            return False
        return test(_number(value), _expected(expected, value))
    return run


def _contains(value: Any, expected: Any) -> bool:
    if not value:
        return False
    if not isinstance(value, (str, list)):
        raise ConditionError("Invalid actual value type: string or array")
    if isinstance(value, str) and not isinstance(expected, str):
        return False
    return expected in value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ConditionError("Invalid actual value type: string")
    return value


def _is(value: Any, expected: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, bool):
        wanted = expected if isinstance(expected, bool) else str(expected).lower() in ("true", "1", "1.0")
        return value == wanted
    if not isinstance(value, str):
        raise ConditionError("Invalid actual value type: string or boolean")
    return value == expected


def _in(value: Any, expected: Any) -> bool:
    if not value:
        return False
    if not isinstance(expected, list):
        raise ConditionError("Invalid expected value type: array")
    return value in expected


def _all_of(value: Any, expected: Any) -> bool:
    return bool(value) and all(item in value for item in (expected or []))


def _empty(value: Any, _: Any) -> bool:
    return not value


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "contains": _contains,
    "not contains": lambda v, e: not v or not _contains(v, e),
    "start with": lambda v, e: bool(v) and _text(v).startswith(e or ""),
    "end with": lambda v, e: bool(v) and _text(v).endswith(e or ""),
    "is": _is,
    "is not": lambda v, e: v is not None and not _is(v, e),
    "empty": _empty,
    "not empty": lambda v, e: bool(v),
    "in": _in,
    "not in": lambda v, e: not v or not _in(v, e),
    "all of": _all_of,
    "=": _compare(lambda a, b: a == b),
    "≠": _compare(lambda a, b: a != b),
    ">": _compare(lambda a, b: a > b),
    "<": _compare(lambda a, b: a < b),
    "≥": _compare(lambda a, b: a >= b),
    "≤": _compare(lambda a, b: a <= b),
    "null": lambda v, e: v is None,
    "not null": lambda v, e: v is not None,
    "exists": lambda v, e: v is not None,
    "not exists": lambda v, e: v is None,
}


def holds(operator: str, value: Any, expected: Any) -> bool:
    """Whether one comparison is true."""
    return _TESTS[operator](value, expected)


def _file_condition(value: Any, inner: dict[str, Any]) -> list[bool]:
    from .pool import _member
    results = []
    for condition in inner.get("conditions") or []:
        member = _member(value, condition.get("key", ""))
        results.append(holds(condition["comparison_operator"], None if member is MISSING else member, condition.get("value")))
    return results


def _one(condition: dict[str, Any], pool: Pool, strict_text: bool) -> bool:
    selector = condition["variable_selector"]
    value = pool.get(selector)
    if value is MISSING:
        raise ConditionError(f"Variable {selector} not found")
    operator, expected = condition["comparison_operator"], condition.get("value")
    inner = condition.get("sub_variable_condition")
    if inner and isinstance(value, list) and value and all(is_file(v) for v in value):
        join = all if inner.get("logical_operator", "and") == "and" else any
        hits = [join(_file_condition(v, inner)) for v in value]
        return {"contains": any, "not contains": lambda h: not any(h), "all of": all}.get(operator, any)(hits)
    if isinstance(expected, str):
        expected = pool.text(expected)
    elif isinstance(expected, list):
        expected = [pool.text(e) if isinstance(e, str) else e for e in expected]
    if strict_text and operator in ("contains", "not contains") and isinstance(value, str) and value \
            and not isinstance(expected, str):
        raise ConditionError(f"'in <string>' requires string as left operand, not {type(expected).__name__}")
    return holds(operator, value, expected)


def evaluate(conditions: list[dict[str, Any]], logical: str, pool: Pool, strict_text: bool = False) -> bool:
    """A group of conditions joined by and / or; `strict_text` is the oldest release's manner."""
    results = []
    for condition in conditions:
        results.append(_one(condition, pool, strict_text))
        if logical == "and" and not results[-1]:
            return False
        if logical == "or" and results[-1]:
            return True
    return all(results) if logical == "and" else any(results)
