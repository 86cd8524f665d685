"""An import that may have come through is looked for, sent once, and what
came of it twice goes; a deploy that fails leaves versions and names alone."""
import json
import time

import pytest
from data import now
from flows import echo, upper

IMPORT = "/console/api/apps/imports"


def memo(data, job):
    return json.loads(data.row("jobs", job)["memo"] or "{}")


def killed_while_importing(data, c, dify, w, seconds):
    """The job, whose worker is dead; Dify goes on with the import."""
    dify.fault(f"POST {IMPORT}", "slow", seconds)
    job = data.job("deploy", {"connection_id": c}, w)
    data.until(lambda: "sent_at" in memo(data, job))
    time.sleep(0.3)
    data.kill()
    return job


def another(dify, name, job):
    """The same import once more, come through late."""
    dify.console("POST", "/apps/imports", json={
        "mode": "yaml-content", "yaml_content": json.dumps(echo(name)),
        "name": f"{name} [studio {job}]"})


def again(data):
    data.start()
    data.forget_leases()


def test_an_import_that_came_through_is_not_sent_again(connected, dify):
    data, c = connected
    w = data.workflow(echo("Sent once"))
    job = killed_while_importing(data, c, dify, w, 0.8)
    data.until(lambda: dify.apps("Sent once"))
    again(data)
    assert data.wait(job)["state"] == "succeeded"
    assert len(dify.log("POST", IMPORT)) == 1


def test_of_two_apps_one_goes_before_the_other_is_published(connected, dify):
    data, c = connected
    w = data.workflow(echo("Found twice"))
    job = killed_while_importing(data, c, dify, w, 0.5)
    data.until(lambda: dify.apps("Found twice"))
    another(dify, "Found twice", job)
    assert len(dify.apps("Found twice")) == 2
    again(data)
    app = data.wait(job)["result"]["app_id"]
    assert [a["id"] for a in dify.apps("Found twice")] == [app]
    asked = [e["method"] if e["method"] == "DELETE" else e["path"][-8:]
             for e in dify.log()]
    assert asked.index("DELETE") < asked.index("/publish")


def test_a_double_that_shows_late_goes_too(connected, dify):
    data, c = connected
    w = data.workflow(echo("Shows late"))
    job = killed_while_importing(data, c, dify, w, 0.5)
    data.until(lambda: dify.apps("Shows late"))
    dify.fault("POST /console/api/apps/", "slow", 0.01)  # key
    dify.fault("POST /console/api/apps/", "slow", 1.5)   # publish
    again(data)
    data.until(lambda: memo(data, job).get("publishing"))
    time.sleep(0.3)
    another(dify, "Shows late", job)
    app = data.wait(job)["result"]["app_id"]
    assert [a["id"] for a in dify.apps("Shows late")] == [app]


def test_what_is_called_off_waits_for_its_import(connected, dify):
    """It is looked for during a minute, whose rest passes at once here."""
    data, c = connected
    w = data.workflow(echo("Called off"))
    job = killed_while_importing(data, c, dify, w, 4)
    data.cancel(job)
    again(data)
    data.until(lambda: memo(data, job).get("step") == "take_back")
    assert dify.log("DELETE") == []  # there is nothing yet
    data.until(lambda: dify.log("DELETE", "/console/api/apps/"))
    assert dify.apps("Called off") == []
    data.kill()
    data.sql("UPDATE jobs SET memo = json_set(memo, '$.sent_at', 1)")
    again(data)
    assert data.wait(job)["state"] == "cancelled"


def test_an_old_version_in_dify_is_no_new_one_here(connected):
    data, c = connected
    w = data.workflow(echo("Old"))
    data.version(w, upper("Old"))
    job = data.wait(data.job(
        "deploy", {"connection_id": c, "version": 1}, w))
    assert job["state"] == "succeeded", job["error"]
    assert data.row("workflows", w)["dify_version"] == 1
    assert len(data.sql("SELECT 1 FROM versions")) == 2


@pytest.mark.parametrize("refused", ["import", "publish"])
def test_the_name_comes_back_too(connected, dify, refused):
    data, c = connected
    w = data.workflow(echo("Before " + refused))
    app = data.wait(data.job("deploy", {"connection_id": c}, w))[
        "result"]["app_id"]
    data.sql("UPDATE workflows SET name = 'After', updated_at = ?", now())
    bad = upper("After")
    if refused == "import":
        bad["workflow"]["environment_variables"] = [{"name": "x"}]
    else:
        dify.fault(f"POST /console/api/apps/{app}/workflows/publish",
                   "status", 400)
    data.version(w, bad)
    job = data.wait(data.job("deploy", {}, w))
    assert job["error"]["code"] == "dify_refused"
    assert dify.console("GET", f"/apps/{app}")["name"] == "Before " + refused
