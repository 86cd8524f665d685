"""Import."""
import pytest
from flows import chain, document, dump, echo, end, node, start, text, dsl

MEMBERS = {"id", "status", "app_id", "app_mode", "current_dsl_version", "imported_dsl_version", "error"}
DSL = (("1.16.0", "0.7.0"), ("1.13.0", "0.6.0"), ("1.10.0", "0.5.0"), ("1.8.0", "0.4.0"))


def _own(dify):
    return next(dsl_ for since, dsl_ in DSL if dify.since(since))


def _failed(answer, error, status=400):
    assert answer.status == status, answer
    assert answer.body["status"] == "failed" and answer.body["app_id"] is None
    assert error in answer.body["error"], answer.body["error"]


def test_same_version_completes(dify):
    """the server's own DSL version is completed"""
    body = dify.console.load(echo(dify.unique("same"), version=_own(dify))).ok()
    assert set(body) >= MEMBERS
    assert (body["status"], body["app_mode"], body["error"]) == ("completed", "workflow", "")
    assert body["current_dsl_version"] == body["imported_dsl_version"] == _own(dify)
    assert ("permission_keys" in body) == ("warnings" in body) == dify.since("1.15.0")


def test_older_minor_warns(dify):
    """an older minor version is completed-with-warnings"""
    body = dify.console.load(echo(dify.unique("old"), version="0.3.0")).ok()
    assert (body["status"], body["imported_dsl_version"]) == ("completed-with-warnings", "0.3.0")


@pytest.mark.parametrize("version", ["0.99.0", "1.0.0", "patch"])
def test_newer_waits_for_confirm(dify, version):
    """a newer version, even of the patch only, is pending until confirmed, once"""
    if version == "patch":
        version = _own(dify)[:-1] + "9"
    name = dify.unique("new")
    answer = dify.console.load(echo(name, version=version))
    assert (answer.status, answer.body["status"], answer.body["app_id"]) == (202, "pending", None)
    assert dify.console.apps_named(name) == []
    confirm = f"/apps/imports/{answer.body['id']}/confirm"
    body = dify.console.call("POST", confirm).ok()
    dify.made.append(body["app_id"])
    assert body["status"] == "completed" and len(dify.console.apps_named(name)) == 1
    _failed(dify.console.call("POST", confirm), "Import information expired or does not exist")


def test_no_version_is_the_oldest(dify):
    """no version reads as 0.1.0"""
    data = document(dify.unique("none"), [start(text("q")), end(out=["begin", "q"])], chain("begin", "done"))
    del data["version"]
    assert dify.console.load(dump(data)).ok()["imported_dsl_version"] == "0.1.0"


def test_version_that_is_no_text(dify):
    """a float or unreadable version fails and leaves no app"""
    name = dify.unique("float")
    _failed(dify.console.load(echo(name).replace("0.4.0", "0.4")), "Invalid version type, expected str, got <class 'float'>")
    _failed(dify.console.load(echo(name).replace("0.4.0", "abc")), "Invalid version: 'abc'")
    assert dify.console.apps_named(name) == []


@pytest.mark.parametrize("content, error", [
    ("kind: app\n  bad: [", "Invalid YAML format: mapping values are not allowed here"), ("- a\n", "Invalid YAML format: content must be a mapping"),
    ("", "yaml_content is required when import_mode is yaml-content"), ("kind: app\nversion: '0.4.0'\n", "Missing app data in YAML content"),
    ("version: '0.4.0'\napp: {name: x}\n", "loss app mode"), ("version: '0.4.0'\napp: {name: x, mode: flow}\n", "'flow' is not a valid AppMode")])
def test_documents_that_fail(dify, content, error):
    """documents that are none fail with a text"""
    _failed(dify.console.load(content), error)


def test_kind_is_not_looked_at(dify):
    """another kind imports all the same"""
    dify.console.load(echo(dify.unique("kind")).replace("kind: app", "kind: banana")).ok()


def test_wrong_requests(dify):
    """an unknown or missing import mode and a wrong content type are request errors"""
    answer = dify.console.call("POST", "/apps/imports", {"mode": "yaml-text", "yaml_content": "x"})
    assert (answer.status, answer.body["code"], answer.body["message"]) == (400, "invalid_param", "Invalid import_mode: yaml-text")
    assert dify.console.call("POST", "/apps/imports", {"yaml_content": "x"}).status == 400
    answer = dify.console.call("POST", "/apps/imports", data="mode=yaml-content", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == (415 if dify.since("1.11.0") else 400)


def test_names_of_the_request_win(dify):
    """name and description of the request override those of the document"""
    name = dify.unique("request")
    app_id = dify.console.load(echo("of the document"), name=name, description="told").ok()["app_id"]
    app = dify.console.call("GET", f"/apps/{app_id}").ok()
    assert (app["name"], app["description"]) == (name, "told")


def test_overwrite_keeps_the_app(dify):
    """app_id overwrites in place: same app, new name and draft, published version kept"""
    app = dify.console.app(echo(dify.unique("before")))
    name = dify.unique("after")
    new = dsl(name, [start(text("q")), end(other=["begin", "q"])], chain("begin", "done"))
    assert dify.console.load(new, app_id=app.id).ok()["app_id"] == app.id
    assert dify.console.call("GET", f"/apps/{app.id}").ok()["name"] == name
    assert app.outputs({"q": "x"}) == {"out": "x"}
    dify.console.call("POST", f"/apps/{app.id}/workflows/publish", {}).ok()
    assert app.outputs({"q": "x"}) == {"other": "x"}


def test_overwrite_unknown_app(dify):
    """overwriting an unknown app fails"""
    _failed(dify.console.load(echo("x"), app_id="00000000-0000-0000-0000-000000000000"), "App not found")


def test_missing_graph(dify):
    """a document without graph: taken by 1.8, refused later"""
    name = dify.unique("nograph")
    data = document(name, [], [])
    del data["workflow"]["graph"]
    answer = dify.console.load(dump(data))
    dify.made += [a["id"] for a in dify.console.apps_named(name) if a["id"] not in dify.made]
    if dify.since("1.12.0"):
        _failed(answer, "nodes not found in workflow graph")
    else:
        app_id = answer.ok()["app_id"]
        assert dify.console.call("GET", f"/apps/{app_id}/workflows/draft").ok()["graph"] == {}


def test_orphans(dify):
    """a refused variable leaves an empty app behind before 1.14"""
    name = dify.unique("orphan")
    bad = [{"name": "A", "value": "abc", "value_type": "number"}]
    _failed(dify.console.load(echo(name, environment_variables=bad)), "invalid number value abc")
    left = dify.console.apps_named(name)
    dify.made += [a["id"] for a in left]
    assert len(left) == (0 if dify.since("1.14.0") else 1)


def test_unknown_node_type(dify):
    """an unknown node type is refused at import by 1.12 only"""
    answer = dify.console.load(dsl(dify.unique("type"), [start(), node("x", "teleport"), end()], chain("begin", "x", "done")))
    if dify.since("1.12.0") and not dify.since("1.13.1"):
        _failed(answer, "'teleport' is not a valid NodeType")
        dify.made += [a["id"] for a in dify.console.call("GET", "/apps?limit=100&name=contract%20type").ok()["data"]]
    else:
        answer.ok()


def test_edges_are_not_looked_at(dify):
    """a dangling edge imports"""
    dify.console.load(dsl(dify.unique("edge"), [start(), end()], chain("begin", "done", "ghost"))).ok()


@pytest.mark.since("1.12.0")
def test_start_and_trigger(dify):
    """start and trigger together are refused"""
    clock = node("clock", "trigger-schedule", mode="visual", frequency="daily", timezone="UTC", visual_config={"time": "9:00 AM"})
    answer = dify.console.load(dsl(dify.unique("two"), [start(), clock, end()], chain("begin", "done")))
    _failed(answer, "Start node and trigger nodes cannot coexist in the same workflow")
    dify.made += [a["id"] for a in dify.console.call("GET", "/apps?limit=100&name=contract%20two").ok()["data"]]


@pytest.mark.parametrize("variable, error", [
    ({"value": "x", "value_type": "string"}, "missing name"), ({"name": "A", "value_type": "string"}, "missing value"),
    ({"name": "A", "value": "x"}, "missing value type"), ({"name": "A", "value": 5, "value_type": "string"}, "Input should be a valid string"),
    ({"name": "A", "value": "x", "value_type": "url"}, "not supported value type url")])
def test_variables_that_fail(dify, variable, error):
    """environment variables that do not fit fail with a short text"""
    name = dify.unique("var")
    _failed(dify.console.load(echo(name, environment_variables=[variable])), error)
    dify.made += [a["id"] for a in dify.console.apps_named(name)]


def test_leaked_dependencies(dify):
    """a dependency that is not installed is told by check-dependencies"""
    data = document(dify.unique("deps"), [start(text("q")), end(out=["begin", "q"])], chain("begin", "done"), version=_own(dify))
    unique = "acme/nothing:0.0.1@" + "0" * 64
    data["dependencies"] = [{"type": "marketplace", "current_identifier": None, "value": {"marketplace_plugin_unique_identifier": unique}}]
    app_id = dify.console.load(dump(data)).ok()["app_id"]
    leaked = dify.console.call("GET", f"/apps/imports/{app_id}/check-dependencies").ok()["leaked_dependencies"]
    assert [d["value"]["marketplace_plugin_unique_identifier"] for d in leaked] == [unique]


def test_no_dependencies_leak_nothing(dify):
    """without dependencies nothing leaks"""
    app_id = dify.console.load(echo(dify.unique("free"), version=_own(dify))).ok()["app_id"]
    assert dify.console.call("GET", f"/apps/imports/{app_id}/check-dependencies").ok() == {"leaked_dependencies": []}
