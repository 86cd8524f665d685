"""One run of a workflow: its identity, its state and its end."""
from __future__ import annotations

import threading
import time
from typing import Any, Callable

from ..store import new_id
from .errors import RunFailed, RunStopped
from .events import Events
from .graph import Graph, Node
from .pool import Pool
from .streamer import Streamer
from .walk import Walk


class Run:
    """Walks one graph to its end and keeps the run's row up to date."""

    def __init__(self, ctx: Any, app: dict[str, Any], workflow: dict[str, Any], inputs: dict[str, Any], user: str,
                 source: str = "app-run", chat: dict[str, Any] | None = None) -> None:
        self.ctx, self.profile, self.app, self.workflow = ctx, ctx.profile, app, workflow
        self.id, self.task_id, self.user, self.source, self.chat = new_id(), new_id(), user, source, chat
        self.inputs, self.created = inputs, time.time()
        self.tokens = self.steps = self.exceptions = self._index = 0
        self.outputs: dict[str, Any] = {}
        self.status, self.error = "running", None
        self.finished: float | None = None
        self.end_user: dict[str, Any] = {}
        self.executions: list[dict[str, Any]] = []
        self.stop = threading.Event()
        self.dropped = False
        self.answer = ""
        self.retrieved: list[dict[str, Any]] = []
        self.listener: Callable[[dict[str, Any] | None], None] | None = None
        self.kept: list[dict[str, Any]] = []
        self.lock = threading.RLock()
        self.events = Events(self)
        self.walk: Walk | None = None
        self.system: dict[str, Any] = {}
        self.variable_types: dict[tuple[str, str], str] = {}
        self.written: dict[str, Any] = {}

    # used by the walk

    def variable_written(self, selector: list[str], value: Any) -> None:
        """Remember a changed conversation variable."""
        if selector[0] == "conversation":
            self.written[selector[1]] = value

    def check_stopped(self) -> None:
        """Raise when somebody asked for a stop."""
        if self.stop.is_set():
            raise RunStopped

    def sleep(self, seconds: float) -> None:
        """Sleep, ended early by a stop."""
        if self.stop.wait(max(0.0, seconds)):
            raise RunStopped

    def step(self) -> None:
        """Count one node."""
        with self.lock:
            self.steps += 1

    def next_index(self) -> int:
        """The running number of a node in events."""
        with self.lock:
            self._index += 1
            return self._index if self.profile.counts_index else 1

    def emit(self, frame: dict[str, Any]) -> None:
        """Hand a frame to whoever listens."""
        with self.lock:
            self.kept.append(frame)
            if self.listener:
                self.listener(frame)

    def take_outputs(self, node: Node, outputs: dict[str, Any]) -> None:
        """Outputs of an end or answer node; answers add up, and in the oldest release the last end wins."""
        with self.lock:
            if node.kind == "end" and not self.profile.eager_nodes:
                self.outputs = dict(outputs)
                return
            for name, value in outputs.items():
                if name == "answer" and isinstance(self.outputs.get("answer"), str) and node.kind == "answer":
                    self.outputs["answer"] += value
                else:
                    self.outputs[name] = value

    # life

    def begin(self, graph: Graph, pool: Pool, system: dict[str, Any]) -> None:
        """Make the row and say that the run started."""
        self.graph, self.system = graph, system
        self.streamer = Streamer(self, graph)
        self.walk = Walk(self, graph, pool, graph.root)
        self.ctx.live[self.task_id] = self
        self.save()
        self.events.workflow_started("initial")

    def go(self, first: list[str] | None = None) -> None:
        """Walk to the end, whatever it is."""
        assert self.walk is not None
        self.ctx.active[self.app["id"]] += 1
        try:
            self.walk.go(first)
            if self.walk.paused:
                self._pause()
                return
            self.status = "partial-succeeded" if self.exceptions else "succeeded"
            self.error = self.profile.good_error
        except RunFailed as failure:
            self.status, self.error = "failed", failure.text
        except RunStopped:
            self.status, self.error = "stopped", self.profile.stop_text
        finally:
            self.ctx.active[self.app["id"]] -= 1
        self.end()

    def _pause(self) -> None:
        from ..forms import open_form
        assert self.walk is not None
        self.status = "paused"
        reasons = [open_form(self, node_id, form) for node_id, form in self.walk.paused]
        self.save()
        self.events.workflow_paused(reasons)
        self.close()

    def end(self) -> None:
        """Store the end and say it."""
        self.finished = time.time()
        stale = self.status == "stopped" and not self.profile.stop_is_stored
        lost = self.dropped and self.profile.drop_kills_run
        self.ctx.live.pop(self.task_id, None)
        if not stale and not lost:
            self.save()
        if self.chat is not None:
            self.chat["finish"](self)
        self.events.workflow_finished()
        self.close()

    def close(self) -> None:
        """Tell the listener that no more frames come."""
        with self.lock:
            if self.listener:
                self.listener(None)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return round((self.finished or time.time()) - self.created, 6)

    def save(self) -> None:
        """Write the run's row and its node executions."""
        failed = self.status in ("failed",)
        outputs: Any = self.outputs if not failed else (None if self.profile.failed_outputs_null else {})
        shown = {**self.inputs, **{f"sys.{k}": v for k, v in self.system.items()}}
        self.ctx.store.runs.put({
            "id": self.id, "app_id": self.app["id"], "workflow_id": self.workflow["id"], "task_id": self.task_id,
            "version": self.workflow["version"], "status": self.status, "inputs": shown, "outputs": outputs,
            "error": self.error, "total_steps": self.steps, "total_tokens": self.tokens, "created_at": int(self.created),
            "finished_at": int(self.finished) if self.finished else None, "elapsed_time": self.elapsed,
            "exceptions_count": self.exceptions, "triggered_from": self.source, "user": self.user,
            "end_user": self.end_user, "conversation_id": self.chat["conversation_id"] if self.chat else None,
            "message_id": self.chat["message_id"] if self.chat else None})
        if self.executions:
            self.ctx.store.executions.put({"id": self.id, "items": self.executions})
