"""agent and tool nodes: no plugin is installed, of the built-in tools there is the clock."""
from __future__ import annotations

import random
import re
import time
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import NodeError
from ..pool import MISSING
from ..result import Job, Result
from ..walk import node

_ZONE = re.compile(r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$")


def _no_plugin() -> str:
    return f"req_id: {random.getrandbits(40):010x} PluginNotFoundError: plugin not found"


@node("agent", "knowledge-index")
def agent(job: Job) -> Result:
    """Fails: no strategy plugin is installed."""
    raise NodeError(f"Failed to get agent strategy: {_no_plugin()}", "AgentNodeError")


def _missing(job: Job, text: str) -> NodeError:
    head = "Failed to get tool runtime: " if job.run.profile.has_generate else ""
    return NodeError(head + text, "ToolNodeError")


def _clock(job: Job) -> dict[str, Any]:
    settings = {**job.data["tool_configurations"], **_parameters(job)}
    if job.data.get("tool_node_version"):
        settings = {k: v.get("value") if isinstance(v, dict) else v for k, v in settings.items()}
    zone = settings.get("timezone", "UTC")
    if isinstance(zone, dict):
        raise _missing(job, f"tool parameter timezone value {zone} not in options ['UTC', ...]")
    try:
        now = datetime.now(ZoneInfo(zone if _ZONE.match(str(zone)) else "UTC"))
    except (KeyError, ValueError, OSError):
        now = datetime.utcnow()
    form = settings.get("format")
    return {"text": now.strftime(form if isinstance(form, str) and form else "%Y-%m-%d %H:%M:%S"), "files": [], "json": []}


def _parameters(job: Job) -> dict[str, Any]:
    values = {}
    for name, given in job.data["tool_parameters"].items():
        value = given.get("value")
        if given["type"] == "variable":
            found = job.pool.get(value)
            if found is MISSING:
                raise NodeError(f"Variable {value} does not exist", "ToolParameterError")
            value = found
        elif given["type"] == "mixed":
            value = job.pool.text(str(value or ""))
        values[name] = value
    return values


@node("tool")
def tool(job: Job) -> Result:
    """Runs the clock; every other tool is missing."""
    data = job.data
    kind, provider = data["provider_type"], data["provider_id"]
    if kind in ("workflow", "api", "mcp"):
        shown = provider if _is_uuid(provider) else str(uuid.uuid4())
        raise _missing(job, f"{kind} provider {shown} not found")
    if kind != "builtin" or provider not in ("time", "langgenius/time/time"):
        raise _missing(job, _no_plugin())
    if job.run.profile.eager_nodes is False and any(isinstance(v, dict) for v in data["tool_configurations"].values()):
        return Result(outputs={"text": time.strftime("%Y"), "files": [], "json": []})
    if data["tool_name"] == "current_time":
        return Result(outputs=_clock(job), inputs=dict(data["tool_configurations"]))
    if data["tool_name"] == "localtime_to_timestamp":
        return Result(outputs={"text": str(int(time.time())), "files": [], "json": []})
    raise _missing(job, f"builtin tool {data['tool_name']} not found")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
        return True
    except ValueError:
        return False
