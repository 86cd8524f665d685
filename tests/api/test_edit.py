"""POST and PUT /api/workflows/ID/edit: a workflow changed by a sentence."""
import copy
import json

import pytest

from studio import DSL

NOBODY = "0123456789abcdefghjk"
NEW = "/api/workflows/edit"


def changed(dsl, name="shorter"):
    other = copy.deepcopy(dsl)
    other["workflow"]["graph"]["nodes"][1]["data"]["title"] = name
    return other


def ask(studio, path, body, **more):
    return studio("POST", path, body, role="editor",
                  headers={"Prefer": "respond-async"}, **more)


def payload(studio, job):
    return json.loads(studio.sql("SELECT payload FROM jobs WHERE id = ?",
                                 job)[0]["payload"])


def finish(studio, job, dsl, consent=()):
    studio.end_job(job, "succeeded", {
        "dsl": dsl, "name": "Echo", "operations": [], "summary": "Done.",
        "diff": {}, "consent": list(consent), "findings": [], "fixes": []})


@pytest.fixture
def edited(studio):
    """A workflow and an edit of it that is done."""
    studio.model()
    w = studio.workflow()
    path = f"/api/workflows/{w}/edit"
    job = ask(studio, path, {"text": "Shorter, please"}).json["job"]["id"]
    finish(studio, job, changed(payload(studio, job)["edit"]["dsl"]))
    return w, path, job


def test_the_job_holds_the_version_that_is_to_be_changed(studio):
    m, w = studio.model(), studio.workflow()
    kept = studio("GET", f"/api/workflows/{w}/dsl").json
    answer = ask(studio, f"/api/workflows/{w}/edit", {"text": "改短一点"})
    assert answer.status == 202
    job = answer.json["job"]
    assert answer.headers["Location"] == f"/api/jobs/{job['id']}"
    assert (job["kind"], job["workflow_id"]) == ("generate", w)
    assert job["request"] == {
        "prompt": "改短一点", "model_id": m["id"], "connection_id": None,
        "target": None, "edit": {
            "dsl": kept, "parent": None, "base_version": 1}}


def test_who_waits_gets_the_end(studio):
    studio.model()
    w = studio.workflow()
    child = studio.begin("POST", f"/api/workflows/{w}/edit", {"text": "x"},
                         role="editor", headers={"Prefer": "wait=10"})
    job = studio.wait_for("SELECT id FROM jobs WHERE state = 'queued'")["id"]
    finish(studio, job, DSL)
    answer = studio.finish(child, seconds=20)
    assert (answer.status, answer.json["job"]["state"]) == (200, "succeeded")


def test_taking_it_is_the_next_version(studio, edited):
    w, path, job = edited
    answer = studio("PUT", path, {"job_id": job}, role="editor")
    assert (answer.status, answer.json["version"]) == (200, 2)
    dsl = studio("GET", f"/api/workflows/{w}/dsl").json
    assert dsl["workflow"]["graph"]["nodes"][1]["data"]["title"] == "shorter"
    newest = studio("GET", f"/api/workflows/{w}/versions").json["items"][0]
    assert (newest["origin"], newest["note"]) == ("edited", "Shorter, please")
    again = studio("PUT", path, {"job_id": job})
    assert (again.status, again.json["version"]) == (200, 2)


def test_an_outdated_edit_is_not_taken(studio, edited):
    w, path, job = edited
    studio.version(w, changed(DSL, "meanwhile"))
    answer = studio("PUT", path, {"job_id": job})
    assert (answer.status, answer.code) == (409, "version_changed")
    assert answer.json["version"] == 2
    late = ask(studio, path, {"text": "x", "base_version": 1})
    assert (late.status, late.code) == (409, "version_changed")
    assert ask(studio, path, {"text": "x", "job_id": job}).code == \
        "version_changed"
    assert ask(studio, path, {"text": "x", "base_version": 2}).status == 202


def test_consent_is_asked_for(studio):
    studio.model()
    w = studio.workflow()
    path = f"/api/workflows/{w}/edit"
    job = ask(studio, path, {"text": "x"}).json["job"]["id"]
    reason = {"code": "outputs_change", "added": [], "removed": ["text"],
              "changed": []}
    finish(studio, job, changed(DSL), [reason])
    answer = studio("PUT", path, {"job_id": job})
    assert (answer.status, answer.code) == (409, "consent_needed")
    assert answer.json["consent"] == [reason]
    assert studio("PUT", path, {"job_id": job, "consent": False}).code == \
        "consent_needed"
    assert studio("PUT", path, {"job_id": job, "consent": True}).status == 200


def test_edits_in_a_row_know_each_other(studio, edited):
    w, path, job = edited
    kept = studio("GET", f"/api/workflows/{w}/dsl").json
    second = ask(studio, path, {"text": "And kinder", "job_id": job}).json
    edit = second["job"]["request"]["edit"]
    assert edit["origin"] == kept
    assert edit["dsl"] == changed(kept)
    assert edit["before"] == ["Shorter, please"]
    assert edit["parent"] == job and edit["base_version"] == 1
    finish(studio, second["job"]["id"], changed(kept, "kinder"))
    assert studio("PUT", path, {"job_id": second["job"]["id"]}).json[
        "version"] == 2


def test_a_name_that_an_edit_gave(studio):
    studio.model()
    w = studio.workflow()
    path = f"/api/workflows/{w}/edit"
    job = ask(studio, path, {"text": "x"}).json["job"]["id"]
    named = changed(DSL)
    named["app"]["name"] = "Parrot"
    finish(studio, job, named)
    assert studio("PUT", path, {"job_id": job}).json["name"] == "Parrot"


def test_a_name_that_a_person_gave_stays(studio, edited):
    w, path, job = edited
    studio("PATCH", f"/api/workflows/{w}", {"name": "Mine"})
    assert studio("PUT", path, {"job_id": job}).json["name"] == "Mine"


def test_a_generation_that_is_kept_nowhere(studio):
    studio.model()
    c = studio.connection()
    studio("POST", "/api/workflows/generate-dsl", {"prompt": "Echo"},
           headers={"Prefer": "respond-async"})
    first = studio.sql("SELECT id FROM jobs")[0]["id"]
    assert ask(studio, NEW, {"text": "x", "job_id": first}).code == \
        "edit_unfinished"
    studio.end_job(first, "succeeded", {"dsl": DSL})
    answer = ask(studio, NEW, {"text": "Shorter", "job_id": first})
    request = answer.json["job"]["request"]
    assert answer.json["job"]["workflow_id"] is None
    assert request["connection_id"] == c["id"]
    assert request["edit"] == {"dsl": DSL, "before": ["Echo"],
                               "parent": first}


def test_a_dsl_that_comes_with_the_request(studio):
    studio.model()
    dsl = copy.deepcopy(DSL)
    dsl["workflow"]["environment_variables"] = [{
        "id": "e1", "name": "KEY", "value_type": "secret",
        "value": "sk-very-secret", "selector": ["env", "KEY"],
        "description": ""}]
    answer = ask(studio, NEW, {"text": "Shorter", "dsl": dsl})
    assert answer.status == 202
    assert "sk-very-secret" not in json.dumps(answer.json)
    variable = answer.json["job"]["request"]["edit"]["dsl"]["workflow"][
        "environment_variables"][0]
    assert variable["value"].startswith("studio-secret:")
    bad = ask(studio, NEW, {"text": "Shorter", "dsl": "no: [dsl"})
    assert bad.status == 422


def test_what_is_refused(studio, edited):
    w, path, job = edited
    other = studio.workflow()
    assert ask(studio, path, {}).pointers == [
        ("/text", "required")]
    assert ask(studio, path, {"text": "x", "model_id": NOBODY}).pointers == \
        [("/model_id", "not_found")]
    assert ask(studio, path, {"text": "x", "job_id": NOBODY}).status == 404
    assert ask(studio, f"/api/workflows/{other}/edit",
               {"text": "x", "job_id": job}).code == "version_changed"
    assert ask(studio, f"/api/workflows/{NOBODY}/edit",
               {"text": "x"}).code == "workflow_not_found"
    assert studio("PUT", f"/api/workflows/{other}/edit",
                  {"job_id": job}).code == "job_not_found"
    assert studio("PUT", path, {"job_id": job}, role="viewer").status == 403
    either = [("/job_id", "required")]
    assert ask(studio, NEW, {"text": "x"}).pointers == either
    assert ask(studio, NEW, {"text": "x", "job_id": job,
                             "dsl": DSL}).pointers == either
    assert ask(studio, NEW, {"text": "x", "dsl": DSL,
                             "target": "old"}).pointers == \
        [("/target", "invalid")]
    assert ask(studio, NEW, {"text": "x", "dsl": DSL,
                             "connection_id": NOBODY}).pointers == \
        [("/connection_id", "not_found")]


def test_a_workflow_that_no_model_reads(studio):
    studio.model()
    dsl = copy.deepcopy(DSL)
    dsl["app"]["description"] = "x" * (1 << 20)
    answer = ask(studio, NEW, {"text": "Shorter", "dsl": dsl})
    assert (answer.status, answer.code) == (422, "workflow_too_large")


def test_without_any_model(studio):
    w = studio.workflow()
    assert ask(studio, f"/api/workflows/{w}/edit", {"text": "x"}).code == \
        "no_model"


def test_one_request_makes_one_edit(studio):
    studio.model()
    w = studio.workflow()
    path = f"/api/workflows/{w}/edit"
    key = {"Idempotency-Key": "k1", "Prefer": "respond-async"}
    jobs = {studio("POST", path, {"text": "x"}, headers=key).json["job"]["id"]
            for _ in range(2)}
    assert len(jobs) == 1
    assert studio("POST", path, {"text": "y"}, headers=key).code == \
        "idempotency_key_reused"
