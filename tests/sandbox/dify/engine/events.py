"""The frames of a run, in the shape of the release (contract.md 3.4)."""
from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .errors import NodeError
from .result import Job, Result

if TYPE_CHECKING:
    from .run import Run

_PARALLEL = ("parallel_id", "parallel_start_node_id", "parent_parallel_id", "parent_parallel_start_node_id")
ZERO_USAGE = {"prompt_tokens": 0, "prompt_unit_price": "0.0", "prompt_price_unit": "0.0", "prompt_price": "0.0",
              "completion_tokens": 0, "completion_unit_price": "0.0", "completion_price_unit": "0.0",
              "completion_price": "0.0", "total_tokens": 0, "total_price": "0.0", "currency": "USD", "latency": 0.0}


class Events:
    """Builds frames and hands them to the run."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.new = run.profile.truncated_flags

    def _send(self, event: str, data: dict[str, Any]) -> None:
        run = self.run
        frame: dict[str, Any] = {"event": event}
        if run.chat is not None:
            frame.update(conversation_id=run.chat["conversation_id"], message_id=run.chat["message_id"],
                         created_at=int(run.created), task_id=run.task_id, workflow_run_id=run.id)
        else:
            frame.update(workflow_run_id=run.id, task_id=run.task_id)
        frame["data"] = data
        run.emit(frame)

    def _message(self, event: str, extra: dict[str, Any]) -> None:
        run = self.run
        assert run.chat is not None
        run.emit({"event": event, "conversation_id": run.chat["conversation_id"], "message_id": run.chat["message_id"],
                  "created_at": int(run.created), "task_id": run.task_id, "id": run.chat["message_id"], **extra})

    def workflow_started(self, reason: str) -> None:
        """The first real frame."""
        run = self.run
        system = {f"sys.{k}": v for k, v in run.system.items() if k != "timestamp"}
        data = {"id": run.id, "workflow_id": run.workflow["id"], "inputs": {**run.inputs, **system},
                "created_at": int(run.created)}
        if run.profile.queued_streams:
            data["reason"] = reason
        self._send("workflow_started", data)

    def _node(self, job: Job, index: int, with_parallel: bool = True) -> dict[str, Any]:
        return {"id": job.execution, "node_id": job.node.id, "node_type": job.node.kind, "title": job.node.title,
                "index": index, "predecessor_node_id": self._before(job)}

    def _before(self, job: Job) -> str | None:
        if not self.run.profile.counts_index:
            return None
        walk = job.walk
        taken = [e.source for e in walk.graph.incoming.get(job.node.id, []) if walk.states.get(e.id)]
        return taken[0] if taken else None

    def _place(self, job: Job) -> dict[str, Any]:
        return {"iteration_id": job.walk.inside.get("iteration_id"), "loop_id": job.walk.inside.get("loop_id")}

    def node_started(self, job: Job, index: int) -> None:
        """A node begins."""
        data = {**self._node(job, index), "inputs": None}
        if self.new:
            data["inputs_truncated"] = False
        data.update(created_at=int(time.time()), extras={})
        if not self.new:
            data.update(dict.fromkeys(_PARALLEL))
        data.update(self._place(job))
        if not self.new:
            data["parallel_run_id"] = None
        data["agent_strategy"] = None
        self._send("node_started", data)

    def _ended(self, job: Job, index: int, started: float, result: Result, status: str, error: Any) -> dict[str, Any]:
        data = self._node(job, index)
        empty = {} if self.new else None
        for name, value in (("inputs", result.inputs), ("process_data", result.process or empty), ("outputs", result.outputs)):
            data[name] = value
            if self.new:
                data[f"{name}_truncated"] = False
        metadata = dict(result.metadata or {})
        inside = job.walk.inside
        if inside:
            metadata.update({k: v for k, v in inside.items() if k in ("iteration_id", "iteration_index", "loop_id", "loop_index")})
        shown: Any = metadata or (None if self.new else {})
        data.update(status=status, error=error, elapsed_time=round(time.time() - started, 6), execution_metadata=shown,
                    created_at=int(started), finished_at=int(time.time()), files=[])
        if not self.new:
            data.update(dict.fromkeys(_PARALLEL))
        data.update(self._place(job))
        return data

    def _keep(self, data: dict[str, Any]) -> None:
        run = self.run
        with run.lock:
            run.executions.append({**data, "index": len(run.executions) + 1})

    def node_finished(self, job: Job, index: int, started: float, result: Result, status: str,
                      error: NodeError | None) -> None:
        """A node ended well, or its error was handled."""
        text = None
        if status == "exception":
            text = "Unknown error" if self.new else (error.text if error else None)
        data = self._ended(job, index, started, result, status, text)
        self._keep(data)
        self._send("node_finished", data)

    def node_retry(self, job: Job, index: int, started: float, failure: NodeError, attempt: int) -> None:
        """A node failed and will be tried again."""
        result = Result(inputs=failure.inputs or {}, process=failure.process or {})
        self._send("node_retry", {**self._ended(job, index, started, result, "retry", failure.text), "retry_index": attempt})

    def node_failed(self, job: Job, index: int, started: float, failure: NodeError, quiet: bool) -> None:
        """A node failed for good."""
        result = Result(inputs=failure.inputs or {}, process=failure.process or {})
        data = self._ended(job, index, started, result, "failed", failure.text)
        self._keep(data)
        if not quiet:
            self._send("node_finished", data)

    def container(self, job: Job, event: str, extra: dict[str, Any]) -> None:
        """Frames of iterations and loops."""
        data = {"id": job.node.id, "node_id": job.node.id, "node_type": job.node.kind, "title": job.node.title, **extra}
        if not self.new:
            data.update(parallel_id=None, parallel_start_node_id=None)
        self._send(event, data)

    def container_done(self, job: Job, started: float, result: Result, status: str, error: str | None, extra: dict[str, Any]) -> None:
        """The last frame of an iteration or loop; also kept as a node execution."""
        data = {"outputs": result.outputs}
        if self.new:
            data["outputs_truncated"] = False
        data.update(created_at=int(started), extras={}, inputs=result.inputs)
        if self.new:
            data["inputs_truncated"] = False
        data.update(status=status, error=error, elapsed_time=round(time.time() - started, 6), total_tokens=result.tokens,
                    execution_metadata={"total_tokens": result.tokens, **extra.pop("metadata", {})},
                    finished_at=int(time.time()), **extra)
        self.container(job, f"{job.node.kind}_completed", data)
        if status == "succeeded":
            self._keep(self._ended(job, 1, started, result, status, error))

    def chunk(self, text: str, selector: list[str]) -> None:
        """A piece of an output or answer."""
        if self.run.chat is not None:
            self.run.answer += text
            self._message("message", {"answer": text, "from_variable_selector": selector})
        else:
            self._send("text_chunk", {"text": text, "from_variable_selector": selector})

    def reasoning(self, node_id: str, text: str, final: bool) -> None:
        """A piece of a model's thinking (newest release only)."""
        message = self.run.chat["message_id"] if self.run.chat else None
        self._send("reasoning_chunk", {"message_id": message, "reasoning": text, "node_id": node_id, "is_final": final})

    def human_input_required(self, form: dict[str, Any]) -> None:
        """A person is asked."""
        self._send("human_input_required", form)

    def workflow_paused(self, reasons: list[dict[str, Any]]) -> None:
        """The run waits."""
        run = self.run
        self._send("workflow_paused", {
            "workflow_run_id": run.id, "paused_nodes": [r["node_id"] for r in reasons], "outputs": {}, "reasons": reasons,
            "status": "paused", "created_at": int(run.created), "elapsed_time": run.elapsed,
            "total_tokens": run.tokens, "total_steps": run.steps})

    def _finished_data(self) -> dict[str, Any]:
        run = self.run
        outputs: Any = run.outputs if run.status != "failed" else {}
        return {"id": run.id, "workflow_id": run.workflow["id"], "status": run.status, "outputs": outputs, "error": run.error,
                "elapsed_time": run.elapsed, "total_tokens": run.tokens, "total_steps": run.steps,
                "created_by": {"id": run.end_user.get("id"), "user": run.user}, "created_at": int(run.created),
                "finished_at": int(run.finished or time.time()), "exceptions_count": run.exceptions, "files": []}

    def message_end(self) -> None:
        """The last message frame of a chat."""
        usage = {**ZERO_USAGE, "total_tokens": self.run.tokens}
        self._message("message_end", {"metadata": {"annotation_reply": None, "retriever_resources": self.run.retrieved,
                                                   "usage": usage}, "files": []})

    def workflow_finished(self) -> None:
        """The end of the run, with what a chat says around it."""
        run = self.run
        good = run.chat is not None and run.status in ("succeeded", "partial-succeeded")
        stopped_old = run.chat is not None and run.status == "stopped" and run.profile.message_end_last
        if good and not run.profile.message_end_last:
            self.message_end()
        self._send("workflow_finished", self._finished_data())
        if run.chat is None:
            return
        if (good or stopped_old) and run.profile.message_end_last:
            self.message_end()
        if run.status == "failed" and run.profile.chat_error_frame:
            run.emit({"event": "error", "conversation_id": run.chat["conversation_id"], "message_id": run.chat["message_id"],
                      "created_at": int(run.created), "code": "invalid_param", "status": 400,
                      "message": f"Run failed: {run.error}"})
