"""variable-aggregator: the first selector that has a value, in list order."""
from __future__ import annotations

from typing import Any

from ..pool import MISSING, Pool
from ..result import Job, Result
from ..walk import node


def _first(pool: Pool, selectors: list[list[str]]) -> tuple[bool, Any, dict[str, Any]]:
    for selector in selectors:
        value = pool.get(selector)
        if value is not MISSING:
            return True, value, {".".join(selector[1:]): value}
    return False, None, {}


@node("variable-aggregator", "variable-assigner")
def aggregate(job: Job) -> Result:
    """One output, or one a group."""
    settings = job.data.get("advanced_settings")
    if not settings or not settings["group_enabled"]:
        found, value, inputs = _first(job.pool, job.data["variables"])
        return Result(outputs={"output": value} if found else {}, inputs=inputs)
    outputs, inputs = {}, {}
    for group in settings["groups"]:
        found, value, taken = _first(job.pool, group["variables"])
        if found:
            outputs[group["group_name"]] = {"output": value}
            inputs.update({f"{group['group_name']}.{k}": v for k, v in taken.items()})
    return Result(outputs=outputs, inputs=inputs)
