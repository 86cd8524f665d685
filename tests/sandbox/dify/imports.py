"""Importing a DSL: statuses, refusals and what a refusal leaves behind (contract.md 1.3, 2.6)."""
from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import yaml

from . import params, variables, workflows
from .apps import create_app
from .auth import signed_in
from .engine.schema import Any_, DataError, F, Opt, Rec, Str, Report
from .errors import ApiError, invalid_param
from .store import new_id, now
from .web import Request, Routes
from .workflows import DraftRefused

PENDING_SECONDS = 600
_VERSION = re.compile(r"^\s*v?(\d+(?:\.\d+)*)\s*((?:a|b|rc|\.?dev|\.?post|-)\d*)?\s*$")
_PAYLOAD = Rec("AppImportPayload", mode=F(Str()), yaml_content=F(Opt(Str()), None), yaml_url=F(Opt(Str()), None),
               name=F(Opt(Str()), None), description=F(Opt(Str()), None), icon_type=F(Opt(Str()), None), icon=F(Opt(Str()), None),
               icon_background=F(Opt(Str()), None), app_id=F(Opt(Str()), None))
_MODES = ("completion", "workflow", "chat", "advanced-chat", "agent-chat", "channel", "rag-pipeline")
_DEPENDENCY = Rec("PluginDependency", type=F(Any_), value=F(Any_))


class Refused(Exception):
    """The import fails with this text."""


class Broken(Exception):
    """The original's database refuses the row: HTTP 500 up to 1.13, status failed on the newest."""


def _answer(ctx: Any, status: str, app: dict[str, Any] | None = None, imported: str = "", error: str = "",
            import_id: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": import_id or new_id(), "status": status, "app_id": app["id"] if app else None,
                              "app_mode": app["mode"] if app else None}
    if ctx.profile.import_extras:
        answer["permission_keys"] = []
    answer.update(current_dsl_version=ctx.profile.dsl, imported_dsl_version=imported, error=error)
    if ctx.profile.import_extras:
        answer["warnings"] = []
    return answer


def _numbers(text: str) -> tuple[int, ...]:
    match = _VERSION.match(text)
    if not match:
        raise Refused(f"Invalid version: '{text}'")
    parts = [int(p) for p in match[1].split(".")]
    return tuple((parts + [0, 0, 0])[:3])


def compare(imported: str, current: str) -> str:
    """The status that the two DSL versions give."""
    new, here = _numbers(imported), _numbers(current)
    if new > here or new[0] < here[0]:
        return "pending"
    return "completed-with-warnings" if new[1] < here[1] else "completed"


def _fetch(url: str | None) -> str:
    if not url:
        raise Refused("yaml_url is required when import_mode is yaml-url")
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
        raise Refused(f"Error fetching YAML from URL: {url} cannot be reached")
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read(10 * 1024 * 1024).decode("utf-8")
    except (urllib.error.URLError, OSError, UnicodeDecodeError) as error:
        raise Refused(f"Error fetching YAML from URL: {error}") from None


def _document(sent: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    mode = sent["mode"]
    if mode not in ("yaml-content", "yaml-url"):
        raise invalid_param(f"Invalid import_mode: {mode}")
    text = _fetch(sent["yaml_url"]) if mode == "yaml-url" else sent["yaml_content"]
    if not text:
        raise Refused("yaml_content is required when import_mode is yaml-content")
    try:
        data = yaml.load(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise Refused(f"Invalid YAML format: {error}") from None
    if not isinstance(data, dict):
        raise Refused("Invalid YAML format: content must be a mapping")
    return text, data


def receive(request: Request) -> Any:
    """Import a document, or keep it until it is confirmed."""
    ctx = request.ctx
    sent = params.body(request, _PAYLOAD)
    try:
        text, data = _document(sent)
        version = data.get("version") or "0.1.0"
        if not isinstance(version, str):
            raise Refused(f"Invalid version type, expected str, got {type(version)}")
        if not data.get("app"):
            raise Refused("Missing app data in YAML content")
        app = None
        if sent["app_id"]:
            app = ctx.store.apps.get(sent["app_id"])
            if app is None:
                raise Refused("App not found")
            if app["mode"] not in ("workflow", "advanced-chat"):
                raise Refused("Only workflow or advanced chat apps can be overwritten")
        status = compare(version, ctx.profile.dsl)
        if status == "pending":
            import_id = new_id()
            ctx.store.imports.put({"id": import_id, "until": time.time() + PENDING_SECONDS, "text": text, "sent": sent})
            return 202, _answer(ctx, "pending", imported=version, import_id=import_id)
        dependencies = _dependencies(data.get("dependencies"), ctx)
        app = apply(ctx, data, sent, app)
        ctx.store.imports.put({"id": f"deps:{app['id']}", "until": time.time() + PENDING_SECONDS, "dependencies": dependencies})
        return _answer(ctx, status, app, version)
    except Refused as refusal:
        return 400, _answer(ctx, "failed", error=str(refusal))
    except Broken as broken:
        if ctx.profile.orphans:
            raise ApiError(500, body={"message": "Internal Server Error", "code": "unknown", "status": 500}) from None
        return 400, _answer(ctx, "failed", error=str(broken))


def _dependencies(given: Any, ctx: Any) -> list[dict[str, Any]]:
    for item in given or []:
        out = Report()
        _DEPENDENCY.check(item, (), out)
        if not isinstance(item, dict):
            raise Refused(out.text("PluginDependency", ctx.profile.pydantic))
    return given or []


def confirm(request: Request) -> Any:
    """Import a document that waits for it."""
    ctx, import_id = request.ctx, request.params["import"]
    row = ctx.store.imports.get(import_id)
    if row is None or row["until"] < time.time():
        return 400, _answer(ctx, "failed", error="Import information expired or does not exist", import_id=import_id)
    ctx.store.imports.drop(import_id)
    data = yaml.safe_load(row["text"])
    try:
        app = apply(ctx, data, row["sent"], ctx.store.apps.get(row["sent"].get("app_id")))
    except (Refused, Broken) as refusal:
        return 400, _answer(ctx, "failed", error=str(refusal), import_id=import_id)
    return _answer(ctx, "completed", app, data.get("version", "0.1.0"), import_id=import_id)


def _texts(data: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Name, description and icon: the request's, else the document's."""
    texts = {"name": sent.get("name") or data.get("name", "Unnamed"),
             "description": sent.get("description") or data.get("description", "") or "",
             "icon_type": sent.get("icon_type") or data.get("icon_type") or "emoji",
             "icon": sent.get("icon") or data.get("icon"),
             "icon_background": sent.get("icon_background") or data.get("icon_background") or "#FFFFFF",
             "use_icon_as_answer_icon": bool(data.get("use_icon_as_answer_icon", False))}
    for name in ("name", "icon"):
        value = texts[name]
        if isinstance(value, str):
            try:
                value.encode("utf-8")
            except UnicodeEncodeError as error:
                raise Broken(str(error)) from None
            if len(value) > 255:
                raise Broken("(psycopg2.errors.StringDataRightTruncation) value too long for type character varying(255)")
        elif value is not None:
            texts[name] = str(value)
    if texts["name"] is None:
        raise Broken('(psycopg2.errors.NotNullViolation) null value in column "name" of relation "apps" violates not-null constraint')
    return texts


def apply(ctx: Any, data: dict[str, Any], sent: dict[str, Any], app: dict[str, Any] | None) -> dict[str, Any]:
    """Create or overwrite the app that a document describes."""
    described = data["app"]
    mode = described.get("mode") if isinstance(described, dict) else None
    if not mode:
        raise Refused("loss app mode")
    allowed = (*_MODES, "agent") if ctx.profile.has_generate else _MODES
    if mode not in allowed:
        raise Refused(f"'{mode}' is not a valid AppMode")
    texts = _texts(described, sent)
    made = app is None
    before = dict(app) if app else None
    if app is None:
        app = create_app(ctx, mode=mode, **texts)
    else:
        app.update({k: v for k, v in texts.items() if v is not None}, updated_at=now())
        ctx.store.apps.put(app)
    try:
        _content(ctx, data, app)
    except Refused:
        if made and not ctx.profile.orphans:
            ctx.store.apps.drop(app["id"])
        elif before and not ctx.profile.orphans:
            ctx.store.apps.put(before)
        raise
    return app


def _content(ctx: Any, data: dict[str, Any], app: dict[str, Any]) -> None:
    if app["mode"] in ("workflow", "advanced-chat"):
        _workflow(ctx, data.get("workflow"), app)
    elif app["mode"] in ("chat", "agent-chat", "completion"):
        config = data.get("model_config")
        if not isinstance(config, dict) or not config:
            raise Refused("Missing model_config for chat/agent-chat/completion app")
        app["model_config"] = config
        ctx.store.apps.put(app)
    elif app["mode"] != "agent":
        raise Refused("Invalid app mode")


def _workflow(ctx: Any, workflow: Any, app: dict[str, Any]) -> None:
    if not isinstance(workflow, dict) or not workflow:
        raise Refused("Missing workflow data for workflow/advanced chat app")
    pydantic = ctx.profile.pydantic
    try:
        variables.parse(workflow.get("environment_variables"), "env", pydantic)
        variables.parse(workflow.get("conversation_variables"), "conversation", pydantic)
        graph = workflow.get("graph", {})
        for node in graph.get("nodes", []):
            datasets = node.get("data", {})
            if datasets.get("type", "") == "knowledge-retrieval":
                datasets["dataset_ids"] = [i for i in (workflows.read_dataset(ctx, d) for d in datasets.get("dataset_ids", [])) if i]
        draft = {"graph": graph, "features": workflow.get("features", {}),
                 "environment_variables": workflow.get("environment_variables"),
                 "conversation_variables": workflow.get("conversation_variables")}
        lost = "nodes" not in graph and ctx.profile.import_checks_graph and ctx.profile.orphans
        if lost and app["mode"] == "workflow" and app.get("draft_id"):
            workflows.store_draft(ctx, app, {}, workflows.check_features({}, app["mode"], ctx.profile), [], [])
        workflows.sync(ctx, app, draft)
    except (AttributeError, TypeError, variables.VariableRefused, DraftRefused, DataError) as error:
        raise Refused(str(error)) from None


def leaked(request: Request) -> Any:
    """The dependencies of the last import that are not installed."""
    row = request.ctx.store.imports.get(f"deps:{request.params['app']}")
    if request.ctx.store.apps.get(request.params["app"]) is None:
        raise ApiError(404, "app_not_found", "App not found.")
    missing = []
    for item in row["dependencies"] if row and row["until"] > time.time() else []:
        identifier = str((item.get("value") or {}).get("marketplace_plugin_unique_identifier") or "")
        if not identifier.startswith("langgenius/openai_api_compatible"):
            value = dict(item["value"])
            if request.ctx.profile.eager_nodes:
                value.setdefault("version", None)
            missing.append({"type": item["type"], "value": value, "current_identifier": item.get("current_identifier") or ""})
    return {"leaked_dependencies": missing}


def add_routes(routes: Routes) -> None:
    """Import routes."""
    base = "/console/api/apps/imports"
    routes.add("POST", base, signed_in(receive))
    routes.add("POST", base + "/{import:text}/confirm", signed_in(confirm))
    routes.add("GET", base + "/{app:text}/check-dependencies", signed_in(leaked))
