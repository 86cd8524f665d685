"""Chat completions: what a request may hold, and the answer as an object."""
import itertools
import time
from dataclasses import dataclass, field

from . import editor, faults, nodes, planner
from .errors import bad_request, unknown_model
from .stream import tokens

MODELS = ("sandbox-fast", "sandbox-strong", *faults.MODELS)
ROLES = ("system", "developer", "user", "assistant", "tool")
REASONING = "The request names its inputs and what is to come out. "
_serial = itertools.count(1)


@dataclass
class Completion:
    model: str
    text: str
    prompt_tokens: int
    reasoning: str = ""
    refusal: str = None
    tool_calls: list = field(default_factory=list)
    finish_reason: str = "stop"
    number: int = field(default_factory=lambda: next(_serial))
    created: int = field(default_factory=lambda: int(time.time()))

    def usage(self):
        thought = len(tokens(self.reasoning))
        said = len(tokens(self.text)) + thought
        return {"prompt_tokens": self.prompt_tokens,
                "completion_tokens": said,
                "total_tokens": self.prompt_tokens + said,
                "completion_tokens_details": {"reasoning_tokens": thought}}

    def _head(self, kind):
        return {"id": f"chatcmpl-sandbox-{self.number}", "object": kind,
                "created": self.created, "model": self.model,
                "system_fingerprint": "fp_sandbox"}

    def chunk(self, delta, finish_reason, **more):
        choice = {"index": 0, "delta": delta, "logprobs": None,
                  "finish_reason": finish_reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice],
                **more}

    def whole(self):
        message = {"role": "assistant", "content": self.text,
                   "refusal": self.refusal}
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        if self.tool_calls:
            message.update(content=None, tool_calls=self.tool_calls)
        choice = {"index": 0, "message": message, "logprobs": None,
                  "finish_reason": self.finish_reason}
        return {**self._head("chat.completion"), "choices": [choice],
                "usage": self.usage()}


def _text_of(content):
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(p.get("text", "") for p in content
                         if isinstance(p, dict))
    raise bad_request("Invalid type for 'messages[].content'.", "messages")


@dataclass
class Request:
    model: str
    messages: list
    stream: bool = False
    include_usage: bool = False
    max_tokens: int = 0
    response_format: dict = None
    tools: list = None

    def last_user(self):
        return next((m["text"] for m in reversed(self.messages)
                     if m["role"] == "user"), "")

    def all_text(self):
        return "\n".join(m["text"] for m in self.messages)


def parse(body):
    """A checked request; raises ApiError as OpenAI does."""
    if not isinstance(body, dict):
        raise bad_request("We could not parse the JSON body of your request.")
    model = body.get("model")
    if not model or not isinstance(model, str):
        raise bad_request("you must provide a model parameter", "model")
    if model not in MODELS:
        raise unknown_model(model)
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or 0
    if not isinstance(limit, int) or limit < 0:
        raise bad_request("Invalid type for 'max_tokens': expected an "
                          "integer.", "max_tokens")
    options = body.get("stream_options") or {}
    return Request(model, _messages(body.get("messages")),
                   bool(body.get("stream")),
                   bool(options.get("include_usage")), limit,
                   _response_format(body.get("response_format")),
                   body.get("tools"))


def _messages(value):
    if not isinstance(value, list) or not value:
        raise bad_request("Invalid 'messages': empty array. Expected an "
                          "array with minimum length 1.", "messages",
                          "empty_array")
    for m in value:
        if not isinstance(m, dict) or m.get("role") not in ROLES:
            raise bad_request("Invalid value for 'messages[].role'.",
                              "messages", "invalid_value")
    return [{"role": m["role"], "text": _text_of(m.get("content"))}
            for m in value]


def _response_format(value):
    if value is None:
        return None
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ("text", "json_object", "json_schema"):
        raise bad_request("Invalid value for 'response_format.type'.",
                          "response_format.type", "invalid_value")
    if kind == "json_schema" and not isinstance(
            value.get("json_schema", {}).get("schema"), dict):
        raise bad_request("Missing required parameter: "
                          "'response_format.json_schema.schema'.",
                          "response_format.json_schema")
    return value


def complete(request, recorded, fault, base_url):
    """-> (role, rule, Completion)."""
    calls = []
    if planner.is_planner(request.messages):
        role = "planner"
        rule, text = planner.answer(request.messages, recorded, base_url)
    elif editor.is_editor(request.messages):
        role = "editor"
        rule, text = editor.answer(request.messages, recorded)
    else:
        role, rule, text = "node", "", ""
        if request.tools:
            calls = [nodes.tool_call(request.tools, request.last_user())]
        else:
            ignored = fault and fault.kind == "ignores"
            text = nodes.answer(request.last_user(),
                                None if ignored else request.response_format)
    text = faults.replace_text(fault, text)
    done = Completion(request.model, text,
                      len(tokens(request.all_text())), tool_calls=calls)
    if calls:
        done.finish_reason = "tool_calls"
    _bend(done, fault)
    _limit(done, request.max_tokens)
    return role, rule, done


def _bend(done, fault):
    """A fault that changes how the answer comes, not what it says."""
    kind = fault.kind if fault else None
    if kind == "reasoning":
        done.reasoning = REASONING
    elif kind == "think":
        done.text = f"<think>{REASONING}</think>\n\n{done.text}"
    elif kind == "length":
        _limit(done, int(fault.value))
    elif kind == "filter":
        done.text, done.finish_reason = "", "content_filter"
    elif kind == "refusal":
        done.text, done.refusal = "", str(fault.value)


def _limit(done, max_tokens):
    said = tokens(done.text)
    if max_tokens and len(said) > max_tokens:
        done.text = "".join(said[:max_tokens])
        done.finish_reason = "length"
