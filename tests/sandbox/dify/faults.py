"""Faults on order, and the control endpoints of the tests."""
from __future__ import annotations

import threading
import time
from typing import Any

from .errors import ApiError
from .web import Request, Response, Routes

KINDS = ("slow", "status", "cut", "garbage", "expire_session")
_HTML = "<html>\r\n<head><title>{0} {1}</title></head>\r\n<body>\r\n<center><h1>{0} {1}</h1></center>\r\n</body>\r\n</html>\r\n"
_REASON = {429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
           504: "Gateway Time-out"}


class Fault:
    """One fault: what it matches, what it does and how often."""

    def __init__(self, match: str, kind: str, value: Any, times: int) -> None:
        method, _, prefix = match.strip().partition(" ")
        self.method, self.prefix = (method.upper(), prefix) if prefix else ("*", method)
        self.kind, self.value, self.left, self.match = kind, value, times, match

    @property
    def at_once(self) -> bool:
        """A cut without a value closes the connection before anything is sent."""
        return not self.value

    def fits(self, request: Request) -> bool:
        """Whether the fault applies to a request."""
        return self.method in ("*", request.method) and request.path.startswith(self.prefix)

    def before(self) -> Response | None:
        """Sleep, or the answer that replaces the real one."""
        if self.kind == "slow":
            time.sleep(float(self.value or 1))
        elif self.kind == "status":
            status = int(self.value or 500)
            headers = [("Retry-After", "1")] if status in (429, 503) else []
            if status == 429:
                return Response(429, {"code": "too_many_requests", "message": "Too many requests.", "status": 429}, headers)
            return Response(status, _HTML.format(status, _REASON.get(status, "Error")), headers, "text/html")
        elif self.kind == "garbage":
            text = self.value if isinstance(self.value, str) else '{"id": "3f'
            return Response(200, text.encode())
        elif self.kind == "expire_session":
            return Response(401, {"code": "unauthorized", "message": "Token has expired.", "status": 401},
                            [("WWW-Authenticate", 'Bearer realm="api"')])
        return None

    def cut_at(self, response: Response) -> int | None:
        """After how many bytes of a plain body the connection is cut."""
        return min(int(self.value or 0), len(response.payload())) if self.kind == "cut" else None


class Faults:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._list: list[Fault] = []

    def add(self, order: dict[str, Any]) -> None:
        """Take one order: match, kind, value, times."""
        if order.get("kind") not in KINDS or not isinstance(order.get("match"), str):
            raise ApiError(400, "bad_fault", f"kind is one of {', '.join(KINDS)}; match is 'METHOD /path'")
        with self._lock:
            self._list.append(Fault(order["match"], order["kind"], order.get("value"), int(order.get("times", 1))))

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._list.clear()

    def take(self, request: Request) -> Fault | None:
        """The first fault that fits, counted down; control paths are never hit."""
        if not self._list or request.path.startswith("/_sandbox/"):
            return None
        with self._lock:
            for fault in self._list:
                if fault.fits(request):
                    fault.left -= 1
                    if fault.left <= 0:
                        self._list.remove(fault)
                    return fault
        return None

    def listing(self) -> list[dict[str, Any]]:
        """The faults in force as JSON."""
        return [{"match": f.match, "kind": f.kind, "value": f.value, "times": f.left} for f in self._list]


def _post(request: Request) -> Any:
    body = request.json()
    for order in body.get("faults", [body]):
        request.ctx.faults.add(order)
    return {"faults": request.ctx.faults.listing()}


def _delete(request: Request) -> Any:
    request.ctx.faults.clear()
    return {"faults": []}


def _state(request: Request) -> Any:
    store = request.ctx.store
    names: dict[str, int] = {}
    for app in store.apps:
        names[app["name"]] = names.get(app["name"], 0) + 1
    states: dict[str, int] = {}
    for run in store.runs:
        states[run["status"]] = states.get(run["status"], 0) + 1
    return {"version": request.ctx.profile.version, "apps": names, "app_count": len(store.apps), "runs": states,
            "run_count": len(store.runs), "keys": len(store.keys), "workflows": len(store.workflows),
            "datasets": {d["name"]: d["id"] for d in store.datasets}, "documents": len(store.documents),
            "requests": request.ctx.request_count}


def _log(request: Request) -> Any:
    return {"requests": list(request.ctx.log)}


def _forget_log(request: Request) -> Any:
    request.ctx.log.clear()
    return {"requests": []}


def add_routes(routes: Routes) -> None:
    """The control endpoints."""
    routes.add("POST", "/_sandbox/faults", _post)
    routes.add("GET", "/_sandbox/faults", lambda r: {"faults": r.ctx.faults.listing()})
    routes.add("DELETE", "/_sandbox/faults", _delete)
    routes.add("GET", "/_sandbox/state", _state)
    routes.add("GET", "/_sandbox/log", _log)
    routes.add("DELETE", "/_sandbox/log", _forget_log)
