"""The service API of one app: info, parameters, run, stop, logs (contract.md 3)."""
from __future__ import annotations

import json
import re
from typing import Any, Callable

from . import params, runner, workflows
from .apps import tags_of
from .engine.run import Run
from .engine.schema import Any_, F, Int, List, Map, OneOf, Opt, Rec
from .errors import ApiError, invalid_param, unauthorized
from .store import new_id, now
from .web import Request, Routes

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_MODE = F(Opt(OneOf("blocking", "streaming", kind="literal_error")), "blocking")
RUN = Rec("WorkflowRunPayload", inputs=F(Map()), files=F(Opt(List(Map())), None), response_mode=_MODE)
_NULL_RUN = ("id", "workflow_id", "status", "inputs", "outputs", "error", "total_steps", "total_tokens", "created_at",
             "finished_at", "elapsed_time")


def with_key(handler: Callable[[Request], Any], *modes: str, error: str = "") -> Callable[[Request], Any]:
    """A handler behind an app key; sets request.app."""
    def wrapped(request: Request) -> Any:
        ctx = request.ctx
        if not request.bearer:
            raise unauthorized("Authorization header must be provided and start with 'Bearer'")
        key = ctx.key_of(request.bearer)
        app = ctx.store.apps.get(key["app_id"]) if key and key["type"] == "app" else None
        if app is None:
            raise unauthorized("Access token is invalid")
        if not app["enable_api"]:
            raise ApiError(403, "forbidden", "The app's API service has been disabled.")
        request.app = app
        if modes and app["mode"] not in modes:
            raise ApiError(400, error, "Please check if your app mode matches the right API route.")
        return handler(request)
    return wrapped


def end_user(ctx: Any, app: dict[str, Any], name: str) -> dict[str, Any]:
    """The end user of that name, made when new."""
    key = f"{app['id']}/{name}"
    user = ctx.store.users.get(key)
    return user or ctx.store.users.put({"id": key, "user_id": new_id(), "app_id": app["id"], "session_id": name, "created_at": now()})


def user_of(request: Request, sent: dict[str, Any]) -> str:
    """The `user` that a body must name."""
    name = sent.get("user")
    if not name:
        raise invalid_param("Arg user must be provided.")
    return str(name)


def published(request: Request) -> dict[str, Any]:
    """The workflow that runs, or the release's error."""
    workflow = request.ctx.store.workflows.get(request.app.get("published_id"))
    if workflow is None:
        raise invalid_param("Workflow not published")
    return workflow


def _run(request: Request) -> Any:
    ctx = request.ctx
    sent = request.json(True)
    name = user_of(request, sent)
    sent = {**sent, **params.check(request, RUN, sent, "the JSON body")}
    workflow = published(request)
    wanted = request.params.get("workflow")
    if wanted:
        workflow = ctx.store.workflows.get(wanted)
        if workflow is None or workflow["app_id"] != request.app["id"]:
            raise ApiError(404, "not_found", f"Workflow not found with id: {wanted}")
        if workflow["version"] == "draft":
            raise ApiError(400, "bad_request", f"Cannot use draft workflow version. Workflow ID: {wanted}")
    user = end_user(ctx, request.app, name)
    start = runner.Start(ctx, request.app, workflow, sent["inputs"], name)
    start.end_user = {"id": user["user_id"], "user": name}
    start.files = sent["files"] or []
    if sent["response_mode"] == "streaming":
        return runner.streaming(start)
    return blocking_answer(runner.blocking(start))


def blocking_answer(run: Run) -> dict[str, Any]:
    """A finished or paused run as the blocking answer."""
    failed = run.status == "failed"
    outputs: Any = run.outputs
    if failed:
        outputs = None if run.profile.failed_outputs_null else {}
    data = {"id": run.id, "workflow_id": run.workflow["id"], "status": run.status, "outputs": outputs, "error": run.error,
            "elapsed_time": run.elapsed, "total_tokens": run.tokens, "total_steps": run.steps, "created_at": int(run.created),
            "finished_at": int(run.finished) if run.finished else None}
    if run.status == "paused":
        frame = next(f for f in reversed(run.kept) if f["event"] == "workflow_paused")
        data.update(error=None, outputs={})
        if run.profile.form_under_v1:
            data.update({k: frame["data"][k] for k in ("paused_nodes", "reasons")})
    return {"task_id": run.task_id, "workflow_run_id": run.id, "data": data}


def _get_run(request: Request) -> Any:
    ctx, run_id = request.ctx, request.params["run"]
    if not _UUID.fullmatch(run_id):
        raise ApiError(500, body={"message": "Internal Server Error", "code": "unknown", "status": 500})
    run = ctx.store.runs.get(run_id)
    if run is None or run["app_id"] != request.app["id"]:
        if ctx.profile.unknown_run_nulls:
            return dict.fromkeys(_NULL_RUN)
        raise ApiError(404, "not_found", "Workflow run not found.")
    outputs = run["outputs"]
    if ctx.profile.run_outputs_text:
        outputs = json.dumps(outputs, ensure_ascii=False) if outputs is not None else None
    return {"id": run["id"], "workflow_id": run["workflow_id"], "status": run["status"],
            "inputs": json.dumps(run["inputs"], ensure_ascii=False), "outputs": outputs, "error": run["error"],
            "total_steps": run["total_steps"], "total_tokens": run["total_tokens"], "created_at": run["created_at"],
            "finished_at": run["finished_at"], "elapsed_time": run["elapsed_time"]}


def stop_task(ctx: Any, task_id: str, user: str | None) -> dict[str, Any]:
    """Ask a running task to stop; the answer is always success."""
    run = ctx.live.get(task_id)
    mine = user is None or not ctx.profile.stop_checks_user or (run and run.user == user)
    if run is not None and mine and run.status == "running":
        run.stop.set()
    return {"result": "success"}


def _stop(request: Request) -> Any:
    return stop_task(request.ctx, request.params["task"], user_of(request, request.json(True)))


# what an app says about itself

def _info(request: Request) -> Any:
    app = request.app
    return {"name": app["name"], "description": app["description"], "tags": [t["name"] for t in tags_of(request.ctx, app)],
            "mode": app["mode"], "author_name": request.ctx.options.email.partition("@")[0]}


def _site(request: Request) -> Any:
    app = request.app
    return {"title": app["name"], "chat_color_theme": None, "chat_color_theme_inverted": False, "icon_type": app["icon_type"],
            "icon": app["icon"], "icon_background": app["icon_background"], "icon_url": None, "description": None,
            "copyright": None, "privacy_policy": None, "custom_disclaimer": "", "default_language": "en-US",
            "show_workflow_steps": True, "use_icon_as_answer_icon": app["use_icon_as_answer_icon"],
            **({"input_placeholder": None} if request.ctx.profile.has_generate else {})}


def _parameters(request: Request) -> Any:
    workflow = request.ctx.store.workflows.get(request.app.get("published_id"))
    if workflow is None:
        raise ApiError(400, "app_unavailable", "App unavailable, please check your app configurations.")
    features, off = workflow["features"], {"enabled": False}
    chat = request.app["mode"] == "advanced-chat"
    form = [{v.get("type"): v} for v in workflows.start_data(workflow["graph"]).get("variables") or []]
    return {"opening_statement": features.get("opening_statement") if chat else None,
            "suggested_questions": features.get("suggested_questions") or [],
            "suggested_questions_after_answer": features.get("suggested_questions_after_answer") or off,
            "speech_to_text": features.get("speech_to_text") or off, "text_to_speech": features["text_to_speech"],
            "retriever_resource": features.get("retriever_resource") or off, "annotation_reply": off, "more_like_this": off,
            "user_input_form": form, "sensitive_word_avoidance": features["sensitive_word_avoidance"],
            "file_upload": features["file_upload"],
            "system_parameters": {"image_file_size_limit": 10, "video_file_size_limit": 100, "audio_file_size_limit": 50,
                                  "file_size_limit": 15, "workflow_file_upload_limit": 10}}


# logs

_LOGS = Rec("WorkflowLogQuery", keyword=F(Any_, None), page=F(Int(1, 99999), 1), limit=F(Int(1, 100), 20),
            status=F(OneOf("succeeded", "failed", "stopped", kind="literal_error"), ""), created_by_end_user_session_id=F(Any_, None))


def log_row(ctx: Any, run: dict[str, Any]) -> dict[str, Any]:
    """One run as a log entry."""
    shown = {k: run[k] for k in ("id", "version", "status")}
    if ctx.profile.eager_nodes:
        shown["triggered_from"] = run["triggered_from"]
    shown.update({k: run[k] for k in ("error", "elapsed_time", "total_tokens", "total_steps", "created_at", "finished_at",
                                      "exceptions_count")})
    user = run.get("end_user") or {}
    return {"id": new_id(), "workflow_run": shown, **({"details": None} if ctx.profile.eager_nodes else {}), "created_from": "service-api", "created_by_role": "end_user",
            "created_by_account": None, "created_by_end_user": {"id": user.get("id"), "type": "service-api", "is_anonymous": False,
                                                                "session_id": run["user"]}, "created_at": run["created_at"]}


def logs_page(request: Request) -> Any:
    """Runs of an app as logs, newest first."""
    ctx, read = request.ctx, params.query(request, _LOGS)
    word = str(read["keyword"] or "")
    found = [r for r in ctx.store.runs.newest() if r["app_id"] == request.app["id"] and r["triggered_from"] != "debugging"
             and (not read["status"] or r["status"] == read["status"])
             and (not read["created_by_end_user_session_id"] or r["user"] == read["created_by_end_user_session_id"])
             and (not word or word in json.dumps([r["inputs"], r["outputs"], r["user"], r["id"]], ensure_ascii=False))]
    page = params.paged(found, read["page"], read["limit"])
    page["data"] = [log_row(ctx, r) for r in page["data"]]
    return page


def add_routes(routes: Routes) -> None:
    """Routes of the service API."""
    v1 = "/v1"
    flow = {"error": "not_workflow_app"}
    routes.add("GET", f"{v1}/info", with_key(_info))
    routes.add("GET", f"{v1}/site", with_key(_site))
    routes.add("GET", f"{v1}/meta", with_key(lambda r: {"tool_icons": {}}))
    routes.add("GET", f"{v1}/parameters", with_key(_parameters))
    routes.add("POST", f"{v1}/workflows/run", with_key(_run, "workflow", **flow))
    routes.add("POST", v1 + "/workflows/{workflow:uuid}/run", with_key(_run, "workflow", **flow))
    routes.add("GET", v1 + "/workflows/run/{run}", with_key(_get_run, "workflow", "advanced-chat", **flow))
    routes.add("POST", v1 + "/workflows/tasks/{task}/stop", with_key(_stop, "workflow", **flow))
    routes.add("GET", f"{v1}/workflows/logs", with_key(logs_page))
