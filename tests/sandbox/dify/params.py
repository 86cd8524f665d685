"""Bodies and query strings read by schema; errors worded by release (contract.md 2.11)."""
from __future__ import annotations

from typing import Any

from .engine.schema import F, Int, OneOf, Rec, Report
from .errors import ApiError, invalid_param
from .web import Request


def _old_text(kind: str, value: Any, where: str, name: str, member: F | None) -> str:
    if kind == "missing":
        return f"Missing required parameter in {where}"
    inner = member.kind if member else None
    if isinstance(inner, OneOf):
        return f"The value {value!r} is not a valid choice for {name!r}."
    if isinstance(inner, Int) and kind in ("less_than_equal", "greater_than_equal"):
        return f"Invalid argument: {value}. argument must be within the range {inner.least} - {inner.most}"
    return f"{value!r} is not a valid value"


def check(request: Request, shape: Rec, value: dict[str, Any], where: str) -> dict[str, Any]:
    """Read a mapping by a record; raises the release's own error."""
    out = Report()
    read = shape.check(value, (), out)
    if not out.found:
        return read
    profile = request.ctx.profile
    if profile.errors_body:
        found = {}
        for loc, _, kind, bad in out.found:
            name = str(loc[0])
            found[name] = _old_text(kind, bad, where, name, shape.members.get(name))
        raise ApiError(400, body={"errors": found, "message": "Input payload validation failed"})
    raise invalid_param(out.text(shape.name, profile.pydantic))


def body(request: Request, shape: Rec, service: bool = False) -> dict[str, Any]:
    """The JSON body read by a record."""
    profile = request.ctx.profile
    strict = profile.json_type_checked or service
    try:
        value = request.json(strict)
    except ApiError as error:
        if profile.errors_body and error.status == 400:
            value = {}
        else:
            raise
    return check(request, shape, value, "the JSON body")


def query(request: Request, shape: Rec) -> dict[str, Any]:
    """The query string read by a record; members with several values are lists."""
    value = {k: v[0] if len(v) == 1 else v for k, v in request.query.items() if k in shape.members}
    return check(request, shape, value, "the query string")


def page(request: Request, name: str, most: int = 100, default: int = 20) -> tuple[int, int]:
    """page and limit of a list."""
    read = query(request, Rec(name, page=F(Int(1, 99999), 1), limit=F(Int(1, most), default)))
    return read["page"], read["limit"]


def paged(items: list[Any], number: int, limit: int) -> dict[str, Any]:
    """One page of a list in the usual shape."""
    start = (number - 1) * limit
    return {"page": number, "limit": limit, "total": len(items), "has_more": start + limit < len(items),
            "data": items[start:start + limit]}
