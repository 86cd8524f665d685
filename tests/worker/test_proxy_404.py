"""A 404 that a proxy says while it has no Dify is not Dify's word that an app
or a run is gone."""
import time

from flows import approval, echo


def deployed(data, c, dsl):
    w = data.workflow(dsl)
    job = data.wait(data.job("deploy", {"connection_id": c}, w))
    assert job["state"] == "succeeded", job["error"]
    return w, job["result"]["app_id"]


def test_an_app_is_not_made_anew(connected, dify):
    data, c = connected
    w, app = deployed(data, c, echo("Behind a proxy"))
    dify.fault(f"GET /console/api/apps/{app}", "status", 404)
    job = data.wait(data.job("deploy", {}, w))
    assert job["state"] == "succeeded"
    assert "app_deleted" not in str(job["result"].get("notes"))
    assert job["result"]["app_id"] == app
    assert len(dify.apps("Behind a proxy")) == 1


def test_what_is_in_the_way_is_told(connected, dify):
    data, c = connected
    w, app = deployed(data, c, echo("Told"))
    dify.fault(f"GET /console/api/apps/{app}", "status", 404, 2)
    job = data.job("deploy", {}, w)
    data.until(lambda: '"trouble_code":"dify_garbled"' in (
        data.row("jobs", job)["progress"] or ""))
    assert data.wait(job)["state"] == "succeeded"


def test_what_is_taken_back_is_taken_back(connected, dify):
    data, c = connected
    dify.fault("POST /console/api/apps/", "slow", 0.01, 2)  # import, key
    dify.fault("POST /console/api/apps/", "status", 400)
    dify.fault("DELETE /console/api/apps/", "status", 404)
    w = data.workflow(echo("Taken back"))
    job = data.wait(data.job("deploy", {"connection_id": c}, w))
    assert job["error"]["code"] == "dify_refused"
    assert dify.apps("Taken back") == []


def test_a_paused_run_stays_paused(connected, dify):
    data, c = connected
    w, _ = deployed(data, c, approval("Proxy and pause"))
    run, job = data.run(w, {"q": "it"})
    assert data.wait(job)["result"]["status"] == "paused"
    dify.fault("GET /v1/workflows/run/", "status", 404, 2)
    data.until(lambda: not dify.faults())
    time.sleep(0.5)  # what is made of the second one
    assert data.row("runs", run)["status"] == "paused"
    assert len(data.sql("SELECT 1 FROM jobs WHERE kind = 'run'")) == 1
