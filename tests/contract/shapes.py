"""Compares the members and types of answers with what recorded exchanges of a real Dify hold."""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FREE = {"graph", "features", "inputs", "outputs", "process_data", "environment_variables", "conversation_variables", "data_source_info",
         "user_input_form", "retrieval_model_dict", "doc_metadata", "metadata", "usage", "execution_metadata", "keywords", "model_config",
         "site", "license", "branding", "extras", "config", "value", "errors", "process_rule", "parameters"}
Shape = Any


def key(method: str, path: str, status: int) -> str:
    """What makes two exchanges the same question."""
    path = path.partition("?")[0]
    path = _UUID.sub("ID", path)
    path = re.sub(r"/documents/\d{20}/", "/documents/BATCH/", path)
    path = re.sub(r"/(human_input)/[^/]+$", r"/\1/TOKEN", path)
    return f"{method} {path} {status}"


def shape(value: Any, name: str = "") -> Shape:
    """Members and types of a value; None fits everything."""
    if value is None or name in _FREE:
        return None
    if isinstance(value, dict):
        return {k: shape(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else [None]
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def differences(real: Shape, ours: Shape, where: str = "") -> list[str]:
    """What ours lacks, has too much, or has in another type."""
    if real is None or ours is None:
        return []
    if isinstance(real, dict) and isinstance(ours, dict):
        found = [f"{where}.{k} is missing" for k in real if k not in ours]
        found += [f"{where}.{k} is too much" for k in ours if k not in real]
        for k in real.keys() & ours.keys():
            found += differences(real[k], ours[k], f"{where}.{k}")
        return found
    if isinstance(real, list) and isinstance(ours, list):
        return differences(real[0], ours[0], f"{where}[]")
    return [] if real == ours else [f"{where} is {ours if isinstance(ours, str) else type(ours).__name__}, "
                                    f"was {real if isinstance(real, str) else type(real).__name__}"]


def frames_of(sse: Any) -> list[dict[str, Any]]:
    """The JSON frames of a recorded stream."""
    if isinstance(sse, list):
        return [f["data"] for f in sse if "data" in f]
    frames = []
    for line in str(sse).split("\n"):
        if line.startswith("data:"):
            try:
                frames.append(json.loads(line[5:]))
            except ValueError:
                continue
    return frames


def recorded(folder: Path) -> dict[str, list[tuple[str, Shape]]]:
    """Shapes by question, with the name of the recording; stream frames by `FRAME event kind-of-app`."""
    table: dict[str, list[tuple[str, Shape]]] = {}
    for path in sorted(folder.glob("*.http.json")):
        exchange = json.loads(path.read_text(encoding="utf-8"))
        request, response = exchange["request"], exchange["response"]
        if "sse" in response:
            chat = "chat" if "chat" in request["path"] else "workflow"
            for frame in frames_of(response["sse"]):
                table.setdefault(f"FRAME {frame.get('event')} {chat}", []).append((path.name, shape(frame)))
        elif isinstance(response.get("body"), (dict, list)):
            table.setdefault(key(request["method"], request["path"], response["status"]), []).append((path.name, shape(response["body"])))
    return table


def best(real: list[tuple[str, Shape]], ours: Shape) -> list[str]:
    """The differences to the recorded answer that is nearest."""
    return min((differences(r, ours) for _, r in real), key=len)
