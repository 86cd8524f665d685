"""Sign-in of both generations, sessions, refresh, lock-out and the admin key (contract.md 2.3, 2.4)."""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from email.utils import formatdate
from typing import Any, Callable

from . import params
from .engine.schema import F, Str, Any_, Rec
from .errors import ApiError, unauthorized
from .store import new_id, now
from .web import Request, Response, Routes

ACCESS_SECONDS, REFRESH_SECONDS, MAX_TRIES = 3600, 30 * 86400, 6
_DRAFT_PATH = re.compile(r"^/console/api/apps/[0-9a-fA-F-]{36}/workflows/draft")
_LOGIN = Rec("LoginPayload", email=F(Str()), password=F(Str()), remember_me=F(Any_, False))
_REFRESH = Rec("RefreshPayload", refresh_token=F(Str()))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_token(secret: str, claims: dict[str, Any], seconds: int) -> str:
    """A signed JWT."""
    head = _b64(b'{"alg":"HS256","typ":"JWT"}')
    body = _b64(json.dumps({**claims, "exp": int(time.time()) + seconds}).encode())
    sign = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_b64(sign)}"


def read_token(secret: str, token: str) -> dict[str, Any]:
    """The claims of a good token, else 401."""
    try:
        head, body, sign = token.split(".")
        good = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(_b64(good), sign):
            raise ValueError
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, TypeError):
        raise unauthorized("Invalid token.") from None
    if claims.get("exp", 0) < time.time():
        raise unauthorized("Token has expired.")
    return claims


def _account(ctx: Any) -> dict[str, Any]:
    return {"id": ctx.identity["account"], "name": ctx.options.email.partition("@")[0], "email": ctx.options.email}


def _admin(request: Request, token: str) -> bool:
    return bool(request.ctx.options.admin_key) and hmac.compare_digest(token, request.ctx.options.admin_key)


def require(request: Request) -> None:
    """Let a console request pass or raise 401; sets request.account."""
    ctx = request.ctx
    bearer = request.bearer
    cookie = None if ctx.profile.bearer_login else request.cookies.get("access_token")
    if cookie is None and bearer and _admin(request, bearer):
        if request.headers.get("x-workspace-id") != ctx.identity["workspace"]:
            raise unauthorized("Invalid token.")
        request.account = _account(ctx)
        return
    token = cookie or bearer
    if not token:
        raise unauthorized("Invalid Authorization token.")
    claims = read_token(ctx.identity["secret"], token)
    if claims.get("sub") != "access":
        raise unauthorized("Invalid token.")
    if not ctx.profile.bearer_login and not _DRAFT_PATH.match(request.path):
        _check_csrf(request)
    request.account = _account(ctx)


def _check_csrf(request: Request) -> None:
    header, cookie = request.headers.get("x-csrf-token"), request.cookies.get("csrf_token")
    if not header or header != cookie:
        raise unauthorized("CSRF token is missing or invalid.")
    try:
        claims = read_token(request.ctx.identity["secret"], header)
    except ApiError:
        raise unauthorized("CSRF token is missing or invalid.") from None
    if claims.get("sub") != "csrf":
        raise unauthorized("CSRF token is missing or invalid.")


def signed_in(handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """A handler that asks for a session first."""
    def wrapped(request: Request) -> Any:
        require(request)
        return handler(request)
    return wrapped


def _cookie(name: str, value: str, seconds: int, script: bool) -> tuple[str, str]:
    only = "" if script else " HttpOnly;"
    if not value:
        return "Set-Cookie", f"{name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT;{only} Path=/; SameSite=Lax"
    when = formatdate(time.time() + seconds, usegmt=True)
    return "Set-Cookie", f"{name}={value}; Expires={when}; Max-Age={seconds};{only} Path=/; SameSite=Lax"


def _new_session(request: Request, order: tuple[str, ...]) -> Response:
    ctx = request.ctx
    secret = ctx.identity["secret"]
    refresh = secrets.token_hex(64)
    ctx.store.refresh.put({"id": refresh, "until": now() + REFRESH_SECONDS})
    tokens = {"access_token": make_token(secret, {"sub": "access", "user_id": ctx.identity["account"], "n": new_id()},
                                         ACCESS_SECONDS),
              "refresh_token": refresh}
    if ctx.profile.bearer_login:
        return Response(200, {"result": "success", "data": tokens})
    tokens["csrf_token"] = make_token(secret, {"sub": "csrf", "n": new_id()}, ACCESS_SECONDS)
    life = {"refresh_token": REFRESH_SECONDS}
    cookies = [_cookie(name, tokens[name], life.get(name, ACCESS_SECONDS), name == "csrf_token") for name in order]
    return Response(200, {"result": "success"}, cookies)


def _password(request: Request, text: str) -> str:
    if not request.ctx.profile.base64_password:
        return text
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        raise ApiError(401, "authentication_failed", "Invalid encrypted data") from None


def _login(request: Request) -> Response:
    ctx = request.ctx
    sent = params.body(request, _LOGIN)
    email = sent["email"].strip().lower()
    password = _password(request, sent["password"])
    with ctx.lock:
        if ctx.tries[email] >= MAX_TRIES:
            raise ApiError(429, "email_code_login_limit", "Too many incorrect password attempts. Please try again later.")
        if email == ctx.options.email.lower() and password == ctx.options.password:
            ctx.tries.pop(email, None)
            return _new_session(request, ("access_token", "refresh_token", "csrf_token"))
        ctx.tries[email] += 1
    if email != ctx.options.email.lower():
        raise ApiError(*ctx.profile.unknown_account)
    raise ApiError(401, "authentication_failed", "Invalid email or password.")


def _refresh(request: Request) -> Response:
    ctx = request.ctx
    old = ctx.profile.bearer_login
    token = params.body(request, _REFRESH)["refresh_token"] if old else request.cookies.get("refresh_token")
    key = "data" if old else "message"
    if not token:
        return Response(401, {"result": "fail", key: "No refresh token provided"})
    with ctx.lock:
        row = ctx.store.refresh.get(token)
        if row is None or row["until"] < now():
            return Response(401, {"result": "fail", key: "Invalid refresh token"})
        ctx.store.refresh.drop(token)
    return _new_session(request, ("csrf_token", "access_token", "refresh_token"))


def _logout(request: Request) -> Response:
    if request.ctx.profile.bearer_login:
        return Response(200, {"result": "success"})
    token = request.cookies.get("refresh_token")
    if token:
        request.ctx.store.refresh.drop(token)
    names = ("access_token", "refresh_token", "csrf_token")
    return Response(200, {"result": "success"}, [_cookie(n, "", 0, n == "csrf_token") for n in names])


def _all_workspaces(request: Request) -> Any:
    if not request.bearer:
        raise unauthorized("Authorization header is missing.")
    if not _admin(request, request.bearer):
        raise unauthorized("API key is invalid.")
    ctx = request.ctx
    number, limit = params.page(request, "WorkspaceListQuery")
    row = {"id": ctx.identity["workspace"], "name": f"{_account(ctx)['name']}'s Workspace", "status": "normal",
           "created_at": ctx.identity["created_at"]}
    return params.paged([row], number, limit)


def _profile(request: Request) -> Any:
    who, made = request.account, request.ctx.identity
    return {"avatar": None, "id": who["id"], "name": who["name"], "email": who["email"], "is_password_set": True,
            "interface_language": "en-US", "interface_theme": "light", "timezone": "UTC",
            "last_login_at": made["last_login_at"], "last_login_ip": "127.0.0.1", "created_at": made["created_at"],
            "avatar_url": None}


def _workspaces(request: Request) -> Any:
    made = request.ctx.identity
    return {"workspaces": [{"id": made["workspace"], "name": f"{request.account['name']}'s Workspace", "plan": "sandbox",
                            "status": "normal", "created_at": made["created_at"],
                            "last_opened_at": made["created_at"], "current": True}]}


def _current(request: Request) -> Any:
    made = request.ctx.identity
    return {"id": made["workspace"], "name": f"{request.account['name']}'s Workspace", "plan": None, "status": None,
            "created_at": made["created_at"], "role": "owner", "in_trial": None, "trial_end_reason": None,
            "custom_config": None, "trial_credits": None, "trial_credits_used": None, "next_credit_reset_date": None}


def _switch(request: Request) -> Any:
    wanted = params.body(request, Rec("SwitchWorkspacePayload", tenant_id=F(Str())))["tenant_id"]
    if wanted != request.ctx.identity["workspace"]:
        raise ApiError(404, "not_found", "Account not link tenant")
    return {"result": "success", "new_tenant": _current(request)}


def add_routes(routes: Routes, ctx: Any) -> None:
    """Sign-in, account and workspace routes."""
    console = "/console/api"
    routes.add("POST", f"{console}/login", _login)
    routes.add("POST", f"{console}/refresh-token", _refresh)
    routes.add("GET" if ctx.profile.bearer_login else "POST", f"{console}/logout", _logout)
    routes.add("GET", f"{console}/all-workspaces", _all_workspaces)
    routes.add("GET", f"{console}/account/profile", signed_in(_profile))
    routes.add("GET", f"{console}/workspaces", signed_in(_workspaces))
    routes.add("POST", f"{console}/workspaces/current", signed_in(_current))
    routes.add("POST", f"{console}/workspaces/switch", signed_in(_switch))
