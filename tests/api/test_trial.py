"""/api/jobs/ID/test: what a test run would set off, and that it is begun."""
import copy
import json

from studio import DSL, node

NOBODY = "0" * 20


def variable(name, kind, **more):
    return {"variable": name, "label": name, "type": kind, "required": True,
            "options": [], **more}


def generation(studio, *extra, variables=None, mode="workflow", start=True):
    """A generation that has ended well: its job's id."""
    dsl = copy.deepcopy(DSL)
    dsl["app"]["mode"] = mode
    nodes = dsl["workflow"]["graph"]["nodes"]
    if variables is not None:
        nodes[0]["data"]["variables"] = variables
    nodes += extra
    if not start:
        nodes[0]["data"]["type"] = "trigger-schedule"
    studio.model()
    studio.connection()
    job = studio("POST", "/api/workflows/generate-dsl", {"prompt": "x"},
                 headers={"Prefer": "respond-async"}).json["job"]["id"]
    studio.end_job(job, "succeeded", {"dsl": dsl, "name": "Thing"})
    return job


def test_what_it_begins_with(studio):
    job = generation(studio, variables=[
        variable("text", "text-input", label="Title", max_length=10),
        variable("site", "text-input", label="Site URL"),
        variable("more", "paragraph", required=False),
        variable("given", "paragraph", required=False, default="as it is"),
        variable("n", "number"), variable("m", "number", default=7),
        variable("yes", "checkbox"), variable("obj", "json_object"),
        variable("pick", "select", options=["red", "blue"])])
    got = studio("GET", f"/api/jobs/{job}/test", role="viewer").json
    assert got == {
        "possible": True, "effects": [], "files_needed": False,
        "query": None, "inputs": {
            "text": "A test of ", "site": "https://example.com",
            "given": "as it is", "n": 1, "m": 7, "yes": True, "obj": {},
            "pick": "red"}}


def test_files_cannot_be_made_up(studio):
    job = generation(studio, variables=[variable("doc", "file")])
    got = studio("GET", f"/api/jobs/{job}/test").json
    assert got["files_needed"] is True and got["inputs"] == {}


def test_it_is_begun_in_a_workflow_that_is_in_no_list(studio):
    job = generation(studio)
    answer = studio("POST", f"/api/jobs/{job}/test", {"fix": True},
                    role="editor", headers={"Idempotency-Key": "k"})
    assert answer.status == 202, answer
    made = answer.json["job"]
    assert made["kind"] == "test_run"
    assert made["request"]["inputs"] == {"text": "A test of text"}
    assert made["request"]["fix"] is True
    assert made["request"]["generation"] == job
    w = studio.sql("SELECT * FROM workflows")[0]
    assert (w["id"], w["scratch"]) == (made["workflow_id"], 1)
    assert w["name"] == "Test of Thing"
    assert studio("GET", "/api/workflows").json["items"] == []
    assert studio("GET", "/api/workflows?q=Thing").json["items"] == []
    assert studio("GET", "/api/workflows/uses?kind=node").json["items"] == []
    again = studio("POST", f"/api/jobs/{job}/test", {"fix": True},
                   role="editor", headers={"Idempotency-Key": "k"})
    assert again.json["job"]["id"] == made["id"]
    assert len(studio.sql("SELECT * FROM workflows")) == 1


def test_what_reaches_out_needs_a_yes(studio):
    job = generation(studio, node("call", "http-request", 600),
                     node("ask", "human-input", 900))
    effects = [{"node": "call", "type": "http-request", "title": "call"},
               {"node": "ask", "type": "human-input", "title": "ask"}]
    assert studio("GET", f"/api/jobs/{job}/test").json["effects"] == effects
    no = studio("POST", f"/api/jobs/{job}/test", {})
    assert (no.status, no.code) == (409, "test_consent_needed")
    assert no.json["effects"] == effects
    assert studio.sql("SELECT * FROM workflows") == []
    assert studio("POST", f"/api/jobs/{job}/test",
                  {"agreed": True}).status == 202


def test_no_trigger_is_switched_on(studio):
    job = generation(studio, start=False)
    assert studio("GET", f"/api/jobs/{job}/test").json["possible"] is False
    no = studio("POST", f"/api/jobs/{job}/test", {"agreed": True})
    assert (no.status, no.code) == (409, "trigger_start")


def test_what_cannot_be_tested(studio):
    assert studio("GET", f"/api/jobs/{NOBODY}/test").code == "job_not_found"
    job = generation(studio)
    assert studio("POST", f"/api/jobs/{job}/test",
                  role="viewer").status == 403
    studio.sql("UPDATE jobs SET state = 'failed', result = NULL")
    assert studio("POST", f"/api/jobs/{job}/test").code == "nothing_to_test"


def test_a_chat_is_spoken_to(studio):
    job = generation(studio, mode="advanced-chat", variables=[])
    assert studio("GET", f"/api/jobs/{job}/test").json["query"] == "Hello"
    made = studio("POST", f"/api/jobs/{job}/test",
                  {"query": "How much?"}).json["job"]
    assert made["request"]["query"] == "How much?"
    assert json.loads(studio.sql("SELECT payload FROM jobs WHERE id = ?",
                                 made["id"])[0]["payload"])["fix"] is False
