"""Jobs that bring apps of a Dify under management: how they are begun."""
import json
import time

import pytest

NOBODY = "0" * 20
APP = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def home(studio):
    return f"/api/connections/{studio.connection()['id']}"


def payload(studio, answer):
    row, = studio.sql("SELECT payload FROM jobs WHERE id = ?",
                      answer.json["job"]["id"])
    return json.loads(row["payload"])


def test_apps_are_asked_for_by_a_job(studio, home):
    answer = studio("POST", home + "/apps", role="editor")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "list_apps"
    assert payload(studio, answer) == {"connection_id": home[-20:]}


def test_chosen_apps_and_all_of_them(studio, home):
    answer = studio("POST", home + "/import", {"app_ids": [APP]},
                    role="editor")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "import_apps"
    assert payload(studio, answer) == {
        "connection_id": home[-20:], "app_ids": [APP]}
    answer = studio("POST", home + "/import", {"all": True})
    assert payload(studio, answer) == {
        "connection_id": home[-20:], "all": True}


@pytest.mark.parametrize("body, pointer", [
    ({}, "/app_ids"), ({"app_ids": []}, "/app_ids"),
    ({"all": False}, "/app_ids"), ({"app_ids": "x"}, "/app_ids"),
    ({"app_ids": [APP, "../../setup"]}, "/app_ids/1"),
    ({"app_ids": [APP, 5]}, "/app_ids/1"),
    ({"app_ids": [APP] * 5001}, "/app_ids"),
    ({"all": "yes"}, "/all"), ({"more": 1}, "/more"),
])
def test_a_wrong_choice_is_refused(studio, home, body, pointer):
    answer = studio("POST", home + "/import", body)
    assert answer.status == 400 and answer.pointers[0][0] == pointer
    assert studio.sql("SELECT 1 FROM jobs") == []


@pytest.mark.parametrize("tail", ["/apps", "/import"])
def test_who_may_and_where(studio, home, tail):
    body = {"all": True} if tail == "/import" else None
    assert studio("POST", home + tail, body, role="viewer").status == 403
    assert studio("POST", home + tail, body, role=None).status == 401
    answer = studio("POST", f"/api/connections/{NOBODY}{tail}", body)
    assert answer.status == 404 and answer.code == "connection_not_found"


def test_the_end_can_be_waited_for(studio, home):
    child = studio.begin("POST", home + "/import", {"all": True},
                         headers={"Prefer": "wait=20",
                                  "Idempotency-Key": "k"})
    job = studio.wait_for("SELECT id FROM jobs")["id"]
    time.sleep(0.2)
    assert child.poll() is None
    studio.end_job(job, "succeeded", {"apps": [], "imported": 0})
    answer = studio.finish(child)
    assert answer.status == 200
    assert answer.json["job"]["result"]["imported"] == 0
    again = studio("POST", home + "/import", {"all": True},
                   headers={"Idempotency-Key": "k"})
    assert again.status == 200 and again.json["job"]["id"] == job
