"""Tags and their bindings, whose paths and keys differ by release (contract.md 2.5)."""
from __future__ import annotations

from typing import Any

from . import params
from .auth import signed_in
from .engine.schema import F, List, OneOf, Rec, Str
from .errors import ApiError, invalid_param
from .store import new_id, now
from .web import Request, Response, Routes

_KIND = OneOf("knowledge", "app", kind="enum")
_CREATE = Rec("TagBasePayload", name=F(Str(50, 1)), type=F(_KIND, "app"))
_CHANGE = Rec("TagBasePayload", name=F(Str(50, 1)))
_BIND = Rec("TagBindingPayload", tag_ids=F(List(Str())), target_id=F(Str()), type=F(_KIND, "app"))


def _targets(ctx: Any, kind: str) -> Any:
    return ctx.store.apps if kind == "app" else ctx.store.datasets


def _count(ctx: Any, tag: dict[str, Any]) -> int:
    return sum(tag["id"] in (t.get("tags") or []) for t in _targets(ctx, tag["type"]))


def _show(tag: dict[str, Any], count: Any) -> dict[str, Any]:
    return {"id": tag["id"], "name": tag["name"], "type": tag["type"], "binding_count": count}


def _list(request: Request) -> Any:
    kind, word = request.arg("type"), (request.arg("keyword") or "").lower()
    return [_show(t, str(_count(request.ctx, t))) for t in request.ctx.store.tags.newest()
            if (not kind or t["type"] == kind) and word in t["name"].lower()]


def _create(request: Request) -> Any:
    ctx, sent = request.ctx, params.body(request, _CREATE)
    if any(t["name"] == sent["name"] and t["type"] == sent["type"] for t in ctx.store.tags):
        raise invalid_param("Tag name already exists")
    return _show(ctx.store.tags.put({"id": new_id(), "name": sent["name"], "type": sent["type"], "created_at": now()}), "0" if ctx.profile.has_generate else 0)


def _tag(request: Request) -> dict[str, Any]:
    tag = request.ctx.store.tags.get(request.params["tag"])
    if tag is None:
        raise ApiError(404, "not_found", "Tag not found")
    return tag


def _change(request: Request) -> Any:
    tag = _tag(request)
    tag["name"] = params.body(request, _CHANGE)["name"]
    request.ctx.store.tags.put(tag)
    return _show(tag, _count(request.ctx, tag))


def gone(request: Request) -> Response:
    """The answer to DELETE: a real 204, or on older releases 200 with the number 204 as body."""
    return Response(204) if request.ctx.profile.real_204 else Response(200, 204)


def _delete(request: Request) -> Any:
    ctx, tag = request.ctx, _tag(request)
    for target in _targets(ctx, tag["type"]):
        if tag["id"] in (target.get("tags") or []):
            target["tags"] = [t for t in target["tags"] if t != tag["id"]]
            _targets(ctx, tag["type"]).put(target)
    ctx.store.tags.drop(tag["id"])
    return gone(request)


def _done(request: Request) -> Any:
    return {"result": "success"} if request.ctx.profile.tag_result else Response(200, 200)


def _change_binding(request: Request, ids: list[str], target_id: str, kind: str, bind: bool) -> Any:
    table = _targets(request.ctx, kind)
    target = table.get(target_id)
    if target is None:
        raise ApiError(404, "not_found", "App not found" if kind == "app" else "Dataset not found")
    have = target.get("tags") or []
    target["tags"] = [*have, *(i for i in ids if i not in have)] if bind else [t for t in have if t not in ids]
    table.put(target)
    return _done(request)


def _bind(request: Request) -> Any:
    sent = params.body(request, _BIND)
    return _change_binding(request, sent["tag_ids"], sent["target_id"], sent["type"], True)


def _unbind(request: Request) -> Any:
    key = request.ctx.profile.unbind_key
    shape = Rec("TagBindingRemovePayload", **{key: F(List(Str()) if key == "tag_ids" else Str())},
                target_id=F(Str()), type=F(_KIND, "app"))
    sent = params.body(request, shape)
    ids = sent[key] if isinstance(sent[key], list) else [sent[key]]
    return _change_binding(request, ids, sent["target_id"], sent["type"], False)


def add_routes(routes: Routes, ctx: Any) -> None:
    """Tag routes."""
    base = "/console/api/tags"
    routes.add("GET", base, signed_in(_list))
    routes.add("POST", base, signed_in(_create))
    routes.add("PATCH", base + "/{tag:uuid}", signed_in(_change))
    routes.add("DELETE", base + "/{tag:uuid}", signed_in(_delete))
    for path in ctx.profile.bind_paths:
        routes.add("POST", "/console/api/tag-bindings" + (f"/{path}" if path else ""), signed_in(_bind))
    routes.add("POST", "/console/api/tag-bindings/remove", signed_in(_unbind))
