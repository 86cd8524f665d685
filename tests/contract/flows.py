"""Small graphs written as Python, given as DSL text."""
from __future__ import annotations

from typing import Any

import yaml

PROVIDER = "langgenius/openai_api_compatible/openai_api_compatible"
Node = dict[str, Any]


def node(id: str, kind: str, **data: Any) -> Node:
    """A node with a title and a place."""
    return {"id": id, "type": "custom", "position": {"x": 80, "y": 80},
            "data": {"type": kind, "title": id.capitalize(), "desc": "", "selected": False, **data}}


def child(parent: str, id: str, kind: str, **data: Any) -> Node:
    """A node inside a container."""
    made = node(id, kind, **data)
    made["parentId"] = parent
    if kind in ("iteration-start", "loop-start"):
        made["type"] = f"custom-{kind}"
    return made


def text(name: str, required: bool = True, **more: Any) -> dict[str, Any]:
    """A short text variable."""
    return {"variable": name, "label": name, "type": "text-input", "required": required, "max_length": 200, "options": [], **more}


def start(*variables: dict[str, Any]) -> Node:
    """The start node."""
    return node("begin", "start", variables=list(variables))


def end(id: str = "done", **outputs: list[str]) -> Node:
    """An end node: name=[node, variable]."""
    return node(id, "end", outputs=[{"variable": k, "value_selector": v, "value_type": "any"} for k, v in outputs.items()])


def template(id: str, source: str, **bound: list[str]) -> Node:
    """A template-transform node."""
    return node(id, "template-transform", template=source, variables=[{"variable": k, "value_selector": v} for k, v in bound.items()])


def code(id: str, source: str, outputs: dict[str, str], **bound: list[str]) -> Node:
    """A python code node."""
    return node(id, "code", code_language="python3", code=source, outputs={k: {"type": t, "children": None} for k, t in outputs.items()},
                variables=[{"variable": k, "value_selector": v} for k, v in bound.items()])


def model(name: str) -> dict[str, Any]:
    """A model block."""
    return {"provider": PROVIDER, "name": name, "mode": "chat", "completion_params": {"temperature": 0.1}}


def llm(id: str, model_name: str, prompt: str, **more: Any) -> Node:
    """An llm node with one user message."""
    return node(id, "llm", **{"model": model(model_name), "prompt_template": [{"role": "user", "text": prompt}],
                              "context": {"enabled": False, "variable_selector": []}, "vision": {"enabled": False}, **more})


def condition(selector: list[str], operator: str, value: Any = "", kind: str = "string") -> dict[str, Any]:
    """One comparison."""
    return {"id": "c", "variable_selector": selector, "comparison_operator": operator, "value": value, "varType": kind}


def gate(id: str, *conditions: dict[str, Any], logical: str = "and") -> Node:
    """An if-else node with one case, `yes`."""
    return node(id, "if-else", cases=[{"case_id": "yes", "logical_operator": logical, "conditions": list(conditions)}])


def edge(source: str, target: str, handle: str = "source") -> dict[str, Any]:
    """An edge."""
    return {"id": f"{source}-{handle}-{target}", "type": "custom", "source": source, "sourceHandle": handle, "target": target,
            "targetHandle": "target", "zIndex": 0, "data": {"isInIteration": False, "isInLoop": False}}


def chain(*ids: str) -> list[dict[str, Any]]:
    """Edges from each to the next."""
    return [edge(a, b) for a, b in zip(ids, ids[1:])]


def document(name: str, nodes: list[Node], edges: list[dict[str, Any]], mode: str = "workflow", version: Any = "0.4.0",
             **workflow: Any) -> dict[str, Any]:
    """A whole DSL document."""
    return {"kind": "app", "version": version, "dependencies": [],
            "app": {"name": name, "mode": mode, "icon": "🧪", "icon_type": "emoji", "icon_background": "#D5F5F6", "description": "",
                    "use_icon_as_answer_icon": False},
            "workflow": {"environment_variables": [], "conversation_variables": [], "features": {}, **workflow,
                         "graph": {"nodes": nodes, "edges": edges, "viewport": {"x": 0, "y": 0, "zoom": 1}}}}


def dsl(name: str, nodes: list[Node], edges: list[dict[str, Any]], **more: Any) -> str:
    """A whole DSL text."""
    return dump(document(name, nodes, edges, **more))


def dump(data: Any) -> str:
    """A document as YAML."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def echo(name: str, **more: Any) -> str:
    """The smallest app: one text in, the same text out."""
    return dsl(name, [start(text("q")), end(out=["begin", "q"])], chain("begin", "done"), **more)


def chatflow(name: str, answer: str, *between: Node, **more: Any) -> str:
    """A chatflow that answers with a text."""
    ids = ["begin", *[n["id"] for n in between], "say"]
    return dsl(name, [start(), *between, node("say", "answer", answer=answer, variables=[])], chain(*ids), mode="advanced-chat", **more)
