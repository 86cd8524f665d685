"""Triggers: publishing makes and enables them; webhooks start runs (contract.md 2.7)."""
from __future__ import annotations

import json
import secrets
import threading
from datetime import datetime, timezone
from typing import Any

from . import runner
from .apps import with_app
from .errors import ApiError, not_found
from .service import end_user
from .store import new_id
from .web import Request, Response, Routes

KINDS = ("trigger-webhook", "trigger-schedule", "trigger-plugin")
_TYPES = {"string": str, "number": (int, float), "boolean": bool, "object": dict}


def on_publish(ctx: Any, app: dict[str, Any], version: dict[str, Any]) -> None:
    """Make the triggers of a version, keep those that were there, drop the rest."""
    wanted = {n["id"]: n["data"] for n in version["graph"].get("nodes") or [] if (n.get("data") or {}).get("type") in KINDS}
    old = {t["node_id"]: t for t in ctx.store.triggers if t["app_id"] == app["id"]}
    for node_id, trigger in old.items():
        if node_id not in wanted:
            ctx.store.triggers.drop(trigger["id"])
    for node_id, data in wanted.items():
        made = old.get(node_id) or {"id": new_id(), "app_id": app["id"], "node_id": node_id, "enabled": True,
                                    "webhook_id": secrets.token_urlsafe(18)[:24],
                                    "created_at": datetime.now(timezone.utc).replace(tzinfo=None).isoformat()}
        ctx.store.triggers.put({**made, "kind": data["type"], "title": data.get("title") or ""})


def _show(trigger: dict[str, Any]) -> dict[str, Any]:
    return {"id": trigger["id"], "trigger_type": trigger["kind"], "title": trigger["title"], "node_id": trigger["node_id"],
            "provider_name": "", "icon": "", "status": "enabled" if trigger["enabled"] else "disabled",
            "created_at": trigger["created_at"], "updated_at": trigger["created_at"]}


def _list(request: Request) -> Any:
    return {"data": [_show(t) for t in request.ctx.store.triggers if t["app_id"] == request.app["id"]]}


def _enable(request: Request) -> Any:
    sent = request.json()
    trigger = request.ctx.store.triggers.get(sent.get("trigger_id"))
    if trigger is None or trigger["app_id"] != request.app["id"]:
        raise not_found("Trigger not found")
    trigger["enabled"] = bool(sent.get("enable_trigger"))
    request.ctx.store.triggers.put(trigger)
    return _show(trigger)


def _webhook(request: Request) -> Any:
    wanted = request.arg("node_id")
    for trigger in request.ctx.store.triggers:
        if trigger["app_id"] == request.app["id"] and trigger["node_id"] == wanted and trigger["kind"] == "trigger-webhook":
            base = f"{request.ctx.base_url}/triggers"
            return {"id": trigger["id"], "webhook_id": trigger["webhook_id"], "webhook_url": f"{base}/webhook/{trigger['webhook_id']}",
                    "webhook_debug_url": f"{base}/webhook-debug/{trigger['webhook_id']}", "node_id": wanted,
                    "created_at": trigger["created_at"]}
    raise not_found("Webhook trigger not found")


def _bad(message: str, status: int = 400) -> ApiError:
    return ApiError(status, body={"error": "Bad Request" if status == 400 else "Not Found", "message": message})


def _values(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    """The declared members of headers, query and body."""
    body: dict[str, Any] = {}
    if request.content_type == "application/json" and request.body:
        try:
            body = json.loads(request.body)
        except ValueError:
            raise _bad("Invalid JSON body") from None
    values = {}
    rows = [("header", data.get("headers"), lambda n: request.headers.get(n.lower())),
            ("query", data.get("params"), request.arg), ("body", data.get("body"), body.get)]
    for where, declared, read in rows:
        for item in declared or []:
            value = read(item["name"])
            if value is None and item.get("required"):
                raise _bad(f"Required {where} parameter missing: {item['name']}")
            kind = _TYPES.get(item.get("type", "string"))
            if value is not None and where == "body" and kind and not isinstance(value, kind):
                raise _bad(f"Invalid type for {where} parameter: {item['name']}")
            values[item["name"]] = value
    return values


def _call(request: Request) -> Any:
    ctx = request.ctx
    trigger = next((t for t in ctx.store.triggers if t["webhook_id"] == request.params["hook"]), None)
    app = ctx.store.apps.get(trigger["app_id"]) if trigger and trigger["enabled"] else None
    workflow = ctx.store.workflows.get(app["published_id"]) if app else None
    if trigger is None or app is None or workflow is None:
        raise _bad("Webhook not found", 404)
    data = next(n["data"] for n in workflow["graph"]["nodes"] if n["id"] == trigger["node_id"])
    if (data.get("method") or "get").upper() != request.method:
        raise _bad(f"HTTP method mismatch. Expected {(data.get('method') or 'get').upper()}, got {request.method}")
    start = runner.Start(ctx, app, workflow, {}, "webhook", "webhook")
    start.trigger = _values(request, data)
    start.end_user = {"id": end_user(ctx, app, "webhook")["user_id"]}
    threading.Thread(target=runner.blocking, args=(start,), daemon=True).start()
    reply = data.get("response_body")
    if reply:
        return Response(int(data.get("status_code") or 200), str(reply), (), "text/plain")
    return int(data.get("status_code") or 200), {"status": "success", "message": "Webhook processed successfully"}


def add_routes(routes: Routes, ctx: Any) -> None:
    """Trigger routes, where the release has them."""
    if not ctx.profile.import_checks_graph:
        return
    app = "/console/api/apps/{app:uuid}"
    routes.add("GET", f"{app}/triggers", with_app(_list))
    routes.add("POST", f"{app}/trigger-enable", with_app(_enable))
    routes.add("GET", f"{app}/workflows/triggers/webhook", with_app(_webhook))
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        routes.add(method, "/triggers/webhook/{hook}", _call)
