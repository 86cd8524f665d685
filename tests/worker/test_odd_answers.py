"""Answers of a Dify that lack what they should hold, or hold too much of it:
they end what asked, and never the worker."""
import json
import uuid

import pytest
from flows import upper
from scripted_dify import Scripted, given

APP = str(uuid.uuid4())


def resources(data, connection, kind):
    return data.sql("SELECT * FROM resources WHERE connection_id = ?"
                    " AND kind = ?", connection, kind)


def imported(data, connection):
    job = data.wait(data.job("import_apps", {
        "connection_id": connection, "app_ids": [APP]}))
    assert job["state"] == "succeeded", job["error"]
    return job["result"]["apps"][0]


@pytest.mark.parametrize("body", [
    b"", b"{}", b"[]", b"null", b'{"data": [null, 1, {}]}', b'[null, {}]'])
def test_an_answer_without_what_was_asked_for(worker, body):
    def answer(_, path):
        return None if "all-workspaces" in path else (200, body)

    with Scripted(answer) as dify:
        c = worker.connection(dify.url, "k")
        worker.until(lambda: dify.asked("/agent-providers"))
        row = imported(worker, c)
        assert row["state"] == "failed"
        assert row["code"] in ("dify_refused", "kind_not_managed")
        for kind in ("test_connection", "list_apps"):
            worker.wait(worker.job(kind, {"connection_id": c}))
        assert worker.worker.poll() is None


def test_an_app_whose_draft_is_empty_is_told(worker):
    app = {"id": APP, "name": "A", "mode": "workflow"}

    def answer(_, path):
        if path.endswith(f"/apps/{APP}"):
            return 200, json.dumps(app).encode()
        return (200, b"") if APP in path else None

    with Scripted(answer) as dify:
        row = imported(worker, worker.connection(dify.url, "k"))
        assert row["state"] in ("imported", "failed")
        assert worker.worker.poll() is None


# ---- too much ----

def test_long_names_are_cut(worker):
    long = "é" * (4 << 20)

    def answer(_, path):
        if "/datasets" in path:
            return given({"has_more": True, "data": [
                {"id": f"{path[-1]}-{i}", "name": long if i == 0
                 else "同名" * 200} for i in range(100)]})
        if "/model-types/" in path:
            return given({"data": [{"provider": "p/p/p", "models": [
                {"model": "m", "status": "active", "features": [long[:1 << 20]]},
                {"model": long[:1 << 20], "status": "active"}]}]})
        return None

    with Scripted(answer) as dify:
        c = worker.connection(dify.url, "k")
        worker.until(lambda: resources(worker, c, "dataset"))
        rows = resources(worker, c, "dataset")
        assert len(rows) == 500 and len({r["handle"] for r in rows}) == 500
        assert rows[0]["name"] == "é" * 250
        assert [r["dify_id"] for r in resources(worker, c, "model")] == ["m"]


def test_a_draft_of_eight_megabytes_is_compared(worker):
    dsl = upper("Big")
    graph = json.loads(json.dumps(dsl["workflow"]["graph"]))
    graph["nodes"][1]["data"]["code"] = "# " + "y" * (8 << 20)
    draft = {"graph": graph, "features": {}, "hash": "h", "updated_at": 5,
             "conversation_variables": [],
             "environment_variables": [{
                 "id": "1", "name": "s", "value": "*" * 20,
                 "value_type": "secret", "selector": ["env", "s"]}]}
    exported = json.dumps({"workflow": {**draft, "environment_variables": [{
        **draft["environment_variables"][0], "value": "new"}]}})

    def answer(_, path):
        if "/workflows/draft" in path:
            return given(draft)
        return given({"data": exported}) if "/export" in path else None

    dsl["workflow"]["graph"]["nodes"][1]["data"]["code"] = (
        "# " + "z" * (8 << 20))
    dsl["workflow"]["environment_variables"] = [
        {**draft["environment_variables"][0], "value": "plain"}]
    with Scripted(answer) as dify:
        c = worker.connection(dify.url, "k")
        w = worker.workflow(dsl, connection=c)
        worker.sql("UPDATE workflows SET dify_app_id = ?, dify_version = 1,"
                   " dify_seen = zeroblob(32) WHERE id = ?", APP, w)
        worker.until(lambda: worker.worker.poll() is not None or worker.sql(
            "SELECT 1 FROM versions WHERE workflow_id = ? AND number = 2", w))
        assert worker.worker.poll() is None, worker.log()[-500:]
        found = worker.dsl(w, 2)["workflow"]
        assert found["graph"] == graph
