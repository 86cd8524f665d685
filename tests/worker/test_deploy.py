"""A workflow goes into Dify once, whatever happens on the way."""
import time

import pytest
from data import Data
from dify_server import Dify
from flows import chat, echo, http, upper

VERSIONS = ["1.8", "1.12", "1.13", "1.16"]


@pytest.fixture(scope="module", params=VERSIONS)
def any_dify(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as server:
        yield server


def deploy(data, workflow, connection=None, seconds=20, **more):
    payload = {"connection_id": connection} if connection else {}
    payload.update(more)
    return data.wait(data.job("deploy", payload, workflow), seconds)


def apps_for(dify, data, workflow):
    """The apps that carry the workflow's name, or a job's marker."""
    name = data.row("workflows", workflow)["name"]
    return [a for a in dify.apps() if a["name"] == name
            or a["name"].startswith(name + " [studio")]


@pytest.mark.parametrize("auth", ["admin_key", "password"])
def test_each_version_by_both_ways_in(worker, any_dify, auth):
    if auth == "admin_key":
        c = worker.connection(any_dify.url, any_dify.admin_key)
    else:
        c = worker.connection(any_dify.url, any_dify.password, auth=auth,
                              email=any_dify.email)
    w = worker.workflow(upper(f"Upper {auth} {any_dify.version}"))
    job = deploy(worker, w, c)
    assert job["state"] == "succeeded", job["error"]
    result = job["result"]
    assert result["app_mode"] == "workflow" and result["error"] == ""
    assert result["status"] in ("completed", "completed-with-warnings")
    assert result["differences"] == []
    assert result["version"].startswith(any_dify.version)
    row = worker.row("workflows", w)
    assert row["last_status"] == "deployed"
    assert row["dify_app_id"] == result["app_id"] and row["dify_key"]
    assert [a["id"] for a in apps_for(any_dify, worker, w)] == [
        result["app_id"]]


def test_a_newer_dsl_is_confirmed_and_told(connected, dify):
    data, c = connected
    w = data.workflow(echo("From the future", version="0.9.0"))
    job = deploy(data, w, c)
    assert job["state"] == "succeeded"
    assert job["result"]["imported_dsl_version"] == "0.9.0"
    note, = job["result"]["notes"]
    assert note["code"] == "dsl_newer" and "newer" in note["message"]


def test_again_means_over_the_same_app_with_the_same_key(connected, dify):
    data, c = connected
    w = data.workflow(echo("Twice"))
    first = deploy(data, w, c)["result"]["app_id"]
    data.version(w, upper("Twice"))
    second = deploy(data, w)
    assert second["result"]["app_id"] == first
    assert len(apps_for(dify, data, w)) == 1
    draft = dify.console("GET", f"/apps/{first}/workflows/draft")
    assert any(n["data"]["type"] == "code" for n in draft["graph"]["nodes"])
    keys = dify.console("GET", f"/apps/{first}/api-keys")["data"]
    assert len(keys) == 1


def test_an_app_that_was_deleted_in_dify_is_made_anew(connected, dify):
    data, c = connected
    w = data.workflow(echo("Gone"))
    first = deploy(data, w, c)["result"]["app_id"]
    dify.console("DELETE", f"/apps/{first}")
    job = deploy(data, w)
    assert job["state"] == "succeeded" and job["result"]["app_id"] != first
    assert "app_deleted" in [n["code"] for n in job["result"]["notes"]]
    assert len(apps_for(dify, data, w)) == 1


def test_what_dify_refuses_leaves_no_app(worker, any_dify):
    c = worker.connection(any_dify.url, any_dify.admin_key)
    dsl = echo(f"Refused {any_dify.version}")
    dsl["workflow"]["environment_variables"] = [{"name": "x"}]
    w = worker.workflow(dsl)
    job = deploy(worker, w, c)
    assert job["state"] == "failed"
    assert job["error"]["code"] == "dify_refused"
    assert job["error"]["message"] and "<" not in job["error"]["message"]
    assert apps_for(any_dify, worker, w) == []
    assert worker.row("workflows", w)["last_status"] == "draft"


def test_a_failed_overwrite_is_taken_back(connected, dify):
    data, c = connected
    w = data.workflow(echo("Careful"))
    app = deploy(data, w, c)["result"]["app_id"]
    before = dify.console("GET", f"/apps/{app}/workflows/draft")["graph"]
    bad = echo("Careful")
    bad["workflow"]["environment_variables"] = [{"name": "x"}]
    data.version(w, bad)
    job = deploy(data, w)
    assert job["error"]["code"] == "dify_refused"
    after = dify.console("GET", f"/apps/{app}/workflows/draft")["graph"]
    assert after == before
    assert [a["name"] for a in apps_for(dify, data, w)] == ["Careful"]
    assert data.row("workflows", w)["last_status"] == "deployed"


def test_a_publish_that_is_refused_is_taken_back(connected, dify):
    data, c = connected
    dify.fault("POST /console/api/apps/", "slow", 0.01, 2)  # import, key
    dify.fault("POST /console/api/apps/", "status", 400)
    w = data.workflow(echo("Unpublished"))
    job = deploy(data, w, c)
    assert job["error"]["code"] == "dify_refused"
    assert apps_for(dify, data, w) == []


def test_nobody_there(worker):
    c = worker.connection("http://127.0.0.1:1", "key")
    w = worker.workflow(echo())
    job = deploy(worker, w, c, quick=True)
    assert job["error"]["code"] == "dify_unreachable"
    assert "cannot be reached" in job["error"]["message"]
    assert worker.row("workflows", w)["last_status"] == "unknown"


def test_a_key_that_dify_does_not_know(worker, dify):
    c = worker.connection(dify.url, "wrong-key-of-some-length")
    w = worker.workflow(echo())
    job = deploy(worker, w, c)
    assert job["error"]["code"] == "dify_auth"
    assert "wrong-key" not in str(job) + worker.log()


def test_a_password_is_not_tried_twice(worker, dify):
    c = worker.connection(dify.url, "not-the-password", auth="password",
                          email=dify.email)
    jobs = [worker.job("deploy", {"connection_id": c},
                       worker.workflow(echo(f"W{i}"))) for i in range(4)]
    for job in jobs:
        assert worker.wait(job)["error"]["code"] == "dify_auth"
    assert len(dify.log("POST", "/console/api/login")) == 1


def test_one_refresh_for_all_when_the_session_is_over(worker, dify):
    c = worker.connection(dify.url, dify.password, auth="password",
                          email=dify.email)
    assert deploy(worker, worker.workflow(echo("One")), c)["result"]
    dify.forget_faults()
    dify.fault("GET /console/api/apps/", "expire_session")
    assert deploy(worker, worker.workflow(echo("Two")), c)["result"]
    assert len(dify.log("POST", "/console/api/refresh-token")) == 1
    assert dify.log("POST", "/console/api/login") == []


def test_a_session_outlives_the_worker(worker, dify):
    c = worker.connection(dify.url, dify.password, auth="password",
                          email=dify.email)
    deploy(worker, worker.workflow(echo("Before")), c)
    worker.stop()
    dify.forget_faults()
    worker.start()
    assert deploy(worker, worker.workflow(echo("After")), c)["result"]
    assert dify.log("POST", "/console/api/login") == []
    assert dify.password not in worker.log()


def test_an_import_whose_answer_is_lost(connected, dify):
    data, c = connected
    dify.fault("POST /console/api/apps/imports", "cut", 20)
    w = data.workflow(echo("Lost answer"))
    job = deploy(data, w, c)
    assert job["state"] == "succeeded", job["error"]
    assert len(apps_for(dify, data, w)) == 1
    assert len(dify.log("POST", "/console/api/apps/imports")) == 1


def test_an_import_that_never_arrived(connected, dify):
    """It is looked for during a minute, which passes at once here."""
    data, c = connected
    dify.fault("POST /console/api/apps/imports", "status", 502)
    w = data.workflow(echo("Lost import"))
    job = data.job("deploy", {"connection_id": c}, w)
    end = time.monotonic() + 5
    while '"step":"find"' not in (data.row("jobs", job)["memo"] or ""):
        assert time.monotonic() < end
        time.sleep(0.02)
    data.kill()
    data.sql("UPDATE jobs SET memo = json_set(memo, '$.sent_at', 1)")
    data.start()
    data.forget_leases()
    assert data.wait(job)["state"] == "succeeded"
    assert len(apps_for(dify, data, w)) == 1


@pytest.mark.parametrize("fault", [
    ("GET /console/api/apps/", "status", 503),
    ("GET /console/api/apps/", "garbage", None),
    ("GET /console/api/apps/", "cut", 10),
    ("POST /console/api/apps/imports", "status", 503)])
def test_passing_trouble_is_sat_out(connected, dify, fault):
    data, c = connected
    dify.fault(*fault)
    w = data.workflow(echo(f"Trouble {fault}"))
    job = deploy(data, w, c, 30)
    assert job["state"] == "succeeded", job["error"]
    assert len(apps_for(dify, data, w)) == 1


def test_cancel_takes_back_what_was_made(connected, dify):
    data, c = connected
    dify.fault("POST /console/api/apps/imports", "slow", 1.5)
    w = data.workflow(echo("Cancelled"))
    job = data.job("deploy", {"connection_id": c}, w)
    while not dify.log("POST", "/console/api/all") and data.row(
            "jobs", job)["memo"] is None:
        time.sleep(0.02)
    time.sleep(0.5)
    data.cancel(job)
    assert data.wait(job, 20)["state"] == "cancelled"
    assert apps_for(dify, data, w) == []
    assert data.row("workflows", w)["last_status"] == "draft"


def test_many_at_once(connected, dify):
    data, c = connected
    flows = [data.workflow(upper(f"Many {i}")) for i in range(40)]
    jobs = [data.job("deploy", {"connection_id": c}, w) for w in flows]
    for job in jobs:
        assert data.wait(job, 60)["state"] == "succeeded"
    for w in flows:
        assert len(apps_for(dify, data, w)) == 1


def test_undeploy(connected, dify):
    data, c = connected
    w = data.workflow(echo("Leaving"))
    app = deploy(data, w, c)["result"]["app_id"]
    payload = {"connection_id": c, "app_id": app}
    assert data.wait(data.job("undeploy", payload))["result"] == {
        "deleted": True}
    assert data.wait(data.job("undeploy", payload))["result"] == {
        "deleted": False}
    assert apps_for(dify, data, w) == []


def headers_of(dify, app):
    draft = dify.console("GET", f"/apps/{app}/workflows/draft")
    return next(n["data"]["headers"] for n in draft["graph"]["nodes"]
                if n["data"]["type"] == "http-request")


def test_secrets_go_to_dify_and_nowhere_else(connected, dify, llm):
    data, c = connected
    true, old = "tr0ub4dor-and-three", "the-first-token-1234"
    dsl = http(llm, "Authorization:" + data.secret(old))
    w = data.workflow(dsl)
    app = deploy(data, w, c)["result"]["app_id"]
    assert headers_of(dify, app) == "Authorization:" + old
    data.version(w, http(llm, "Authorization:" + data.secret(true)))
    again = deploy(data, w)
    assert again["state"] == "succeeded" and again["memo"]["kept"]
    assert headers_of(dify, app) == "Authorization:" + true
    everything = b"".join(p.read_bytes() for p in data.path.iterdir()
                          if p.is_file())
    assert true.encode() not in everything and old.encode() not in everything


def test_a_secret_comes_back_when_an_overwrite_fails(connected, dify, llm):
    data, c = connected
    secret = "a-token-that-stays-9876"
    w = data.workflow(http(llm, "Authorization:" + data.secret(secret)))
    app = deploy(data, w, c)["result"]["app_id"]
    bad = echo("Http")
    bad["workflow"]["environment_variables"] = [{"name": "x"}]
    data.version(w, bad)
    assert deploy(data, w)["state"] == "failed"
    assert headers_of(dify, app) == "Authorization:" + secret


def test_a_secret_that_nobody_knows(connected):
    data, c = connected
    w = data.workflow(http("http://x.invalid", "Authorization:studio-secret:"
                           "m88ap7wzh9at0w034ywv"))
    assert deploy(data, w, c)["error"]["code"] == "secret_unknown"


# Where the worker is killed: while Dify works on the nth call of a method
# below a path.
MOMENTS = [("POST", "/console/api/apps/", 0), ("GET", "/console/api/apps/", 0),
           ("POST", "/console/api/apps/", 1), ("POST", "/console/api/apps/", 2),
           ("GET", "/console/api/apps/", 1), ("POST", "/console/api/apps/", 3)]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda m: f"{m[0]}{m[2]}")
def test_killed_in_the_middle(connected, dify, moment):
    data, c = connected
    method, path, nth = moment
    for _ in range(nth):
        dify.fault(f"{method} {path}", "slow", 0.001)
    dify.fault(f"{method} {path}", "slow", 0.8)
    w = data.workflow(echo(f"Killed {method} {nth}"))
    job = data.job("deploy", {"connection_id": c}, w)
    end = time.monotonic() + 5
    while len(dify.log(method, path)) < nth and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.1)
    data.kill()
    time.sleep(0.8)  # what Dify works on has ended before a lease is over
    data.start()
    data.forget_leases()
    ended = data.wait(job, 90)
    assert ended["state"] == "succeeded", ended["error"]
    assert ended["attempts"] == 2
    found = apps_for(dify, data, w)
    assert [a["name"] for a in found] == [f"Killed {method} {nth}"]
    assert found[0]["id"] == data.row("workflows", w)["dify_app_id"]
    keys = dify.console("GET", f"/apps/{found[0]['id']}/api-keys")["data"]
    assert len(keys) == 1


def test_chat_apps_too(connected):
    data, c = connected
    job = deploy(data, data.workflow(chat()), c)
    assert job["result"]["app_mode"] == "advanced-chat"


def test_a_folder_of_its_own(tmp_path, dify):
    """Two workers on one folder share the work."""
    with Data(tmp_path) as data:
        c = data.connection(dify.url, dify.admin_key)
        first = data.start().worker
        data.start()
        jobs = [data.job("deploy", {"connection_id": c},
                         data.workflow(echo(f"Shared {i}")))
                for i in range(20)]
        for job in jobs:
            assert data.wait(job, 30)["attempts"] == 1
        first.terminate()
        assert first.wait(10) == 0
