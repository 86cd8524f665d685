"""A run whose caller waits is done by the endpoint that it waits at."""
import copy
import signal
import sqlite3
import threading
import time

import pytest

from lib import dsl as dsl_of
from lib import lock
from lib.client import Client
from lib.servers import wait_for

RUN = "POST /v1/workflows/run"


class Waiting(threading.Thread):
    """A caller of its own that waits for the end of a run."""

    def __init__(self, own, workflow, seconds=30, said="7"):
        super().__init__()
        self.client = Client(own.studio.url)
        self.client.http.headers.update(own.api.http.headers)
        self.path = f"/api/workflows/{workflow}/run"
        self.wait = {"Prefer": f"wait={seconds}"}
        self.body = {"inputs": {"q": said}}
        self.answer = None
        self.start()

    def run(self):
        self.answer = self.client.post(self.path, self.body,
                                       headers=self.wait)

    def end(self):
        self.join(40)
        return self.answer


@pytest.fixture
def deployed(own):
    own.dify.heal()
    yield own.api.create(dsl_of.small("Waited for")).json()["id"]
    own.dify.heal()


def newest(own):
    """The newest run's job, with who has it."""
    with sqlite3.connect(own.studio.data / "studio.db") as db:
        db.row_factory = sqlite3.Row
        return db.execute("SELECT * FROM jobs WHERE kind = 'run'"
                          " ORDER BY id DESC").fetchone()


def holder(own):
    """The process that has the run that is under way, once one has it."""
    def look():
        job = newest(own)
        return job and job["state"] == "running" and job["lease_owner"]

    pid = int(wait_for(look, 10, "the run is taken").split(":")[1])
    return next(p for p in own.studio.processes() if p.pid == pid).name


def test_who_waits_is_served_there(own, deployed):
    own.dify.fault(match=RUN, kind="slow", value=1, times=2)
    caller = Waiting(own, deployed)
    assert "start.fcgi" in holder(own)
    answer = caller.end()
    assert answer.status_code == 200
    assert answer.json()["job"]["result"]["outputs"] == {"out": "7"}
    other = own.api.post(caller.path, {"inputs": {"q": "7"}}, 202)
    assert "worker" in holder(own)
    own.api.succeeded(other)


def test_waiting_takes_no_processor_time(own, deployed):
    """Neither for Dify, nor with another run for the lock of who writes."""
    own.dify.fault(match=RUN, kind="slow", value=4)
    callers = [Waiting(own, deployed)]
    assert "start.fcgi" in holder(own)
    endpoint = own.studio.named("start.fcgi")[0]
    before = endpoint.cpu_seconds()
    time.sleep(1.5)
    assert endpoint.cpu_seconds() - before < 0.5
    with lock.held(own.studio.data / "studio.lock"):
        callers.append(Waiting(own, deployed))
        before = endpoint.cpu_seconds()
        time.sleep(2)
        assert endpoint.cpu_seconds() - before < 0.5
    assert [c.end().status_code for c in callers] == [200, 200]


def test_a_stop_reaches_it(own, deployed):
    own.dify.fault(match=RUN, kind="slow", value=3)
    caller = Waiting(own, deployed)
    assert "start.fcgi" in holder(own)
    run = own.api.get("/api/runs?limit=1")["items"][0]["id"]
    own.api.post(f"/api/runs/{run}/stop", None, 202)
    assert caller.end().json()["job"]["state"] == "cancelled"
    assert own.api.get(f"/api/runs/{run}")["status"] == "stopped"


def test_a_worker_goes_on_when_the_endpoint_ends(own, deployed):
    """The web server tells it to; who waited is told that it is queued."""
    before = own.dify.state()["run_count"]
    own.dify.fault(match=RUN, kind="slow", value=2)
    caller = Waiting(own, deployed)
    assert "start.fcgi" in holder(own)
    wait_for(lambda: not own.dify.faults(), 10, "Dify has it")
    worker = own.studio.named("dify-studio-wor")[0]
    worker.kill(signal.SIGSTOP)
    try:
        own.studio.named("start.fcgi")[0].kill(signal.SIGTERM)
        answer = caller.end()
    finally:
        worker.kill(signal.SIGCONT)
    assert answer.status_code == 202
    assert answer.json()["job"]["state"] == "queued"
    assert "worker" in holder(own)
    assert own.api.succeeded(answer)["result"]["outputs"] == {"out": "7"}
    assert newest(own)["attempts"] == 2
    assert own.dify.state()["run_count"] == before + 1


def test_others_have_their_turn_first(own, deployed):
    worker = own.studio.named("dify-studio-wor")[0]
    worker.kill(signal.SIGSTOP)
    try:
        own.api.post(f"/api/workflows/{deployed}/run", {"inputs": {"q": "1"}},
                     202)
        answer = Waiting(own, deployed, 1).end()
        assert answer.status_code == 202
        assert answer.json()["job"]["state"] == "queued"
    finally:
        worker.kill(signal.SIGCONT)
    assert own.api.job(answer.headers["X-Job-Id"])["state"] == "succeeded"


def test_what_a_worker_published_is_what_counts(own, deployed):
    said = "longer than three"
    job = Waiting(own, deployed, said=said).end().json()["job"]
    assert job["state"] == "succeeded"
    dsl = copy.deepcopy(dsl_of.small("Waited for"))
    start = dsl["workflow"]["graph"]["nodes"][0]["data"]
    start["variables"][0]["max_length"] = 3
    own.api.call("PUT", f"/api/workflows/{deployed}/dsl", 200,
                 json={"dsl": dsl})
    own.api.deploy(deployed)
    job = Waiting(own, deployed, said=said).end().json()["job"]
    assert job["error"]["code"] == "input_invalid"
