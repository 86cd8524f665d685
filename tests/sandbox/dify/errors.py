"""Errors as Dify words them; the shape of field errors depends on the release (contract.md 2.11)."""
from __future__ import annotations

from typing import Any

BAD_REQUEST = "The browser (or proxy) sent a request that this server could not understand."
NO_JSON_TYPE = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'."
NOT_FOUND_TEXT = ("The requested URL was not found on the server. If you entered the URL manually "
                  "please check your spelling and try again.")
NOT_FOUND_PAGE = ("<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
                  f"<p>{NOT_FOUND_TEXT}</p>\n")


class ApiError(Exception):
    """An answer that ends a request: status and a JSON body."""

    def __init__(self, status: int, code: str | None = None, message: str = "", body: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = body if body is not None else {"code": code, "message": message, "status": status}


class PageNotFound(Exception):
    """The HTML 404 of a path that no route knows."""


def invalid_param(message: str) -> ApiError:
    """400 invalid_param with this text."""
    return ApiError(400, "invalid_param", message)


def not_found(message: str, code: str = "not_found") -> ApiError:
    """404 in the usual shape."""
    return ApiError(404, code, message)


def unauthorized(message: str, code: str = "unauthorized") -> ApiError:
    """401 in the usual shape."""
    return ApiError(401, code, message)
