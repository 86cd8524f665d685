"""The one object that handlers share: options, profile, state, faults and the request log."""
from __future__ import annotations

import collections
import re
import threading
import time
import traceback
from typing import Any

from .errors import NOT_FOUND_PAGE, NOT_FOUND_TEXT, ApiError, PageNotFound
from . import files, knowledge, models
from .engine.graph import Models
from .engine.model import ModelClient
from .faults import Faults
from .profile import PROFILES
from .store import Store, new_id, now
from .web import Request, Response, Routes, Stream

DATASET_KEY = "dataset-sandbox"
_SECRET = re.compile(r"(Bearer\s+)(\S{0,4})\S*", re.I)
_UNAUTHORIZED = ("WWW-Authenticate", 'Bearer realm="api"')


class Context:
    """Everything of one running sandbox."""

    def __init__(self, options: Any) -> None:
        self.options = options
        self.profile = PROFILES[options.version]
        self.store = Store(options.data)
        self.faults = Faults()
        self.routes = Routes()
        self.log: collections.deque[dict[str, Any]] = collections.deque(maxlen=5000)
        self.request_count = 0
        self.live: dict[str, Any] = {}
        self.active: collections.Counter[str] = collections.Counter()
        self.tries: collections.Counter[str] = collections.Counter()
        self.lock = threading.RLock()
        self.identity = self._identity()
        self.provider = models.PROVIDER
        self.model_list = Models(self.provider, self.models)
        self.model_client = ModelClient(options.llm_url)
        self._keys = {k["token"]: k for k in self.store.keys}
        if DATASET_KEY not in self._keys:
            self._keys[DATASET_KEY] = {"id": new_id(), "token": DATASET_KEY, "type": "dataset", "app_id": None}

    def _identity(self) -> dict[str, Any]:
        identity = self.store.meta.get("identity")
        if identity is None:
            identity = self.store.meta.put({
                "id": "identity", "account": new_id(), "workspace": new_id(), "secret": new_id() + new_id(),
                "created_at": now(), "last_login_at": now()})
        return identity

    @property
    def models(self) -> list[str]:
        """Names of the chat models that the one provider has."""
        added = self.store.meta.get("added-models") or {"names": []}
        return [m for m in self.options.models.split(",") if m] + added["names"]

    @property
    def base_url(self) -> str:
        """The address under which this sandbox is reached."""
        return f"http://127.0.0.1:{self.options.port}"

    def key_of(self, token: str) -> dict[str, Any] | None:
        """The key of that token."""
        return self._keys.get(token)

    def keep_key(self, key: dict[str, Any]) -> dict[str, Any]:
        """Store a new key."""
        self._keys[key["token"]] = key
        return self.store.keys.put(key)

    def drop_key(self, key: dict[str, Any]) -> None:
        """Remove a key."""
        self._keys.pop(key["token"], None)
        self.store.keys.drop(key["id"])

    def file_bytes(self, value: dict[str, Any]) -> bytes | None:
        """The content of a file variable."""
        return files.read(self, value["related_id"]) if value.get("related_id") else None

    def search(self, dataset_ids: list[Any], query: str, top: int) -> list[dict[str, Any]]:
        """Keyword search in datasets."""
        return knowledge.search(self, dataset_ids, query, top)

    def history(self, run: Any, rounds: int) -> list[dict[str, str]]:
        """Earlier messages of a run's conversation."""
        if run.chat is None:
            return []
        messages = []
        for item in run.chat["conversation"]["messages"][-rounds:]:
            messages += [{"role": "user", "content": item["query"]}, {"role": "assistant", "content": item["answer"]}]
        return messages

    def note(self, request: Request, status: int, seconds: float) -> None:
        """Put a request into the log, keys masked."""
        self.request_count += 1
        if request.path.startswith("/_sandbox/"):
            return
        entry = {"at": round(time.time(), 3), "method": request.method, "path": request.path, "status": status,
                 "ms": round(seconds * 1000, 1), "bytes": len(request.body)}
        if request.query:
            entry["query"] = {k: v[0] if len(v) == 1 else v for k, v in request.query.items()}
        if "authorization" in request.headers:
            entry["authorization"] = _SECRET.sub(r"\1\2***", request.headers["authorization"])
        self.log.append(entry)

    def dispatch(self, request: Request) -> Response | Stream:
        """Run the handler and turn what it gives or raises into an answer."""
        try:
            result = self.routes.find(request)(request)
        except ApiError as error:
            headers = [_UNAUTHORIZED] if error.status == 401 and "code" in error.body else []
            return Response(error.status, error.body, headers)
        except PageNotFound:
            if request.path.startswith("/openapi/v1/"):
                return Response(404, {"code": "not_found", "message": NOT_FOUND_TEXT, "status": 404})
            return Response(404, NOT_FOUND_PAGE, (), "text/html; charset=utf-8")
        except Exception:  # noqa: BLE001 - the server must answer whatever happens
            traceback.print_exc()
            return Response(500, {"message": "Internal Server Error", "code": "unknown", "status": 500})
        if isinstance(result, (Response, Stream)):
            return result
        if isinstance(result, tuple):
            return Response(result[0], result[1])
        return Response(200, result)
