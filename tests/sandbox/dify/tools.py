"""Tools of the workspace: those made of an OpenAPI description; of workflows, of MCP servers and of agents there are none."""
from __future__ import annotations

import json
from typing import Any

from .auth import signed_in
from .errors import invalid_param
from .store import new_id
from .web import Request, Routes

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


def _words(text: str) -> dict[str, str]:
    return {code: text for code in ("en_US", "zh_Hans", "pt_BR", "ja_JP")}


def _parameter(p: dict[str, Any]) -> dict[str, Any]:
    return {"name": p["name"], "label": _words(p["name"]), "placeholder": _words(""), "scope": None, "auto_generate": None, "template": None,
            "required": bool(p.get("required")), "default": None, "min": None, "max": None, "precision": None, "options": [],
            "type": (p.get("schema") or {}).get("type", "string"), "human_description": _words(""), "form": "llm", "llm_description": None}


def _operations(schema: str) -> list[dict[str, Any]]:
    try:
        paths = json.loads(schema)["paths"]
    except (ValueError, KeyError) as error:
        raise invalid_param("invalid schema: No paths found in the openapi yaml.") from error
    found = [op for path in paths.values() for method, op in path.items() if method in _METHODS]
    return [{"author": "", "name": op["operationId"], "label": _words(op["operationId"]), "description": _words(op.get("summary", "")),
             "parameters": [_parameter(p) for p in op.get("parameters", [])], "labels": [], "output_schema": {}} for op in found]


def _api(request: Request) -> Any:
    return [row["shown"] for row in request.ctx.store.tools]


def _add(request: Request) -> Any:
    ctx, sent = request.ctx, request.json()
    name = sent.get("provider") or ""
    if any(row["shown"]["name"] == name for row in ctx.store.tools):
        raise invalid_param(f"provider {name} already exists")
    row = {"id": new_id()}
    row["shown"] = {"id": row["id"], "author": ctx.options.email.partition("@")[0], "name": name, "plugin_id": None, "plugin_unique_identifier": None,
                    "description": _words(""), "icon": sent.get("icon"), "icon_dark": "", "label": _words(name), "type": "api",
                    "team_credentials": sent.get("credentials") or {}, "is_team_authorization": True, "allow_delete": True,
                    "tools": _operations(sent.get("schema") or ""), "labels": sent.get("labels") or []}
    ctx.store.tools.put(row)
    return {"result": "success"}


def _delete(request: Request) -> Any:
    name = request.json().get("provider")
    for row in request.ctx.store.tools.all():
        if row["shown"]["name"] == name:
            request.ctx.store.tools.drop(row["id"])
            return {"result": "success"}
    raise invalid_param(f"you have not added provider {name}")


def add_routes(routes: Routes, ctx: Any) -> None:
    """Tool routes."""
    base = "/console/api/workspaces/current"
    routes.add("GET", f"{base}/tools/api", signed_in(_api))
    for path in ("tools/workflow", "tools/mcp", "agent-providers"):
        routes.add("GET", f"{base}/{path}", signed_in(lambda r: []))
    routes.add("POST", f"{base}/tool-provider/api/add", signed_in(_add))
    routes.add("POST", f"{base}/tool-provider/api/delete", signed_in(_delete))
