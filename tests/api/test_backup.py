"""Workflows as a zip of YAML files, and back."""
import copy
import io
import json
import zipfile

import pytest
import yaml
from studio import DSL, node

PATH = "/api/workflows/restore"


def export(studio, query="", role="viewer"):
    answer = studio("GET", "/api/workflows/export.zip" + query, role=role)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/zip"
    return answer.body


def files(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as z:
        assert z.testzip() is None
        return {i.filename: z.read(i) for i in z.infolist()}


def manifest(raw):
    return json.loads(files(raw)["manifest.json"])


def zipped(**contents):
    return archive(contents.items())


def archive(pairs, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in pairs:
            z.writestr(name, content, **more)
    return out.getvalue()


def restore(studio, raw, query="", status=200, role="editor"):
    answer = studio("POST", PATH + query, body=raw, kind="application/zip",
                    role=role)
    assert answer.status == status, answer
    return answer.json if status == 200 else answer


def states(report):
    return [(i.get("name"), i["state"], i["done"]) for i in report["items"]]


def rows(studio):
    return [dict(r) for r in studio.sql(
        "SELECT * FROM workflows ORDER BY created_at, id")]


def versions(studio, w):
    return [r["origin"] for r in studio.sql(
        "SELECT origin FROM versions WHERE workflow_id = ? ORDER BY number",
        w)]


def dsl(name="Echo", title=None, **more):
    made = copy.deepcopy(DSL)
    made["app"]["name"] = name
    if title:
        made["workflow"]["graph"]["nodes"][0]["data"]["title"] = title
    made.update(more)
    return made


def test_each_workflow_is_a_file_and_the_manifest_says_the_rest(studio):
    w = studio.deployed_again(studio.workflow(
        name="邮件 / sorter", tags=["office", "日常"]))
    other = studio.workflow(name="Second")
    raw = export(studio)
    listed = manifest(raw)
    assert listed["format"] == 1
    first, second = listed["workflows"]
    home = studio("GET", "/api/connections").json["items"][0]
    assert first == {
        "file": f"workflows/邮件---sorter-{w}.yml", "id": w,
        "name": "邮件 / sorter", "description": "Says it back.",
        "mode": "workflow", "tags": ["office", "日常"], "version": 1,
        "connection": home["name"], "base_url": home["base_url"],
        "app_id": "app-1"}
    assert second["id"] == other
    content = yaml.safe_load(files(raw)[first["file"]])
    assert content["workflow"]["graph"]["nodes"][0]["id"] == "start"
    assert set(files(raw)) == {"manifest.json", first["file"],
                               second["file"]}
    raw = export(studio, f"?ids={other}")
    assert [x["id"] for x in manifest(raw)["workflows"]] == [other]


def test_no_secret_leaves(studio):
    made = dsl()
    made["workflow"]["environment_variables"] = [{
        "id": "1", "name": "KEY", "value_type": "secret", "description": "",
        "value": "sk-planted-77", "selector": ["env", "KEY"]}]
    studio.workflow(dsl=made)
    for content in files(export(studio)).values():
        assert b"sk-planted-77" not in content
    studio.connection(api_key="admin-key-planted")
    assert b"admin-key-planted" not in b"".join(
        files(export(studio)).values())


def test_what_is_not_asked_for_rightly(studio):
    answer = studio("GET", "/api/workflows/export.zip?ids=a,b")
    assert answer.pointers == [("?ids", "invalid")]
    assert studio("GET", "/api/workflows/export.zip", role=None).status == 401
    restore(studio, b"", role="viewer", status=403)


def test_nothing_differs_from_its_own_backup(studio):
    made = dsl()
    made["workflow"]["environment_variables"] = [{
        "id": "1", "name": "KEY", "value_type": "secret", "description": "",
        "value": "sk-planted-77", "selector": ["env", "KEY"]}, {
        "id": "2", "name": "F", "value_type": "number", "description": "x",
        "value": 1.5, "selector": ["env", "F"]}]
    studio.workflow(dsl=made, tags=["a", "b"])
    studio.workflow(name="Second")
    before = rows(studio)
    report = restore(studio, export(studio), "?apply=1")
    assert {s for _, s, _ in states(report)} == {"equal"}
    assert report["counts"]["equal"] == 2 and report["manifest"]
    assert rows(studio) == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(studio):
    changed = studio.workflow(name="Changed", tags=["old"])
    gone = studio.workflow(name="Gone")
    studio.workflow(name="Equal")
    raw = export(studio)
    studio("PATCH", f"/api/workflows/{changed}", {"name": "Renamed",
                                                  "tags": ["new"]})
    studio("PUT", f"/api/workflows/{changed}/dsl", {
        "dsl": dsl(title="Otherwise")})
    studio("DELETE", f"/api/workflows/{gone}")
    before = rows(studio)
    report = restore(studio, raw)
    assert states(report) == [("Changed", "changed", False),
                              ("Gone", "new", False),
                              ("Equal", "equal", False)]
    assert report["items"][0]["what"] == ["dsl", "name", "tags"]
    assert report["items"][0]["workflow_id"] == changed
    assert report["counts"] == {"new": 1, "equal": 1, "changed": 1,
                                "clash": 0, "failed": 0}
    assert report["applied"] is False and rows(studio) == before
    report = restore(studio, raw, "?apply=1")
    assert [d for *_, d in states(report)] == [True, True, False]
    assert {r["name"] for r in rows(studio)} == {"Changed", "Gone", "Equal"}
    assert versions(studio, changed) == ["created", "uploaded", "restored"]
    now = studio("GET", f"/api/workflows/{changed}").json
    assert now["tags"] == ["old"]
    assert {s for _, s, _ in states(restore(studio, raw))} == {"equal"}


def test_a_new_studio_gets_all_of_it_at_its_place(studio):
    app = "11111111-2222-4333-8444-555555555555"
    w = studio.deployed_again(studio.workflow(name="Placed", tags=["t"],
                                              prompt="Say it back"))
    studio.sql("UPDATE workflows SET dify_app_id = ?", app)
    raw = export(studio)
    studio("DELETE", f"/api/workflows/{w}")
    report = restore(studio, raw, "?apply=1")
    assert states(report) == [("Placed", "new", True)]
    row, = rows(studio)
    assert row["dify_app_id"] == app and row["last_status"] == "deployed"
    assert row["prompt"] == "Say it back" and row["dify_key"] is None
    studio("DELETE", f"/api/workflows/{row['id']}")
    studio.sql("UPDATE connections SET base_url = 'http://elsewhere'")
    restore(studio, raw, "?apply=1")
    row, = rows(studio)
    assert row["dify_app_id"] is None and row["last_status"] == "draft"


def test_an_app_that_another_has_stays_with_it(studio):
    app = "11111111-2222-4333-8444-555555555555"
    w = studio.deployed_again(studio.workflow(name="First"))
    studio.sql("UPDATE workflows SET dify_app_id = ?", app)
    raw = export(studio)
    studio("DELETE", f"/api/workflows/{w}")
    studio.deployed_again(studio.workflow(name="Heir"))
    studio.sql("UPDATE workflows SET dify_app_id = ?", app)
    report = restore(studio, raw, "?apply=1")
    assert states(report) == [("First", "new", True)]
    assert {r["name"]: r["dify_app_id"] for r in rows(studio)} == {
        "Heir": app, "First": None}


def test_an_app_id_that_is_none_is_not_taken(studio):
    w = studio.deployed_again(studio.workflow())
    raw = export(studio)
    assert manifest(raw)["workflows"][0]["app_id"] == "app-1"
    studio("DELETE", f"/api/workflows/{w}")
    restore(studio, raw, "?apply=1")
    assert rows(studio)[0]["dify_app_id"] is None


@pytest.mark.parametrize("clash, names, done", [
    ("skip", 1, False), ("add", 2, True), ("replace", 1, True)])
def test_a_name_that_is_taken(studio, clash, names, done):
    raw = zipped(**{"a.yml": yaml.safe_dump(dsl(title="Other"))})
    mine = studio.workflow()
    report = restore(studio, raw, f"?clash={clash}")
    item, = report["items"]
    assert item["state"] == "clash" and item["workflow_id"] == mine
    item, = restore(studio, raw, f"?apply=true&clash={clash}")["items"]
    assert (item["state"], item["done"]) == ("clash", done)
    assert len(rows(studio)) == names
    assert versions(studio, mine) == ["created"] + ["restored"] * (
        clash == "replace")
    again, = restore(studio, raw)["items"]
    assert again["state"] == ("clash" if clash == "skip" else "equal")


def test_a_folder_of_yaml_files_is_enough(studio):
    raw = archive([("mine/", ""), ("mine/one.yml", yaml.safe_dump(dsl("One"))),
                   ("two.json", json.dumps(dsl("Two")))])
    report = restore(studio, raw, "?apply=1")
    assert states(report) == [("One", "new", True), ("Two", "new", True)]
    assert report["manifest"] is False
    assert [r["name"] for r in rows(studio)] == ["One", "Two"]


def test_wrong_files_are_told_and_the_others_are_taken(studio):
    chat = dsl("Talk")
    chat["app"]["mode"] = "chat"
    raw = archive([
        ("readme.txt", "hello"), ("broken.yml", "a: [1"),
        ("list.json", "[1, 2]"), ("chat.yml", yaml.safe_dump(chat)),
        ("good.yml", yaml.safe_dump(dsl("Good")))])
    report = restore(studio, raw, "?apply=1")
    assert [(i["file"], i.get("code")) for i in report["items"]] == [
        ("readme.txt", "wrong_file"), ("broken.yml", "not_a_workflow"),
        ("list.json", "not_a_workflow"), ("chat.yml", "not_a_workflow"),
        ("good.yml", None)]
    assert all(i["message"] for i in report["items"][:4])
    assert report["counts"]["failed"] == 4
    assert [r["name"] for r in rows(studio)] == ["Good"]


def test_a_chat_does_not_take_the_place_of_a_workflow(studio):
    w = studio.workflow()
    raw = files(export(studio))
    name, = (n for n in raw if n.endswith(".yml"))
    chat = yaml.safe_load(raw[name])
    chat["app"]["mode"] = "advanced-chat"
    chat["workflow"]["graph"]["nodes"][1] = node(
        "end", "answer", 334, answer="{{#sys.query#}}", variables=[])
    raw[name] = yaml.safe_dump(chat)
    by_id = archive(raw.items())
    by_name = zipped(**{"a.yml": raw[name]})
    for which in (by_id, by_name):
        item, = restore(studio, which, "?apply=1&clash=replace")["items"]
        assert item["code"] == "mode_differs" and not item["done"]
        assert versions(studio, w) == ["created"]


def evil(name):
    return archive([(name, yaml.safe_dump(dsl()))])


def link():
    info = zipfile.ZipInfo("a.yml")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return archive([(info, "/etc/passwd")])


def bomb():
    return archive([("a.yml", b"\0" * (11 << 20))])


def many():
    return archive([(f"{i}.txt", "") for i in range(10001)])


def damaged():
    raw = bytearray(archive([("a.yml", yaml.safe_dump(dsl()) * 20)]))
    raw[60:100] = b"\xff" * 40
    return bytes(raw)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("make, code", [
    (lambda: b"", "archive_invalid"),
    (lambda: b"kind: app\n", "archive_invalid"),
    (lambda: archive([]), "archive_invalid"),
    (damaged, "archive_invalid"),
    (lambda: evil("../../etc/cron.d/x.yml"), "archive_path"),
    (lambda: evil("/etc/x.yml"), "archive_path"),
    (link, "archive_path"),
    (bomb, "archive_too_large"),
    (many, "archive_too_large"),
    (lambda: zipped(**{"manifest.json": "{}"}), "manifest_invalid"),
    (lambda: zipped(**{"manifest.json": "no"}), "manifest_invalid"),
    (lambda: archive([("manifest.json", '{"format": 1}')] * 2), "archive_invalid"),
])
def test_an_archive_that_is_none_is_refused_as_a_whole(studio, make, code):
    raw = make()
    if code not in ("archive_invalid", "manifest_invalid") and raw:
        buffer = io.BytesIO(raw)
        with zipfile.ZipFile(buffer, "a") as z:
            z.writestr("zz-good.yml", yaml.safe_dump(dsl("Good")))
        raw = buffer.getvalue()
    answer = restore(studio, raw, "?apply=1", status=422)
    assert answer.code == code and answer.json["detail"]
    assert rows(studio) == []
    spool = studio.data / "spool"
    assert not spool.exists() or list(spool.iterdir()) == []


def test_hundreds_of_them(studio):
    raw = archive([(f"{i:03}.yml", yaml.safe_dump(dsl(f"Flow {i:03}")))
                   for i in range(300)])
    assert restore(studio, raw, "?apply=1")["counts"]["new"] == 300
    back = export(studio)
    assert len(files(back)) == 301
    assert restore(studio, back)["counts"]["equal"] == 300
