"""kill -9 of the worker in each step of a deploy that waits for Dify, a
hundred times: one app there, of the right DSL, with the key that it had."""
import json
import random
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))

from data import Data  # noqa: E402
from dify_server import Dify  # noqa: E402
from flows import echo, upper  # noqa: E402

KILLS = 100
SLOW_S = 0.15
FIRST = ["import", "read", "publish", "rename", "key"]
OVER = ["look", "keep", "import", "read", "publish", "key"]


@pytest.fixture
def place(tmp_path):
    with Dify(tmp_path / "dify") as dify, Data(tmp_path) as data:
        data.start()
        yield dify, data, data.connection(dify.url, dify.admin_key,
                                          next_check_at=2 ** 50)


def killed_in(data, job, step):
    """Whether the worker was killed while the job was in that step."""
    while True:
        row = data.row("jobs", job)
        if row["state"] == "succeeded":
            return False
        if f'"step":"{step}"' in (row["memo"] or ""):
            time.sleep(random.uniform(0, SLOW_S))
            data.kill()
            time.sleep(SLOW_S)  # Dify ends what it works on within a lease
            data.start()
            data.forget_leases()
            return True
        time.sleep(0.005)


def holds(dify, data, workflow, name, node):
    """The one app of that name, its DSL and its key."""
    apps = [a for a in dify.apps(name) if a["name"].startswith(name)]
    assert [a["name"] for a in apps] == [name]
    assert apps[0]["id"] == data.row("workflows", workflow)["dify_app_id"]
    draft = dify.console("GET", f"/apps/{apps[0]['id']}/workflows/draft")
    kinds = {n["data"]["type"] for n in draft["graph"]["nodes"]}
    assert (node in kinds) == (node == "code")
    keys = dify.console("GET", f"/apps/{apps[0]['id']}/api-keys")["data"]
    assert len(keys) == 1
    return apps[0]["id"], keys[0]["token"]


def deploy_killed(dify, data, workflow, connection, step):
    dify.fault("* /console/api/", "slow", SLOW_S, 1000)
    job = data.job("deploy", {"connection_id": connection}, workflow)
    killed = killed_in(data, job, step)
    dify.forget_faults()
    ended = data.wait(job, 90)
    assert ended["state"] == "succeeded", (step, json.dumps(ended["error"]))
    return killed


def test_killed_in_each_step(place):
    dify, data, connection = place
    kills = {step: 0 for step in FIRST + OVER}
    turn = 0
    while sum(kills.values()) < KILLS:
        name = f"Killed {turn}"
        w = data.workflow(echo(name))
        step = FIRST[turn % len(FIRST)]
        kills[step] += deploy_killed(dify, data, w, connection, step)
        first = holds(dify, data, w, name, "none")
        data.version(w, upper(name))
        step = OVER[turn % len(OVER)]
        kills[step] += deploy_killed(dify, data, w, connection, step)
        assert holds(dify, data, w, name, "code") == first
        turn += 1
        assert turn < KILLS
    print(f"\n{sum(kills.values())} kills: {kills}")
    assert all(kills.values()), kills
