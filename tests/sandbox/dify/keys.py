"""App keys and dataset keys (contract.md 2.9)."""
from __future__ import annotations

import secrets
import string
from typing import Any

from .apps import with_app
from .auth import signed_in
from .errors import ApiError
from .store import new_id, now
from .web import Request, Response, Routes

MAX_KEYS = 10
_LETTERS = string.ascii_letters + string.digits


def _token(prefix: str) -> str:
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(24))


def _show(key: dict[str, Any]) -> dict[str, Any]:
    return {k: key[k] for k in ("id", "type", "token", "last_used_at", "created_at")}


def _keys(ctx: Any, app_id: str | None) -> list[dict[str, Any]]:
    return [k for k in ctx.store.keys.newest() if k["app_id"] == app_id]


def _create(ctx: Any, app_id: str | None) -> dict[str, Any]:
    if len(_keys(ctx, app_id)) >= MAX_KEYS:
        raise ApiError(400, body={"custom": "max_keys_exceeded",
                                  "message": f"Cannot create more than {MAX_KEYS} API keys for this resource type."})
    kind = "app" if app_id else "dataset"
    key = {"id": new_id(), "app_id": app_id, "type": kind, "token": _token(f"{kind}-"), "last_used_at": None, "created_at": now()}
    return _show(ctx.keep_key(key))


def _delete(ctx: Any, app_id: str | None, key_id: str) -> Response:
    key = ctx.store.keys.get(key_id)
    if key is None or key["app_id"] != app_id:
        raise ApiError(404, body={"message": "API key not found"})
    ctx.drop_key(key)
    return Response(204)


def _known(handler: Any) -> Any:
    """404 `{"message": ..}` for an unknown app, unlike other routes."""
    def wrapped(request: Request) -> Any:
        if request.ctx.store.apps.get(request.params["app"]) is None:
            raise ApiError(404, body={"message": "App not found."})
        return with_app(handler)(request)
    return signed_in(wrapped)


def add_routes(routes: Routes) -> None:
    """Key routes."""
    one = "/console/api/apps/{app:uuid}/api-keys"
    sets = "/console/api/datasets/api-keys"
    routes.add("GET", one, _known(lambda r: {"data": [_show(k) for k in _keys(r.ctx, r.app["id"])]}))
    routes.add("POST", one, _known(lambda r: (201, _create(r.ctx, r.app["id"]))))
    routes.add("DELETE", one + "/{key:uuid}", _known(lambda r: _delete(r.ctx, r.app["id"], r.params["key"])))
    routes.add("GET", sets, signed_in(lambda r: {"data": [_show(k) for k in _keys(r.ctx, None)]}))
    routes.add("POST", sets, signed_in(lambda r: _create(r.ctx, None)))
    routes.add("DELETE", sets + "/{key:uuid}", signed_in(lambda r: _delete(r.ctx, None, r.params["key"])))
