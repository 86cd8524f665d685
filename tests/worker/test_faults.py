"""Dify in trouble: what is wrong is told, and what is done about it; nothing
is lost, and the work goes on by itself once the trouble is over."""
import json
import time

import pytest
from data import now
from flows import echo, upper

IMPORT = "POST /console/api/apps/imports"
READ = "GET /console/api/apps/"
LATER = "POST /console/api/apps/"  # import, key, publish
HTML = "<html><body>Sign in to the hotel's network</body></html>"
FAULTS = {
    "slow": ("slow", 1.5), "500": ("status", 500), "502": ("status", 502),
    "503": ("status", 503), "504": ("status", 504), "429": ("status", 429),
    "html": ("garbage", HTML), "half": ("garbage", '{"id": "3f'),
    "cut": ("cut", 12), "closed": ("cut", None),
    "expired": ("expire_session", None),
}
# What no second try mends is told at once: Dify says 500 of what it cannot
# take, and 401 where a key, not a session, signs in.
FINAL = {("read", "500"): "dify_refused", ("publish", "500"): "dify_refused",
         ("import", "500"): "dify_refused"}
STAGES = {"import": IMPORT, "read": READ, "publish": LATER}


@pytest.fixture
def signed_in(worker, dify):
    """A worker with a connection whose session can expire; the poller leaves
    it alone."""
    c = worker.connection(dify.url, dify.password, auth="password",
                          email=dify.email, next_check_at=now() + 600_000)
    return worker, c


def apps_of(dify, name):
    return [a for a in dify.apps(name) if a["name"].startswith(name)]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_deploy_in_trouble(signed_in, dify, stage, fault):
    """One app, or none where Dify refused; a lost import is looked for during
    a minute, which passes at once here."""
    data, c = signed_in
    if stage == "publish":
        dify.fault(LATER, "slow", 0.01, 2)
    dify.fault(STAGES[stage], *FAULTS[fault])
    name = f"Fault {stage} {fault}"
    job = data.job("deploy", {"connection_id": c}, data.workflow(echo(name)))
    ended = data.wait(job, 60) if not lost_on_the_way(data, job) else \
        minute_over(data, job)
    want = FINAL.get((stage, fault))
    if want is None:
        assert ended["state"] == "succeeded", ended["error"]
        assert [a["name"] for a in apps_of(dify, name)] == [name]
    else:
        assert ended["error"]["code"] == want and ended["error"]["message"]
        assert apps_of(dify, name) == []


def lost_on_the_way(data, job):
    """Whether the deploy came to look for its import, and does not find it."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        row = data.row("jobs", job)
        if row["state"] != "running" and row["started_at"]:
            return False
        time.sleep(0.05)
    return '"step":"find"' in (data.row("jobs", job)["memo"] or "")


def minute_over(data, job):
    data.kill()
    data.sql("UPDATE jobs SET memo = json_set(memo, '$.sent_at', 1) "
             "WHERE id = ?", job)
    data.start()
    data.forget_leases()
    return data.wait(job, 60)


def test_trouble_is_told_while_it_lasts(connected, dify):
    """The job's progress says what is wrong and when it is tried again."""
    data, c = connected
    app = data.workflow(echo("Told"))
    assert data.wait(data.job("deploy", {"connection_id": c}, app))["result"]
    dify.fault(READ, "status", 503, 2)
    job = data.job("deploy", {}, app)
    told = []
    while data.row("jobs", job)["state"] in ("queued", "running"):
        text = data.row("jobs", job)["progress"]
        told += [json.loads(text)] if text and "trouble" in text else []
        time.sleep(0.05)
    assert data.row("jobs", job)["state"] == "succeeded"
    assert told and all("503" in t["trouble"] for t in told)
    assert all(t["phase"] == "look" for t in told)
    assert any("again_at" in t for t in told)
    assert "trouble" not in (data.row("jobs", job)["progress"] or "")


@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_a_deploy_while_dify_is_stopped(worker, dify_alone, again):
    """Tried until Dify is back, as a new app or over the one that is there."""
    data, server = worker, dify_alone
    c = data.connection(server.url, server.admin_key)
    w = data.workflow(echo("Stopped"))
    if again:
        data.wait(data.job("deploy", {"connection_id": c}, w))
        data.version(w, upper("Stopped"))
    server.stop()
    job = data.job("deploy", {"connection_id": c}, w)
    data.until(lambda: "cannot be reached" in
               (data.row("jobs", job)["progress"] or ""), 30)
    assert data.row("jobs", job)["state"] == "running"
    server.start()
    assert data.wait(job, 30)["state"] == "succeeded"
    assert [a["name"] for a in apps_of(server, "Stopped")] == ["Stopped"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_connection_in_trouble(signed_in, dify, fault):
    """The test ends, and what fails in it has words and advice."""
    data, c = signed_in
    dify.fault("GET /console/api/apps", *FAULTS[fault])
    job = data.wait(data.job("test_connection", {"connection_id": c}), 30)
    assert job["state"] == "succeeded"
    steps = job["result"]["steps"]
    assert job["result"]["ok"] == (fault in ("slow", "expired", "closed"))
    for step in steps:
        assert step["ok"] or (step["detail"] and step["advice"])


@pytest.mark.parametrize("fault", FAULTS)
def test_the_poller_in_trouble(signed_in, dify, fault):
    """Reached again soon after the trouble is over."""
    data, c = signed_in
    dify.fault("GET /console/api/apps", *FAULTS[fault])
    data.sql("UPDATE connections SET next_check_at = 0")
    end = time.monotonic() + 10
    while data.row("connections", c)["state"] not in ("up", "slow"):
        assert time.monotonic() < end, data.row("connections", c)
        time.sleep(0.1)


def test_a_dify_that_says_nothing(worker, dify):
    """Told while its answer is waited for, of a job and of the connection;
    gone when the answer comes."""
    data = worker
    c = data.connection(dify.url, dify.admin_key)
    data.until(lambda: data.row("connections", c)["state"] == "up", 20)
    dify.fault("GET /console/api/apps", "slow", 14)
    data.sql("UPDATE connections SET next_check_at = 0")
    data.until(lambda: not dify.faults(), 10)
    dify.fault(IMPORT, "slow", 14)
    job = data.job("deploy", {"connection_id": c}, data.workflow(echo("Mute")))
    data.until(lambda: data.row("connections", c)["state"] == "unknown", 13)
    assert "not answered" in data.row("connections", c)["error"]
    data.until(lambda: data.row("jobs", job)["progress"] and "dify_slow" in
               data.row("jobs", job)["progress"], 13)
    assert "again_at" not in data.row("jobs", job)["progress"]
    assert data.wait(job, 30)["state"] == "succeeded"
    assert "trouble" not in (data.row("jobs", job)["progress"] or "")
    assert len(apps_of(dify, "Mute")) == 1
    data.until(lambda: data.row("connections", c)["state"] in ("slow", "up"),
               20)
