"""Two people deploy one workflow in one moment: there is one app of it."""
from flows import echo, upper


def kinds(dify, app):
    draft = dify.console("GET", f"/apps/{app}/workflows/draft")
    return [n["data"]["type"] for n in draft["graph"]["nodes"]]


def test_the_second_deploy_goes_over_the_app_of_the_first(connected, dify):
    data, c = connected
    w = data.workflow(echo("At once"))
    data.version(w, upper("At once"))
    dify.fault("POST /console/api/apps/imports", "slow", 0.5, 2)
    jobs = [data.job("deploy", {"connection_id": c, "version": n}, w)
            for n in (1, 2)]
    first, second = [data.wait(job) for job in jobs]
    assert first["state"] == second["state"] == "succeeded"
    assert [a["id"] for a in dify.apps("At once")] == [
        first["result"]["app_id"]]
    assert second["result"]["app_id"] == first["result"]["app_id"]
    assert "code" in kinds(dify, first["result"]["app_id"])
    assert second["started_at"] >= first["finished_at"]


def test_what_waits_for_a_deploy_is_called_off_without_it(connected, dify):
    data, c = connected
    w = data.workflow(echo("Waits"))
    dify.fault("POST /console/api/apps/imports", "slow", 1.5)
    first = data.job("deploy", {"connection_id": c}, w)
    second = data.job("deploy", {"connection_id": c}, w)
    data.until(lambda: data.row("jobs", first)["state"] == "running")
    assert data.row("jobs", second)["state"] == "queued"
    data.cancel(first)
    assert data.wait(first)["state"] == "cancelled"
    assert data.wait(second)["state"] == "succeeded"
    assert len(dify.apps("Waits")) == 1
