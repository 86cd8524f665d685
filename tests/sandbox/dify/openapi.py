"""The OpenAPI surface of the newest release: device flow, apps, import, run (contract.md 2.4)."""
from __future__ import annotations

import secrets
import time
from datetime import datetime, timezone
from typing import Any, Callable

from . import imports, params, runner
from .auth import signed_in
from .draft import document
from .engine.schema import Any_, F, Int, Map, Rec, Str
from .errors import ApiError, unauthorized
from .store import new_id
from .web import Request, Routes

BASE = "/openapi/v1"
CLIENT, CODE_SECONDS, TOKEN_SECONDS = "difyctl", 900, 14 * 86400
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_RUN = Rec("AppRunPayload", inputs=F(Map(), {}), query=F(Any_, ""))


def _refused(error: str) -> ApiError:
    return ApiError(400, body={"error": error})


def _code(request: Request) -> Any:
    sent = request.json()
    if sent.get("client_id") != CLIENT:
        raise _refused("unsupported_client")
    user = "".join(secrets.choice(_LETTERS) for _ in range(8))
    row = request.ctx.store.devices.put({"id": secrets.token_urlsafe(32), "user_code": f"{user[:4]}-{user[4:]}", "approved": False,
                                         "until": time.time() + CODE_SECONDS})
    return {"device_code": row["id"], "user_code": row["user_code"], "verification_uri": f"{request.ctx.base_url}/device",
            "expires_in": CODE_SECONDS, "interval": 5}


def _approve(request: Request) -> Any:
    wanted = request.json().get("user_code")
    for row in request.ctx.store.devices:
        if row.get("user_code") == wanted and row["until"] > time.time():
            request.ctx.store.devices.put({**row, "approved": True})
            return {"status": "approved"}
    raise ApiError(404, "not_found", "User code not found")


def _account(ctx: Any) -> dict[str, Any]:
    who = {"id": ctx.identity["account"], "email": ctx.options.email, "name": ctx.options.email.partition("@")[0]}
    workspace = {"id": ctx.identity["workspace"], "name": f"{who['name']}'s Workspace", "role": "owner"}
    return {"subject_type": "account", "account": who, "workspaces": [workspace], "default_workspace_id": workspace["id"]}


def _token(request: Request) -> Any:
    ctx = request.ctx
    row = ctx.store.devices.get(request.json().get("device_code"))
    if row is None or "user_code" not in row:
        raise _refused("invalid_grant")
    if row["until"] < time.time():
        raise _refused("expired_token")
    if not row["approved"]:
        raise _refused("authorization_pending")
    ctx.store.devices.drop(row["id"])
    token, until = f"dfoa_{secrets.token_urlsafe(32)}", time.time() + TOKEN_SECONDS
    ctx.store.devices.put({"id": token, "until": until})
    when = datetime.fromtimestamp(until, timezone.utc).isoformat()
    return {"token": token, "expires_at": when, **_account(ctx), "token_id": new_id()}


def _with_token(handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """A handler behind a device token; sets request.app when the path names one."""
    def wrapped(request: Request) -> Any:
        if not request.bearer:
            raise unauthorized("bearer required")
        row = request.ctx.store.devices.get(request.bearer)
        if row is None or "user_code" in row or row["until"] < time.time():
            raise unauthorized("invalid token")
        if "app" in request.params:
            app = request.ctx.store.apps.get(request.params["app"])
            if app is None:
                raise ApiError(404, "not_found", "App not found")
            request.app = app
        return handler(request)
    return wrapped


def _whoami(request: Request) -> Any:
    return {**_account(request.ctx), "subject_email": request.ctx.options.email, "subject_issuer": None}


def _workspaces(request: Request) -> Any:
    return {"workspaces": [{**w, "status": "normal", "current": True} for w in _account(request.ctx)["workspaces"]]}


def _when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None).isoformat()


def _apps(request: Request) -> Any:
    ctx, workspace = request.ctx, _account(request.ctx)["workspaces"][0]
    read = params.query(request, Rec("AppListQuery", workspace_id=F(Str()), page=F(Int(1), 1), limit=F(Int(1, 200), 20), mode=F(Any_, None),
                                     name=F(Any_, ""), tag=F(Any_, None)))
    found = [a for a in ctx.store.apps.newest() if (not read["mode"] or a["mode"] == read["mode"]) and str(read["name"]).lower() in a["name"].lower()]
    page = params.paged(found, read["page"], read["limit"])
    page["data"] = [{"id": a["id"], "name": a["name"], "description": a["description"], "mode": a["mode"], "updated_at": _when(a["updated_at"]),
                     "workspace_id": workspace["id"], "workspace_name": workspace["name"]} for a in page["data"]]
    return page


def _app(request: Request) -> Any:
    app = request.app
    info = {"id": app["id"], "name": app["name"], "description": app["description"], "mode": app["mode"],
            "updated_at": _when(app["updated_at"]), "service_api_enabled": app["enable_api"], "is_agent": app["mode"] == "agent"}
    return {"info": info, "parameters": {"opening_statement": None, "suggested_questions": [], "user_input_form": [], "file_upload": None,
                                         "system_parameters": {}},
            "input_schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {}, "required": []}}


def _dsl(request: Request) -> Any:
    workflow = request.ctx.store.workflows.get(request.app.get("draft_id"))
    return {"data": document(request.ctx, request.app, workflow, False)}


def _run(request: Request) -> Any:
    """Always a stream; node frames carry neither inputs nor outputs."""
    ctx, sent = request.ctx, params.body(request, _RUN)
    workflow = ctx.store.workflows.get(request.app.get("published_id"))
    if workflow is None:
        raise ApiError(500, "internal_server_error", "Internal Server Error")
    start = runner.Start(ctx, request.app, workflow, sent["inputs"], ctx.identity["account"], "openapi")
    start.end_user = {"id": ctx.identity["account"]}
    return runner.streaming(start)


def _not_here(_: Request) -> Any:
    raise ApiError(405, "method_not_allowed", "The method is not allowed for the requested URL.")


def add_routes(routes: Routes, ctx: Any) -> None:
    """OpenAPI routes, where the release has them."""
    if not ctx.profile.has_openapi:
        return
    one = BASE + "/apps/{app:uuid}"
    spaces = BASE + "/workspaces/{workspace:uuid}/apps/imports"
    routes.add("GET", f"{BASE}/_version", lambda r: {"version": r.ctx.profile.version, "edition": "SELF_HOSTED"})
    routes.add("GET", f"{BASE}/_health", lambda r: {"ok": True})
    routes.add("POST", f"{BASE}/oauth/device/code", _code)
    routes.add("POST", f"{BASE}/oauth/device/approve", signed_in(_approve))
    routes.add("POST", f"{BASE}/oauth/device/token", _token)
    for method, path, handler in (
            ("GET", f"{BASE}/account", _whoami), ("GET", f"{BASE}/workspaces", _workspaces), ("GET", f"{BASE}/apps", _apps), ("GET", one, _app),
            ("GET", f"{one}/dsl", _dsl), ("GET", one + "/dependencies:check", imports.leaked), ("POST", spaces, imports.receive),
            ("POST", spaces + "/{import:uuid}:confirm", imports.confirm), ("POST", one + ":run", _run), ("POST", one + ":publish", _not_here)):
        routes.add(method, path, _with_token(handler))
