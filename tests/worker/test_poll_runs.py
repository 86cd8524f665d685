"""What apps do in Dify shows here, and Dify is not asked too often."""
import time

import pytest
import requests
from flows import chat, echo

FOREIGN = "somebody"


def deployed(data, connection, dsl):
    w = data.workflow(dsl)
    job = data.wait(data.job("deploy", {"connection_id": connection}, w))
    assert job["state"] == "succeeded", job["error"]
    return w


def run_in_dify(dify, data, workflow, inputs, path="/v1/workflows/run",
                **more):
    """A run that the studio knows nothing of."""
    app = data.row("workflows", workflow)["dify_app_id"]
    key = dify.console("GET", f"/apps/{app}/api-keys")["data"][0]["token"]
    answer = requests.post(
        dify.url + path, timeout=10,
        headers={"Authorization": "Bearer " + key},
        json={"inputs": inputs, "user": FOREIGN, "response_mode": "blocking",
              **more})
    assert answer.status_code == 200, answer.text


def wait_for_status(data, workflow, status, seconds=30):
    end = time.monotonic() + seconds
    while data.row("workflows", workflow)["last_status"] != status:
        assert time.monotonic() < end, data.row("workflows", workflow)
        time.sleep(0.05)


@pytest.mark.parametrize("dsl, inputs, path, more", [
    (echo("Ran in Dify"), {"q": "x"}, "/v1/workflows/run", {}),
    (chat("Chatted in Dify"), {}, "/v1/chat-messages", {"query": "hello"})])
def test_a_run_of_somebody_else_shows(connected, dify, dsl, inputs, path,
                                      more):
    data, c = connected
    w = deployed(data, c, dsl)
    assert data.row("workflows", w)["last_status"] == "deployed"
    run_in_dify(dify, data, w, inputs, path, **more)
    wait_for_status(data, w, "succeeded")
    assert data.row("workflows", w)["last_run_id"] is None


def test_an_older_run_says_nothing_of_what_is_newer(connected, dify):
    data, c = connected
    w = deployed(data, c, echo("Old run"))
    run_in_dify(dify, data, w, {"q": "x"})
    late = int(time.time() * 1000) + 3600 * 1000
    data.sql("UPDATE workflows SET last_status = 'failed',"
             " last_status_at = ? WHERE id = ?", late, w)
    end = time.monotonic() + 30
    app = data.row("workflows", w)["dify_app_id"]
    while not dify.log("GET", f"/console/api/apps/{app}/workflow-app-logs"):
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(0.2)
    assert data.row("workflows", w)["last_status"] == "failed"


def test_a_run_that_was_lost_gets_its_end(connected, dify):
    data, c = connected
    w = deployed(data, c, echo("Lost"))
    run, job = data.run(w, {"q": "x"})
    assert data.wait(job)["state"] == "succeeded"
    data.sql("UPDATE runs SET status = 'unknown' WHERE id = ?", run)
    data.sql("UPDATE workflows SET last_status = 'unknown' WHERE id = ?", w)
    data.stop()
    data.start()
    wait_for_status(data, w, "succeeded")
    assert data.row("runs", run)["status"] == "succeeded"


def test_many_apps_are_asked_one_after_the_other(connected, dify):
    data, c = connected
    w = deployed(data, c, echo("Of many"))
    app = data.row("workflows", w)["dify_app_id"]
    for n in range(40):
        other = data.workflow(echo(f"Same app {n}"), connection=c)
        data.sql("UPDATE workflows SET dify_app_id = ?,"
                 " last_status = 'deployed' WHERE id = ?", app, other)
    path = f"/console/api/apps/{app}/workflow-app-logs"
    began = time.monotonic()
    while len(dify.log("GET", path)) < 4:
        assert time.monotonic() - began < 60
        time.sleep(0.05)
    dify.forget_faults()
    began = time.monotonic()
    time.sleep(3)
    asked = len(dify.log("GET", "/console/api/"))
    took = time.monotonic() - began
    assert asked <= 2 * took + 2, (asked, took)


def test_too_many_requests_is_heeded(connected, dify):
    data, c = connected
    w = deployed(data, c, echo("Too many"))
    app = data.row("workflows", w)["dify_app_id"]
    path = f"/console/api/apps/{app}/workflow-app-logs"
    dify.fault("GET " + path, "status", 429, 5)
    end = time.monotonic() + 30
    while not dify.log("GET", path):
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(4)
    assert len(dify.log("GET", path)) == 1
