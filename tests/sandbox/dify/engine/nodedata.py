"""Reads node data: what all nodes share, and one node's own data (contract.md 5.5)."""
from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ..profile import PROFILES, Profile
from .nodetypes import tables
from .schema import Any_, Bool, F, Int, List, OneOf, Opt, Rec, Report, Str, Test, read


def _to_number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"Cannot convert to number: {value}") from None


def _default_value(value: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("value"), str):
        return value
    kind, text = value.get("type"), value["value"]
    if kind == "number":
        _to_number(text)
    elif kind in ("object", "array[string]", "array[number]", "array[object]", "array[file]"):
        try:
            json.loads(text)
        except ValueError:
            raise ValueError(f"Invalid JSON format for value: {text}") from None
    return value


_default = Test(_default_value, Rec(
    "DefaultValue", value=F(Any_, None), key=F(Str()),
    type=F(OneOf("string", "number", "object", "array[number]", "array[string]", "array[object]", "array[file]"))))
_retry = Rec("RetryConfig", max_retries=F(Int(), 0), retry_interval=F(Int(), 0), retry_enabled=F(Bool(), False))
_strategy = Opt(OneOf("fail-branch", "default-value"))


def base_members(profile: Profile) -> dict[str, F]:
    """The members that every node's data has."""
    title = F(Str()) if profile.title_required else F(Str(), "")
    return {"title": title, "desc": F(Opt(Str()), None), "version": F(Str(), "1"), "error_strategy": F(_strategy, None),
            "default_value": F(Opt(List(_default)), None), "retry_config": F(_retry, {})}


@lru_cache(maxsize=None)
def _records(version: str) -> dict[str, tuple[str, Rec]]:
    profile = next(p for p in PROFILES.values() if p.version == version)
    base = base_members(profile)
    table = {kind: (title, Rec(title, **{**base, **members})) for kind, (title, members) in tables(profile).items()}
    if not profile.eager_nodes:
        table["variable-assigner"] = table["variable-aggregator"]
        for kind in ("human-input", "trigger-webhook", "trigger-schedule", "trigger-plugin", "datasource", "knowledge-index"):
            del table[kind]
    return table


def known_types(profile: Profile) -> set[str]:
    """Node types that a release has."""
    return {kind.partition("/")[0] for kind in _records(profile.version)}


def base_check(nodes: list[Any], profile: Profile) -> None:
    """The common look at all nodes before any is built; raises DataError."""
    members = {"type": F(Str())}
    if profile.base_node_pass:
        members.update(base_members(profile))
    shape = List(Rec("NodeConfigDict", id=F(Str()), data=F(Rec("BaseNodeData", **members))))
    read(shape, nodes, "list[NodeConfigDict]", profile.pydantic)


def node_data(kind: str, data: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """One node's data as read; raises DataError (or KeyError, as the original does for a bad authorization)."""
    if kind == "assigner":
        version = data.get("version", "1")
        if version not in ("1", "2"):
            version = "2"
        kind = f"assigner/{version}"
    title, record = _records(profile.version)[kind]
    quirk = profile.base_node_pass and not profile.has_generate
    return read(record, data, title, profile.pydantic, Report(quirk, "BaseNodeData" if quirk else ""))
