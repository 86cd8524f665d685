"""Answers of a Dify that lack what they should hold, or hold too much of it:
they end what asked, and never the worker."""
import json
import uuid

import pytest
from scripted_dify import Scripted

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
