"""Dify's own workflow generator: its boundary, its answers and its failures (contract.md 2.10).

No model is asked: words in the instruction choose one of the shapes of generate_plans.py, and key words call the failures forth:
BADJSON, EMPTYPLAN, NOEDGES, NOCONFIG, CYCLE, NOEND, BADTOOL, BADREF, ERR401, ERR500.
"""
from __future__ import annotations

import re
import time
from typing import Any, Iterator

from . import params
from .auth import signed_in
from .engine.schema import Any_, F, Int, List, Map, Num, OneOf, Opt, Rec, Str
from .errors import ApiError, invalid_param
from .generate_plans import Plan, Step, draw, plan_of
from .runner import frame
from .web import Request, Response, Routes, Stream

LONGEST = 10_000
_POSITION = Rec("Position", x=F(Num()), y=F(Num()))
_GRAPH = Rec("CurrentGraph",
             nodes=F(List(Rec("Node", id=F(Str()), type=F(Str()), position=F(_POSITION), data=F(Map())))),
             edges=F(List(Rec("Edge", id=F(Str()), source=F(Str()), target=F(Str()), type=F(Str())))),
             viewport=F(Rec("Viewport", x=F(Num()), y=F(Num()), zoom=F(Num()))))
_PAYLOAD = Rec("WorkflowGeneratePayload", mode=F(OneOf("workflow", "advanced-chat", "auto", kind="literal_error")), instruction=F(Str()),
               model_config=F(Rec("ModelConfig", provider=F(Str()), name=F(Str()), mode=F(Any_, "chat"), completion_params=F(Map(), {}))),
               ideal_output=F(Opt(Str()), ""), current_graph=F(Opt(_GRAPH), None))
_SUGGEST = Rec("WorkflowInstructionSuggestionsPayload", mode=F(OneOf("workflow", "advanced-chat", kind="literal_error")),
               language=F(Opt(Str()), None), count=F(Int(1, 6), 4))
_CHAT_WORDS = re.compile(r"\b(chat|assistant|conversation|bot)\b|聊天|对话|助手", re.I)
_EMPTY = {"nodes": [], "edges": [], "viewport": {"x": 0.0, "y": 0.0, "zoom": 0.7}}
_PLAN_FAILS = {
    "BADJSON": ("INVALID_JSON", "Planner JSON invalid: Non-object JSON: str"),
    "EMPTYPLAN": ("EMPTY_PLAN", "Planner returned no nodes"),
    "NOEDGES": ("INVALID_SCHEMA", "Planner schema invalid: missing non-empty 'edges' array"),
    "ERR401": ("MODEL_ERROR", "Failed to plan workflow: API request failed with status code 401"),
    "ERR500": ("MODEL_ERROR", "Failed to plan workflow: API request failed with status code 500"),
}
_BUILD_FAILS = {"NOCONFIG": ("INVALID_SCHEMA", "Builder node2 schema invalid: missing 'config' object")}
_GRAPH_FAILS = {
    "CYCLE": ("GRAPH_CYCLE", "Graph contains a cycle", None),
    "NOEND": ("MISSING_TERMINAL", "Workflow has no terminal node", None),
    "BADTOOL": ("UNKNOWN_TOOL", "Tool acme/nothing is not installed", "node2"),
    "BADREF": ("UNKNOWN_NODE_REFERENCE", "Reference {#node9.text#} points at unknown node", "node9"),
}


def _found(table: dict[str, Any], instruction: str) -> Any:
    return next((v for k, v in table.items() if k in instruction), None)


def _spoilt(plan: Plan, instruction: str) -> Plan:
    """The plan with the mistake that a key word asks for."""
    steps, edges = list(plan.steps), list(plan.edges)
    if "BADREF" in instruction:
        steps[1].data["prompt_template"][1]["text"] = "{{#node9.text#}}"
    if "BADTOOL" in instruction:
        steps[1] = Step("Tool", "tool", {
            "provider_id": "acme/nothing", "provider_type": "builtin", "provider_name": "acme/nothing", "tool_name": "nothing",
            "tool_label": "Nothing", "tool_configurations": {}, "tool_parameters": {}})
    if "NOEND" in instruction:
        del steps[-1], edges[-1]
    if "CYCLE" in instruction:
        edges.append((len(steps), 2, "source"))
    return plan._replace(steps=steps, edges=edges)


def _plan(sent: dict[str, Any], mode: str) -> Plan:
    return _spoilt(plan_of(sent, mode), sent["instruction"])


def _name(instruction: str) -> str:
    return " ".join(instruction.split())[:40].rstrip(" .") or "Workflow"


def _failure(code: str, detail: str, mode: str) -> dict[str, Any]:
    return {"graph": _EMPTY, "message": "", "app_name": "", "icon": "", "error": detail,
            "errors": [{"code": code, "detail": detail, "node_id": None}], "mode": mode}


def _result(sent: dict[str, Any], mode: str) -> dict[str, Any]:
    failed = _found({**_PLAN_FAILS, **_BUILD_FAILS}, sent["instruction"])
    if failed:
        return _failure(*failed, mode)
    wrong = _found(_GRAPH_FAILS, sent["instruction"])
    errors = [{"code": wrong[0], "detail": wrong[1], "node_id": wrong[2]}] if wrong else []
    return {"graph": draw(_plan(sent, mode)), "message": _name(sent["instruction"]), "app_name": _name(sent["instruction"]), "icon": "📝",
            "error": "; ".join(e["detail"] for e in errors), "errors": errors, "mode": mode}


def _boundary(request: Request) -> tuple[dict[str, Any], str]:
    """The payload and the concrete mode; raises what is wrong with the request."""
    sent = params.body(request, _PAYLOAD)
    if not sent["instruction"].strip():
        raise _coded("EMPTY_INSTRUCTION", "Instruction is required", "Instruction is required")
    if max(len(sent["instruction"]), len(sent["ideal_output"] or "")) > LONGEST:
        raise _coded("INSTRUCTION_TOO_LONG", "Instruction is too long",
                     f"Instruction and ideal output must each be at most {LONGEST} characters")
    mode = sent["mode"]
    if mode == "auto":
        mode = "advanced-chat" if _CHAT_WORDS.search(sent["instruction"]) else "workflow"
    return sent, mode


def _coded(code: str, error: str, detail: str) -> ApiError:
    return ApiError(400, body={"error": error, "errors": [{"code": code, "detail": detail}]})


def _check_model(request: Request, model: dict[str, Any]) -> None:
    if model["provider"] != request.ctx.provider:
        raise invalid_param(f"Provider {model['provider']} does not exist.")
    if model["name"] not in request.ctx.models:
        raise ApiError(400, "provider_not_initialize", f"Model {model['name']} credentials is not initialized.")


def _generate(request: Request) -> Any:
    sent, mode = _boundary(request)
    _check_model(request, sent["model_config"])
    return _result(sent, mode)


def _frames(sent: dict[str, Any], mode: str) -> Iterator[bytes]:
    if not _found(_PLAN_FAILS, sent["instruction"]):
        plan = _plan(sent, mode)
        yield frame({"event": "plan", "title": _name(sent["instruction"]), "description": _name(sent["instruction"]),
                     "app_name": _name(sent["instruction"]), "icon": "📝", "mode": mode,
                     "nodes": [{"label": s.label, "node_type": s.kind, "purpose": ""} for s in plan.steps], "start_inputs": plan.inputs})
        time.sleep(0.05)
    yield frame({"event": "result", **_result(sent, mode)})


def _stream(request: Request) -> Any:
    sent, mode = _boundary(request)
    if sent["model_config"]["provider"] != request.ctx.provider:
        return Response(500, "Internal Server Error", (), "text/plain", bare=True)
    _check_model(request, sent["model_config"])
    return Stream(_frames(sent, mode))


def _suggestions(request: Request) -> Any:
    sent = params.body(request, _SUGGEST)
    ideas = ["Summarise a text", "Translate an e-mail", "Sort customer questions", "Extract dates from a letter",
             "Answer from the handbook", "Check a contract clause"]
    return {"suggestions": ideas[:sent["count"]]}


def add_routes(routes: Routes, ctx: Any) -> None:
    """Generator routes, where the release has them."""
    if not ctx.profile.has_generate:
        return
    base = "/console/api/workflow-generate"
    routes.add("POST", base, signed_in(_generate))
    routes.add("POST", f"{base}/stream", signed_in(_stream))
    routes.add("POST", f"{base}/suggestions", signed_in(_suggestions))
