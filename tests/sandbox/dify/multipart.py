"""Reads multipart/form-data bodies."""
from __future__ import annotations

import re
from dataclasses import dataclass

from .web import Request

_MEMBER = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass
class Part:
    """One part: a value, or a file when it has a file name."""

    name: str
    filename: str | None
    content_type: str | None
    data: bytes


def parts(request: Request) -> list[Part]:
    """The parts of a body; an empty list when it is none."""
    kind = request.headers.get("content-type", "")
    match = re.search(r'boundary="?([^";]+)"?', kind)
    if "multipart/form-data" not in kind or not match:
        return []
    mark = b"--" + match[1].encode("latin-1")
    found = []
    for piece in request.body.split(mark)[1:]:
        if piece.startswith(b"--"):
            break
        head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        data = data.removesuffix(b"\r\n")
        headers = {}
        for line in head.decode("utf-8", "replace").split("\r\n"):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        told = dict(_MEMBER.findall(headers.get("content-disposition", "")))
        filename = told.get("filename")
        found.append(Part(told.get("name", ""), filename.replace('\\"', '"') if filename is not None else None,
                          headers.get("content-type"), data))
    return found
