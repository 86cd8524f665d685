"""What a server says about itself before anybody signs in (contract.md 2.1, 2.2)."""
from __future__ import annotations

import os
import time
from typing import Any

from .auth import signed_in
from .errors import ApiError
from .web import Request, Routes


def _features(request: Request) -> Any:
    return {"sso_enforced_for_signin": False, "sso_enforced_for_signin_protocol": "", "enable_marketplace": False,
            "max_plugin_package_size": 15728640, "enable_email_code_login": False, "enable_email_password_login": True,
            "enable_social_oauth_login": False, "is_allow_register": False, "is_allow_create_workspace": False,
            "is_email_setup": False, "license": {"status": "none", "expired_at": "", "workspaces": {"enabled": False, "size": 0, "limit": 0}},
            "branding": {"enabled": False, "application_title": "", "login_page_logo": "", "workspace_logo": "", "favicon": ""}}


def _setup_again(request: Request) -> Any:
    if request.ctx.profile.eager_nodes:
        raise ApiError(403, body={"error": {"type": "authorization_error", "message": "Forbidden", "status": 403}})
    raise ApiError(403, "already_setup", "Dify has been successfully installed. Please refresh the page or return to the dashboard homepage.")


def _setup(request: Request) -> Any:
    made = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(request.ctx.identity["created_at"]))
    return {"step": "finished", "setup_at": made}


def add_routes(routes: Routes, ctx: Any) -> None:
    """Routes without sign-in."""
    console = "/console/api"
    routes.add("GET", f"{console}/setup", _setup)
    routes.add("POST", f"{console}/setup", _setup_again)
    routes.add("GET", f"{console}/init", lambda r: {"status": "finished"})
    routes.add("GET", f"{console}/system-features", _features)
    routes.add("GET", "/health", lambda r: {"pid": os.getpid(), "status": "ok", "version": r.ctx.profile.version})
    if ctx.profile.has_dsl_version:
        routes.add("GET", f"{console}/app-dsl-version", signed_in(lambda r: {"app_dsl_version": r.ctx.profile.dsl}))
