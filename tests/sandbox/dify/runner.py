"""Starts runs: blocking or streaming, good starts and failed ones (contract.md 3.3, 3.4)."""
from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from typing import Any, Iterator

from . import inputs as forms_in
from . import workflows
from .engine.graph import Graph, GraphError, build
from .engine.pool import Pool
from .engine.run import Run
from .errors import ApiError, invalid_param
from .inputs import InputRefused
from .store import new_id
from .web import Stream

PING = b"event: ping\n\n"
PING_SECONDS = 10.0
HARD_ERROR = ("The server encountered an internal error and was unable to complete your request. "
              "Either the server is overloaded or there is an error in the application.")
SOFT_ERROR = "Internal Server Error, please contact support."


class StartFailed(Exception):
    """A graph that no run can begin with; kind is "inputs" or "graph"."""

    def __init__(self, text: str, kind: str, internal: bool = False) -> None:
        super().__init__(text)
        self.text, self.kind, self.internal = text, kind, internal


def frame(data: dict[str, Any]) -> bytes:
    """One SSE frame."""
    return b"data: " + json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace") + b"\n\n"


class Start:
    """What a run begins with."""

    def __init__(self, ctx: Any, app: dict[str, Any], workflow: dict[str, Any], given: dict[str, Any], user: str,
                 source: str = "app-run") -> None:
        self.ctx, self.app, self.workflow, self.given, self.user, self.source = ctx, app, workflow, given, user, source
        self.query: str | None = None
        self.conversation: dict[str, Any] | None = None
        self.files: list[Any] = []
        self.end_user: dict[str, Any] = {}
        self.trigger: dict[str, Any] | None = None

    def prepare(self) -> tuple[Run, Graph]:
        """Check inputs and build the graph; raises StartFailed."""
        try:
            if self.trigger is not None:
                values = self.trigger
            else:
                data = workflows.start_data(self.workflow["graph"])
                trigger = data.get("type", "start") != "start"
                values = {} if trigger else forms_in.check(self.ctx, data.get("variables", []), self.given)
            files = [forms_in.file_value(self.ctx, f) for f in self.files]
            if self.source == "app-run":
                forms_in.check_owner(self.ctx, [*self.given.values(), *self.files], self.end_user.get("id"))
        except InputRefused as refusal:
            raise StartFailed(str(refusal), "inputs", refusal.internal) from None
        try:
            graph = build(self.workflow["graph"], self.ctx.profile, self.ctx.model_list)
        except GraphError as error:
            raise StartFailed(error.text, "graph", error.internal) from None
        run = Run(self.ctx, self.app, self.workflow, values, self.user, self.source, self._chat())
        run.end_user = self.end_user
        self.fill(run, files)
        return run, graph

    def _chat(self) -> dict[str, Any] | None:
        if self.conversation is None:
            return None
        self._check_conversation_ids()
        return {"conversation_id": self.conversation["id"], "message_id": new_id(), "query": self.query or "",
                "conversation": self.conversation, "finish": self._finish}

    def _check_conversation_ids(self) -> None:
        ids = [v["id"] for v in self.workflow["conversation_variables"]]
        for text in ids:
            try:
                uuid.UUID(text)
            except ValueError:
                raise StartFailed("invalid input syntax for type uuid", "graph", True) from None
        if len(set(ids)) != len(ids):
            raise StartFailed("duplicate key value violates unique constraint", "graph", True)

    def _finish(self, run: Run) -> None:
        assert self.conversation is not None and run.chat is not None
        self.conversation["variables"].update(run.written)
        self.conversation["messages"].append({"id": run.chat["message_id"], "query": run.chat["query"],
                                              "answer": run.answer,
                                              "run_id": run.id, "status": run.status, "created_at": int(run.created)})
        self.ctx.store.conversations.put(self.conversation)

    def fill(self, run: Run, files: list[Any]) -> None:
        """Make the variables that a run begins with."""
        system: dict[str, Any] = {"files": files, "user_id": self.user, "app_id": self.app["id"],
                                  "workflow_id": self.workflow["id"], "workflow_run_id": run.id}
        if self.ctx.profile.timestamps and self.conversation is None:
            system["timestamp"] = int(run.created)
        if self.conversation is not None:
            count = len(self.conversation["messages"]) + 1
            if count == 1 and not self.ctx.profile.eager_nodes:
                count = 0
            system = {"query": self.query, "files": files, "conversation_id": self.conversation["id"], "user_id": self.user,
                      "dialogue_count": count, "app_id": self.app["id"], "workflow_id": self.workflow["id"],
                      "workflow_run_id": run.id}
        stored = self.conversation["variables"] if self.conversation is not None else {}
        values = {"sys": dict(system), "env": {v["name"]: v["value"] for v in self.workflow["environment_variables"]}, "conversation": {}}
        for variable in self.workflow["conversation_variables"]:
            name = variable["name"]
            values["conversation"][name] = stored.get(name, variable["value"])
            run.variable_types[("conversation", name)] = variable["value_type"]
        self.pool, self.system = Pool(values), system


def check_limit(ctx: Any, app: dict[str, Any]) -> None:
    """Refuse a run when the app's limit of concurrent runs is reached."""
    limit = app.get("max_active_requests") or 0
    if limit and ctx.active[app["id"]] >= limit:
        raise invalid_param("Too many requests. Please try again later. The current maximum concurrent requests allowed for "
                            f"{app['id']} is {limit}.")


def refuse(ctx: Any, failed: StartFailed) -> ApiError:
    """A failed start as a plain answer."""
    if failed.internal:
        return ApiError(500, "internal_server_error", HARD_ERROR)
    return invalid_param(failed.text)


def blocking(start: Start) -> Run:
    """Run to the end in this thread; raises ApiError for a failed start."""
    check_limit(start.ctx, start.app)
    try:
        run, graph = start.prepare()
    except StartFailed as failed:
        raise refuse(start.ctx, failed) from None
    run.begin(graph, start.pool, start.system)
    run.go()
    return run


def streaming(start: Start) -> Stream:
    """Run in a thread of its own and stream its frames."""
    ctx = start.ctx
    check_limit(ctx, start.app)
    try:
        run, graph = start.prepare()
    except StartFailed as failed:
        if failed.kind == "inputs" and not ctx.profile.queued_streams:
            raise refuse(ctx, failed) from None
        return Stream(_failed_start(start, failed))
    frames: queue.Queue[dict[str, Any] | None] = queue.Queue()
    run.listener = frames.put

    def work() -> None:
        run.begin(graph, start.pool, start.system)
        run.go()
    threading.Thread(target=work, daemon=True).start()
    return Stream(pieces(ctx, frames), lambda: _gone(run))


def _gone(run: Run) -> None:
    run.dropped = True
    run.listener = None


def pieces(ctx: Any, frames: "queue.Queue[dict[str, Any] | None]") -> Iterator[bytes]:
    """Frames as bytes, pings in silences."""
    if ctx.profile.queued_streams:
        yield PING
    while True:
        try:
            item = frames.get(timeout=PING_SECONDS)
        except queue.Empty:
            yield PING
            continue
        if item is None:
            return
        yield frame(item)


def _failed_start(start: Start, failed: StartFailed) -> Iterator[bytes]:
    ctx = start.ctx
    if ctx.profile.queued_streams:
        yield PING
    if failed.kind == "graph":
        code, status, text = ("internal_server_error", 500, SOFT_ERROR) if failed.internal else ("invalid_param", 400, failed.text)
        error: dict[str, Any] = {"event": "error"}
        if start.conversation is None:
            error["workflow_run_id"] = None
        elif ctx.profile.chat_error_frame:
            error.update(conversation_id=start.conversation["id"], message_id=new_id(), created_at=int(time.time()))
        yield frame({**error, "code": code, "status": status, "message": text})
    if ctx.profile.invented_end:
        text = failed.text if failed.kind == "inputs" else "Workflow stream ended without a terminal event"
        yield from _invented(start, text)
    elif ctx.profile.queued_streams:
        end = time.monotonic() + ctx.options.hold_seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(PING_SECONDS, left))
            if failed.kind == "graph":
                yield PING


def _invented(start: Start, text: str) -> Iterator[bytes]:
    """The end frames that the newest release makes up for a start that failed."""
    task, at = new_id(), int(time.time())
    head = {"task_id": task, "workflow_run_id": task}
    yield frame({"event": "workflow_started", **head, "data": {
        "id": task, "workflow_id": start.workflow["id"], "inputs": start.given, "created_at": at, "reason": "initial"}})
    yield frame({"event": "workflow_finished", **head, "data": {
        "id": task, "workflow_id": start.workflow["id"], "status": "failed", "outputs": None, "error": text, "elapsed_time": 0.0,
        "total_tokens": 0, "total_steps": 0, "created_by": {}, "created_at": at, "finished_at": at, "exceptions_count": 1,
        "files": []}})
