"""HTTP/1.1 server with keep-alive and chunked streams, and the table of routes."""
from __future__ import annotations

import json
import re
import socket
import socketserver
import time
from http.client import responses as REASONS
from typing import Any, Callable, Iterable, Iterator
from urllib.parse import parse_qs, unquote

from . import errors
from .errors import ApiError, PageNotFound

MAX_BODY = 110 * 1024 * 1024
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KINDS = {"uuid": _UUID, "text": r"[^/]+", "path": r".+"}


class Request:
    """One request as the handlers see it."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes, ctx: Any) -> None:
        path, _, query = target.partition("?")
        self.method, self.path, self.headers, self.body, self.ctx = method, unquote(path), headers, body, ctx
        self.query = parse_qs(query, keep_blank_values=True)
        self.params: dict[str, str] = {}
        self.account: dict[str, Any] = {}
        self.app: dict[str, Any] = {}
        self._cookies: dict[str, str] | None = None

    def arg(self, name: str, default: str | None = None) -> str | None:
        """The first value of a query member."""
        return self.query[name][0] if name in self.query else default

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; the `__Host-` prefix is cut."""
        if self._cookies is None:
            self._cookies = {}
            for part in self.headers.get("cookie", "").split(";"):
                name, _, value = part.strip().partition("=")
                if name:
                    self._cookies[name.removeprefix("__Host-")] = value
        return self._cookies

    @property
    def bearer(self) -> str | None:
        """The token of an `Authorization: Bearer` header."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" and token.strip() else None

    @property
    def content_type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self, strict: bool = True) -> dict[str, Any]:
        """The JSON object of the body; what else it may be depends on the release."""
        if self.content_type != "application/json":
            if strict:
                raise ApiError(415, "unsupported_media_type", errors.NO_JSON_TYPE)
            return {}
        try:
            value = json.loads(self.body.decode("utf-8"))
        except (ValueError, UnicodeDecodeError):
            raise ApiError(400, "bad_request", errors.BAD_REQUEST) from None
        return value if isinstance(value, dict) else {}


class Response:
    """A ready answer with its own headers."""

    def __init__(self, status: int = 200, body: Any = None, headers: Iterable[tuple[str, str]] = (),
                 content_type: str = "application/json", bare: bool = False) -> None:
        self.status, self.body, self.headers, self.content_type = status, body, list(headers), content_type
        self.bare = bare    # without X-Version

    def payload(self) -> bytes:
        """The bytes of the body."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if self.content_type.startswith("application/json"):
            return json.dumps(self.body, ensure_ascii=True).encode() + b"\n"
        return str(self.body).encode()


class Stream:
    """An answer sent piece by piece; `gone` is called when the client left early."""

    def __init__(self, pieces: Iterator[bytes], gone: Callable[[], None] | None = None) -> None:
        self.pieces, self.gone = pieces, gone


class Routes:
    """Routes by method and pattern: `{name}`, `{name:uuid}`, `{name:path}`."""

    def __init__(self) -> None:
        self._table: list[tuple[re.Pattern[str], dict[str, Callable[[Request], Any]]]] = []
        self._by_pattern: dict[str, dict[str, Callable[[Request], Any]]] = {}
        self._exact: dict[str, dict[str, Callable[[Request], Any]]] = {}

    def add(self, method: str, pattern: str, handler: Callable[[Request], Any]) -> None:
        """Add one route."""
        if pattern not in self._by_pattern:
            methods: dict[str, Callable[[Request], Any]] = {}
            self._by_pattern[pattern] = methods
            if "{" in pattern:
                def kind(m: re.Match[str]) -> str:
                    return f"(?P<{m[1]}>{_KINDS[m[2] or 'text']})"
                regex = re.sub(r"\{(\w+)(?::(\w+))?\}", kind, pattern)
                self._table.append((re.compile(regex), methods))
            else:
                self._exact[pattern] = methods
        self._by_pattern[pattern][method] = handler

    def find(self, request: Request) -> Callable[[Request], Any]:
        """The handler of a request; raises the 404 page or 405."""
        seen = False
        methods = self._exact.get(request.path)
        if methods is not None:
            seen = True
            if request.method in methods:
                return methods[request.method]
        for regex, methods in self._table:
            match = regex.fullmatch(request.path)
            if match:
                seen = True
                if request.method in methods:
                    request.params = match.groupdict()
                    return methods[request.method]
        if seen:
            raise ApiError(405, "method_not_allowed", "The method is not allowed for the requested URL.")
        raise PageNotFound


class Handler(socketserver.StreamRequestHandler):
    """Reads requests of one connection until it closes."""

    rbufsize = 65536
    disable_nagle_algorithm = True
    timeout = 330

    def handle(self) -> None:
        try:
            while self._one():
                pass
        except (ConnectionError, socket.timeout, ValueError, OSError):
            pass

    def _one(self) -> bool:
        line = self.rfile.readline(65536)
        if not line.strip():
            return bool(line)
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while True:
            line = self.rfile.readline(65536)
            if line in (b"\r\n", b"\n", b""):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._body(headers)
        request = Request(method, target, headers, body, self.server.ctx)  # type: ignore[attr-defined]
        keep = headers.get("connection", "").lower() != "close"
        return self._answer(request, keep)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            parts, total = [], 0
            while True:
                size = int(self.rfile.readline(100).partition(b";")[0], 16)
                data = self.rfile.read(size + 2)[:size]
                if not size:
                    return b"".join(parts)
                total += size
                if total > MAX_BODY:
                    raise ValueError("body too large")
                parts.append(data)
        length = int(headers.get("content-length") or 0)
        if length > MAX_BODY:
            raise ValueError("body too large")
        return self.rfile.read(length) if length else b""

    def _answer(self, request: Request, keep: bool) -> bool:
        """Answer one request; whether the connection stays open."""
        ctx, started = request.ctx, time.monotonic()
        fault = ctx.faults.take(request)
        early = fault.before() if fault else None
        if fault and fault.kind == "cut" and fault.at_once:
            ctx.note(request, 0, 0.0)
            return False
        result = early or ctx.dispatch(request)
        keep = keep and not fault
        ctx.note(request, 200 if isinstance(result, Stream) else result.status, time.monotonic() - started)
        if isinstance(result, Stream):
            self._stream(result, fault)
        else:
            self._send(result, keep, fault.cut_at(result) if fault and not early else None)
        return keep

    def _head(self, status: int, content_type: str | None, extra: Iterable[tuple[str, str]], bare: bool = False) -> bytes:
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}", "Server: gunicorn"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        lines += [f"{k}: {v}" for k, v in extra]
        if not bare:
            lines += [f"X-Version: {self.server.ctx.profile.version}", "X-Env: PRODUCTION"]  # type: ignore[attr-defined]
        return ("\r\n".join(lines) + "\r\n").encode("latin-1")

    def _send(self, response: Response, keep: bool, cut: int | None = None) -> None:
        body = response.payload()
        extra = list(response.headers)
        if response.status != 204:
            extra.append(("Content-Length", str(len(body))))
        if not keep:
            extra.append(("Connection", "close"))
        whole = self._head(response.status, response.content_type, extra, response.bare) + b"\r\n" + body
        self.wfile.write(whole if cut is None else whole[:len(whole) - len(body) + cut])

    def _stream(self, stream: Stream, fault: Any) -> None:
        extra = [("Transfer-Encoding", "chunked"), ("Cache-Control", "no-cache")]
        self.wfile.write(self._head(200, "text/event-stream; charset=utf-8", extra) + b"\r\n")
        try:
            for count, piece in enumerate(stream.pieces):
                if fault and fault.kind == "cut" and count >= int(fault.value or 1):
                    self.wfile.write(b"%x\r\n" % len(piece) + piece[:len(piece) // 2])
                    raise ConnectionAbortedError
                self.wfile.write(b"%x\r\n" % len(piece) + piece + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            if stream.gone:
                stream.gone()
            raise
        finally:
            close = getattr(stream.pieces, "close", None)
            if close:
                close()


class Server(socketserver.ThreadingTCPServer):
    """One thread a connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, ctx: Any) -> None:
        self.ctx = ctx
        super().__init__(("127.0.0.1", port), Handler)
