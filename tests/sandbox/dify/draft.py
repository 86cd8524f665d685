"""Draft, publish, versions and export of an app (contract.md 2.5, 2.7)."""
from __future__ import annotations

import copy
import json
from typing import Any

import yaml

from . import params, triggers, variables, workflows
from .apps import with_app
from .engine.schema import F, Opt, Rec, Str
from .errors import BAD_REQUEST, ApiError, invalid_param
from .store import now
from .variables import VariableRefused
from .web import Request, Response, Routes
from .workflows import DraftRefused

_WORKFLOW_MODES = ("workflow", "advanced-chat")
_PUBLISH = Rec("PublishWorkflowPayload", marked_name=F(Opt(Str(20)), None), marked_comment=F(Opt(Str(100)), None))
_NO_DRAFT = "Draft workflow need to be initialized."
_NOT_SYNC = "Workflow graph might have been modified, please refresh and resubmit."


def _who(ctx: Any) -> dict[str, Any]:
    name = ctx.options.email.partition("@")[0]
    return {"id": ctx.identity["account"], "name": name, "email": ctx.options.email}


def show(ctx: Any, workflow: dict[str, Any]) -> dict[str, Any]:
    """A draft or version as JSON."""
    draft = workflow["version"] == "draft"
    if any(v["value_type"].startswith("array") for v in workflow["environment_variables"]):
        raise TypeError("environment variable of an array type")
    shown = {"id": workflow["id"], "graph": workflow["graph"], "features": workflow["features"], "hash": workflow["hash"],
             "version": workflow["version"], "marked_name": workflow["marked_name"],
             "marked_comment": workflow["marked_comment"], "created_by": _who(ctx), "created_at": workflow["created_at"],
             "updated_by": _who(ctx) if draft else None, "updated_at": workflow["updated_at"], "tool_published": False,
             "environment_variables": variables.masked(workflow["environment_variables"]),
             "conversation_variables": workflow["conversation_variables"]}
    if ctx.profile.eager_nodes:
        shown["rag_pipeline_variables"] = []
    return shown


def _nothing(ctx: Any) -> dict[str, Any]:
    names = ["id", "graph", "features", "hash", "version", "marked_name", "marked_comment", "created_by", "created_at",
             "updated_by", "updated_at", "tool_published", "environment_variables", "conversation_variables"]
    if ctx.profile.eager_nodes:
        names.append("rag_pipeline_variables")
    return {**dict.fromkeys(names), "created_by": {"id": None, "name": None, "email": None}}


def require_draft(request: Request) -> dict[str, Any]:
    """The draft of request.app, or the release's error."""
    draft = request.ctx.store.workflows.get(request.app.get("draft_id"))
    if draft is None:
        raise ApiError(request.ctx.profile.draft_missing, "draft_workflow_not_exist", _NO_DRAFT)
    return draft


def _get(request: Request) -> Any:
    return show(request.ctx, require_draft(request))


def _sent(request: Request) -> dict[str, Any]:
    if request.content_type not in ("application/json", "text/plain"):
        raise ApiError(415, "unsupported_media_type", "Invalid content type.")
    try:
        value = json.loads(request.body.decode())
    except (ValueError, UnicodeDecodeError):
        raise ApiError(400, "bad_request", BAD_REQUEST) from None
    if not isinstance(value, dict) or not isinstance(value.get("graph"), dict) or not isinstance(value.get("features"), dict):
        missing = [k for k in ("graph", "features") if not isinstance((value or {}).get(k), dict)] if isinstance(value, dict) else []
        shape = Rec("SyncDraftWorkflowPayload", **{k: F(Str()) for k in missing or ["graph"]})
        params.check(request, shape, {}, "the JSON body")
    return value


def _save(request: Request) -> Any:
    ctx, sent = request.ctx, _sent(request)
    draft = ctx.store.workflows.get(request.app.get("draft_id"))
    if draft is not None and sent.get("hash") != draft["hash"]:
        raise ApiError(ctx.profile.draft_conflict, "draft_workflow_not_sync", _NOT_SYNC)
    try:
        saved = workflows.sync(ctx, request.app, sent)
    except (DraftRefused, VariableRefused) as refusal:
        raise invalid_param(str(refusal)) from None
    return {"result": "success", "hash": saved["hash"], "updated_at": saved["updated_at"]}


def _publish(request: Request) -> Any:
    ctx = request.ctx
    sent = params.body(request, _PUBLISH) if request.body or ctx.profile.json_type_checked else {}
    version = workflows.publish(ctx, request.app, sent.get("marked_name") or "", sent.get("marked_comment") or "")
    triggers.on_publish(ctx, request.app, version)
    return {"result": "success", "created_at": version["created_at"]}


def _published(request: Request) -> Any:
    workflow = request.ctx.store.workflows.get(request.app.get("published_id"))
    if workflow is None and request.ctx.profile.unpublished_null:
        return Response(200, "null\n".encode())
    return show(request.ctx, workflow) if workflow else _nothing(request.ctx)


def _versions(request: Request) -> Any:
    ctx = request.ctx
    number, limit = params.page(request, "WorkflowListQuery", 100, 10)
    ids = [request.app.get("draft_id"), *reversed(request.app.get("version_ids", []))]
    found = [w for w in (ctx.store.workflows.get(i) for i in ids) if w]
    page = params.paged(found, number, limit)
    return {"items": [show(ctx, w) for w in page["data"]], "page": number, "limit": limit, "has_more": page["has_more"]}


def _version(request: Request) -> dict[str, Any]:
    workflow = request.ctx.store.workflows.get(request.params["workflow"])
    if workflow is None or workflow["app_id"] != request.app["id"]:
        raise ApiError(404, "not_found", "Workflow not found")
    return workflow


def _rename(request: Request) -> Any:
    sent = params.body(request, _PUBLISH)
    workflow = _version(request)
    if sent["marked_name"] is None and sent["marked_comment"] is None:
        return 400, {"message": "No valid fields to update"}
    workflow.update({k: sent[k] for k in ("marked_name", "marked_comment") if sent[k] is not None}, updated_at=now())
    request.ctx.store.workflows.put(workflow)
    return {**show(request.ctx, workflow), "updated_by": _who(request.ctx)}


def _delete(request: Request) -> Any:
    workflow, app = _version(request), request.app
    if workflow["version"] == "draft":
        raise ApiError(400, "bad_request", "Cannot delete draft workflow versions")
    if workflow["id"] == app["published_id"]:
        raise ApiError(400, "bad_request", f"Cannot delete workflow that is currently in use by app '{app['id']}'")
    app["version_ids"] = [i for i in app["version_ids"] if i != workflow["id"]]
    request.ctx.store.apps.put(app)
    request.ctx.store.workflows.drop(workflow["id"])
    return Response(204)


def _restore(request: Request) -> Any:
    workflow = _version(request)
    if workflow["version"] == "draft":
        raise ApiError(400, "is_draft_workflow", "Cannot restore the draft")
    draft = workflows.store_draft(request.ctx, request.app, workflow["graph"], workflow["features"],
                                  workflow["environment_variables"], workflow["conversation_variables"])
    return {"result": "success", "hash": draft["hash"], "updated_at": draft["updated_at"]}


# partial saves and defaults

def _environment(request: Request) -> Any:
    return {"items": [{**v, "value_type": v["value_type"], "edited": False, "visible": True, "editable": True, "type": "env"}
                      for v in require_draft(request)["environment_variables"]]}


def _set_part(member: str, head: str) -> Any:
    def handler(request: Request) -> Any:
        draft, sent = require_draft(request), request.json()
        try:
            draft[member] = variables.parse(sent.get(member), head, request.ctx.profile.pydantic)
        except VariableRefused as refusal:
            raise invalid_param(str(refusal)) from None
        draft["updated_at"] = now()
        request.ctx.store.workflows.put(draft)
        return {"result": "success"}
    return handler


_CODE = "\ndef main(arg1: str, arg2: str):\n    return {\n        \"result\": arg1 + arg2,\n    }\n"
DEFAULTS = {
    "llm": {"prompt_templates": {"chat_model": {"prompts": [{"role": "system", "text": "You are a helpful AI assistant.", "edition_type": "basic"}]}}},
    "code": {"variables": [{"variable": "arg1", "value_selector": []}, {"variable": "arg2", "value_selector": []}],
             "code_language": "python3", "code": _CODE, "outputs": {"result": {"type": "string", "children": None}}},
    "template-transform": {"variables": [{"variable": "arg1", "value_selector": []}], "template": "{{ arg1 }}"},
    "question-classifier": {"instructions": ""},
    "http-request": {"method": "get", "authorization": {"type": "no-auth"}, "body": {"type": "none"},
                     "timeout": {"connect": 10, "read": 60, "write": 20},
                     "retry_config": {"max_retries": 3, "retry_interval": 100, "retry_enabled": True}},
    "parameter-extractor": {"model": {"prompt_templates": {}}},
}


def _defaults(request: Request) -> Any:
    return [{"type": kind, "config": config} for kind, config in DEFAULTS.items()]


def _default(request: Request) -> Any:
    config = DEFAULTS.get(request.params["kind"])
    return {"type": request.params["kind"], "config": config} if config else None


# export

class _Quoting(yaml.SafeDumper):
    """Writes as the original does: block style, keys sorted, Chinese as it is."""


def _ready(workflow: dict[str, Any], ctx: Any, secrets: bool) -> dict[str, Any]:
    graph = copy.deepcopy(workflow["graph"])
    for data in workflows.each_dataset_node(graph):
        data["dataset_ids"] = [workflows.hide_dataset(ctx, i) for i in data.get("dataset_ids") or []]
    for node in graph.get("nodes") or []:
        (node.get("data") or {}).pop("credential_id", None)
        if (node.get("data") or {}).get("type") == "trigger-webhook":
            node["data"].update(webhook_url="", webhook_debug_url="")
    env = [{**v, "value": "" if v["value_type"] == "secret" and not secrets else v["value"]}
           for v in workflow["environment_variables"]]
    ready = {"graph": graph, "features": workflow["features"], "environment_variables": env,
             "conversation_variables": workflow["conversation_variables"]}
    if ctx.profile.eager_nodes:
        ready["rag_pipeline_variables"] = []
    return ready


def _used_providers(graph: dict[str, Any]) -> list[str]:
    found = []
    for node in graph.get("nodes") or []:
        provider = ((node.get("data") or {}).get("model") or {}).get("provider") if isinstance((node.get("data") or {}).get("model"), dict) else None
        if provider and provider not in found:
            found.append(provider)
    return found


def document(ctx: Any, app: dict[str, Any], workflow: dict[str, Any] | None, secrets: bool) -> str:
    """The DSL text of an app."""
    described = {k: app[k] for k in ("name", "mode", "icon", "icon_background", "description", "use_icon_as_answer_icon")}
    if ctx.profile.has_restore:
        described["icon_type"] = app["icon_type"]
    data: dict[str, Any] = {"version": ctx.profile.dsl, "kind": "app", "app": described, "dependencies": []}
    if workflow is not None:
        data["workflow"] = _ready(workflow, ctx, secrets)
        if ctx.provider in _used_providers(workflow["graph"]):
            name = "langgenius/openai_api_compatible:0.0.28@" + "5" * 64
            data["dependencies"] = [{"current_identifier": None, "type": "package", "value": {
                "plugin_unique_identifier": name, "version": None}}]
    elif app.get("model_config"):
        data["model_config"] = app["model_config"]
    elif app["mode"] == "agent":
        data["agent"] = {"package_ref": "main"}
        data["agent_packages"] = {"main": {}}
    return yaml.dump(data, Dumper=_Quoting, allow_unicode=True)


def _export(request: Request) -> Any:
    ctx, app = request.ctx, request.app
    secrets = (request.arg("include_secret") or "false").lower() == "true"
    wanted = request.arg("workflow_id")
    workflow = None
    if app["mode"] in _WORKFLOW_MODES:
        workflow = ctx.store.workflows.get(wanted or app.get("draft_id"))
        if workflow is None or workflow["app_id"] != app["id"]:
            if wanted and ctx.profile.unknown_export == 500:
                raise ApiError(500, body={"message": "Internal Server Error", "code": "unknown", "status": 500})
            raise invalid_param("Missing draft workflow configuration, please check.")
        show(ctx, workflow)
    return {"data": document(ctx, app, workflow, secrets)}


def add_routes(routes: Routes, ctx: Any) -> None:
    """Draft, publish, version and export routes."""
    app = "/console/api/apps/{app:uuid}"
    flows = f"{app}/workflows"

    def add(method: str, path: str, handler: Any, *modes: str) -> None:
        routes.add(method, path, with_app(handler, *(modes or _WORKFLOW_MODES)))

    add("GET", f"{flows}/draft", _get)
    add("POST", f"{flows}/draft", _save)
    add("GET", f"{flows}/publish", _published)
    add("POST", f"{flows}/publish", _publish)
    add("GET", flows, _versions)
    add("GET", f"{flows}/default-workflow-block-configs", _defaults)
    add("GET", flows + "/default-workflow-block-configs/{kind}", _default)
    add("PATCH", flows + "/{workflow:uuid}", _rename)
    add("DELETE", flows + "/{workflow:uuid}", _delete)
    if ctx.profile.has_restore:
        add("POST", flows + "/{workflow:uuid}/restore", _restore)
    if ctx.profile.has_generate:
        add("GET", f"{flows}/draft/environment-variables", _environment)
        add("POST", f"{flows}/draft/environment-variables", _set_part("environment_variables", "env"))
        add("POST", f"{flows}/draft/conversation-variables", _set_part("conversation_variables", "conversation"))
    routes.add("GET", f"{app}/export", with_app(_export))
