"""Streams of a run that tell what no Dify should, or too much of it."""
import json
import threading

import pytest
from data import seal
from flows import echo
from lib.lock import held
from scripted_dify import Scripted, event, given

STREAM = {"Content-Type": "text/event-stream"}
BEGUN = event("workflow_started")


class Run:
    """A deployed workflow whose run streams these events; asked for later,
    the run is as given."""

    def __init__(self, *events, later=None):
        self.events, self.later = events, later
        self.began, self.go = threading.Event(), threading.Event()
        self.go.set()
        self.dify = Scripted(self.answer)

    def answer(self, method, path):
        if method == "POST" and path == "/v1/workflows/run":
            self.began.set()
            self.go.wait(20)
            return 200, b"".join(self.events), STREAM
        if "/v1/workflows/run/" in path and self.later:
            return given({"id": "r", **self.later})
        return None

    def start(self, data):
        c = data.connection(self.dify.url, "k")
        # runs of before the worker's first start are taken for begun
        data.until(lambda: data.row("connections", c)["state"] == "up")
        w = data.workflow(echo("Odd"), connection=c)
        data.sql("UPDATE workflows SET dify_app_id = ?, dify_key = ?"
                 " WHERE id = ?", "11111111-1111-1111-1111-111111111111",
                 seal(data.master, "app_key", "app-x"), w)
        return data.run(w, {})


def ended(data, run):
    with run.dify:
        row, job = run.start(data)
        return data.wait(job), data.row("runs", row)


def test_large_nodes_wait_for_a_lock(worker):
    """What cannot be written now has only so much memory."""
    large = "v" * (200 << 10)
    run = Run(BEGUN, *(event(
        "node_finished", id=f"e{i}", node_id=f"n{i}", node_type="code",
        title="T", status="succeeded", inputs={"a": large},
        outputs={"b": large}) for i in range(200)),
        event("workflow_finished", status="succeeded", outputs={}))
    run.go.clear()
    with run.dify:
        row, job = run.start(worker)
        assert run.began.wait(10)
        with held(worker.path / "studio.lock"):
            run.go.set()
            threading.Event().wait(4)
        assert worker.wait(job)["state"] == "succeeded"
        nodes = worker.sql("SELECT * FROM run_nodes WHERE run_id = ?", row)
    assert len(nodes) == 200
    kept = [n for n in nodes if "v" * 99 in n["outputs"]]
    assert 20 < len(kept) < 200
    assert all("too large" in n["outputs"] for n in nodes if n not in kept)


def test_an_end_that_nobody_knows_is_asked_for(worker):
    job, row = ended(worker, Run(
        BEGUN, event("workflow_finished", status="banana", outputs={}),
        later={"status": "failed", "error": "no", "outputs": None}))
    assert job["state"] == "failed" and row["status"] == "failed"


@pytest.mark.parametrize("outputs, kept", [
    ('{"x": NaN, "y": [Infinity, 1.50]}', {"x": None, "y": [None, 1.5]}),
    ('{"x": "中"}', {"x": "中"}), ("no JSON", None), ("", None)])
def test_outputs_are_kept_as_json(worker, outputs, kept):
    _, row = ended(worker, Run(BEGUN, later={
        "status": "succeeded", "outputs": outputs}))
    assert row["status"] == "succeeded"
    assert (row["outputs"] and json.loads(
        row["outputs"], parse_constant=pytest.fail)) == kept


def test_nothing_is_heard_after_the_end(worker):
    _, row = ended(worker, Run(
        BEGUN, event("workflow_finished", status="succeeded",
                     outputs={"a": 1}),
        event("workflow_finished", status="failed", outputs={"a": 2}),
        event("node_started", id="e", node_id="n", node_type="code"),
        event("error", message="late")))
    assert row["status"] == "succeeded" and not row["error"]
    assert json.loads(row["outputs"]) == {"a": 1}
    assert not worker.sql("SELECT 1 FROM run_nodes")
