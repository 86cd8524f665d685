"""Files and human input."""
import pytest
import requests
from flows import chain, document, dsl, dump, edge, end, node, start, text
from target import EventStream, named, wait_until

NOBODY = "00000000-0000-0000-0000-000000000000"


def _file_variable(**more):
    return {"variable": "doc", "label": "doc", "type": "file", "required": True, "allowed_file_types": ["document"],
            "allowed_file_extensions": [], "allowed_file_upload_methods": ["local_file", "remote_url"], **more}


@pytest.fixture
def reader(dify):
    """An app that gives the text of a file."""
    read = node("read", "document-extractor", variable_selector=["begin", "doc"], is_array_file=False)
    return dify.console.app(dsl(dify.unique("file"), [start(_file_variable()), read, end(out=["read", "text"], name=["begin", "doc", "name"])],
                                chain("begin", "read", "done")))


def _upload(app, name="note.txt", data=b"hello from a file\n", kind="text/plain", **form):
    return app.call("POST", "/files/upload", files={"file": (name, data, kind)}, data={"user": "contract", **form})


def test_upload(dify, reader):
    """upload answers 201 with the file's facts"""
    body = _upload(reader).ok(201)
    assert (body["name"], body["size"], body["extension"], body["mime_type"]) == ("note.txt", 18, "txt", "text/plain")
    assert set(body) >= {"id", "created_by", "created_at"}


def test_upload_of_nothing(dify, reader):
    """no file part, two file parts"""
    answer = reader.call("POST", "/files/upload", data={"user": "contract"}, files={"other": (None, "x")})
    assert (answer.status, answer.body["code"]) == (400, "no_file_uploaded")
    two = [("file", ("a.txt", b"a", "text/plain")), ("more", ("b.txt", b"b", "text/plain"))]
    answer = reader.call("POST", "/files/upload", data={"user": "contract"}, files=two)
    assert (answer.status, answer.body["code"]) == (400, "too_many_files")


def test_upload_too_large(dify, reader):
    """more than 15 MB is 413"""
    answer = _upload(reader, data=b"x" * (16 * 1024 * 1024))
    assert (answer.status, answer.body["code"]) == (413, "file_too_large")


def test_run_with_a_file(dify, reader):
    """a run reads the uploaded file"""
    file_id = _upload(reader).ok(201)["id"]
    given = {"doc": {"type": "document", "transfer_method": "local_file", "upload_file_id": file_id}}
    out = reader.outputs(given)
    assert out["out"].strip() == "hello from a file" and out["name"] == "note.txt"


def test_run_with_a_file_of_another_user(dify, reader):
    """another end user may run with the file up to 1.13; on 1.16 it is "Invalid upload file\""""
    file_id = _upload(reader, user="somebody").ok(201)["id"]
    answer = reader.run({"doc": {"type": "document", "transfer_method": "local_file", "upload_file_id": file_id}})
    if not dify.since("1.16.0"):
        assert answer.ok()["data"]["outputs"]["out"].strip() == "hello from a file"
    else:
        assert answer.status == 400 and "Invalid upload file" in answer.body["message"], answer


def test_files_that_are_none(dify, reader):
    """an unknown file, a wrong type, a text in place of a file"""
    file_id = _upload(reader).ok(201)["id"]
    rows = [({"type": "document", "transfer_method": "local_file", "upload_file_id": NOBODY}, "Invalid upload file"),
            ({"type": "image", "transfer_method": "local_file", "upload_file_id": file_id}, "Detected file type does not match"),
            ("a text", "doc in input form must be a file")]
    for given, words in rows:
        answer = reader.run({"doc": given})
        assert answer.status == 400 and words in answer.body["message"], answer


def _approval(dify):
    ask = node("ask", "human-input", form_content="Ship {{#begin.q#}}? {{#$output.note#}}",
               inputs=[{"type": "paragraph", "output_variable_name": "note", "default": {"type": "constant", "selector": [], "value": "n"}}],
               user_actions=[{"id": "yes", "title": "Yes", "button_style": "primary"}, {"id": "no", "title": "No", "button_style": "default"}],
               delivery_methods=[{"id": "0b1ab32c-9d27-4d9e-8d9e-1f6c8a3e5a01", "type": "webapp", "enabled": True, "config": {}}], timeout=1, timeout_unit="day")
    nodes = [start(text("q")), ask, end("shipped", note=["ask", "note"], action=["ask", "__action_id"]), end("kept", kept=["ask", "__action_id"])]
    return dify.console.app(dsl(dify.unique("human"), nodes, [edge("begin", "ask"), edge("ask", "shipped", "yes"), edge("ask", "kept", "no")]))


def _form_path(dify, token):
    return f"/v1/form/human_input/{token}" if dify.since("1.14.0") else f"/api/form/human_input/{token}"


def _form(dify, app, method, token, body=None):
    headers = {"Authorization": f"Bearer {app.key}"} if dify.since("1.14.0") else {}
    return dify.call(method, _form_path(dify, token), headers=headers, **({"json": body} if body is not None else {}))


@pytest.mark.since("1.13.0")
def test_a_run_pauses(dify):
    """a run pauses: human_input_required, workflow_paused, GET run paused"""
    app = _approval(dify)
    frames = app.events({"q": "it"})
    asked, paused = named(frames, "human_input_required")[0]["data"], frames[-1]
    assert paused["event"] == "workflow_paused" and paused["data"]["paused_nodes"] == ["ask"] and paused["data"]["status"] == "paused"
    assert asked["form_content"].startswith("Ship it?") and [a["id"] for a in asked["actions"]] == ["yes", "no"]
    wait_until(lambda: app.get_run(paused["workflow_run_id"]).ok()["status"] == "paused", 10, "the pause is stored")
    form = _form(dify, app, "GET", asked["form_token"]).ok()
    assert [a["id"] for a in form["user_actions"]] == ["yes", "no"] and form["inputs"][0]["output_variable_name"] == "note"


@pytest.mark.since("1.13.0")
def test_forms_are_checked_and_submitted_once(dify):
    """unknown actions and missing inputs are refused; a second submission is 412"""
    app = _approval(dify)
    frames = app.events({"q": "it"})
    token, run_id = named(frames, "human_input_required")[0]["data"]["form_token"], frames[-1]["workflow_run_id"]
    for body in ({"inputs": {"note": "x"}, "action": "maybe", "user": "contract"}, {"inputs": {}, "action": "yes", "user": "contract"}):
        answer = _form(dify, app, "POST", token, body)
        assert (answer.status, answer.body["code"]) == (400, "invalid_form_data")
    good = {"inputs": {"note": "go"}, "action": "yes", "user": "contract"}
    assert _form(dify, app, "POST", token, good).ok() == {}
    assert _form(dify, app, "POST", token, good).status == 412
    assert _form(dify, app, "GET", token).status == 412
    assert _form(dify, app, "GET", "no-such-token").status == 404
    wanted = "succeeded" if not dify.since("1.16.0") else "stopped"
    done = wait_until(lambda: (r := app.get_run(run_id).ok())["status"] == wanted and r, 20, f"the resumed run ends {wanted}")
    if wanted == "succeeded":
        assert done["outputs"] == {"note": "go", "action": "yes"}


@pytest.mark.since("1.13.0")
def test_a_blocking_run_pauses(dify):
    """a blocking run answers `paused` at once, with the form from 1.14 on"""
    data = _approval(dify).run({"q": "it"}).ok()["data"]
    assert (data["status"], data["finished_at"]) == ("paused", None)
    if dify.since("1.14.0"):
        assert data["paused_nodes"] == ["ask"] and data["reasons"][0]["form_token"]


@pytest.mark.until("1.11.9")
def test_an_old_server_does_not_know_human_input(dify):
    """1.8 knows no human-input node"""
    assert "'human-input' is not a valid NodeType" in _approval(dify).failed({"q": "x"})


@pytest.mark.since("1.16.0")
def test_events_of_a_paused_run(dify):
    """the events of a paused run replay up to the pause; another user gets 404"""
    app = _approval(dify)
    run_id = app.run({"q": "it"}).ok()["workflow_run_id"]
    path = f"{dify.base}/v1/workflow/{run_id}/events?user=contract&include_state_snapshot=true"
    response = requests.get(path, headers={"Authorization": f"Bearer {app.key}"}, stream=True, timeout=20)
    kinds = [f["event"] for f in EventStream(response, 20).all() if f["event"] != "ping"]
    assert kinds[0] == "workflow_started" and kinds[-1] == "workflow_paused" and "human_input_required" in kinds
    other = dify.call("GET", f"/v1/workflow/{run_id}/events?user=somebody", headers={"Authorization": f"Bearer {app.key}"})
    assert other.status == 404


@pytest.mark.since("1.13.0")
def test_bad_forms_are_refused_at_import(dify):
    """an action id that is no identifier is refused at import"""
    ask = node("ask", "human-input", form_content="x", inputs=[], user_actions=[{"id": "my yes", "title": "Y", "button_style": "primary"}], delivery_methods=[])
    answer = dify.console.load(dump(document(dify.unique("form"), [start(), ask, end()], chain("begin", "ask", "done"))))
    assert answer.status == 400 and "Invalid HumanInput node data" in answer.body["error"]
    dify.made += [a["id"] for a in dify.console.call("GET", "/apps?limit=100&name=contract%20form").ok()["data"]]
