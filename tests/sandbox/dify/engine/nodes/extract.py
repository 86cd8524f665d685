"""parameter-extractor."""
from __future__ import annotations

import json
from typing import Any

from ..pool import as_text
from ..result import Job, Result
from ..walk import node
from .llm import json_in, prompt_shown, require_model

_ASK = ("Read the text and give the values it holds as one JSON object of this structure.\n<structure>\n{structure}\n</structure>\n"
        "{instruction}\n<text>\n{text}\n</text>")
_ITEMS = {"array[string]": "string", "array[number]": "number", "array[object]": "object", "array[boolean]": "boolean"}


def _schema(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    members = {}
    for item in parameters:
        kind = item["type"]
        if kind in _ITEMS:
            shape: dict[str, Any] = {"type": "array", "items": {"type": _ITEMS[kind]}}
        elif kind == "select":
            shape = {"type": "string", "enum": item["options"] or []}
        else:
            shape = {"type": kind}
        members[item["name"]] = {"description": item["description"], **shape}
    return {"type": "object", "properties": members, "required": [i["name"] for i in parameters if i["required"]]}


def _default(kind: str) -> Any:
    if kind in _ITEMS:
        return []
    return {"number": 0, "boolean": False}.get(kind, "")


def _fits(value: Any, item: dict[str, Any]) -> Any:
    """The value in the parameter's type, or its default."""
    kind = item["type"]
    if kind == "number":
        if isinstance(value, str):
            try:
                value = float(value) if "." in value else int(value)
            except ValueError:
                return 0
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0
    if kind == "boolean":
        return bool(value) if isinstance(value, (bool, int)) else str(value).lower() == "true"
    if kind in _ITEMS:
        return value if isinstance(value, list) else []
    if kind == "select" and item["options"] and value not in item["options"]:
        return ""
    return value if isinstance(value, str) else as_text(value)


@node("parameter-extractor")
def parameter_extractor(job: Job) -> Result:
    """The model reads values out of a text; what is missing gets the default of its type."""
    data, run = job.data, job.run
    query = as_text(job.pool.value(data["query"]))
    require_model(job, data["model"])
    ask = _ASK.format(structure=json.dumps(_schema(data["parameters"]), ensure_ascii=False),
                      instruction=job.pool.text(data["instruction"] or ""), text=query)
    messages = [{"role": "user", "content": ask}]
    reply = run.ctx.model_client.chat(data["model"]["name"], messages, data["model"].get("completion_params") or {})
    told = json_in(reply.text)
    found = told if isinstance(told, dict) else {}
    values = {}
    for item in data["parameters"]:
        name = item["name"]
        values[name] = _fits(found[name], item) if found.get(name) is not None else _default(item["type"])
    lacking = isinstance(told, dict)
    outputs = {"__is_success": 1 if lacking else 0,
               "__reason": None if lacking else "Failed to extract result from function call or text response, using empty result.",
               "__usage": reply.usage, **values}
    process = {"model_mode": data["model"]["mode"], "prompts": prompt_shown(messages), "usage": reply.usage, "function": None,
               "tool_call": None}
    inputs = {"query": query, "files": [], "parameters": data["parameters"], "instruction": data["instruction"]}
    return Result(outputs=outputs, inputs=inputs, process=process, tokens=reply.usage["total_tokens"],
                  metadata={"total_tokens": reply.usage["total_tokens"]})
