"""llm: prompts, memory, context, structured output."""
from __future__ import annotations

import json
import re
from typing import Any

from ..errors import NodeError
from ..graph import GraphError
from ..pool import MISSING, references
from ..result import Job, Result
from ..walk import node
from .template import bound, render

NO_PROMPT = "No prompt found in the LLM configuration. Please ensure a prompt is properly configured before proceeding."
_THINK = re.compile(r"<think[^>]*>(.*?)</think>", re.S | re.I)


def require_model(job: Job, model: dict[str, Any]) -> None:
    """The older releases look for the model when the node is reached."""
    try:
        job.run.ctx.model_list.require(model)
    except GraphError as error:
        text = error.text.replace(" not exist.", " credentials is not initialized.") if error.text.startswith("Model ") else error.text
        raise NodeError(text, "ModelNotExistError") from None


def _check_references(job: Job, templates: list[str]) -> None:
    for template in templates:
        for selector in references(template):
            if job.pool.get(selector) is MISSING:
                raise NodeError(f"Variable #{'.'.join(selector)}# not found", "VariableNotFoundError")


def _context(job: Job) -> str:
    context = job.data["context"]
    selector = context.get("variable_selector")
    if not context["enabled"] or not selector:
        return ""
    value = job.pool.value(selector)
    if isinstance(value, str):
        return value
    parts = []
    for item in value if isinstance(value, list) else []:
        if isinstance(item, str):
            parts.append(item)
        elif isinstance(item, dict):
            if "content" not in item:
                raise NodeError(f"Invalid context structure: {item}", "InvalidContextStructureError")
            parts.append(str(item["content"]))
    return "\n".join(parts)


def _filled(job: Job, message: dict[str, Any], context: str) -> str:
    if message.get("edition_type") == "jinja2":
        config = job.data.get("prompt_config") or {}
        text = message.get("jinja2_text") or ""
        if not text and job.run.profile.chat_error_frame is False and not job.run.profile.has_generate:
            text = message.get("text") or ""
        return render(text, bound(job, config.get("jinja2_variables") or [])) if text else ""
    return job.pool.text((message.get("text") or "").replace("{{#context#}}", context))


def _templates(data: dict[str, Any]) -> list[dict[str, Any]]:
    template = data["prompt_template"]
    return template if isinstance(template, list) else [{**template, "role": "user"}]


def _messages(job: Job) -> list[dict[str, str]]:
    data = job.data
    templates = _templates(data)
    _check_references(job, [m.get("text") or "" for m in templates if m.get("edition_type") != "jinja2"])
    context = _context(job)
    messages = [{"role": m["role"], "content": text} for m in templates if (text := _filled(job, m, context))]
    memory = data.get("memory")
    if memory:
        query = memory.get("query_prompt_template") or ""
        _check_references(job, [query])
        window = memory["window"]
        messages += job.run.ctx.history(job.run, (window.get("size") or 50) if window["enabled"] else 50)
        asked = job.pool.text(query) if query else str(job.pool.value(["sys", "query"]) or "")
        messages += [{"role": "user", "content": asked}] if asked else []
    if not messages:
        raise NodeError(NO_PROMPT, "NoPromptFoundError")
    return messages


def _structured(job: Job) -> dict[str, Any] | None:
    data = job.data
    if not data.get("structured_output_enabled") or data.get("structured_output") is None:
        return None
    schema = data["structured_output"].get("schema") if isinstance(data["structured_output"], dict) else None
    if not schema:
        raise NodeError("Please provide a valid structured output schema", "LLMNodeError")
    return schema


def json_in(text: str) -> Any:
    """The first JSON object or list in a model's text, None when there is none."""
    decoder = json.JSONDecoder(strict=False)
    for match in re.finditer(r"[\[{]", text):
        try:
            return decoder.raw_decode(text[match.start():])[0]
        except ValueError:
            continue
    return None


def prompt_shown(messages: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Messages as process data shows them."""
    return [{"role": m["role"], "text": m["content"], "files": []} for m in messages]


@node("llm")
def llm(job: Job) -> Result:
    """Asks the model; gives text, usage, reasoning_content and structured_output."""
    data, run = job.data, job.run
    schema = _structured(job)
    messages = _messages(job)
    require_model(job, data["model"])
    separated = data.get("reasoning_format") == "separated"
    streamer = run.streamer
    live = run.listener is not None and not separated and streamer.wants(job.walk, job.node)
    extra = None
    if schema:
        extra = {"response_format": {"type": "json_schema", "json_schema": {"name": "output", "schema": schema}}}
    piece = (lambda text: streamer.live(job.walk, job.node, text)) if live else None
    try:
        reply = run.ctx.model_client.chat(data["model"]["name"], messages, data["model"].get("completion_params") or {}, piece, extra)
    except NodeError as failure:
        if not run.profile.eager_nodes:
            failure.text = f"[openai_api_compatible] Error: {failure.text}"
        raise
    if live:
        streamer.done(job.node)
    text, thought = reply.text, reply.reasoning
    if separated:
        thought = "\n".join(m.strip() for m in _THINK.findall(text)) or thought
        text = _THINK.sub("", text).strip()
        if run.profile.has_generate and not job.walk.inside:
            run.events.reasoning(job.node.id, thought, False)
            run.events.reasoning(job.node.id, "", True)
    outputs: dict[str, Any] = {"text": text, "usage": reply.usage, "finish_reason": reply.finish_reason, "files": []}
    if run.profile.eager_nodes:
        outputs["reasoning_content"] = thought
    if schema:
        value = json_in(text)
        if not isinstance(value, dict):
            raise NodeError(f"Failed to parse structured output: {text}", "LLMNodeError")
        outputs["structured_output"] = value
    name = data["model"]
    process = {"model_mode": name["mode"], "prompts": prompt_shown(messages), "usage": reply.usage,
               "finish_reason": reply.finish_reason, "model_provider": name["provider"], "model_name": name["name"]}
    inputs = {"model_provider": name["provider"], "model_name": name["name"]} if run.profile.has_generate else {}
    return Result(outputs=outputs, inputs=inputs, process=process, tokens=reply.usage["total_tokens"],
                  metadata={"total_tokens": reply.usage["total_tokens"], "total_price": "0", "currency": "USD"})
