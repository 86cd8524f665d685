"""iteration and loop: walks of their own over the children."""
from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...store import new_id
from ..conditions import ConditionError, evaluate
from ..errors import LoopBreak, NodeError, RunFailed
from ..graph import ROOT_TYPES
from ..pool import MISSING, type_of
from ..result import Job, Result
from ..walk import Walk, node

_FAMILY = {"integer": "number", "float": "number", "number": "number"}


def _root(job: Job, name: str) -> str:
    start = job.data["start_node_id"]
    if not start:
        raise NodeError(f"field start_node_id in {name} {job.node.id} not found", "StartNodeIdNotFoundError")
    graph = job.walk.graph
    if start not in graph.nodes:
        text = f"Root node id {start} not found in the graph"
        if job.run.profile.has_human_input:
            text = f"child graph root node '{start}' not found" if name == "loop" else f"{name} graph not found"
        raise NodeError(text, f"{name.capitalize()}GraphNotFoundError")
    if graph.nodes[start].kind not in ROOT_TYPES and job.run.profile.eager_nodes:
        raise NodeError(f"[INVALID_ROOT] Root node '{start}' must declare execution type 'root'.", "GraphValidationError")
    _old_entry(job, start)
    return start


def _old_entry(job: Job, start: str) -> None:
    """The oldest release refuses edges between a container and its first child."""
    if not job.run.profile.eager_nodes and job.walk.graph.incoming.get(start):
        raise NodeError(f"Root node id {start} not found in the graph", "ValueError")


class _Iteration:
    """One execution of an iteration node."""

    def __init__(self, job: Job, items: list[Any], root: str) -> None:
        self.job, self.items, self.root = job, items, root
        self.outputs: list[Any] = [None] * len(items)
        self.failed: set[int] = set()
        self.durations: dict[str, float] = {}
        self.lock = threading.Lock()
        self.started = time.time()
        self.tokens = 0

    def _next(self, index: int) -> None:
        job = self.job
        extra: dict[str, Any] = {"index": index, "created_at": int(time.time())}
        if not job.run.profile.truncated_flags:
            extra["pre_iteration_output"] = self.outputs[index - 1] if index else None
        extra["extras"] = {}
        if not job.run.profile.truncated_flags:
            extra.update(parallel_mode_run_id=None, duration=None)
        job.run.events.container(job, "iteration_next", extra)

    def one(self, index: int) -> None:
        """Run the children for one item."""
        job, run = self.job, self.job.run
        self._next(index)
        pool = job.pool.copy()
        pool.set(job.node.id, "item", self.items[index])
        pool.set(job.node.id, "index", index)
        began, tokens = time.time(), run.tokens
        inside = {"iteration_id": job.node.id, "iteration_index": index}
        walk = Walk(run, job.walk.graph, pool, self.root, inside)
        try:
            walk.go()
        except RunFailed:
            if job.data["error_handle_mode"] == "terminated":
                raise
            with self.lock:
                self.failed.add(index)
            return
        except LoopBreak:
            pass
        value = pool.get(job.data["output_selector"])
        if value is MISSING:
            if not run.profile.eager_nodes:
                raise RunFailed("iteration output selector not found")
            value = None
        with self.lock:
            self.outputs[index] = value
            self.durations[str(index)] = round(time.time() - began, 6)
            self.tokens += run.tokens - tokens

    def all(self) -> None:
        """Run all items, one after another or side by side."""
        data = self.job.data
        if not data["is_parallel"]:
            for index in range(len(self.items)):
                self.job.run.check_stopped()
                self.one(index)
            return
        with ThreadPoolExecutor(max_workers=data["parallel_nums"]) as workers:
            for done in [workers.submit(self.one, i) for i in range(len(self.items))]:
                done.result()

    def gathered(self) -> list[Any]:
        """The outputs, flattened one level when all of them are lists."""
        values = self.outputs
        if self.job.data["error_handle_mode"] == "remove-abnormal-output":
            values = [v for i, v in enumerate(values) if i not in self.failed]
        lists = [v for v in values if v is not None]
        flat = self.job.data["flatten_output"] or not self.job.run.profile.eager_nodes
        if flat and lists and all(isinstance(v, list) for v in lists):
            return [x for v in lists for x in v]
        return values


def _items(job: Job) -> list[Any]:
    selector = job.data["iterator_selector"]
    value = job.pool.get(selector)
    if value is MISSING:
        raise NodeError(f"iterator variable {selector} not found", "IteratorVariableNotFoundError")
    if not isinstance(value, list):
        kind = type_of(value)
        raise NodeError(f"invalid iterator value: value_type=<SegmentType.{kind.upper()}: '{kind}'> value={value!r} "
                        f"id='{new_id()}' name='{selector[-1]}' description='' selector={selector}, please provide a list.",
                        "InvalidIteratorValueError")
    return value


@node("iteration")
def iteration(job: Job) -> Result:
    """Runs its children once an item; gives the list of what they gave."""
    items = _items(job)
    run, events = job.run, job.run.events
    inputs = {"iterator_selector": items}
    began = time.time()
    root = _root(job, "iteration") if items or not run.profile.eager_nodes else ""
    length = "iteration_length" if run.profile.truncated_flags else "iterator_length"
    extra: dict[str, Any] = {"created_at": int(began), "extras": {}, "metadata": {length: len(items)}, "inputs": inputs}
    if run.profile.truncated_flags:
        extra["inputs_truncated"] = False
    events.container(job, "iteration_started", extra)
    work = _Iteration(job, items, root)
    try:
        if items and job.data["is_parallel"] and job.data["parallel_nums"] < 1:
            raise RunFailed("max_workers must be greater than 0")
        work.all()
    except RunFailed as failure:
        shown = [] if run.profile.eager_nodes else work.outputs
        events.container_done(job, began, Result(outputs={"output": shown}, inputs=inputs), "failed",
                              None, {"steps": len(items)})
        raise NodeError(failure.text, "IterationNodeError", inputs) from None
    if not run.profile.eager_nodes and items:
        work_extra: dict[str, Any] = {"index": len(items), "created_at": int(time.time()), "pre_iteration_output": work.outputs[-1],
                                      "extras": {}, "parallel_mode_run_id": None, "duration": None}
        events.container(job, "iteration_next", work_extra)
    result = Result(outputs={"output": work.gathered()}, inputs=inputs, tokens=work.tokens)
    events.container_done(job, began, result, "succeeded", None, {
        "steps": len(items), "metadata": {"iteration_duration_map": work.durations}})
    return result


# loops

def _loop_value(job: Job, variable: dict[str, Any]) -> Any:
    label, kind, value = variable["label"], variable["var_type"], variable["value"]
    if variable["value_type"] == "variable":
        found = job.pool.get(value)
        if found is MISSING:
            raise NodeError(f"Invalid value for loop variable {label}", "ValueError")
        return found
    if kind.startswith("array[") and isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError as error:
            raise NodeError(str(error), "JSONDecodeError") from None
    elif kind == "object" and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            pass
    elif kind.startswith("array[") and value in ("", None):
        value = []
    if isinstance(value, str) and _FAMILY.get(kind) == "number":
        try:
            value = float(value) if "." in value else int(value)
        except ValueError:
            pass
    got = type_of(value)
    if not kind.startswith("array[") and _FAMILY.get(kind, kind) != _FAMILY.get(got, got) and kind not in ("secret", "none", "group"):
        shown = "None" if value is None else got
        raise NodeError(f"Type mismatch: expected {kind}, but got {shown}", "TypeMismatchError")
    return value


def _breaks(job: Job) -> bool:
    conditions = job.data["break_conditions"]
    if not conditions:
        return False
    return evaluate(conditions, job.data["logical_operator"], job.pool)


def _children(job: Job) -> set[str]:
    here = job.node.id
    return {n["id"] for n in job.walk.graph.config["nodes"] if isinstance(n, dict)
            and (n.get("parentId") == here or (n.get("data") or {}).get("loop_id") == here)}


def _round(job: Job, root: str, index: int) -> bool:
    """One round; True when a loop-end was reached."""
    for child in _children(job):
        job.pool.forget(child)
    walk = Walk(job.run, job.walk.graph, job.pool, root, {"loop_id": job.node.id, "loop_index": index})
    try:
        walk.go()
    except LoopBreak:
        return True
    return False


def _told(job: Job, label: str) -> dict[str, Any]:
    """A loop variable as the oldest release shows it between two rounds."""
    selector = [job.node.id, label]
    value = job.pool.value(selector)
    return {"value_type": type_of(value), "value": value, "id": new_id(), "name": label, "description": "", "selector": selector}


def _next_round(job: Job, index: int, labels: list[str]) -> None:
    extra: dict[str, Any] = {"index": index, "created_at": int(time.time()), "pre_loop_output": {}, "extras": {}}
    if job.run.profile.loop_extra_round:
        extra["pre_loop_output"] = {**{label: _told(job, label) for label in labels}, "loop_round": index}
        extra.update(parallel_mode_run_id=None, duration=None)
    job.run.events.container(job, "loop_next", extra)


@node("loop")
def loop(job: Job) -> Result:
    """Runs its children until the count, a break condition or a loop-end ends it; the oldest release breaks by loop-end only."""
    data, run, here = job.data, job.run, job.node.id
    root = _root(job, "loop")
    labels = []
    for variable in data["loop_variables"] or []:
        job.pool.set(here, variable["label"], _loop_value(job, variable))
        run.variable_types[(here, variable["label"])] = variable["var_type"]
        labels.append(variable["label"])
    inputs = {"loop_count": data["loop_count"], **{label: job.pool.value([here, label]) for label in labels}}
    began = time.time()
    extra: dict[str, Any] = {"created_at": int(began), "extras": {}, "metadata": {"loop_length": data["loop_count"]}, "inputs": inputs}
    if run.profile.truncated_flags:
        extra["inputs_truncated"] = False
    run.events.container(job, "loop_started", extra)
    rounds, reason, tokens = 0, "loop_completed", run.tokens
    history: dict[str, Any] = {}
    try:
        count = 0 if run.profile.eager_nodes and _safe_breaks(job) else data["loop_count"]
        for index in range(count):
            run.check_stopped()
            left = _round(job, root, index)
            rounds = index + 1
            history[str(index)] = {label: job.pool.value([here, label]) for label in labels}
            if left or (run.profile.eager_nodes and _breaks(job)):
                reason = "loop_break"
                break
            if run.profile.loop_extra_round or index + 1 < count:
                _next_round(job, index + 1, labels)
    except (ConditionError, RunFailed) as failure:
        text = failure.text if isinstance(failure, RunFailed) else str(failure)
        run.events.container_done(job, began, Result(inputs=inputs), "failed", text, {"steps": rounds})
        raise NodeError(text, "LoopNodeError", inputs) from None
    outputs = {label: job.pool.value([here, label]) for label in labels}
    outputs["loop_round"] = rounds
    result = Result(outputs=outputs, inputs=inputs, tokens=run.tokens - tokens)
    run.events.container_done(job, began, result, "succeeded", None, {
        "steps": data["loop_count"], "metadata": {"completed_reason": reason, "loop_variable_map": history}})
    return result


def _safe_breaks(job: Job) -> bool:
    """Break conditions before the first round; what cannot be read yet does not count."""
    try:
        return _breaks(job)
    except ConditionError:
        return False
