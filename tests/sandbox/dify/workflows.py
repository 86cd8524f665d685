"""Drafts and versions as records, and what a draft must satisfy to be stored or published (contract.md 5.7)."""
from __future__ import annotations

import base64
import hashlib
import json
import uuid
from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import variables
from .engine.nodedata import base_members, known_types
from .engine.nodetypes import HUMAN_INPUT, START_TYPES
from .engine.schema import Any_, Bool, DataError, F, Int, List, OneOf, Rec, read
from .errors import ApiError, invalid_param
from .profile import Profile
from .store import new_id, now

TRIGGERS = ("trigger-webhook", "trigger-schedule", "trigger-plugin")
_LEGACY_TYPES = {"variable-assigner", "http-request", "knowledge-index", "datasource-empty"}


class DraftRefused(Exception):
    """A draft that cannot be stored; the text is what an import shows."""


def graph_hash(graph: Any, features: Any) -> str:
    """The hash of a draft."""
    text = json.dumps({"graph": graph, "features": features}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_graph(graph: Any, mode: str, profile: Profile) -> None:
    """What import and draft save look at in a graph; raises DraftRefused with the raw text of the trouble."""
    try:
        for node in graph.get("nodes", []):
            _no_data(node)
        if profile.import_checks_graph and ("nodes" in graph or mode == "workflow"):
            _new_checks(graph, profile)
    except (AttributeError, TypeError, KeyError) as error:
        raise DraftRefused(str(error)) from None


def _no_data(node: Any) -> None:
    data = node.get("data", {})
    if data.get("type", "") == "knowledge-retrieval":
        list(data.get("dataset_ids", []))


def _new_checks(graph: dict[str, Any], profile: Profile) -> None:
    if "nodes" not in graph:
        raise DraftRefused("nodes not found in workflow graph")
    kinds = set()
    for node in graph["nodes"]:
        if node.get("type") == "custom-note":
            continue
        kind = node["data"]["type"]
        if profile.import_checks_types and kind is not None and kind != "":
            if not isinstance(kind, str) or kind not in known_types(profile) | _LEGACY_TYPES | {"human-input"}:
                raise DraftRefused(f"{kind!r} is not a valid NodeType")
        kinds.add(kind)
        if kind == "human-input" and profile.import_checks_forms:
            _check_form(node["data"], profile)
    if "start" in kinds and kinds & set(TRIGGERS):
        raise DraftRefused("Start node and trigger nodes cannot coexist in the same workflow")


def _check_form(data: dict[str, Any], profile: Profile) -> None:
    members = {**base_members(profile), **HUMAN_INPUT}
    try:
        read(Rec("HumanInputNodeData", **members), data, "HumanInputNodeData", profile.pydantic)
    except DataError as error:
        raise DraftRefused(f"Invalid HumanInput node data: {error}") from None
    if not profile.import_checks_delivery:
        return
    for index, method in enumerate(data.get("delivery_methods") or []):
        if method.get("type") not in ("webapp", "email"):
            raise DraftRefused(
                "Invalid HumanInput node data: 1 validation error for HumanInputNodeData\n"
                f"delivery_methods.{index}\n  Input tag '{method.get('type')}' found using 'type' does not match any of the "
                "expected tags: <DeliveryMethodType.WEBAPP: 'webapp'>, <DeliveryMethodType.EMAIL: 'email'>")


_UPLOAD = Rec("FileUploadConfig", enabled=F(Bool(), False),
              allowed_file_types=F(List(OneOf("image", "document", "audio", "video", "custom")), []),
              allowed_file_extensions=F(List(Any_), []),
              allowed_file_upload_methods=F(List(OneOf("remote_url", "local_file", "tool_file", "datasource_file")), []),
              number_limits=F(Int(), 0))


def check_features(features: Any, mode: str, profile: Profile) -> dict[str, Any]:
    """Features as stored; raises DraftRefused."""
    try:
        upload = features.get("file_upload") or {}
        if upload and upload.get("enabled"):
            read(_UPLOAD, upload, "FileUploadConfig", profile.pydantic)
        stored = {"file_upload": upload, "text_to_speech": features.get("text_to_speech") or
                  {"enabled": False, "voice": "", "language": ""},
                  "sensitive_word_avoidance": features.get("sensitive_word_avoidance") or {"enabled": False}}
    except (AttributeError, DataError) as error:
        raise DraftRefused(str(error)) from None
    return {**_chat_features(features), **stored} if mode == "advanced-chat" else stored


def _chat_features(features: dict[str, Any]) -> dict[str, Any]:
    opening = features.get("opening_statement")
    if opening is not None and not isinstance(opening, str):
        raise DraftRefused("opening_statement must be of string type")
    asked = features.get("suggested_questions")
    if asked is not None and not isinstance(asked, list):
        raise DraftRefused("suggested_questions must be of list type")
    off = {"enabled": False}
    return {"opening_statement": opening or "", "suggested_questions": asked or [],
            "suggested_questions_after_answer": features.get("suggested_questions_after_answer") or off,
            "speech_to_text": features.get("speech_to_text") or off,
            "retriever_resource": features.get("retriever_resource") or off}


def store_draft(ctx: Any, app: dict[str, Any], graph: Any, features: Any, env: list[dict[str, Any]],
                conversation: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a checked draft."""
    draft = ctx.store.workflows.get(app.get("draft_id")) or {
        "id": new_id(), "app_id": app["id"], "version": "draft", "created_at": now(), "marked_name": "", "marked_comment": ""}
    draft = {**draft, "graph": graph, "features": features, "environment_variables": env,
             "conversation_variables": conversation, "hash": graph_hash(graph, features), "updated_at": now()}
    ctx.store.workflows.put(draft)
    if app.get("draft_id") != draft["id"]:
        app["draft_id"] = draft["id"]
        ctx.store.apps.put(app)
    return draft


def sync(ctx: Any, app: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Check and write a draft; raises DraftRefused or VariableRefused."""
    profile = ctx.profile
    features = check_features(sent.get("features", {}), app["mode"], profile)
    graph = sent["graph"]
    check_graph(graph, app["mode"], profile)
    old = ctx.store.workflows.get(app.get("draft_id"))
    env = variables.parse(sent.get("environment_variables"), "env", profile.pydantic)
    if old and profile.keeps_masked_secret:
        env = variables.keep_secrets(env, old["environment_variables"])
    conversation = variables.parse(sent.get("conversation_variables"), "conversation", profile.pydantic)
    return store_draft(ctx, app, graph, features, env, conversation)


# publishing

def _schedule_problem(data: dict[str, Any]) -> str | None:
    mode = data.get("mode", "visual")
    if mode not in ("visual", "cron"):
        return f"Invalid schedule mode: {mode}"
    if mode == "cron":
        text = str(data.get("cron_expression") or "")
        fields = text.split()
        if not text.startswith("@") and len(fields) != 5:
            return ("Cron expression must have exactly 5 fields or be a predefined expression (@daily, @weekly, etc.). "
                    f"Got {len(fields)} fields: '{text}'")
        return None
    frequency = data.get("frequency", "daily")
    return None if frequency in ("hourly", "daily", "weekly", "monthly") else f"Unsupported frequency: {frequency}"


def check_publish(draft: dict[str, Any], profile: Profile) -> None:
    """What publishing looks at; raises ApiError."""
    if any(v["value_type"].startswith("array") for v in draft["environment_variables"]):
        raise TypeError("environment variable of an array type")
    if not profile.import_checks_graph:
        return
    for node in draft["graph"].get("nodes", []):
        data = node.get("data") or {}
        if data.get("type") == "trigger-schedule":
            problem = _schedule_problem(data)
            if problem:
                raise invalid_param(problem)
            try:
                ZoneInfo(data.get("timezone") or "UTC")
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ApiError(500, body={"message": "Internal Server Error", "code": "unknown", "status": 500}) from None
        if data.get("type") == "agent" and data.get("agent_node_kind") == "dify_agent" and profile.has_generate:
            if not (data.get("agent_binding") or {}).get("agent_id"):
                raise invalid_param(f"Workflow Agent node {node['id']} requires a binding before publishing.")


def publish(ctx: Any, app: dict[str, Any], name: str, comment: str) -> dict[str, Any]:
    """Make a version of the draft."""
    draft = ctx.store.workflows.get(app.get("draft_id"))
    if draft is None:
        raise ApiError(400, "invalid_param", "No valid workflow found.")
    check_publish(draft, ctx.profile)
    version = {**draft, "id": new_id(), "version": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f"),
               "marked_name": name, "marked_comment": comment, "created_at": now(), "updated_at": now()}
    ctx.store.workflows.put(version)
    app.update(published_id=version["id"], version_ids=[*app.get("version_ids", []), version["id"]], updated_at=now())
    ctx.store.apps.put(app)
    return version


# dataset ids in graphs

def _is_uuid(text: Any) -> bool:
    try:
        uuid.UUID(text)
        return True
    except (ValueError, TypeError, AttributeError):
        return False


def hide_dataset(ctx: Any, dataset: str) -> str:
    """A dataset id as an export writes it."""
    return base64.b64encode(f"{ctx.identity['workspace'][:8]}{dataset}".encode()).decode()


def read_dataset(ctx: Any, text: Any) -> str | None:
    """The dataset id behind an export's text, or a plain id where the release takes it."""
    if _is_uuid(text):
        return text if ctx.profile.keeps_dataset_uuid else None
    try:
        plain = base64.b64decode(text, validate=True).decode()
    except (ValueError, TypeError):
        return None
    head = ctx.identity["workspace"][:8]
    return plain[len(head):] if plain.startswith(head) and _is_uuid(plain[len(head):]) else None


def each_dataset_node(graph: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of all knowledge-retrieval nodes."""
    found = []
    for node in graph.get("nodes") or []:
        data = node.get("data") or {}
        if data.get("type") == "knowledge-retrieval":
            found.append(data)
    return found


def start_data(graph: dict[str, Any]) -> dict[str, Any]:
    """The data of the start node, {} when there is none."""
    for node in graph.get("nodes") or []:
        data = (node or {}).get("data") or {}
        if data.get("type") in START_TYPES:
            return data
    return {}


