"""Two people deploy or promote one workflow in one moment: there is one app
of it; and what was written is not written again after a crash."""
import pytest
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


@pytest.fixture
def live(connected, dify_alone):
    """Another Dify, to which workflows are promoted."""
    return connected[0].connection(dify_alone.url, dify_alone.admin_key,
                                   name="live")


def promotions(data, workflow, live, number=1):
    plan = data.wait(data.job("promote", {"connection_id": live}, workflow))
    assert plan["state"] == "succeeded", plan["error"]
    return [data.job("promote", {
        "connection_id": live, "base": plan["result"]["base"]}, workflow)
        for _ in range(number)]


def test_two_promotions_make_one_workflow(connected, live, dify_alone):
    data, c = connected
    w = data.workflow(echo("Promoted at once"), connection=c)
    ends = [data.wait(job) for job in promotions(data, w, live, 2)]
    lost, won = sorted(ends, key=lambda e: e["state"] == "succeeded")
    assert won["state"] == "succeeded", won["error"]
    assert lost["error"]["code"] == "target_changed"
    assert data.wait(won["result"]["deploy_job_id"])["state"] == "succeeded"
    assert len(dify_alone.apps("Promoted at once")) == 1
    assert len(data.sql("SELECT 1 FROM workflows")) == 2


def test_a_second_promotion_of_two_is_written_once(connected, live):
    data, c = connected
    w = data.workflow(echo("Again at once"), connection=c)
    first = data.wait(promotions(data, w, live)[0])["result"]
    assert data.wait(first["deploy_job_id"])["state"] == "succeeded"
    data.version(w, upper("Again at once"))
    ends = [data.wait(job) for job in promotions(data, w, live, 2)]
    assert sorted(e["state"] for e in ends) == ["failed", "succeeded"]
    assert len(data.sql("SELECT 1 FROM versions WHERE workflow_id = ?",
                        first["workflow_id"])) == 2


def test_a_promotion_that_is_written_goes_to_its_end(connected, live):
    """The worker is killed after it has written all but the end."""
    data, c = connected
    w = data.workflow(echo("Promoted and killed"), connection=c)
    end = data.wait(promotions(data, w, live)[0])
    assert end["state"] == "succeeded", end["error"]
    data.wait(end["result"]["deploy_job_id"])
    data.sql("UPDATE jobs SET state = 'running', lease_owner = 'dead',"
             " lease_until = 1, result = NULL WHERE id = ?", end["id"])
    data.wake()
    assert data.wait(end["id"])["result"] == end["result"]
    assert len(data.sql("SELECT 1 FROM workflows")) == 2
