"""Calls the OpenAI-compatible server that stands behind the sandbox's one model provider."""
from __future__ import annotations

import http.client
import json
import random
import socket
import time
from dataclasses import dataclass
from typing import Any, Callable
from urllib.parse import urlsplit

from .errors import NodeError

TIMEOUT = 60


@dataclass
class Reply:
    """A whole answer."""

    text: str
    reasoning: str
    usage: dict[str, Any]
    finish_reason: str


def _plugin_error(kind: str, text: str) -> NodeError:
    """A failure as the plugin daemon tells it."""
    told = json.dumps({"args": {}, "error_type": kind, "message": text}, separators=(",", ":"))
    return NodeError(f"req_id: {random.getrandbits(40):010x} PluginInvokeError: {told}", "InvokeError")


def check_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters that are sent on; unknown ones are dropped, wrong ones refused as the plugin does."""
    sent = {}
    limits = {"temperature": (0.0, 2.0), "top_p": (0.0, 1.0), "frequency_penalty": (-2.0, 2.0), "presence_penalty": (-2.0, 2.0)}
    for name, value in parameters.items():
        if name in limits:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise _plugin_error("ValueError", f"Model Parameter {name} should be float.")
            low, high = limits[name]
            if value > high:
                raise _plugin_error("ValueError", f"Model Parameter {name} should be less than or equal to {high}.")
            if value < low:
                raise _plugin_error("ValueError", f"Model Parameter {name} should be greater than or equal to {low}.")
            sent[name] = value
        elif name in ("max_tokens", "seed", "stop", "response_format"):
            sent[name] = value
    return sent


def usage_of(told: dict[str, Any] | None, seconds: float) -> dict[str, Any]:
    """Usage as node outputs show it."""
    told = told or {}
    prompt, completion = told.get("prompt_tokens", 0), told.get("completion_tokens", 0)
    return {"prompt_tokens": prompt, "prompt_unit_price": "0", "prompt_price_unit": "0", "prompt_price": "0",
            "completion_tokens": completion, "completion_unit_price": "0", "completion_price_unit": "0",
            "completion_price": "0", "total_tokens": told.get("total_tokens", prompt + completion), "total_price": "0",
            "currency": "USD", "latency": round(seconds, 6)}


class ModelClient:
    """One base URL, such as http://127.0.0.1:9000/v1."""

    def __init__(self, base: str | None) -> None:
        self.base = base
        self._idle: list[http.client.HTTPConnection] = []  # a list's pop() is safe among threads

    def chat(self, model: str, messages: list[dict[str, Any]], parameters: dict[str, Any],
             piece: Callable[[str], None] | None = None, extra: dict[str, Any] | None = None) -> Reply:
        """One completion; with `piece` it is streamed."""
        if not self.base:
            raise _plugin_error("InvokeConnectionError", "the sandbox was started without --llm-url")
        body = {"model": model, "messages": messages, **check_parameters(parameters), **(extra or {})}
        if piece:
            body.update(stream=True, stream_options={"include_usage": True})
        started = time.time()
        link = None
        try:
            link, answer = self._ask(json.dumps(body).encode())
            if answer.status != 200:
                text = answer.read(2000).decode("utf-8", "replace")
                raise _plugin_error("InvokeBadRequestError" if answer.status < 500 else "InvokeServerUnavailableError",
                                    f"API request failed with status code {answer.status}: {text}")
            reply = self._streamed(answer, piece, started) if piece else self._whole(answer, started)
            answer.read()
            if not answer.will_close:
                self._idle.append(link)
                link = None
            return reply
        except (OSError, socket.timeout, http.client.HTTPException, ValueError, KeyError, IndexError) as error:
            raise _plugin_error("InvokeConnectionError", f"{type(error).__name__}: {error}") from None
        finally:
            if link:
                link.close()

    def _ask(self, body: bytes) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """The beginning of an answer, on a connection that is open already if it still lives."""
        split = urlsplit(self.base)
        while True:
            used = bool(self._idle)
            link = self._idle.pop() if used else http.client.HTTPConnection(
                split.hostname or "127.0.0.1", split.port or 80, timeout=TIMEOUT)
            try:
                link.request("POST", split.path.rstrip("/") + "/chat/completions", body,
                             {"Content-Type": "application/json", "Authorization": "Bearer sandbox"})
                return link, link.getresponse()
            except (OSError, http.client.HTTPException):
                link.close()
                if not used:
                    raise

    @staticmethod
    def _whole(answer: http.client.HTTPResponse, started: float) -> Reply:
        told = json.loads(answer.read())
        choice = told["choices"][0]
        message = choice["message"]
        return Reply(message.get("content") or "", message.get("reasoning_content") or "",
                     usage_of(told.get("usage"), time.time() - started), choice.get("finish_reason") or "stop")

    @staticmethod
    def _streamed(answer: http.client.HTTPResponse, piece: Callable[[str], None], started: float) -> Reply:
        text, thought, usage, reason = [], [], None, "stop"
        for line in answer:
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                break
            told = json.loads(data)
            usage = told.get("usage") or usage
            for choice in told.get("choices") or []:
                delta = choice.get("delta") or {}
                thought.append(delta.get("reasoning_content") or "")
                if delta.get("content"):
                    text.append(delta["content"])
                    piece(delta["content"])
                reason = choice.get("finish_reason") or reason
        return Reply("".join(text), "".join(thought), usage_of(usage, time.time() - started), reason)
