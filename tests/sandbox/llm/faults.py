"""Trouble on demand: by model name, or by a rule that a test has set."""
import threading
from dataclasses import dataclass, field

from .errors import ApiError, bad_request, upstream

KINDS = {  # kind: the value it has when none is given
    "stall": 3600,          # seconds of silence after the first tokens
    "cut": 20,              # tokens sent before the connection ends
    "status": 500,          # HTTP status answered
    "garbage": None,        # an answer that is no JSON and no SSE
    "prose": 10_000_000,    # bytes of prose instead of a plan
    "invalid_utf8": None,   # bytes that are no UTF-8 within the answer
    "repeat": 50_000,       # times that one token is said
    "chunks": None,         # odd packets, comments, CRLF, no [DONE]
    "reasoning": None,      # reasoning_content before the answer
    "slow": 0.02,           # seconds before each token
    "wait": 3600,           # seconds of silence before anything
    "page": 502,            # HTTP status of a web page, with HTML
    "type": "application/octet-stream",  # a Content-Type that is not right
    "retry_after": "1",     # a 429 with this Retry-After
    "refuses": "response_format",  # members of a request, by name, with 400
    "ignores": None,        # response_format is not minded
    "refusal": "I can't help with that.",  # what it says instead
    "length": 40,           # tokens until the output limit
    "filter": None,         # finish_reason content_filter
    "context": None,        # 400: the messages are too long
    "quota": None,          # 429: nothing left on the account
    "think": None,          # <think> before the answer
    "says": "",             # this text, whatever is asked
}

# A model name that always does one of these.
MODELS = {
    "sandbox-stall": ("stall", None),
    "sandbox-cut": ("cut", None),
    "sandbox-429": ("status", 429),
    "sandbox-500": ("status", 500),
    "sandbox-503": ("status", 503),
    "sandbox-garbage": ("garbage", None),
    "sandbox-prose": ("prose", None),
    "sandbox-chatter": ("prose", 20_000),
    "sandbox-utf8": ("invalid_utf8", None),
    "sandbox-repeat": ("repeat", None),
    "sandbox-chunks": ("chunks", None),
    "sandbox-reasoning": ("reasoning", None),
    "sandbox-slow": ("slow", None),
    "sandbox-wait": ("wait", None),
    "sandbox-401": ("status", 401),
    "sandbox-502": ("page", None),
    "sandbox-octets": ("type", None),
    "sandbox-no-schema": ("refuses", "json_schema"),
    "sandbox-no-format": ("refuses", "response_format"),
    "sandbox-picky": ("refuses", "temperature max_tokens stream_options"),
    "sandbox-ignores": ("ignores", None),
    "sandbox-refusal": ("refusal", None),
    "sandbox-length": ("length", None),
    "sandbox-filter": ("filter", None),
    "sandbox-context": ("context", None),
    "sandbox-quota": ("quota", None),
    "sandbox-think": ("think", None),
}


@dataclass
class Fault:
    kind: str
    value: object = None
    match: str = ""
    model: str = ""
    times: int = 1
    hits: int = field(default=0)

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind: one of {', '.join(KINDS)}")
        if self.value is None:
            self.value = KINDS[self.kind]

    def fits(self, model, text):
        left = self.times <= 0 or self.hits < self.times
        return (left and self.match in text
                and self.model in ("", model))


class Faults:
    """The rules set by tests. A rule with times 0 holds until the reset."""

    def __init__(self):
        self._lock = threading.Lock()
        self._rules = []

    def add(self, body):
        known = {"match", "model", "kind", "value", "times"}
        if not isinstance(body, dict) or set(body) - known:
            raise ValueError(f"members: {', '.join(sorted(known))}")
        rule = Fault(body.get("kind", ""), body.get("value"),
                     body.get("match", ""), body.get("model", ""),
                     int(body.get("times", 1)))
        with self._lock:
            self._rules.append(rule)

    def clear(self):
        with self._lock:
            self._rules.clear()

    def show(self):
        with self._lock:
            return [vars(rule).copy() for rule in self._rules]

    def take(self, model, text):
        """The fault for a request, or None; counts it."""
        with self._lock:
            for rule in self._rules:
                if rule.fits(model, text):
                    rule.hits += 1
                    return rule
        if model in MODELS:
            return Fault(*MODELS[model])
        return None


def refuse(fault, body):
    """Raises what a fault answers instead of a completion, if it does."""
    kind = fault.kind if fault else None
    if kind == "status":
        raise upstream(int(fault.value))
    if kind == "retry_after":
        raise ApiError(429, "Rate limit reached.", code="rate_limit_exceeded",
                       headers={"Retry-After": str(fault.value)})
    if kind == "context":
        raise bad_request("This model's maximum context length is 16 tokens.",
                          "messages", "context_length_exceeded")
    if kind == "quota":
        raise ApiError(429, "You exceeded your current quota.",
                       code="insufficient_quota")
    if kind == "refuses":
        _refuse_members(str(fault.value).split(), body)


def _refuse_members(names, body):
    """In the words in which servers say it; the first name that is there."""
    form = (body.get("response_format") or {}).get("type")
    for name in names:
        if name == "max_tokens" and name in body:
            raise bad_request(
                "Unsupported parameter: 'max_tokens' is not supported with "
                "this model. Use 'max_completion_tokens' instead.", name,
                "unsupported_parameter")
        if name in ("json_schema", "json_object") and form == name:
            raise bad_request("This response_format type is unavailable now")
        if name in body:
            raise bad_request(f"Unsupported parameter: '{name}'.", name,
                              "unsupported_parameter")


PROSE = ("There is a lot to be said about workflows before one is drawn, "
         "and most of it has been said already. ")


def replace_text(fault, text):
    """The text of the answer under a fault that changes what is said."""
    if fault and fault.kind == "prose":
        count = int(fault.value) // len(PROSE) + 1
        return (PROSE * count)[:int(fault.value)]
    if fault and fault.kind == "says":
        return str(fault.value)
    if fault and fault.kind == "repeat":
        return "again " * int(fault.value)
    return text
