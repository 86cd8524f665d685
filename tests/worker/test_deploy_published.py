"""What callers get and what the studio says of it are the same version."""
import json

import pytest
from flows import echo, upper


@pytest.fixture
def over(connected, dify):
    """A deployed workflow with a second version: (workflow, app)."""
    data, c = connected
    w = data.workflow(echo("Published"))
    job = data.wait(data.job("deploy", {"connection_id": c}, w))
    assert job["state"] == "succeeded", job["error"]
    data.version(w, upper("Published"))
    dify.forget_faults()
    return w, job["result"]["app_id"]


def step(data, job):
    return json.loads(data.row("jobs", job)["memo"] or "{}").get("step")


def is_new(dify, app, which):
    graph = dify.console("GET", f"/apps/{app}/workflows/{which}")["graph"]
    return "code" in [n["data"]["type"] for n in graph["nodes"]]


def agree(data, dify, w, app, new):
    assert is_new(dify, app, "draft") == is_new(dify, app, "publish") == new
    row = data.row("workflows", w)
    assert row["last_status"] == "deployed"
    assert row["dify_version"] == (2 if new else 1)


def publishing(dify, app):
    return dify.log("POST", f"/console/api/apps/{app}/workflows/publish")


def test_a_key_that_is_refused_is_so_before_anybody_gets_the_new_one(
        connected, dify, over):
    (data, _), (w, app) = connected, over
    dify.fault(f"GET /console/api/apps/{app}/api-keys", "status", 403)
    job = data.wait(data.job("deploy", {}, w))
    assert job["error"]["code"] == "dify_refused"
    agree(data, dify, w, app, new=False)
    assert publishing(dify, app) == []


def test_cancel_before_publish_leaves_the_old_one(connected, dify, over):
    (data, _), (w, app) = connected, over
    dify.fault(f"GET /console/api/apps/{app}/api-keys", "slow", 1.5)
    job = data.job("deploy", {}, w)
    data.until(lambda: step(data, job) == "key")
    data.cancel(job)
    assert data.wait(job)["state"] == "cancelled"
    agree(data, dify, w, app, new=False)


def test_cancel_while_it_is_published_comes_too_late(connected, dify, over):
    (data, _), (w, app) = connected, over
    dify.fault(f"POST /console/api/apps/{app}/workflows/publish", "slow", 1.5)
    job = data.job("deploy", {}, w)
    data.until(lambda: '"publishing":true' in (
        data.row("jobs", job)["memo"] or ""))
    data.cancel(job)
    assert data.wait(job)["state"] == "succeeded"
    agree(data, dify, w, app, new=True)


@pytest.mark.parametrize("killed", [False, True], ids=["lost", "killed"])
def test_cancel_after_a_publish_that_nobody_knows_of(connected, dify, over,
                                                     killed):
    """The answer is lost, and maybe the worker with it."""
    (data, _), (w, app) = connected, over
    dify.fault(f"POST /console/api/apps/{app}/workflows/publish",
               *(("slow", 1) if killed else ("cut", 5)))
    job = data.job("deploy", {}, w)
    data.until(lambda: '"publishing":true' in (
        data.row("jobs", job)["memo"] or ""))
    if killed:
        data.kill()
        data.until(lambda: is_new(dify, app, "publish"))
    else:
        data.until(lambda: '"tries":1' in data.row("jobs", job)["memo"]
                   or "again_at" in (data.row("jobs", job)["progress"] or ""))
    data.cancel(job)
    if killed:
        data.start()
        data.forget_leases()
    assert data.wait(job)["state"] == "succeeded"
    agree(data, dify, w, app, new=True)


def test_a_new_app_that_nobody_knows_goes_even_so(connected, dify):
    data, c = connected
    dify.fault("POST /console/api/apps/", "slow", 0.01, 2)  # import, key
    dify.fault("POST /console/api/apps/", "slow", 1.5)      # publish
    w = data.workflow(echo("New and called off"))
    job = data.job("deploy", {"connection_id": c}, w)
    data.until(lambda: '"publishing":true' in (
        data.row("jobs", job)["memo"] or ""))
    data.cancel(job)
    assert data.wait(job)["state"] == "cancelled"
    assert dify.apps("New and called off") == []
    assert data.row("workflows", w)["last_status"] == "draft"
