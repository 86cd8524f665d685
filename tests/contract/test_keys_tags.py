"""Keys and tags."""
import pytest
from flows import echo

NOBODY = "00000000-0000-0000-0000-000000000000"


def test_app_keys(dify):
    """create 201, list with full tokens, delete 204, then 404 {message}"""
    app = dify.console.app(echo(dify.unique("keys")))
    base = f"/apps/{app.id}/api-keys"
    listed = dify.console.call("GET", base).ok()["data"]
    assert [k["token"] for k in listed] == [app.key] and app.key.startswith("app-") and len(app.key) == 28
    assert set(listed[0]) == {"id", "type", "token", "last_used_at", "created_at"} and listed[0]["type"] == "app"
    assert dify.console.call("DELETE", f"{base}/{listed[0]['id']}").status == 204
    again = dify.console.call("DELETE", f"{base}/{listed[0]['id']}")
    assert again.status == 404 and "message" in again.body and "code" not in again.body


def test_ten_keys_are_the_limit(dify):
    """the eleventh key is refused in a shape of its own"""
    app_id = dify.console.load(echo(dify.unique("ten"))).ok()["app_id"]
    for _ in range(10):
        dify.console.call("POST", f"/apps/{app_id}/api-keys").ok(201)
    answer = dify.console.call("POST", f"/apps/{app_id}/api-keys")
    assert (answer.status, answer.body["custom"]) == (400, "max_keys_exceeded") and "message" in answer.body


@pytest.fixture
def tag(dify):
    """A tag, deleted after the test."""
    made = dify.console.call("POST", "/tags", {"name": dify.unique("t")[-20:], "type": "app"}).ok()
    yield made
    dify.console.call("DELETE", f"/tags/{made['id']}")


def _bind(dify, tag, app_id):
    path = "/tag-bindings" if dify.since("1.14.1") else "/tag-bindings/create"
    return dify.console.call("POST", path, {"tag_ids": [tag["id"]], "target_id": app_id, "type": "app"})


def test_bind_and_unbind(dify, tag):
    """binding and unbinding, by the release's path and key"""
    app_id = dify.console.load(echo(dify.unique("tagged"))).ok()["app_id"]
    wanted = {"result": "success"} if dify.since("1.12.0") else 200
    assert _bind(dify, tag, app_id).ok() == wanted
    assert [t["id"] for t in dify.console.call("GET", f"/apps/{app_id}").ok()["tags"]] == [tag["id"]]
    row = next(t for t in dify.console.call("GET", "/tags?type=app").ok() if t["id"] == tag["id"])
    assert int(row["binding_count"]) == 1
    key = {"tag_ids": [tag["id"]]} if dify.since("1.14.1") else {"tag_id": tag["id"]}
    assert dify.console.call("POST", "/tag-bindings/remove", {**key, "target_id": app_id, "type": "app"}).ok() == wanted
    assert dify.console.call("GET", f"/apps/{app_id}").ok()["tags"] == []


def test_the_other_bind_path_is_absent(dify, tag):
    """the path of the other releases is no route for it"""
    path = "/tag-bindings/create" if dify.since("1.14.1") else "/tag-bindings"
    answer = dify.console.call("POST", path, {"tag_ids": [tag["id"]], "target_id": NOBODY, "type": "app"})
    assert answer.status in (404, 405)


def test_filter_by_tag(dify, tag):
    """the app list filters by tag; the bracketed form is ignored"""
    name = dify.unique("filter")
    app_id = dify.console.load(echo(name)).ok()["app_id"]
    dify.console.load(echo(name)).ok()
    _bind(dify, tag, app_id).ok()
    rows = dify.console.call("GET", f"/apps?tag_ids={tag['id']}").ok()["data"]
    assert [r["id"] for r in rows] == [app_id]
    assert dify.console.call("GET", f"/apps?name={name}&tag_ids[0]={tag['id']}").ok()["total"] == 2
    comma = dify.console.call("GET", f"/apps?tag_ids={tag['id']},{NOBODY}")
    if dify.since("1.16.0"):
        assert comma.status == 400
    else:
        assert [r["id"] for r in comma.ok()["data"]] == [app_id]


def test_deleting_a_tag(dify):
    """deleting a tag is a real 204 from 1.13, 200 with body 204 before"""
    made = dify.console.call("POST", "/tags", {"name": dify.unique("d")[-20:], "type": "app"}).ok()
    answer = dify.console.call("DELETE", f"/tags/{made['id']}")
    if dify.since("1.13.0"):
        assert answer.status == 204
    else:
        assert (answer.status, answer.body) == (200, 204)
