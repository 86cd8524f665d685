"""File upload of the service API (contract.md 3.3)."""
from __future__ import annotations

import os
from typing import Any

from .errors import ApiError
from .multipart import Part, parts
from .service import end_user, with_key
from .store import new_id, now
from .web import Request, Response, Routes

MAX_BYTES = 15 * 1024 * 1024
_FORBIDDEN = set('/\\:*?"<>|')


def one_file(request: Request) -> Part:
    """The single part `file`, or the error that says what is wrong."""
    files = [p for p in parts(request) if p.filename is not None]
    if not any(p.name == "file" for p in files):
        raise ApiError(400, "no_file_uploaded", "Please upload your file.")
    if len(files) > 1:
        raise ApiError(400, "too_many_files", "Only one file is allowed.")
    if not files[0].filename:
        raise ApiError(400, "filename_not_exists_error", "The specified filename does not exist.")
    return files[0]


def keep(ctx: Any, name: str, data: bytes, mime: str, user: str) -> dict[str, Any]:
    """Store a file; its bytes lie in the data folder."""
    folder = os.path.join(ctx.store.folder, "files")
    os.makedirs(folder, exist_ok=True)
    row = {"id": new_id(), "name": name, "size": len(data), "extension": name.rpartition(".")[2].lower() if "." in name else "",
           "mime_type": mime, "created_by": user, "created_at": now()}
    with open(os.path.join(folder, row["id"]), "wb") as file:
        file.write(data)
    return ctx.store.files.put(row)


def read(ctx: Any, file_id: str) -> bytes | None:
    """The bytes of a stored file."""
    try:
        with open(os.path.join(ctx.store.folder, "files", os.path.basename(file_id)), "rb") as file:
            return file.read()
    except OSError:
        return None


def _upload(request: Request) -> Any:
    ctx = request.ctx
    part = one_file(request)
    assert part.filename is not None
    if not part.content_type:
        raise ApiError(415, "unsupported_file_type", "File type not allowed.")
    if len(part.data) > MAX_BYTES:
        raise ApiError(413, "file_too_large", "File size exceeded. {message}")
    if not ctx.profile.queued_streams and _FORBIDDEN & set(part.filename):
        raise ApiError(400, "invalid_param", "Filename contains invalid characters")
    name = next((p.data.decode("utf-8", "replace") for p in parts(request) if p.name == "user"), "DEFAULT-USER")
    user = end_user(ctx, request.app, name)["user_id"]
    row = keep(ctx, os.path.basename(part.filename), part.data, part.content_type, user)
    shown = {"id": row["id"], "name": row["name"], "size": row["size"], "extension": row["extension"], "mime_type": row["mime_type"],
             "created_by": user, "created_at": row["created_at"], "preview_url": None}
    if ctx.profile.eager_nodes:
        shown.update(source_url=f"{ctx.base_url}/files/{row['id']}/file-preview", original_url=None, user_id=None, tenant_id=None,
                     conversation_id=None, file_key=None)
    if ctx.profile.has_generate:
        shown["reference"] = None
    return 201, shown


def _preview(request: Request) -> Any:
    data = read(request.ctx, request.params["file"])
    if data is None:
        raise ApiError(404, "not_found", "File not found")
    return Response(200, data, (), request.ctx.store.files.get(request.params["file"])["mime_type"])


def add_routes(routes: Routes) -> None:
    """File routes."""
    routes.add("POST", "/v1/files/upload", with_key(_upload))
    routes.add("GET", "/files/{file:uuid}/file-preview", _preview)
