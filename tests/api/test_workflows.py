"""/api/workflows: listing, reading, changing, deleting, deploying, running."""
import json

import pytest
import yaml

from studio import DSL

NOBODY = "0" * 20


def test_reading_a_workflow(studio):
    w = studio.workflow(tags=["a", "b"], prompt="Echo it.")
    got = studio("GET", f"/api/workflows/{w}", role="viewer").json
    assert got["name"] == "Echo" and got["description"] == "Says it back."
    assert got["mode"] == "workflow" and got["tags"] == ["a", "b"]
    assert got["last_status"] == "draft" and got["app_id"] is None
    assert got["prompt"] == "Echo it." and got["version"] == 1


def test_lists_are_paged_by_key(studio):
    made = [studio.workflow(name=f"w{i}") for i in range(5)]
    seen, after, pages = [], "", 0
    while after is not None:
        page = studio("GET", f"/api/workflows?limit=2&after={after}").json
        seen += [w["id"] for w in page["items"]]
        after = page["next"]
        pages += 1
    assert sorted(seen) == sorted(made) and pages == 3
    assert seen == list(reversed(made))


def test_search_and_tags(studio):
    studio.workflow(name="Mail sorter", tags=["mail", "de"])
    studio.workflow(name="邮件分类", tags=["mail"])
    studio.workflow(name="Other")

    def names(query):
        return {w["name"] for w in
                studio("GET", "/api/workflows?" + query).json["items"]}

    assert names("q=MAIL") == {"Mail sorter"}
    assert names("q=%E9%82%AE%E4%BB%B6") == {"邮件分类"}
    assert names("tag=mail") == {"Mail sorter", "邮件分类"}
    assert names("tag=mail&q=sorter") == {"Mail sorter"}
    assert names("q=%25") == set()
    assert studio("GET", "/api/workflows/tags").json["items"] == [
        {"tag": "de", "count": 1}, {"tag": "mail", "count": 2}]


def test_a_search_does_not_wait_for_a_writer(studio):
    def found():
        return len(studio("GET", "/api/workflows?q=since").json["items"])

    studio.workflow(name="Since then")
    with studio.locked():
        assert found() == 0
    assert found() == 1


def test_filters_by_what_is_used(studio):
    made = studio.workflow(name="Echo")
    kinds = studio("GET", "/api/workflows/uses?kind=node").json["items"]
    assert {"value": "start", "count": 1} in kinds
    for query, wanted in [("node=start", [made]), ("node=agent", []),
                          ("model=gpt-4o", []), ("host=example.com", [])]:
        got = studio("GET", "/api/workflows?" + query).json["items"]
        assert [w["id"] for w in got] == wanted, query
    assert studio("GET", "/api/workflows/uses").pointers == [
        ("?kind", "required")]
    assert studio("GET", "/api/workflows/uses?kind=x").code == "invalid_request"


def test_changing(studio):
    w = studio.workflow(tags=["old"])
    path = f"/api/workflows/{w}"
    got = studio("PATCH", path, {"name": "New", "tags": ["x", "y"]}).json
    assert got["name"] == "New" and got["tags"] == ["x", "y"]
    assert got["description"] == "Says it back."
    assert studio("PATCH", path, {"tags": []}).json["tags"] == []
    assert studio("PATCH", f"/api/workflows/{NOBODY}",
                  {"name": "x"}).code == "workflow_not_found"
    assert studio("PATCH", path, {"tags": ["a"] * 21}).pointers == [
        ("/tags", "too_many")]
    assert studio("PATCH", path, {"tags": ["x" * 51]}).pointers == [
        ("/tags", "too_long")]
    assert studio("PATCH", path, {"tags": [1]}).pointers == [("/tags", "type")]


def test_deleting(studio):
    w = studio.workflow()
    assert studio("DELETE", f"/api/workflows/{w}").status == 204
    assert studio("GET", f"/api/workflows/{w}").status == 404
    assert studio("DELETE", f"/api/workflows/{w}").status == 404
    assert not studio.sql("SELECT 1 FROM versions")


def test_deleting_the_app_too_is_a_job(studio):
    w = studio.deployed()
    answer = studio("DELETE", f"/api/workflows/{w}?dify=1")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "undeploy"
    row = studio.sql("SELECT payload FROM jobs")[0]
    assert json.loads(row["payload"]) == {
        "connection_id": studio.sql("SELECT id FROM connections")[0]["id"],
        "app_id": "app-1"}
    assert studio("GET", f"/api/workflows/{w}").status == 404


def test_the_dsl_in_both_formats(studio):
    w = studio.workflow()
    as_json = studio("GET", f"/api/workflows/{w}/dsl")
    assert as_json.headers["Content-Type"] == "application/json"
    assert as_json.json["app"]["name"] == "Echo"
    as_yaml = studio("GET", f"/api/workflows/{w}/dsl?format=yaml")
    assert as_yaml.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(as_yaml.body) == as_json.json
    assert studio("GET", f"/api/workflows/{w}/dsl?version=1").status == 200
    assert studio("GET", f"/api/workflows/{w}/dsl?version=2").code == \
        "version_not_found"
    assert studio("GET", f"/api/workflows/{w}/dsl?format=xml").status == 400


def test_versions(studio):
    w = studio.workflow()
    studio("PUT", f"/api/workflows/{w}/dsl", {
        "dsl": two(studio, w), "note": "a better name"}, role="editor")
    items = studio("GET", f"/api/workflows/{w}/versions").json["items"]
    assert [(v["number"], v["origin"], v["created_by"], v["note"])
            for v in items] == [(2, "uploaded", "editor", "a better name"),
                                (1, "created", "admin", None)]
    assert items[0]["hash"] != items[1]["hash"]
    assert len(studio.sql("SELECT 1 FROM dsl_texts")) == 2


def test_a_generated_one_says_so(studio):
    w = studio.workflow(prompt="Say it back")
    items = studio("GET", f"/api/workflows/{w}/versions").json["items"]
    assert items[0]["origin"] == "generated"


def two(studio, w):
    dsl = studio("GET", f"/api/workflows/{w}/dsl").json
    dsl["app"]["name"] = "Other"
    dsl["workflow"]["graph"]["nodes"][0]["data"]["title"] = "Begin"
    return dsl


def test_any_two_versions_are_compared(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/diff"
    studio.version(w, two(studio, w))
    studio.version(w, studio("GET", f"/api/workflows/{w}/dsl?version=1").json)
    diff = studio("GET", path + "?from=1&to=2").json
    assert (diff["from"], diff["to"], diff["same"]) == (1, 2, False)
    assert [n["title"] for n in diff["nodes"]["changed"]] == ["Begin"]
    assert {"path": "/app/name", "before": "Echo", "after": "Other"} in \
        diff["fields"]
    back = studio("GET", path + "?from=2").json
    assert (back["to"], back["fields"][0]["after"]) == (3, "Echo")
    assert studio("GET", path + "?from=1&to=3").json["same"]
    assert studio("GET", path + "?from=1&to=4").code == "version_not_found"
    assert studio("GET", path).status == 400
    assert studio("GET", "/api/workflows/0123456789abcdefghjk/diff?from=1") \
        .code == "workflow_not_found"


def test_rolling_back_adds_the_old_version(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/rollback"
    studio.version(w, two(studio, w))
    assert studio("POST", path, {"version": 3}).code == "version_not_found"
    assert studio("POST", path, {"version": 1, "base_version": 1}).code == \
        "version_changed"
    assert studio("POST", path, {"version": 1}, role="viewer").status == 403
    answer = studio("POST", path, {"version": 1, "base_version": 2})
    assert (answer.status, answer.json["id"]) == (200, w)
    assert answer.json["version_added"] is True
    items = studio("GET", f"/api/workflows/{w}/versions").json["items"]
    assert [(v["number"], v["origin"], v["from"]) for v in items[:1]] == [
        (3, "rollback", 1)]
    assert items[0]["hash"] == items[2]["hash"]
    dsl = studio("GET", f"/api/workflows/{w}/dsl").json
    assert dsl["app"]["name"] == "Echo"
    assert studio.sql("SELECT count(*) AS n FROM jobs")[0]["n"] == 0


def test_rolling_back_to_what_is_there_adds_none(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/rollback"
    answer = studio("POST", path, {"version": 1})
    assert (answer.status, answer.json["version_added"]) == (200, False)
    studio.version(w, two(studio, w))
    studio("POST", path, {"version": 1})
    answer = studio("POST", path, {"version": 1})
    assert (answer.json["version"], answer.json["version_added"]) == (3, False)


def test_rolling_back_what_is_in_dify_is_a_job(studio):
    studio.connection()
    w = studio.deployed()
    studio.version(w, two(studio, w))
    answer = studio("POST", f"/api/workflows/{w}/rollback", {"version": 1})
    assert answer.status == 202 and answer.json["job"]["kind"] == "deploy"
    row = studio.sql("SELECT payload FROM jobs")[0]
    payload = json.loads(row["payload"])
    assert (payload["version"], payload["rollback"]) == (1, True)
    assert studio("GET", f"/api/workflows/{w}").json["last_status"] == \
        "deploying"
    assert studio("GET", f"/api/workflows/{w}").json["version"] == 2


def test_another_dsl_is_another_version(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/dsl"
    dsl = studio("GET", path).json
    same = studio("PUT", path, {"dsl": dsl})
    assert (same.status, same.json["version"]) == (200, 1)
    dsl["app"]["description"] = "changed"
    text = yaml.safe_dump(dsl, allow_unicode=True)
    assert studio("PUT", path, {"dsl": text, "base_version": 7}).code == \
        "version_changed"
    assert studio("PUT", path, {"dsl": text}, role="viewer").status == 403
    put = studio("PUT", path, {"dsl": text, "base_version": 1})
    assert (put.status, put.json["version"]) == (200, 2)
    assert studio("GET", path).json == dsl
    assert studio("GET", path + "?version=1").json["app"]["description"] == \
        "Says it back."


def test_a_dsl_that_dify_refuses_is_no_version(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/dsl"
    dsl = studio("GET", path).json
    dsl["workflow"]["graph"]["edges"][0]["target"] = "nobody"
    del dsl["workflow"]["graph"]["nodes"][0]["data"]["type"]
    answer = studio("PUT", path, {"dsl": dsl})
    assert (answer.status, answer.code) == (422, "dsl_invalid")
    assert answer.json["errors"]
    dsl = studio("GET", path).json
    dsl["app"]["mode"] = "advanced-chat"
    assert studio("PUT", path, {"dsl": dsl}).status in (400, 422)
    assert studio("GET", f"/api/workflows/{w}").json["version"] == 1


def test_a_secret_in_another_dsl_is_sealed(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/dsl"
    dsl = studio("GET", path).json
    dsl["workflow"]["environment_variables"] = [
        {"id": "7b3e8f60-0000-4000-8000-000000000001", "name": "K",
         "value_type": "secret", "value": "very-secret-value",
         "description": "", "selector": ["env", "K"]}]
    assert studio("PUT", path, {"dsl": dsl}).json["version"] == 2
    assert b"very-secret-value" not in studio("GET", path).body
    assert "studio-secret:" in studio.version_text(w, 2)


def masked(studio, w):
    dsl = studio("GET", f"/api/workflows/{w}/dsl").json
    dsl["workflow"]["environment_variables"] = [
        {"id": "7b3e8f60-0000-4000-8000-00000000000" + str(i), "name": name,
         "value_type": kind, "value": "*" * 20, "description": "",
         "selector": ["env", name]}
        for i, (name, kind) in enumerate([("K", "secret"), ("S", "string")])]
    return dsl


def test_a_secret_can_be_entered(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/secrets"
    studio("PUT", f"/api/workflows/{w}/dsl", {"dsl": masked(studio, w)})
    for values, pointer in [
            ({"X": "a"}, "/values/X"), ({"S": "a"}, "/values/S"),
            ({"K": "****"}, "/values/K"), ({"K": ""}, "/values/K"),
            ({"K": 1}, "/values/K")]:
        assert studio("PUT", path, {"values": values}).pointers[0][0] == \
            pointer
    assert studio("PUT", path, {"values": {"K": "a"}, "version": 9}).code == \
        "version_not_found"
    assert studio("PUT", path, {"values": {"K": "a"}, "base_version": 1}) \
        .code == "version_changed"
    assert studio("PUT", path, {"values": {"K": "a"}},
                  role="viewer").status == 403
    put = studio("PUT", path, {"values": {"K": "very-secret-value"}})
    assert (put.status, put.json["version"]) == (200, 3)
    text = studio.version_text(w, 3)
    assert "studio-secret:" in text and "very-secret" not in text
    items = studio("GET", f"/api/workflows/{w}/versions").json["items"]
    assert items[0]["origin"] == "secrets"


def test_asterisks_are_what_is_known(studio):
    """A DSL out of Dify's export keeps the values that are here."""
    w = studio.workflow()
    studio("PUT", f"/api/workflows/{w}/dsl", {"dsl": masked(studio, w)})
    studio("PUT", f"/api/workflows/{w}/secrets", {"values": {"K": "x-y-z"}})
    again = studio("PUT", f"/api/workflows/{w}/dsl", {
        "dsl": masked(studio, w)})
    assert again.json["version"] == 3
    other = masked(studio, w)
    other["app"]["description"] = "changed"
    assert studio("PUT", f"/api/workflows/{w}/dsl", {"dsl": other}) \
        .json["version"] == 4
    assert "studio-secret:" in studio.version_text(w, 4)


def test_what_was_found_is_told_until_it_is_kept(studio):
    w = studio.deployed()
    assert "found" not in studio("GET", f"/api/workflows/{w}").json
    studio.version(w, two(studio, w), "found")
    assert studio("GET", f"/api/workflows/{w}").json["found"] == 2
    path = f"/api/workflows/{w}/found"
    assert studio("PUT", path, {"version": 2}, role="viewer").status == 403
    assert "found" not in studio("PUT", path, {"version": 2}).json
    assert "found" not in studio("GET", f"/api/workflows/{w}").json


def test_deploying_is_a_job(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/deploy"
    assert studio("POST", path).code == "no_connection"
    c = studio.connection()
    answer = studio("POST", path, role="editor")
    assert answer.status == 202 and answer.json["job"]["workflow_id"] == w
    row = studio.sql("SELECT payload FROM jobs")[0]
    assert json.loads(row["payload"]) == {
        "workflow_id": w, "connection_id": c["id"]}
    assert studio("GET", f"/api/workflows/{w}").json["last_status"] == \
        "deploying"
    assert studio("POST", path, {"connection_id": NOBODY}).pointers == [
        ("/connection_id", "not_found")]


def test_a_deploy_that_is_called_off_leaves_a_draft(studio):
    w = studio.workflow()
    studio.connection()
    job = studio("POST", f"/api/workflows/{w}/deploy").json["job"]["id"]
    assert studio("POST", f"/api/jobs/{job}/cancel").json["state"] == \
        "cancelled"
    assert studio("GET", f"/api/workflows/{w}").json["last_status"] == "draft"


def test_running_is_a_job(studio):
    w = studio.workflow()
    path = f"/api/workflows/{w}/run"
    assert studio("POST", path).code == "not_deployed"
    w = studio.deployed_again(w)
    answer = studio("POST", path, {"inputs": {"text": "hi"}, "query": "q"})
    assert answer.status == 202, answer
    run = studio("GET", f"/api/runs/{answer.json['run_id']}").json
    assert run["inputs"] == {"text": "hi"} and run["status"] == "queued"
    assert run["job_id"] == answer.json["job"]["id"] and run["nodes"] == []
    payload = json.loads(studio.sql("SELECT payload FROM jobs")[0]["payload"])
    assert payload == {"run_id": run["id"], "workflow_id": w, "query": "q"}


def test_a_run_asked_for_twice_with_one_key(studio):
    w = studio.deployed()
    key = {"Idempotency-Key": "k"}
    first = studio("POST", f"/api/workflows/{w}/run", headers=key).json
    second = studio("POST", f"/api/workflows/{w}/run", headers=key).json
    assert first["run_id"] == second["run_id"]
    assert len(studio.sql("SELECT 1 FROM runs")) == 1


@pytest.mark.parametrize("body, pointer", [
    ({"inputs": []}, "/inputs"), ({"query": 1}, "/query"),
    ({"user": "x"}, "/user")])
def test_what_a_run_may_not_say(studio, body, pointer):
    w = studio.deployed()
    answer = studio("POST", f"/api/workflows/{w}/run", body)
    assert answer.pointers[0][0] == pointer


def test_secrets_do_not_come_back(studio):
    dsl = json.loads(json.dumps(DSL))
    dsl["workflow"]["environment_variables"] = [{
        "id": "e1", "name": "key", "value_type": "secret",
        "value": "very-secret-value", "description": "",
        "selector": ["env", "key"]}]
    w = studio("POST", "/api/workflows",
               {"dsl": dsl, "deploy": False}).json["id"]
    got = studio("GET", f"/api/workflows/{w}/dsl")
    value = got.json["workflow"]["environment_variables"][0]["value"]
    assert value.startswith("studio-secret:")
    for file in studio.data.glob("studio.db*"):
        assert b"very-secret-value" not in file.read_bytes()
