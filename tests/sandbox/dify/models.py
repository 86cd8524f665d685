"""Model providers and models of the workspace (contract.md 2.9)."""
from __future__ import annotations

from typing import Any

from . import params
from .auth import signed_in
from .errors import invalid_param
from .web import Request, Routes

PROVIDER = "langgenius/openai_api_compatible/openai_api_compatible"
_LABEL = {"zh_Hans": "OpenAI-API-compatible", "en_US": "OpenAI-API-compatible"}


def _model(name: str, kind: str) -> dict[str, Any]:
    properties = {"context_size": 32000, "mode": "chat"} if kind == "llm" else {"context_size": 8000}
    return {"model": name, "label": {"zh_Hans": name, "en_US": name}, "model_type": kind, "features": [],
            "fetch_from": "customizable-model", "model_properties": properties, "deprecated": False, "status": "active",
            "load_balancing_enabled": False, "has_invalid_load_balancing_configs": False}


def _models(ctx: Any, kind: str) -> list[dict[str, Any]]:
    if kind == "llm":
        return [_model(name, kind) for name in ctx.models]
    own = [ctx.options.embedding] if kind == "text-embedding" else []
    return [_model(name, kind) for name in own + ((ctx.store.meta.get(f"added-{kind}") or {}).get("names") or [])]


def _icons(ctx: Any) -> dict[str, str]:
    base = f"{ctx.base_url}/console/api/workspaces/{ctx.identity['workspace']}/model-providers/{PROVIDER}/icon_small"
    return {"zh_Hans": f"{base}/zh_Hans", "en_US": f"{base}/en_US"}


def _by_type(request: Request) -> Any:
    ctx, kind = request.ctx, request.params["kind"]
    models = _models(ctx, kind)
    if not models:
        return {"data": []}
    other = {"icon_small_dark": None} if ctx.profile.eager_nodes else {"icon_large": None}
    return {"data": [{"tenant_id": ctx.identity["workspace"], "provider": PROVIDER, "label": _LABEL, "icon_small": _icons(ctx),
                      **other, "status": "active", "models": models}]}


def _providers(request: Request) -> Any:
    ctx = request.ctx
    return {"data": [{"tenant_id": ctx.identity["workspace"], "provider": PROVIDER, "label": _LABEL,
                      "description": {"zh_Hans": "兼容 OpenAI API 的模型供应商", "en_US": "Model providers compatible with OpenAI's API"},
                      "icon_small": _icons(ctx), "icon_small_dark": None, "background": None, "help": None,
                      "supported_model_types": ["llm", "text-embedding"], "configurate_methods": ["customizable-model"],
                      "provider_credential_schema": None, "model_credential_schema": None, "preferred_provider_type": "custom",
                      "custom_configuration": {"status": "active"},
                      "system_configuration": {"enabled": False, "current_quota_type": None, "quota_configurations": []}}]}


def _default(request: Request) -> Any:
    kind = request.arg("model_type") or "llm"
    stored = request.ctx.store.meta.get("default-models") or {}
    models = _models(request.ctx, kind)
    name = stored.get(kind) or (models[0]["model"] if models else None)
    if name is None:
        return {"data": None}
    return {"data": {"model": name, "model_type": kind, "provider": {
        "provider": PROVIDER, "label": _LABEL, "icon_small": _icons(request.ctx), "supported_model_types": ["llm", "text-embedding"]}}}


def _set_default(request: Request) -> Any:
    stored = dict(request.ctx.store.meta.get("default-models") or {"id": "default-models"})
    for item in request.json().get("model_settings") or []:
        if item.get("provider") and item["provider"] != PROVIDER:
            raise invalid_param(f"Provider {item['provider']} does not exist.")
        if item.get("model"):
            stored[item["model_type"]] = item["model"]
    request.ctx.store.meta.put(stored)
    return {"result": "success"}


def _rules(request: Request) -> Any:
    return {"data": [{"name": "temperature", "use_template": "temperature", "label": {"zh_Hans": "温度", "en_US": "Temperature"},
                      "type": "float", "help": None, "required": False, "default": 0.7, "min": 0.0, "max": 2.0, "precision": 2,
                      "options": []}]}


def _credential(request: Request) -> Any:
    """A further model: from now on the workspace has it."""
    ctx, sent = request.ctx, request.json()
    if request.params["provider"] != PROVIDER:
        raise invalid_param(f"Provider {request.params['provider']} does not exist.")
    if sent.get("model_type") == "llm" and sent.get("model") not in ctx.models:
        stored = dict(ctx.store.meta.get("added-models") or {"id": "added-models", "names": []})
        stored["names"] = [*stored["names"], sent["model"]]
        ctx.store.meta.put(stored)
        ctx.model_list.names = ctx.models
    elif sent.get("model_type") != "llm" and sent.get("model"):
        key = f"added-{sent.get('model_type')}"
        stored = dict(ctx.store.meta.get(key) or {"id": key, "names": []})
        stored["names"] = [*stored["names"], sent["model"]]
        ctx.store.meta.put(stored)
    return 201, {"result": "success"}


def _plugins(request: Request) -> Any:
    """What is installed: the one provider, from a file."""
    plugin = PROVIDER.rsplit("/", 1)[0]
    checksum = "5a" * 32
    unique = f"{plugin}:0.0.28@{checksum}"
    return {"plugins": [{"id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "tenant_id": request.ctx.identity["workspace"],
                         "plugin_id": plugin, "plugin_unique_identifier": unique, "source": "package", "meta": {},
                         "version": "0.0.28", "checksum": checksum, "runtime_type": "local", "name": plugin.split("/")[1],
                         "endpoints_setups": 0, "endpoints_active": 0}], "total": 1}


def add_routes(routes: Routes, ctx: Any) -> None:
    """Model routes."""
    base = "/console/api/workspaces/current"
    routes.add("GET", f"{base}/model-providers", signed_in(_providers))
    routes.add("GET", base + "/models/model-types/{kind}", signed_in(_by_type))
    routes.add("GET", f"{base}/default-model", signed_in(_default))
    routes.add("POST", f"{base}/default-model", signed_in(_set_default))
    routes.add("GET", base + "/model-providers/{provider:path}/models/parameter-rules", signed_in(_rules))
    routes.add("POST", base + "/model-providers/{provider:path}/models/credentials", signed_in(_credential))
    routes.add("GET", f"{base}/customized-snippets", signed_in(lambda r: params.paged([], *params.page(r, "SnippetListQuery"))))
    routes.add("GET", f"{base}/tool-providers", signed_in(lambda r: []))
    routes.add("GET", f"{base}/plugin/list", signed_in(_plugins))
