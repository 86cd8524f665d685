"""kill -9 of the worker at any moment of many runs: each of them runs once in
Dify, and ends here as it ended there."""
import random
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))

from data import Data  # noqa: E402
from dify_server import Dify  # noqa: E402
from flows import upper  # noqa: E402

ROUNDS, RUNS, LONGEST_S, END_S = 25, 4, 0.25, 150


@pytest.fixture
def place(tmp_path):
    with Dify(tmp_path / "dify") as dify, Data(tmp_path) as data:
        data.start()
        yield dify, data, data.connection(dify.url, dify.admin_key,
                                          next_check_at=2 ** 50)


def test_killed_at_any_moment(place):
    dify, data, connection = place
    w = data.workflow(upper("Killed runs"))
    job = data.wait(data.job("deploy", {"connection_id": connection}, w))
    assert job["state"] == "succeeded", job["error"]
    before = dify.state()["run_count"]
    runs = []
    for _ in range(ROUNDS):
        runs += [data.run(w, {"q": "abc"}) for _ in range(RUNS)]
        time.sleep(random.uniform(0, LONGEST_S))
        data.kill()
        data.start()
        data.forget_leases()
    for run, job in runs:
        ended = data.wait(job, END_S)
        assert ended["state"] == "succeeded", ended["error"]
        assert ended["result"]["outputs"] == {"out": "ABC"}
        assert data.row("runs", run)["status"] == "succeeded"
    assert dify.state()["run_count"] == before + len(runs)
    again = [data.row("jobs", job)["attempts"] for _, job in runs]
    print(f"\n{len(runs)} runs, begun up to {max(again)} times")
    assert max(again) > 1
