"""Walks a graph: which node is ready, which branch is dead, retries and error strategies."""
from __future__ import annotations

import json
import queue
import threading
import time
import traceback
from collections import deque
from typing import TYPE_CHECKING, Any, Callable

from ..store import new_id
from .errors import LoopBreak, NodeError, RunFailed, RunStopped
from .graph import Edge, Graph, Node
from .nodedata import known_types, node_data
from .nodetypes import START_TYPES
from .pool import Pool
from .result import Job, Result
from .schema import DataError

if TYPE_CHECKING:
    from .run import Run

MAX_STEPS = 500
HANDLERS: dict[str, Callable[[Job], Result]] = {}


def node(*kinds: str) -> Callable[[Callable[[Job], Result]], Callable[[Job], Result]]:
    """Marks a function as what runs nodes of these types."""
    def keep(function: Callable[[Job], Result]) -> Callable[[Job], Result]:
        HANDLERS.update(dict.fromkeys(kinds, function))
        return function
    return keep


class Walk:
    """One pass over a graph from a root; containers start walks of their own."""

    def __init__(self, run: "Run", graph: Graph, pool: Pool, root: str, inside: dict[str, Any] | None = None) -> None:
        self.run, self.graph, self.pool, self.root = run, graph, pool, root
        self.inside = inside or {}
        self.states: dict[str, bool] = {}           # edge id -> taken (True) or skipped (False)
        self.dead: set[str] = set()
        self.paused: list[tuple[str, dict[str, Any]]] = []
        self._steps = 0
        self._done: queue.Queue[tuple[Node, Result | BaseException]] = queue.Queue()
        for node in graph.nodes.values():
            if node.kind in START_TYPES and node.id != root and not self.inside:
                for edge in graph.outgoing.get(node.id, []):
                    self._skip(edge)

    def go(self, first: list[str] | None = None) -> None:
        """Run until nothing is ready any more; raises RunFailed, RunStopped or LoopBreak."""
        ready = deque(first if first is not None else [self.root])
        running = 0
        while ready or running:
            self.run.check_stopped()
            while ready:
                node = self.graph.nodes[ready.popleft()]
                if not running and not ready:
                    self._finish(node, self.execute(node), ready)
                    self.run.check_stopped()
                else:
                    running += 1
                    threading.Thread(target=self._apart, args=(node,), daemon=True).start()
            if running:
                try:
                    node, outcome = self._done.get(timeout=0.2)
                except queue.Empty:
                    continue
                running -= 1
                if isinstance(outcome, BaseException):
                    raise outcome
                self._finish(node, outcome, ready)

    def _apart(self, node: Node) -> None:
        try:
            self._done.put((node, self.execute(node)))
        except BaseException as error:  # noqa: BLE001 - handed to the walking thread
            self._done.put((node, error))

    def _finish(self, node: Node, result: Result, ready: deque[str]) -> None:
        if result.paused is not None:
            self.paused.append((node.id, result.paused))
            return
        ready.extend(self.follow(node, result.handle))

    def follow(self, node: Node, handle: str) -> list[str]:
        """Mark the edges after a node; returns the nodes that became ready."""
        ready = []
        edges = self.graph.outgoing.get(node.id, [])
        skipped = [e for e in edges if not self._follows(node, e, handle)]
        for edge in skipped:
            self.states[edge.id] = False
        for edge in edges:
            if edge not in skipped:
                self.states[edge.id] = True
        for edge in edges:
            if edge in skipped:
                self._spread(edge, ready)
            elif self._is_ready(edge.target) and edge.target not in ready:
                ready.append(edge.target)
        return ready

    def _follows(self, node: Node, edge: Edge, handle: str) -> bool:
        """Whether an edge is taken; in the oldest release `source` is unconditional and other handles never are."""
        if self.run.profile.eager_nodes:
            return not node.branches or edge.handle == handle
        if node.raw.get("error_strategy") == "fail-branch":
            return edge.handle == handle
        conditional = [e for e in self.graph.outgoing[node.id] if e.handle != "source"]
        return edge.handle == handle if conditional else edge.handle == "source"

    def _is_ready(self, target: str) -> bool:
        states = [self.states.get(e.id) for e in self.graph.incoming.get(target, [])]
        return None not in states and True in states

    def _skip(self, edge: Edge) -> None:
        self.states[edge.id] = False
        self._spread(edge, [])

    def _spread(self, edge: Edge, ready: list[str]) -> None:
        states = [self.states.get(e.id) for e in self.graph.incoming.get(edge.target, [])]
        if None in states:
            return
        if True in states:
            if edge.target not in ready:
                ready.append(edge.target)
            return
        if edge.target in self.dead:
            return
        self.dead.add(edge.target)
        for after in self.graph.outgoing.get(edge.target, []):
            self.states[after.id] = False
            self._spread(after, ready)

    # one node

    def _read(self, node: Node) -> None:
        profile = self.run.profile
        if node.read is not None:
            return
        if len(node.id) > 255 or "\x00" in str(node.raw.get("title")):
            raise RunFailed("")
        if not isinstance(node.kind, str) or node.kind not in known_types(profile):
            raise RunFailed(f"{node.kind!r} is not a valid NodeType")
        version = node.raw.get("version", "1")
        if version not in ("1", "2"):
            raise RunFailed(repr(version))
        try:
            node.read = node_data(node.kind, node.raw, profile)
        except DataError as error:
            raise RunFailed(str(error)) from None
        except KeyError as error:
            raise RunFailed(str(error)) from None

    def execute(self, node: Node) -> Result:
        """Run one node with its retries and error strategy; sets its outputs in the pool."""
        self._read(node)
        assert node.read is not None
        self.run.step()
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise RunFailed(f"Maximum execution steps exceeded: {self._steps} > {MAX_STEPS}")
        self.run.streamer.before(self, node)
        job = Job(node, node.read, self, new_id())
        events = self.run.events
        index = self.run.next_index()
        started = time.time()
        quiet = node.kind in ("iteration", "loop", "iteration-start", "loop-start", "loop-end")
        if not quiet:
            events.node_started(job, index)
        retry = node.read.get("retry_config") or {}
        left = retry.get("max_retries", 0) if retry.get("retry_enabled") else 0
        attempt = 0
        while True:
            try:
                result = self._call(job)
                status, error = "succeeded", None
                break
            except NodeError as failure:
                if attempt < left:
                    attempt += 1
                    events.node_retry(job, index, started, failure, attempt)
                    self.run.sleep(retry.get("retry_interval", 0) / 1000)
                    continue
                result, status, error = self._strategy(job, failure), "exception", failure
                break
        if result is None:
            assert error is not None
            events.node_failed(job, index, started, error, quiet)
            raise RunFailed(error.text)
        self.run.tokens += result.tokens if not quiet else 0
        for name, value in {**result.outputs, **result.hidden}.items():
            self.pool.set(node.id, name, value)
        if result.paused is None and not quiet:
            events.node_finished(job, index, started, result, status, error)
        if node.kind in ("end", "answer") and not self.inside:
            self.run.take_outputs(node, result.outputs)
        return result

    def _call(self, job: Job) -> Result:
        try:
            return HANDLERS[job.node.kind](job)
        except (NodeError, RunFailed, RunStopped, LoopBreak):
            raise
        except Exception as error:  # noqa: BLE001 - a node must not take the server down
            traceback.print_exc()
            raise NodeError(str(error), type(error).__name__) from None

    def _strategy(self, job: Job, failure: NodeError) -> Result | None:
        strategy = job.data.get("error_strategy")
        if not strategy:
            return None
        self.run.exceptions += 1
        told = {"error_message": failure.text, "error_type": failure.kind}
        result = Result(inputs=failure.inputs or {}, process=failure.process or {})
        if strategy == "fail-branch":
            result.outputs, result.handle = {**(failure.outputs or {}), **told}, "fail-branch"
        else:
            result.outputs = {**_defaults(job.data.get("default_value") or []), **told}
        return result


def _defaults(items: list[dict[str, Any]]) -> dict[str, Any]:
    values = {}
    for item in items:
        value = item.get("value")
        if isinstance(value, str) and item.get("type") == "number":
            number = float(value)
            value = int(number) if number.is_integer() else number
        elif isinstance(value, str) and item.get("type", "string") != "string":
            value = json.loads(value)
        values[item["key"]] = value
    return values
