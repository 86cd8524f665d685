"""http-request: real requests, to this machine only."""
from __future__ import annotations

import base64
import http.client
import json
import random
import socket
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from ..errors import NodeError
from ..pool import Pool
from ..result import Job, Result
from ..walk import node

LOCAL = ("127.0.0.1", "localhost", "::1")
MOST_TEXT, MAX_REDIRECTS = 1024 * 1024, 5


def _lines(text: str, pool: Pool) -> list[tuple[str, str]]:
    pairs = []
    for line in text.splitlines():
        if line.strip():
            name, _, value = line.partition(":")
            pairs.append((pool.text(name.strip()), pool.text(value.strip())))
    return pairs


def _auth(authorization: dict[str, Any], pool: Pool, needs_key: bool) -> dict[str, str]:
    config = authorization["config"]
    if authorization["type"] != "api-key" or config is None:
        return {}
    key = pool.text(config["api_key"])
    if not key.strip() and needs_key:
        raise NodeError("API key is required for authorization but was empty. Please provide a valid API key.",
                        "AuthorizationConfigError")
    header = (config.get("header") or "").strip() or "Authorization"
    if config["type"] == "bearer":
        return {header: f"Bearer {key}"}
    if config["type"] == "basic":
        return {header: "Basic " + (base64.b64encode(key.encode()).decode() if ":" in key else key)}
    return {header: key}


def _form(pairs: list[tuple[str, Any]]) -> tuple[bytes, str]:
    mark = f"----sandbox{random.getrandbits(64):016x}"
    parts = []
    for name, value in pairs:
        if isinstance(value, tuple):
            filename, kind, data = value
            head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
        else:
            head, data = f'Content-Disposition: form-data; name="{name}"', str(value).encode()
        parts.append(f"--{mark}\r\n{head}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _files(job: Job, selector: list[str]) -> list[tuple[str, str, bytes]]:
    value = job.pool.value(selector)
    found = []
    for item in value if isinstance(value, list) else [value]:
        data = job.run.ctx.file_bytes(item) if isinstance(item, dict) else None
        if data is not None:
            found.append((item.get("filename") or "file", item.get("mime_type") or "application/octet-stream", data))
    return found


def _body(job: Job) -> tuple[bytes | None, str | None]:
    body = job.data["body"]
    if not body or body["type"] == "none":
        return None, None
    kind, items, pool = body["type"], body["data"], job.pool
    if kind in ("json", "raw-text", "binary") and len(items) != 1:
        name = {"json": "json body type", "raw-text": "raw-text body type", "binary": "binary body type"}[kind]
        raise NodeError(f"{name} should have exactly one item", "RequestBodyError")
    if kind == "raw-text":
        return pool.text(items[0]["value"]).encode(), "text/plain"
    if kind == "json":
        text = pool.text(items[0]["value"])
        try:
            text = json.dumps(json.loads(text, strict=False), ensure_ascii=False)
        except ValueError:
            pass
        return text.encode(), "application/json"
    if kind == "binary":
        files = _files(job, items[0]["file"])
        if not files:
            raise NodeError("cannot fetch file", "FileFetchError")
        return files[0][2], files[0][1]
    pairs: list[tuple[str, Any]] = []
    for item in items:
        if item["type"] == "file" and kind == "form-data":
            pairs += [(pool.text(item["key"]), f) for f in _files(job, item["file"])]
        else:
            pairs.append((pool.text(item["key"]), pool.text(item["value"])))
    if kind == "form-data":
        return _form(pairs)
    return urlencode(pairs).encode(), "application/x-www-form-urlencoded"


def _url(job: Job) -> str:
    url = job.pool.text(job.data["url"]).strip()
    if not url:
        raise NodeError("url is required", "InvalidURLError")
    if not url.startswith(("http://", "https://")):
        raise NodeError("url should start with http:// or https://", "InvalidURLError")
    split = urlsplit(url)
    pairs = _lines(job.data["params"], job.pool)
    query = "&".join(p for p in (split.query, urlencode(pairs)) if p)
    return urlunsplit((split.scheme, split.netloc, quote(split.path, safe="/%:@!$&'()*+,;=~-._") or "/", query, ""))


def _send(method: str, url: str, headers: dict[str, str], body: bytes | None, seconds: float) -> tuple[int, dict[str, str], bytes]:
    for _ in range(MAX_REDIRECTS):
        split = urlsplit(url)
        if split.hostname not in LOCAL:
            raise NodeError(f"the sandbox reaches 127.0.0.1 only, not {split.hostname}", "HttpRequestNodeError")
        kind = http.client.HTTPSConnection if split.scheme == "https" else http.client.HTTPConnection
        link = kind(split.hostname, split.port, timeout=seconds)
        try:
            link.request(method, split.path + (f"?{split.query}" if split.query else ""), body, headers)
            answer = link.getresponse()
            data = answer.read(10 * MOST_TEXT)
            told = {k.lower(): v for k, v in answer.getheaders()}
        finally:
            link.close()
        if answer.status in (301, 302, 303, 307, 308) and "location" in told:
            url = told["location"] if "://" in told["location"] else f"{split.scheme}://{split.netloc}{told['location']}"
            continue
        return answer.status, told, data
    raise NodeError("too many redirects", "HttpRequestNodeError")


@node("http-request")
def http_request(job: Job) -> Result:
    """Sends the request; an answer that is no success fails the node only with retry or an error strategy."""
    data, profile = job.data, job.run.profile
    url, method = _url(job), data["method"].upper()
    headers = dict(_lines(data["headers"], job.pool))
    headers = {**_auth(data["authorization"], job.pool, profile.eager_nodes), **{k: v for k, v in headers.items() if k}}
    body, kind = _body(job)
    if kind and not any(k.lower() == "content-type" for k in headers):
        headers["Content-Type"] = kind
    host = urlsplit(url).netloc
    process = {"request": f"{method} {urlsplit(url).path or '/'} HTTP/1.1\r\nHost: {host}\r\n\r\n"}
    timeout = data["timeout"] or {}
    try:
        status, told, content = _send(method, url, headers, body, min(float(timeout.get("read") or 60), 600.0))
    except (ConnectionRefusedError, socket.timeout, OSError, http.client.HTTPException) as error:
        text = f"[Errno {error.errno}] {error.strerror}" if isinstance(error, OSError) and error.errno else str(error)
        raise NodeError(text or "timed out", "HttpRequestNodeError", {}, process) from None
    if len(content) > MOST_TEXT:
        raise NodeError(f"Text size is too large, max size is 1.00 MB, but current size is {len(content) / MOST_TEXT:.2f} MB.",
                        "ResponseSizeError", {}, process)
    text = content.decode("utf-8", "replace")
    outputs = {"status_code": status, "body": text, "headers": told, "files": []}
    strict = data.get("error_strategy") or data["retry_config"].get("retry_enabled")
    if not 200 <= status < 300 and strict:
        raise NodeError(f"Request failed with status code {status}", "HTTPResponseCodeError", {}, process, outputs)
    return Result(outputs=outputs, process=process)
