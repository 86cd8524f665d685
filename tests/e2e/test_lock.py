"""Another process holds the write lock: readers do not notice, writers wait,
and whoever waits too long is told so and has written nothing."""
import statistics
import threading
import time

import pytest

from lib import dsl as dsl_of
from lib import lock
from lib.prompts import load
from lib.watch import Watch

PROMPT = load()[1]["prompt"]
HEARTBEAT = 15.0


@pytest.fixture(scope="module")
def workflow(own):
    return own.api.create(dsl_of.small("Locked")).json()


def held(own):
    return lock.held(own.studio.data / "studio.lock")


def timed(call):
    start = time.monotonic()
    return call(), time.monotonic() - start


def test_readers_do_not_notice(own, workflow):
    with held(own):
        times = [timed(lambda: own.api.get("/api/workflows"))[1]
                 for _ in range(50)]
    assert statistics.quantiles(times, n=20)[-1] < 0.1


@pytest.mark.parametrize("call,want", [
    (lambda api, w: api.call("PATCH", f"/api/workflows/{w}", 200,
                             json={"name": "Renamed"}), 200),
    (lambda api, w: api.generate(PROMPT), 200),
    (lambda api, w: api.create(dsl_of.small("Locked, created")), 201)],
    ids=["endpoint", "generate", "create"])
def test_writers_wait_four_seconds(own, workflow, call, want):
    got = {}

    def write():
        got["answer"], got["seconds"] = timed(
            lambda: call(own.api, workflow["id"]))

    with held(own):
        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(4)
        assert writer.is_alive()
    writer.join(20)
    assert got["answer"].status_code == want
    assert got["seconds"] >= 4


def test_writers_give_up_after_five(own, workflow):
    before = own.api.workflow(workflow["id"])
    jobs = len(own.api.all("/api/jobs"))
    with held(own):
        for call in (
                lambda: own.api.call("PATCH",
                                     f"/api/workflows/{workflow['id']}",
                                     json={"name": "Never"}),
                lambda: own.api.generate(PROMPT, want=None),
                lambda: own.api.create(dsl_of.small("Never"), want=None)):
            answer, seconds = timed(call)
            assert answer.status_code == 503, answer.text
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.json()["code"] == "lock_timeout"
            assert 4.5 < seconds < 15
    assert own.api.workflow(workflow["id"]) == before
    assert len(own.api.all("/api/jobs")) == jobs
    assert own.apps_named("Never") == 0


def test_heartbeats_are_on_time_while_writers_wait(own):
    """Two heartbeats, each due while the lock is held for 4 s and four
    callers wait for it in the same kind of process."""
    with Watch(own.api) as watch:
        start = time.monotonic()
        for due in (HEARTBEAT, 2 * HEARTBEAT):
            time.sleep(max(0, start + due - 2 - time.monotonic()))
            with held(own):
                callers = [threading.Thread(
                    target=own.api.generate, args=(PROMPT,),
                    kwargs={"want": (200, 503)}) for _ in range(4)]
                for c in callers:
                    c.start()
                time.sleep(4)
            for c in callers:
                c.join()
        beats = list(watch.comments)
    gaps = [b - a for a, b in zip(beats, beats[1:])]
    assert gaps, "no two heartbeats in 34 s"
    assert max(gaps) < HEARTBEAT + 1, gaps  # who waited: 2 s late
