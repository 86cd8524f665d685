"""The start form: reads its variables and checks what a caller gives (contract.md 3.3)."""
from __future__ import annotations

import json
from typing import Any

from .engine.pool import FILE_MARK
from .engine.schema import Any_, Bool, DataError, F, Int, List, Map, OneOf, Opt, Rec, Str, Test, read
from .profile import Profile

_OLD_TYPES = ("text-input", "select", "paragraph", "number", "external_data_tool", "file", "file-list", "checkbox")
_FILE_TYPES = OneOf("image", "document", "audio", "video", "custom")
_METHODS = OneOf("remote_url", "local_file", "tool_file", "datasource_file")
KINDS = {"image": ("jpg", "jpeg", "png", "webp", "gif", "svg"), "audio": ("mp3", "m4a", "wav", "amr", "mpga"),
         "video": ("mp4", "mov", "mpeg", "webm"),
         "document": ("txt", "markdown", "md", "mdx", "pdf", "html", "htm", "xlsx", "xls", "vtt", "properties", "doc", "docx",
                      "csv", "eml", "msg", "pptx", "ppt", "xml", "epub", "json")}


class InputRefused(ValueError):
    """Inputs, or a start form, that no run can begin with; internal ones have no text for the user."""

    def __init__(self, text: str, internal: bool = False) -> None:
        super().__init__(text)
        self.internal = internal


def _json_schema(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError(f"json_schema is not valid JSON: {str(error).partition(':')[0]}") from None
    return value


def _entity(profile: Profile) -> Rec:
    kinds = (*_OLD_TYPES, "json_object") if profile.eager_nodes else _OLD_TYPES
    schema = Test(_json_schema) if profile.has_generate else Map() if profile.eager_nodes else Any_
    return Rec("VariableEntity", variable=F(Str()), label=F(Str()), description=F(Any_, ""), type=F(OneOf(*kinds)),
               required=F(Bool(), False), hide=F(Bool(), False), default=F(Any_, None), max_length=F(Opt(Int()), None),
               options=F(Opt(List(Str())), []), allowed_file_types=F(Opt(List(_FILE_TYPES)), []),
               allowed_file_extensions=F(Opt(List(Str())), []), allowed_file_upload_methods=F(Opt(List(_METHODS)), []),
               json_schema=F(Opt(schema), None))


def form(variables: Any, profile: Profile) -> list[dict[str, Any]]:
    """The variables of a start node as read; raises InputRefused."""
    try:
        items = []
        for item in variables:
            if profile.has_generate:
                item.get("type")
            items.append(read(_entity(profile), item, "VariableEntity", profile.pydantic))
        return items
    except TypeError as error:
        raise InputRefused(str(error), not profile.has_generate) from None
    except (AttributeError, DataError) as error:
        raise InputRefused(str(error)) from None


def _file(ctx: Any, name: str, given: Any, entity: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise InputRefused(f"{name} in input form must be a file")
    made = file_value(ctx, given)
    allowed = entity["allowed_file_types"] or []
    if allowed and made["type"] not in allowed and not ("custom" in allowed and _extension_allowed(made, entity)):
        raise InputRefused(f"File validation failed for file: {made['filename']}")
    return made


def _extension_allowed(made: dict[str, Any], entity: dict[str, Any]) -> bool:
    wanted = {e.lower().lstrip(".") for e in entity["allowed_file_extensions"] or []}
    return (made["extension"] or "").lower().lstrip(".") in wanted


def kind_of(extension: str) -> str:
    """image, audio, video, document or custom."""
    for kind, extensions in KINDS.items():
        if extension.lower().lstrip(".") in extensions:
            return kind
    return "custom"


def file_value(ctx: Any, given: dict[str, Any]) -> dict[str, Any]:
    """A file variable from what a caller gives; raises InputRefused."""
    method = given.get("transfer_method")
    made = {"dify_model_identity": FILE_MARK, "id": None, "type": given.get("type") or "custom", "transfer_method": method,
            "remote_url": None, "related_id": None, "filename": None, "extension": None, "mime_type": None, "size": -1, "url": None}
    if method == "remote_url":
        url = given.get("url") or given.get("remote_url")
        if not url:
            raise InputRefused("Invalid file url")
        name = url.partition("?")[0].rpartition("/")[2]
        made.update(remote_url=url, url=url, filename=name, extension="." + name.rpartition(".")[2] if "." in name else "",
                    mime_type="application/octet-stream")
        return made
    if method != "local_file":
        raise InputRefused(f"'{method}' is not a valid FileTransferMethod")
    stored = ctx.store.files.get(given.get("upload_file_id"))
    if stored is None:
        raise InputRefused("Invalid upload file")
    real = kind_of(stored["extension"])
    if made["type"] != real and not (made["type"] == "custom" or real == "custom"):
        raise InputRefused("Detected file type does not match the specified type. Please verify the file.")
    made.update(related_id=stored["id"], filename=stored["name"], extension=f".{stored['extension']}", remote_url="",
                mime_type=stored["mime_type"], size=stored["size"], type=made["type"] if made["type"] != "custom" else "custom",
                url=f"{ctx.base_url}/files/{stored['id']}/file-preview")
    return made


def _text(name: str, value: Any, entity: dict[str, Any]) -> Any:
    if not isinstance(value, str):
        raise InputRefused(f"(type '{entity['type']}') {name} in input form must be a string")
    if entity["max_length"] and len(value) > entity["max_length"]:
        raise InputRefused(f"{name} in input form must be less than {entity['max_length']} characters")
    return value.replace("\x00", "")


def _number(name: str, value: Any) -> Any:
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            return float(value) if "." in value else int(value)
        except ValueError:
            raise InputRefused(f"{name} in input form must be a valid number") from None
    if not isinstance(value, (int, float)):
        raise InputRefused(f"(type 'number') {name} in input form must be a number")
    return value


def _one(ctx: Any, entity: dict[str, Any], value: Any) -> Any:
    name, kind = entity["variable"], entity["type"]
    if value is None or (value == "" and entity["required"]):
        if entity["required"]:
            raise InputRefused(f"{name} is required in input form")
        return None
    if kind in ("text-input", "paragraph"):
        return _text(name, value, entity)
    if kind == "select":
        _text(name, value, {**entity, "max_length": None})
        if value not in (entity["options"] or []):
            if not value and not entity["required"]:
                return value
            raise InputRefused(f"{name} in input form must be one of the following: {entity['options']}")
        return value
    if kind == "number":
        return _number(name, value)
    if kind == "checkbox":
        if not isinstance(value, bool):
            raise InputRefused(f"(type 'checkbox') {name} in input form must be a boolean")
        return value
    if kind == "file":
        return _file(ctx, name, value, entity)
    if kind == "file-list":
        if not isinstance(value, list):
            raise InputRefused(f"{name} in input form must be a list of files")
        if entity["max_length"] and len(value) > entity["max_length"]:
            raise InputRefused(f"Number of files exceeds the maximum limit of {entity['max_length']}")
        return [_file(ctx, name, v, entity) for v in value]
    if kind == "json_object" and not isinstance(value, dict):
        raise InputRefused(f"{name} in input form must be a dict")
    return value


def check(ctx: Any, variables: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a run; raises InputRefused."""
    values: dict[str, Any] = {}
    for entity in form(variables, ctx.profile):
        name = entity["variable"]
        values[name] = _one(ctx, entity, given.get(name))
    return values


def check_owner(ctx: Any, given: Any, owner: str | None) -> None:
    """The newest release lets an end user run with files of its own only; raises InputRefused."""
    if not ctx.profile.has_generate or owner is None:
        return
    for value in given:
        stored = ctx.store.files.get(value.get("upload_file_id")) if isinstance(value, dict) else None
        if stored is not None and stored["created_by"] != owner:
            raise InputRefused("Invalid upload file")
        if isinstance(value, list):
            check_owner(ctx, value, owner)
