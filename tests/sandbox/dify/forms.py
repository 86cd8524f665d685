"""Human input: forms, their submission, and re-attaching to a run's events (contract.md 3.7)."""
from __future__ import annotations

import datetime
import queue
import secrets
import threading
import time
from typing import Any, Iterator

from .engine.pool import REFERENCE
from .engine.run import Run
from .auth import signed_in
from .errors import ApiError, not_found
from .runner import PING, frame, pieces
from .service import with_key
from .store import new_id
from .web import Request, Routes, Stream


def open_form(run: Run, node_id: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Store a form, tell it, and give the reason of the pause."""
    data, ctx = asked["data"], run.ctx
    seconds = data["timeout"] * (3600 if data["timeout_unit"] == "hour" else 86400)
    actions = [{k: a.get(k) for k in ("id", "title", "button_style")} for a in data["user_actions"]]
    form = {"id": secrets.token_urlsafe(16), "form_id": new_id(), "run_id": run.id, "task_id": run.task_id, "node_id": node_id,
            "app_id": run.app["id"], "content": asked["content"], "inputs": data["inputs"], "actions": actions,
            "title": asked["title"], "until": int(time.time()) + seconds, "submitted": None}
    shown = any(m.get("type") == "webapp" and m.get("enabled", True) for m in data.get("delivery_methods") or [])
    ctx.store.forms.put(form)
    told = {"form_id": form["form_id"], "node_id": node_id, "node_title": asked["title"], "form_content": form["content"],
            "inputs": form["inputs"], "actions": actions, "display_in_ui": shown, "form_token": form["id"] if shown else None,
            "resolved_default_values": {}, "expiration_time": form["until"]}
    if run.profile.form_under_v1:
        told["approval_channels"] = ["console"]
    run.events.human_input_required(told)
    return {"TYPE": "human_input_required", "form_id": form["form_id"], "form_content": form["content"], "inputs": form["inputs"],
            "actions": actions, "node_id": node_id, "node_title": asked["title"], "resolved_default_values": {},
            "form_token": form["id"] if shown else None, **({"expiration_time": form["until"], "approval_channels": ["console"]}
                                         if run.profile.form_under_v1 else {"display_in_ui": shown})}


def _form(request: Request) -> dict[str, Any]:
    form = request.ctx.store.forms.get(request.params["token"])
    if form is None or (request.app and form["app_id"] != request.app["id"]):
        raise ApiError(404, "not_found", "Form not found")
    if form["submitted"]:
        raise ApiError(412, "human_input_form_submitted", f"This form has already been submitted by another user, form_id={form['form_id']}")
    return form


def _show(request: Request) -> Any:
    form = _form(request)
    site = {} if request.app else {"site": {"app_id": form["app_id"], "end_user_id": None, "enable_site": True, "plan": "basic",
                                            "model_config": None, "can_replace_logo": False, "custom_config": None}}
    return {"form_content": form["content"], "inputs": form["inputs"], "resolved_default_values": {},
            "user_actions": form["actions"], "expiration_time": form["until"], **site}


def _submit(request: Request) -> Any:
    form, sent = _form(request), request.json(True)
    action = sent.get("action")
    if action not in [a["id"] for a in form["actions"]]:
        raise ApiError(400, "invalid_form_data", f"Invalid action: {action}")
    given = sent.get("inputs") or {}
    missing = [i["output_variable_name"] for i in form["inputs"] if i["output_variable_name"] not in given]
    if missing:
        raise ApiError(400, "invalid_form_data", f"Missing required inputs: {', '.join(missing)}")
    form["submitted"] = {"action": action, "inputs": given, "at": int(time.time())}
    request.ctx.store.forms.put(form)
    run = request.ctx.live.get(form["task_id"])
    if run is not None:
        threading.Thread(target=resume, args=(run, form), daemon=True).start()
    return {}


def resume(run: Run, form: dict[str, Any]) -> None:
    """Go on after a form; the newest release ends resumed runs `stopped`."""
    assert run.walk is not None
    node = run.walk.graph.nodes[form["node_id"]]
    told = form["submitted"]
    rendered = REFERENCE.sub(lambda m: m[0], form["content"])
    for name, value in told["inputs"].items():
        rendered = rendered.replace("{{#$output." + name + "#}}", str(value))
    title = next((a["title"] for a in form["actions"] if a["id"] == told["action"]), told["action"])
    outputs = {**told["inputs"], "__action_id": told["action"], "__rendered_content": rendered}
    if run.profile.has_generate:
        outputs["__action_value"] = title
    for name, value in outputs.items():
        run.walk.pool.set(node.id, name, value)
    run.walk.paused = [p for p in run.walk.paused if p[0] != node.id]
    run.status = "running"
    run.events.workflow_started("resumption")
    ready = run.walk.follow(node, told["action"])
    if run.profile.resume_stops:
        _resume_stopped(run, ready)
    else:
        run.go(ready)


def _resume_stopped(run: Run, ready: list[str]) -> None:
    """The bug of that release: the run's work is done, its end says stopped."""
    assert run.walk is not None
    try:
        run.walk.go(ready)
    finally:
        run.status, run.error = "stopped", "Aborted: App task was stopped"
        run.end()


# what a run waits for, for the people of the workspace

def _pause(request: Request) -> Any:
    ctx = request.ctx
    run = ctx.store.runs.get(request.params["run"])
    if run is None:
        raise not_found("Workflow run not found")
    if run["status"] != "paused":
        return {"paused_at": None, "paused_nodes": []}
    waiting = [f for f in ctx.store.forms if f["run_id"] == run["id"] and not f["submitted"]]
    return {"paused_at": datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z", "paused_nodes": [
        {"node_id": f["node_id"], "node_title": f["title"], "pause_type": {
            "type": "human_input", "form_id": f["form_id"], "backstage_input_url": f"{ctx.base_url}/form/{f['id']}"}} for f in waiting]}


# events of a run

_HIDDEN = ("inputs", "process_data", "outputs")


def _replay(run: Run) -> Iterator[dict[str, Any]]:
    for item in run.kept:
        if item["event"] in ("node_started", "node_finished"):
            yield {**item, "data": {**item["data"], **{k: None for k in _HIDDEN if k in item["data"]}}}
        elif item["event"] in ("workflow_started", "human_input_required", "workflow_paused"):
            yield item


def _finished_frame(row: dict[str, Any]) -> dict[str, Any]:
    data = {k: row[k] for k in ("id", "workflow_id", "status", "outputs", "error", "elapsed_time", "total_tokens", "total_steps",
                                "created_at", "finished_at", "exceptions_count")}
    data.update(created_by={"id": (row.get("end_user") or {}).get("id"), "user": row["user"]}, files=[])
    return {"event": "workflow_finished", "task_id": row["id"], "workflow_run_id": row["id"], "data": data}


def _events(request: Request) -> Any:
    ctx, run_id = request.ctx, request.params["run"]
    row = ctx.store.runs.get(run_id)
    user = request.arg("user")
    if row is None or row["app_id"] != request.app["id"] or row["user"] != user:
        raise ApiError(404, "not_found", "Workflow run not found")
    run = ctx.live.get(row["task_id"])
    if run is None:
        return Stream(iter([frame(_finished_frame(row))]))
    stay = (request.arg("continue_on_pause") or "").lower() == "true"
    if run.status == "paused" and not stay:
        return Stream(iter([PING, *(frame(f) for f in _replay(run))]))
    frames: queue.Queue[dict[str, Any] | None] = queue.Queue()
    for item in _replay(run):
        frames.put(item)
    run.listener = frames.put
    return Stream(pieces(ctx, frames))


def add_routes(routes: Routes, ctx: Any) -> None:
    """Form and event routes."""
    if not ctx.profile.has_human_input:
        return
    routes.add("GET", "/console/api/workflow/{run:uuid}/pause-details", signed_in(_pause))
    routes.add("GET", "/api/form/human_input/{token}", _show)
    routes.add("POST", "/api/form/human_input/{token}", _submit)
    if ctx.profile.form_under_v1:
        routes.add("GET", "/v1/form/human_input/{token}", with_key(_show))
        routes.add("POST", "/v1/form/human_input/{token}", with_key(_submit))
        routes.add("GET", "/v1/workflow/{run:uuid}/events", with_key(_events))
