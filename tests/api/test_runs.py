"""/api/runs: what ran and what each node did."""
import json

from studio import metadata

NOBODY = "0" * 20


def run_of(studio):
    w = studio.deployed()
    answer = studio("POST", f"/api/workflows/{w}/run", {"inputs": {"a": 1}})
    return w, answer.json["run_id"], answer.json["job"]["id"]


def test_reading_a_run_with_its_nodes(studio):
    w, run, _ = run_of(studio)
    studio.sql("UPDATE runs SET status = 'failed', error = 'boom', outputs ="
               " '{\"x\":[1]}', elapsed_ms = 12, total_tokens = 0,"
               " total_steps = 2, dify_run_id = 'r', started_at = 3,"
               " finished_at = 4")
    for i, status in enumerate(("succeeded", "failed")):
        studio.sql("INSERT INTO run_nodes VALUES (?, ?, ?, 'T', 'llm', ?,"
                   " '{\"q\":1}', NULL, NULL, 5, 6, 'loop', ?, 7)", run,
                   f"e{i}", f"n{i}", status, i)
    got = studio("GET", f"/api/runs/{run}", role="viewer").json
    assert got["inputs"] == {"a": 1} and got["outputs"] == {"x": [1]}
    assert (got["status"], got["error"]) == ("failed", "boom")
    assert (got["total_tokens"], got["total_steps"]) == (0, 2)
    assert [n["node_id"] for n in got["nodes"]] == ["n0", "n1"]
    assert got["nodes"][0]["inputs"] == {"q": 1}
    assert got["nodes"][0]["outputs"] is None
    assert [(n["parent"], n["round"], n["tokens"]) for n in got["nodes"]] == [
        ("loop", 0, 7), ("loop", 1, 7)]
    assert studio("GET", f"/api/runs/{NOBODY}").code == "run_not_found"


def test_lists(studio):
    w, run, _ = run_of(studio)
    second = studio("POST", f"/api/workflows/{w}/run").json["run_id"]
    page = studio("GET", f"/api/runs?workflow_id={w}&limit=1").json
    assert [r["id"] for r in page["items"]] == [second]
    assert "nodes" not in page["items"][0]
    rest = studio("GET", f"/api/runs?after={page['next']}").json
    assert [r["id"] for r in rest["items"]] == [run] and rest["next"] is None
    assert studio("GET", f"/api/runs?workflow_id={NOBODY}").json["items"] == []


def test_stopping_one_that_has_not_begun(studio):
    w, run, job = run_of(studio)
    answer = studio("POST", f"/api/runs/{run}/stop", role="editor")
    assert answer.status == 202 and answer.json["job"]["state"] == "cancelled"
    assert studio("GET", f"/api/runs/{run}").json["status"] == "stopped"
    assert studio("GET", f"/api/workflows/{w}").json["last_status"] == "stopped"
    again = studio("POST", f"/api/runs/{run}/stop")
    assert (again.status, again.code) == (409, "run_ended")
    assert studio("POST", f"/api/runs/{NOBODY}/stop").code == "run_not_found"


def test_stopping_one_that_runs_asks_the_worker(studio):
    _, run, job = run_of(studio)
    studio.sql("UPDATE jobs SET state = 'running'")
    answer = studio("POST", f"/api/runs/{run}/stop")
    assert answer.status == 202 and answer.json["job"]["cancel"] is True
    assert studio.sql("SELECT cancel FROM jobs WHERE id = ?",
                      job)[0]["cancel"] == 1


def test_a_run_that_is_called_off_tells_those_who_watch(studio):
    _, run, job = run_of(studio)
    studio("POST", f"/api/jobs/{job}/cancel")
    events = [json.loads(r["data"]) for r in studio.sql(
        "SELECT data FROM events WHERE kind = 'run'")]
    assert events[-1]["id"] == run and events[-1]["status"] == "stopped"


def test_filters(studio):
    w, first, _ = run_of(studio)
    second = studio("POST", f"/api/workflows/{w}/run").json["run_id"]
    studio.sql("UPDATE runs SET status = 'failed', created_at = 1000"
               " WHERE id = ?", first)
    def ids(query):
        return [r["id"] for r in studio("GET", f"/api/runs?{query}")
                .json["items"]]
    assert ids("status=failed") == [first]
    assert ids("status=queued") == [second]
    assert ids("since=1000&until=1001") == [first]
    assert ids("since=1001") == [second] and ids("until=1000") == []
    assert ids(f"status=failed&workflow_id={w}&limit=1") == [first]
    bad = studio("GET", "/api/runs?status=bad&since=-1")
    assert bad.status == 400
    assert {p for p, _ in bad.pointers} == {"?status", "?since"}


def test_the_same_once_more(studio):
    w, run, job = run_of(studio)
    key = {"Idempotency-Key": "k1"}
    answer = studio("POST", f"/api/runs/{run}/retry", role="editor",
                    headers=key)
    assert answer.status == 202
    again = answer.json["run_id"]
    assert again != run and answer.json["job"]["id"] != job
    got = studio("GET", f"/api/runs/{again}").json
    assert got["inputs"] == {"a": 1} and got["status"] == "queued"
    assert got["workflow_id"] == w
    twice = studio("POST", f"/api/runs/{run}/retry", role="editor",
                   headers=key)
    assert twice.json["run_id"] == again
    assert len(studio.sql("SELECT * FROM runs")) == 2
    assert studio("POST", f"/api/runs/{NOBODY}/retry").code == "run_not_found"
    studio.sql("UPDATE workflows SET dify_app_id = NULL")
    assert studio("POST", f"/api/runs/{run}/retry").code == "not_deployed"
    assert studio("POST", f"/api/runs/{run}/retry",
                  role="viewer").status == 403


def input_upload(studio, name="a.txt", data=b"0123"):
    made = studio("POST", "/api/kb/uploads", role="editor", headers={
        "Tus-Resumable": "1.0.0", "Upload-Length": len(data),
        "Upload-Metadata": metadata(filename=name, purpose="input")})
    assert made.status == 201, made
    path = made.headers["Location"]
    return path, {"type": "document", "transfer_method": "local_file",
                  "upload_id": path.rsplit("/", 1)[1], "name": name}


def send(studio, path, data=b"0123"):
    studio("PATCH", path, body=data, role="editor",
           kind="application/offset+octet-stream",
           headers={"Tus-Resumable": "1.0.0", "Upload-Offset": 0})


def test_files_of_a_run(studio):
    w = studio.deployed()
    path, value = input_upload(studio)
    early = studio("POST", f"/api/workflows/{w}/run",
                   {"inputs": {"doc": value}})
    assert early.status == 400
    assert early.pointers == [("/inputs/doc", "upload_missing")]
    send(studio, path)
    whole = studio("GET", path).json
    assert (whole["state"], whole["purpose"]) == ("queued", "input")
    assert whole["job_id"] is None
    assert studio.sql("SELECT * FROM jobs WHERE kind = 'forward'") == []
    assert studio("GET", "/api/kb/uploads").json["items"] == []
    answer = studio("POST", f"/api/workflows/{w}/run",
                    {"inputs": {"list": [value]}})
    assert answer.status == 202
    job = answer.json["job"]["id"]
    assert studio("GET", path).json["job_id"] == job
    second = studio("POST", f"/api/workflows/{w}/run",
                    {"inputs": {"doc": value}})
    assert second.pointers == [("/inputs/doc", "upload_missing")]
    studio.end_job(job, "failed")
    retry = studio("POST", f"/api/runs/{answer.json['run_id']}/retry")
    assert retry.status == 202
    assert studio("GET", path).json["job_id"] == retry.json["job"]["id"]


def test_what_an_upload_for_a_run_must_be(studio):
    studio.connection()
    tus = {"Tus-Resumable": "1.0.0"}
    large = studio("POST", "/api/kb/uploads", headers={
        **tus, "Upload-Length": (100 << 20) + 1,
        "Upload-Metadata": metadata(filename="a", purpose="input")})
    assert (large.status, large.code) == (413, "upload_too_large")
    odd = studio("POST", "/api/kb/uploads", headers={
        **tus, "Upload-Length": 1,
        "Upload-Metadata": metadata(filename="a", purpose="x")})
    assert odd.pointers == [("/purpose", "invalid")]


def chat_of(studio):
    w = studio.deployed()
    studio.sql("UPDATE workflows SET mode = 'advanced-chat'")
    return w


def say(studio, w, words, conversation=None, **more):
    body = {"query": words}
    if conversation:
        body["conversation_id"] = conversation
    return studio("POST", f"/api/workflows/{w}/run", body, role="editor",
                  **more)


def test_messages_stay_in_their_conversation(studio):
    w = chat_of(studio)
    first = say(studio, w, "hello " * 30)
    assert first.status == 202
    talk = first.json["conversation_id"]
    busy = say(studio, w, "more", talk)
    assert (busy.status, busy.code) == (409, "conversation_busy")
    studio.sql("UPDATE runs SET status = 'succeeded', answer = 'hi'")
    second = say(studio, w, "more", talk)
    assert second.status == 202 and second.json["conversation_id"] == talk
    got = studio("GET", f"/api/runs/{first.json['run_id']}").json
    assert (got["query"], got["answer"]) == ("hello " * 30, "hi")
    assert got["conversation_id"] == talk
    other = say(studio, w, "new").json["conversation_id"]
    assert other != talk
    ids = [r["id"] for r in studio(
        "GET", f"/api/runs?conversation_id={talk}").json["items"]]
    assert ids == [second.json["run_id"], first.json["run_id"]]
    page = studio("GET", f"/api/workflows/{w}/conversations?limit=1",
                  role="viewer").json
    assert [c["id"] for c in page["items"]] == [other]
    rest = studio("GET", f"/api/workflows/{w}/conversations"
                  f"?after={page['next']}").json["items"]
    assert [c["id"] for c in rest] == [talk]
    assert rest[0]["title"] == ("hello " * 30)[:80] and not rest[0]["over"]


def test_the_same_message_twice_is_one(studio):
    w = chat_of(studio)
    talk = say(studio, w, "hello").json["conversation_id"]
    studio.sql("UPDATE runs SET status = 'succeeded'")
    key = {"Idempotency-Key": "k"}
    first = say(studio, w, "more", talk, headers=key)
    again = say(studio, w, "more", talk, headers=key)
    assert again.json["run_id"] == first.json["run_id"]
    assert again.json["conversation_id"] == talk


def test_messages_that_cannot_be(studio):
    w = chat_of(studio)
    assert studio("POST", f"/api/workflows/{w}/run", {}).pointers == [
        ("/query", "required")]
    assert say(studio, w, "a", NOBODY).pointers == [
        ("/conversation_id", "unknown")]
    talk = say(studio, w, "hello").json["conversation_id"]
    studio.sql("UPDATE runs SET status = 'succeeded'")
    studio.sql("UPDATE workflows SET dify_app_id = 'app-2'")
    over = say(studio, w, "more", talk)
    assert (over.status, over.code) == (409, "conversation_over")
    assert studio("GET", f"/api/workflows/{w}/conversations"
                  ).json["items"][0]["over"] is True


def test_a_message_once_more_stays_in_its_conversation(studio):
    w = chat_of(studio)
    first = say(studio, w, "hello").json
    studio.sql("UPDATE runs SET status = 'failed'")
    again = studio("POST", f"/api/runs/{first['run_id']}/retry")
    assert again.json["conversation_id"] == first["conversation_id"]
    got = studio("GET", f"/api/runs/{again.json['run_id']}").json
    assert got["query"] == "hello"


def test_a_paused_run(studio):
    _, run, job = run_of(studio)
    forms = '[{"title":"Ask","url":"http://dify/form/t"}]'
    studio.sql("UPDATE runs SET status = 'paused', forms = ?", forms)
    studio.end_job(job, "succeeded")
    got = studio("GET", f"/api/runs/{run}").json
    assert got["forms"] == json.loads(forms)
    answer = studio("POST", f"/api/runs/{run}/stop")
    assert answer.status == 202
    got = studio("GET", f"/api/runs/{run}").json
    assert got["status"] == "stopped" and got["finished_at"]
    assert got["forms"] is None
    assert studio("POST", f"/api/runs/{run}/stop").code == "run_ended"


def end_users(studio):
    return [r["end_user"] for r in studio.sql(
        "SELECT end_user FROM runs ORDER BY rowid")]


def test_chats_and_files_have_an_end_user_of_their_own(studio):
    w = chat_of(studio)
    say(studio, w, "hello")
    studio.sql("UPDATE workflows SET mode = 'workflow'")
    studio("POST", f"/api/workflows/{w}/run", {"inputs": {"f": {
        "type": "document", "transfer_method": "local_file",
        "upload_file_id": "f", "user": "studio-" + NOBODY}}})
    assert end_users(studio) == [None, None]
    run = studio("POST", f"/api/workflows/{w}/run").json["run_id"]
    studio("POST", f"/api/runs/{run}/retry")
    plain = end_users(studio)[2:]
    assert len(set(plain)) == 2
    assert all(user.startswith("studio-") for user in plain)
