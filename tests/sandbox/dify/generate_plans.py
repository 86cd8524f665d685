"""The shapes that the generator knows, and how Dify draws a plan (contract.md 2.10)."""
from __future__ import annotations

import re
from typing import Any, NamedTuple

_SORTS = re.compile(r"classif|\bsort|\broute|triage|分类|归类|分流", re.I)
_EACH = re.compile(r"\b(each|every)\b|one by one|逐|每一?[条行个]", re.I)
_SPLIT = "def main(text: str) -> dict:\n    return {'lines': [line.strip() for line in text.splitlines() if line.strip()]}"
_LIST = "{% for line in lines %}{{ loop.index }}. {{ line }}\n{% endfor %}"
CLASSES = ("Billing", "Technical", "Other")


class Step(NamedTuple):
    """A node of a plan with what its builder says of it."""

    label: str
    kind: str
    data: dict[str, Any]
    parent: int = 0


class Plan(NamedTuple):
    """Numbered steps, edges between them with the handle they leave by, and the inputs."""

    steps: list[Step]
    edges: list[tuple[int, int, str]]
    inputs: list[dict[str, Any]]


def _chain(*numbers: int) -> list[tuple[int, int, str]]:
    return [(a, b, "source") for a, b in zip(numbers, numbers[1:])]


def _inputs(variable: str) -> list[dict[str, Any]]:
    return [{"variable": variable, "label": variable.capitalize(), "type": "paragraph"}]


def _start(inputs: list[dict[str, Any]]) -> Step:
    return Step("Start", "start", {"variables": [{**i, "required": True, "max_length": 5000, "options": []} for i in inputs]})


def _model(sent: dict[str, Any]) -> dict[str, Any]:
    return {k: sent["model_config"][k] for k in ("provider", "name", "mode", "completion_params")}


def _ask(sent: dict[str, Any], label: str, text: str, parent: int = 0) -> Step:
    return Step(label, "llm", {
        "model": _model(sent), "prompt_template": [{"role": "system", "text": sent["instruction"]}, {"role": "user", "text": text}],
        "context": {"enabled": False, "variable_selector": []}, "vision": {"enabled": False}}, parent)


def _end(label: str, node: str, name: str) -> Step:
    return Step(label, "end", {"outputs": [{"variable": "result", "value_selector": [node, name]}]})


def _sorter(sent: dict[str, Any]) -> Plan:
    inputs, classes = _inputs("message"), [{"id": str(i), "name": n, "label": f"CLASS {i}"} for i, n in enumerate(CLASSES, 1)]
    sort = Step("Sort", "question-classifier", {
        "query_variable_selector": ["node1", "message"], "model": _model(sent), "classes": classes,
        "_targetBranches": [{"id": c["id"], "name": ""} for c in classes], "vision": {"enabled": False}, "instruction": ""})
    replies = [_ask(sent, f"Reply {n}", "{{#node1.message#}}") for n in CLASSES]
    ends = [_end(f"End {n}", f"node{i}", "text") for i, n in enumerate(CLASSES, 3)]
    edges = [(1, 2, "source")]
    for i, c in enumerate(classes):
        edges += [(2, 3 + i, c["id"]), (3 + i, 6 + i, "source")]
    return Plan([_start(inputs), sort, *replies, *ends], edges, inputs)


def _each(sent: dict[str, Any]) -> Plan:
    inputs = _inputs("items")
    split = Step("Split Lines", "code", {
        "code_language": "python3", "code": _SPLIT, "variables": [{"variable": "text", "value_selector": ["node1", "items"]}],
        "outputs": {"lines": {"type": "array[string]", "children": None}}})
    rooms = Step("Per Item", "iteration", {
        "iterator_selector": ["node2", "lines"], "output_selector": ["node4", "text"], "is_parallel": False, "parallel_nums": 10,
        "error_handle_mode": "terminated", "flatten_output": True})
    # the builder writes item, and 1.16 makes output of it, the one name that it knows of an iteration
    work = _ask(sent, "Work On Item", "{{#node3.output#}}", parent=3)
    join = Step("Join", "template-transform", {"template": _LIST, "variables": [{"variable": "lines", "value_selector": ["node3", "output"]}]})
    return Plan([_start(inputs), split, rooms, work, join, _end("End", "node5", "output")], _chain(1, 2, 3, 5, 6), inputs)


def _one_answer(sent: dict[str, Any], chat: bool) -> Plan:
    inputs = [] if chat else _inputs("text")
    last = Step("Answer", "answer", {"variables": [], "answer": "{{#node2.text#}}"}) if chat else _end("End", "node2", "text")
    work = _ask(sent, "Reply" if chat else "Work", "{{#sys.query#}}" if chat else "{{#node1.text#}}")
    return Plan([_start(inputs), work, last], _chain(1, 2, 3), inputs)


def plan_of(sent: dict[str, Any], mode: str) -> Plan:
    """What the planner and the builders make of a request."""
    if mode == "advanced-chat":
        return _one_answer(sent, True)
    if _SORTS.search(sent["instruction"]):
        return _sorter(sent)
    return _each(sent) if _EACH.search(sent["instruction"]) else _one_answer(sent, False)


def _sized(node: dict[str, Any], x: float, y: float) -> dict[str, Any]:
    return {"width": 244, "height": 100, **node, "position": {"x": x, "y": y}, "positionAbsolute": {"x": x, "y": y},
            "sourcePosition": "right", "targetPosition": "left"}


def _entry(room: str) -> dict[str, Any]:
    return _sized({"id": f"{room}start", "type": "custom-iteration-start", "parentId": room, "extent": "parent", "draggable": False,
                   "selectable": False, "zIndex": 1002,
                   "data": {"type": "iteration-start", "title": "", "desc": "", "selected": False, "isInIteration": True}}, 60, 78)


def _depths(plan: Plan) -> dict[int, int]:
    """How far each step is from the start, by the longest way; edges name earlier steps first."""
    depths: dict[int, int] = {}
    for a, b, _ in sorted(plan.edges):
        depths[b] = max(depths.get(b, 0), depths.get(a, 0) + 1)
    return depths


def draw(plan: Plan) -> dict[str, Any]:
    """The graph of a plan: left to right, one lane a branch, a room for what is repeated."""
    nodes, edges, lanes, depths = [], [], {}, _depths(plan)
    for number, step in enumerate(plan.steps, 1):
        node = {"id": f"node{number}", "type": "custom", "data": {"type": step.kind, "title": step.label, "desc": "", **step.data, "selected": False}}
        if step.parent:
            room = f"node{step.parent}"
            node["data"].update(isInIteration=True, iteration_id=room)
            nodes.append(_sized({**node, "parentId": room, "zIndex": 1002, "extent": "parent"}, 240, 60))
            edges.append((f"{room}start", node["id"], "source"))
            continue
        depth = depths.get(number, 0)
        lane = lanes[depth] = lanes.get(depth, -1) + 1
        if step.kind == "iteration":
            node["data"]["start_node_id"] = f"{node['id']}start"
            node.update(width=808, height=204, zIndex=1)
        nodes.append(_sized(node, 80.0 + 320.0 * depth, 280.0 + 160.0 * lane))
        if step.kind == "iteration":
            nodes.append(_entry(node["id"]))
    edges = [(f"node{a}", f"node{b}", handle) for a, b, handle in plan.edges] + edges
    by_id = {n["id"]: n for n in nodes}
    return {"nodes": nodes, "edges": [_edge(by_id[a], by_id[b], handle) for a, b, handle in edges],
            "viewport": {"x": 0.0, "y": 0.0, "zoom": 0.7}}


def _edge(a: dict[str, Any], b: dict[str, Any], handle: str) -> dict[str, Any]:
    room = a.get("parentId")
    data = {"sourceType": a["data"]["type"], "targetType": b["data"]["type"], "isInIteration": room is not None, "isInLoop": False}
    edge = {"id": f"{a['id']}-{handle}-{b['id']}-target", "type": "custom", "source": a["id"], "sourceHandle": handle,
            "target": b["id"], "targetHandle": "target", "data": data}
    if room:
        data["iteration_id"] = room
        edge["zIndex"] = 1002
    return edge
