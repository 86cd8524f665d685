"""Runs seen from the console: lists, node executions, statistics, debug runs, stop (contract.md 2.7, 2.8)."""
from __future__ import annotations

import collections
import time
from typing import Any

from . import params, runner
from .apps import with_app
from .chat import conversation_of
from .draft import require_draft
from .engine.schema import Any_, F, Int, OneOf, Rec
from .errors import not_found
from .service import logs_page, stop_task
from .web import Request, Routes

_STATUS = OneOf("running", "succeeded", "failed", "stopped", "partial-succeeded", kind="literal_error")
_LIST = Rec("WorkflowRunListQuery", last_id=F(Any_, None), limit=F(Int(1, 100), 20), status=F(_STATUS, ""),
            triggered_from=F(OneOf("debugging", "app-run", kind="literal_error"), "debugging"))


def _account(ctx: Any) -> dict[str, Any]:
    return {"id": ctx.identity["account"], "name": ctx.options.email.partition("@")[0], "email": ctx.options.email}


def _runs(request: Request, triggered: str, status: str = "") -> list[dict[str, Any]]:
    filters = request.ctx.profile.console_run_filters
    wanted = triggered if filters else "debugging"
    return [r for r in request.ctx.store.runs.newest() if r["app_id"] == request.app["id"] and r["triggered_from"] == wanted
            and (not status or not filters or r["status"] == status)]


def _row(ctx: Any, run: dict[str, Any]) -> dict[str, Any]:
    shown = {k: run[k] for k in ("id", "version", "status", "elapsed_time", "total_tokens", "total_steps", "created_at",
                                 "finished_at", "exceptions_count")}
    return {**shown, "created_by_account": _account(ctx) if run["triggered_from"] == "debugging" else None, "retry_index": 0}


def _chat_row(ctx: Any, run: dict[str, Any]) -> dict[str, Any]:
    return {**_row(ctx, run), "conversation_id": run["conversation_id"], "message_id": run["message_id"]}


def _list(request: Request, row: Any = _row) -> Any:
    read = params.query(request, _LIST)
    found = _runs(request, read["triggered_from"], read["status"])
    if read["last_id"]:
        ids = [r["id"] for r in found]
        found = found[ids.index(read["last_id"]) + 1:] if read["last_id"] in ids else []
    limit = read["limit"]
    return {"limit": limit, "has_more": len(found) > limit, "data": [row(request.ctx, r) for r in found[:limit]]}


def _count(request: Request) -> Any:
    read = params.query(request, _LIST)
    states = collections.Counter(r["status"] for r in _runs(request, read["triggered_from"], read["status"]))
    return {"total": sum(states.values()), "running": states["running"], "succeeded": states["succeeded"], "failed": states["failed"],
            "stopped": states["stopped"], "partial_succeeded": states["partial-succeeded"]}


_DETAIL = ("id", "version", "graph", "inputs", "status", "outputs", "error", "elapsed_time", "total_tokens", "total_steps",
           "created_by_role", "created_by_account", "created_by_end_user", "created_at", "finished_at", "exceptions_count")


def _detail(request: Request) -> Any:
    ctx, run = request.ctx, request.ctx.store.runs.get(request.params["run"])
    if run is None or run["app_id"] != request.app["id"]:
        if ctx.profile.console_run_missing:
            raise not_found("Workflow run not found")
        return dict.fromkeys(_DETAIL)
    debug = run["triggered_from"] == "debugging"
    workflow = ctx.store.workflows.get(run["workflow_id"]) or {}
    user = run.get("end_user") or {}
    return {**{k: run[k] for k in _DETAIL if k in run}, "graph": workflow.get("graph"),
            "created_by_role": "account" if debug else "end_user", "created_by_account": _account(ctx) if debug else None,
            "created_by_end_user": None if debug else {"id": user.get("id"), "type": "service_api", "is_anonymous": False,
                                                       "session_id": run["user"]}}


_WHOLE = {"inputs_truncated": False, "outputs_truncated": False, "process_data_truncated": False}


def _executions(request: Request) -> Any:
    ctx, run = request.ctx, request.ctx.store.runs.get(request.params["run"])
    kept = ctx.store.executions.get(request.params["run"]) if run and run["app_id"] == request.app["id"] else None
    rows = []
    for item in kept["items"] if kept else []:
        rows.append({k: item.get(k) for k in ("id", "index", "predecessor_node_id", "node_id", "node_type", "title", "inputs",
                                              "process_data", "outputs", "status", "error", "elapsed_time", "execution_metadata")}
                    | {"extras": {}, "created_at": item["created_at"], "created_by_role": "end_user", "created_by_account": None,
                       "created_by_end_user": None, "finished_at": item["finished_at"]}
                    | (_WHOLE if ctx.profile.truncated_flags else {}))
    return {"data": rows[::-1] if ctx.profile.executions_descending else rows}


# statistics

def _days(request: Request) -> dict[str, list[dict[str, Any]]]:
    days: dict[str, list[dict[str, Any]]] = {}
    for run in request.ctx.store.runs:
        if run["app_id"] == request.app["id"] and run["triggered_from"] == "app-run":
            days.setdefault(time.strftime("%Y-%m-%d", time.gmtime(run["created_at"])), []).append(run)
    return days


_STATISTICS = {
    "daily-conversations": lambda runs: {"runs": len(runs)},
    "daily-terminals": lambda runs: {"terminal_count": len({r["user"] for r in runs})},
    "token-costs": lambda runs: {"token_count": str(sum(r["total_tokens"] for r in runs))},
    "average-app-interactions": lambda runs: {"interactions": float(len(runs) / len({r["user"] for r in runs}))},
}


def _statistic(name: str) -> Any:
    return lambda request: {"data": [{"date": day, **_STATISTICS[name](runs)} for day, runs in _days(request).items()]}


# debug runs

def _debug(chat: bool) -> Any:
    def handler(request: Request) -> Any:
        ctx, draft, sent = request.ctx, require_draft(request), request.json(ctx_strict(request))
        start = runner.Start(ctx, request.app, draft, sent.get("inputs") or {}, ctx.identity["account"], "debugging")
        start.files = sent.get("files") or []
        start.end_user = {"id": ctx.identity["account"]}
        if chat:
            start.query = str(sent.get("query") or "")
            start.conversation = conversation_of(ctx, request.app, ctx.identity["account"], sent.get("conversation_id"),
                                                 start.given, start.query)
        return runner.streaming(start)
    return handler


def ctx_strict(request: Request) -> bool:
    """Whether a body must be declared as JSON."""
    return request.ctx.profile.json_type_checked


def add_routes(routes: Routes, ctx: Any) -> None:
    """Console run routes."""
    app = "/console/api/apps/{app:uuid}"
    runs = f"{app}/workflow-runs"
    routes.add("GET", runs, with_app(_list))
    routes.add("GET", f"{app}/advanced-chat/workflow-runs", with_app(lambda r: _list(r, _chat_row)))
    if ctx.profile.console_run_filters:
        routes.add("GET", f"{runs}/count", with_app(_count))
    routes.add("GET", runs + "/{run:uuid}", with_app(_detail))
    routes.add("GET", runs + "/{run:uuid}/node-executions", with_app(_executions))
    routes.add("POST", runs + "/tasks/{task}/stop", with_app(lambda r: stop_task(r.ctx, r.params["task"], None)))
    routes.add("GET", f"{app}/workflow-app-logs", with_app(logs_page))
    for name in _STATISTICS:
        routes.add("GET", f"{app}/workflow/statistics/{name}", with_app(_statistic(name)))
    routes.add("POST", f"{app}/workflows/draft/run", with_app(_debug(False), "workflow"))
    routes.add("POST", f"{app}/advanced-chat/workflows/draft/run", with_app(_debug(True), "advanced-chat"))
