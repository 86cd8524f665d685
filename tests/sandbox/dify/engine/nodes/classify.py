"""question-classifier."""
from __future__ import annotations

import json
from typing import Any

from ..errors import NodeError
from ..pool import as_text
from ..result import Job, Result
from ..walk import node
from .llm import json_in, prompt_shown, require_model

_SYSTEM = ("You sort texts into categories. Read the text, pick the one category that fits best and answer with a JSON object "
           "of category_id and category_name, nothing else.")


def _chosen(classes: list[dict[str, Any]], text: str) -> dict[str, Any]:
    told = json_in(text)
    if isinstance(told, dict):
        same = [c for c in classes if c["id"] == str(told.get("category_id"))]
        named = [c for c in same if c["name"] == told.get("category_name")]
        if same:
            return (named or same)[0]
    return classes[0]


@node("question-classifier")
def question_classifier(job: Job) -> Result:
    """The model picks a class; its id is the handle."""
    data, run = job.data, job.run
    query = as_text(job.pool.value(data["query_variable_selector"]))
    require_model(job, data["model"])
    classes = data["classes"]
    if not classes:
        raise NodeError("list index out of range", "IndexError")
    ask = {"input_text": [query], "categories": [{"category_id": c["id"], "category_name": job.pool.text(c["name"])} for c in classes],
           "classification_instructions": [job.pool.text(data["instruction"] or "")]}
    messages = [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": json.dumps(ask, ensure_ascii=False)}]
    reply = run.ctx.model_client.chat(data["model"]["name"], messages, data["model"].get("completion_params") or {})
    chosen = _chosen(classes, reply.text)
    outputs: dict[str, Any] = {"class_name": job.pool.text(chosen["name"]), "usage": reply.usage}
    if run.profile.eager_nodes:
        outputs["class_id"] = chosen["id"]
    process = {"model_mode": data["model"]["mode"], "prompts": prompt_shown(messages), "usage": reply.usage,
               "finish_reason": reply.finish_reason}
    return Result(outputs=outputs, inputs={"query": query}, process=process, handle=chosen["id"],
                  tokens=reply.usage["total_tokens"], metadata={"total_tokens": reply.usage["total_tokens"]})
