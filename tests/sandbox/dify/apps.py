"""Apps: list, create, read, change, delete (contract.md 2.5)."""
from __future__ import annotations

import secrets
import string
from typing import Any, Callable

from . import params
from .auth import signed_in
from .engine.schema import Any_, Bool, F, Int, OneOf, Opt, Rec, Str
from .errors import ApiError, invalid_param
from .store import new_id, now
from .web import Request, Response, Routes

_UUID_LENGTH = 36
MODES = ("completion", "chat", "advanced-chat", "workflow", "agent-chat", "channel", "all")


def create_app(ctx: Any, mode: str, **texts: Any) -> dict[str, Any]:
    """A new app without draft."""
    letters = string.ascii_letters + string.digits
    app = {"id": new_id(), "mode": mode, "created_at": now(), "updated_at": now(), "enable_site": True, "enable_api": True,
           "max_active_requests": None, "tags": [], "starred": False, "draft_id": None, "published_id": None,
           "version_ids": [], "code": "".join(secrets.choice(letters) for _ in range(16)), **texts}
    return ctx.store.apps.put(app)


def with_app(handler: Callable[[Request], Any], *modes: str) -> Callable[[Request], Any]:
    """A signed-in handler that gets request.app; 404 when it does not exist or has another mode."""
    def wrapped(request: Request) -> Any:
        app = request.ctx.store.apps.get(request.params["app"].lower())
        if app is None or (modes and app["mode"] not in modes):
            raise ApiError(404, "app_not_found", "App not found.")
        request.app = app
        return handler(request)
    return signed_in(wrapped)


def tags_of(ctx: Any, app: dict[str, Any]) -> list[dict[str, Any]]:
    """The tags bound to an app."""
    return [{"id": t["id"], "name": t["name"], "type": t["type"]}
            for t in (ctx.store.tags.get(i) for i in app["tags"]) if t]


def _published(ctx: Any, app: dict[str, Any]) -> dict[str, Any] | None:
    workflow = ctx.store.workflows.get(app.get("published_id"))
    if workflow is None:
        return None
    return {"id": workflow["id"], "created_by": ctx.identity["account"], "created_at": workflow["created_at"],
            "updated_by": None, "updated_at": workflow["updated_at"]}


def row(ctx: Any, app: dict[str, Any]) -> dict[str, Any]:
    """An app as lists show it."""
    who = ctx.identity["account"]
    shown = {"id": app["id"], "name": app["name"], "max_active_requests": app["max_active_requests"],
             "description": app["description"], "mode": app["mode"], "icon_type": app["icon_type"], "icon": app["icon"],
             "icon_background": app["icon_background"], "icon_url": None, "model_config": app.get("model_config"),
             "workflow": _published(ctx, app), "use_icon_as_answer_icon": app["use_icon_as_answer_icon"], "created_by": who,
             "created_at": app["created_at"], "updated_by": who, "updated_at": app["updated_at"], "tags": tags_of(ctx, app),
             "access_mode": None, "create_user_name": None, "author_name": ctx.options.email.partition("@")[0],
             "has_draft_trigger": False}
    if ctx.profile.has_star:
        shown.update(permission_keys=[], is_starred=app["starred"], maintainer=who, bound_agent_id=None, app_id=None)
    return shown


def brief(ctx: Any, app: dict[str, Any]) -> dict[str, Any]:
    """An app as some changes answer it."""
    whole = detail(ctx, app)
    for name in ("site", "max_active_requests", "icon_url", "icon_type", "deleted_tools", "api_base_url"):
        del whole[name]
    for name in ("bound_agent_id", "app_id"):
        whole.pop(name, None)
    return {**whole, "tracing": None}


def detail(ctx: Any, app: dict[str, Any]) -> dict[str, Any]:
    """An app by itself."""
    who = ctx.identity["account"]
    shown = {k: app[k] for k in ("id", "name", "description", "mode", "icon_type", "icon", "icon_background", "enable_site",
                                 "enable_api", "max_active_requests", "use_icon_as_answer_icon", "created_at", "updated_at")}
    shown.update(icon_url=None, model_config=app.get("model_config"), workflow=_published(ctx, app), tracing=None, created_by=who,
                 updated_by=who, access_mode=None, tags=tags_of(ctx, app), api_base_url=f"{ctx.base_url}/v1", deleted_tools=[],
                 site={"access_token": app["code"], "code": app["code"], "title": app["name"], "icon_type": app["icon_type"],
                       "icon": app["icon"], "icon_background": app["icon_background"], "description": None,
                       "default_language": "en-US", "app_base_url": ctx.base_url, "show_workflow_steps": True})
    if ctx.profile.has_star:
        shown.update(permission_keys=[], maintainer=who, bound_agent_id=None, app_id=None)
    if not ctx.profile.eager_nodes:
        del shown["tracing"]
    return shown


# list

def _tag_ids(request: Request) -> list[str]:
    sent = request.query.get("tag_ids")
    if not sent:
        return []
    if request.ctx.profile.tag_list_form == "comma":
        return [t for t in sent[0].split(",") if t]
    for text in sent:
        if len(text) != _UUID_LENGTH:
            raise invalid_param("Invalid UUID format in tag_ids.")
    return sent


def _list(request: Request) -> Any:
    ctx = request.ctx
    modes = (*MODES, "agent") if ctx.profile.has_generate else MODES
    read = params.query(request, Rec("AppListQuery", page=F(Int(1, 99999), 1), limit=F(Int(1, 100), 20),
                                     mode=F(OneOf(*modes, kind="literal_error"), "all"), name=F(Any_, "")))
    tags = set(_tag_ids(request))
    wanted = (read["name"] or "").lower()
    found = [a for a in ctx.store.apps.newest()
             if (read["mode"] == "all" or a["mode"] == read["mode"]) and wanted in str(a["name"]).lower()
             and (not tags or tags & set(a["tags"]))]
    page = params.paged(found, read["page"], read["limit"])
    page["data"] = [row(ctx, a) for a in page["data"]]
    return page


# create, change, delete

_CREATE = Rec("CreateAppPayload", name=F(Str(0, 1)), description=F(Opt(Str(400)), ""), icon_type=F(Opt(Str()), "emoji"),
              icon=F(Opt(Str()), None), icon_background=F(Opt(Str()), None),
              mode=F(OneOf("chat", "agent-chat", "advanced-chat", "workflow", "completion", kind="literal_error")))
_CHANGE = Rec("UpdateAppPayload", name=F(Str(0, 1)), description=F(Opt(Str(400)), ""), icon_type=F(Opt(Str()), None),
              icon=F(Opt(Str()), None), icon_background=F(Opt(Str()), None), use_icon_as_answer_icon=F(Opt(Bool()), None),
              max_active_requests=F(Opt(Int()), None))


def _create(request: Request) -> Any:
    sent = params.body(request, _CREATE)
    app = create_app(request.ctx, sent["mode"], name=sent["name"], description=sent["description"] or "",
                     icon_type=sent["icon_type"] or "emoji", icon=sent["icon"] or "🤖",
                     icon_background=sent["icon_background"] or "#FFEAD5", use_icon_as_answer_icon=False)
    return 201, (detail if request.ctx.profile.has_star else brief)(request.ctx, app)


def _change(request: Request) -> Any:
    sent = params.body(request, _CHANGE)
    app = request.app
    app.update({k: v for k, v in sent.items() if k in app and v is not None}, updated_at=now())
    if "max_active_requests" in sent:
        app["max_active_requests"] = sent["max_active_requests"]
    request.ctx.store.apps.put(app)
    return detail(request.ctx, app)


def delete_app(ctx: Any, app: dict[str, Any]) -> None:
    """Remove an app with its drafts, versions and keys."""
    for workflow in [app.get("draft_id"), *app.get("version_ids", [])]:
        if workflow:
            ctx.store.workflows.drop(workflow)
    for key in [k for k in ctx.store.keys if k.get("app_id") == app["id"]]:
        ctx.drop_key(key)
    ctx.store.apps.drop(app["id"])


def _delete(request: Request) -> Any:
    delete_app(request.ctx, request.app)
    return Response(204)


def _set(name: str, shape: Rec) -> Callable[[Request], Any]:
    def handler(request: Request) -> Any:
        sent = params.body(request, shape)
        request.app.update({k: sent[k] for k in shape.members if sent.get(k) is not None}, updated_at=now())
        request.ctx.store.apps.put(request.app)
        short = request.ctx.profile.has_star and name in ("rename", "api", "site")
        return (brief if short else detail)(request.ctx, request.app)
    handler.__name__ = name
    return handler


def _copy(request: Request) -> Any:
    ctx, old = request.ctx, request.app
    sent = request.json(False) if request.body else {}
    app = create_app(ctx, old["mode"], **{k: sent.get(k) or old[k] for k in (
        "name", "description", "icon_type", "icon", "icon_background")}, use_icon_as_answer_icon=old["use_icon_as_answer_icon"])
    draft = ctx.store.workflows.get(old.get("draft_id"))
    if draft:
        copy = {**draft, "id": new_id(), "app_id": app["id"], "created_at": now(), "updated_at": now()}
        ctx.store.workflows.put(copy)
        app["draft_id"] = copy["id"]
        ctx.store.apps.put(app)
    return 201, detail(ctx, app)


def _star(value: bool) -> Callable[[Request], Any]:
    def handler(request: Request) -> Any:
        request.app["starred"] = value
        request.ctx.store.apps.put(request.app)
        return {"result": "success"}
    return handler


_RECENT = ("id", "name", "icon_type", "icon", "icon_background", "mode", "author_name", "updated_at", "permission_keys", "maintainer",
           "icon_url")


def _recent(request: Request) -> Any:
    limit = params.query(request, Rec("RecentAppListQuery", limit=F(Int(1, 100), 8)))["limit"]
    newest = sorted(request.ctx.store.apps.all(), key=lambda a: -a["updated_at"])[:limit]
    return {"data": [{k: v for k, v in row(request.ctx, a).items() if k in _RECENT} for a in newest]}


def _starred(request: Request) -> Any:
    number, limit = params.page(request, "AppListQuery")
    found = [row(request.ctx, a) for a in request.ctx.store.apps.newest() if a["starred"]]
    return params.paged(found, number, limit)


def add_routes(routes: Routes, ctx: Any) -> None:
    """App routes."""
    base, one = "/console/api/apps", "/console/api/apps/{app:uuid}"
    routes.add("GET", base, signed_in(_list))
    routes.add("POST", base, signed_in(_create))
    if ctx.profile.has_star:
        routes.add("GET", f"{base}/recent", signed_in(_recent))
        routes.add("GET", f"{base}/starred", signed_in(_starred))
        routes.add("POST", f"{one}/star", with_app(_star(True)))
        routes.add("DELETE", f"{one}/star", with_app(_star(False)))
    routes.add("GET", one, with_app(lambda r: detail(r.ctx, r.app)))
    routes.add("PUT", one, with_app(_change))
    routes.add("DELETE", one, with_app(_delete))
    routes.add("POST", f"{one}/name", with_app(_set("rename", Rec("AppNamePayload", name=F(Str(0, 1))))))
    routes.add("POST", f"{one}/icon", with_app(_set("icon", Rec("AppIconPayload", icon=F(Opt(Str()), None),
                                                                icon_background=F(Opt(Str()), None)))))
    routes.add("POST", f"{one}/site-enable", with_app(_set("site", Rec("AppSiteStatusPayload", enable_site=F(Bool())))))
    routes.add("POST", f"{one}/api-enable", with_app(_set("api", Rec("AppApiStatusPayload", enable_api=F(Bool())))))
    routes.add("POST", f"{one}/copy", with_app(_copy))
