"""Apps."""
import uuid

import pytest
from flows import echo

NOBODY = "00000000-0000-0000-0000-000000000000"


def _create(dify, name, **more):
    app = dify.console.call("POST", "/apps", {"name": name, "mode": "workflow", "description": "d", "icon_type": "emoji",
                                              "icon": "🤖", "icon_background": "#FFEAD5", **more}).ok(201)
    dify.made.append(app["id"])
    return app


def test_create_read_change_delete(dify):
    """create 201, read, rename, delete 204, then 404"""
    name = dify.unique("app")
    app = _create(dify, name)
    assert (app["name"], app["mode"], app["description"]) == (name, "workflow", "d")
    one = f"/apps/{app['id']}"
    assert dify.console.call("GET", one).ok()["id"] == app["id"]
    assert dify.console.call("POST", f"{one}/name", {"name": name + " b"}).ok()["name"] == name + " b"
    assert dify.console.call("DELETE", one).status == 204
    gone = dify.console.call("GET", one)
    assert (gone.status, gone.body["code"]) == (404, "app_not_found")


def test_unknown_ids(dify):
    """an unknown id is 404 app_not_found, one that is no UUID an HTML 404"""
    answer = dify.console.call("GET", f"/apps/{NOBODY}")
    assert (answer.status, answer.body["code"], answer.body["message"]) == (404, "app_not_found", "App not found.")
    answer = dify.console.call("GET", "/apps/not-a-uuid")
    assert answer.status == 404 and "text/html" in answer.headers["Content-Type"]


def test_list_pages_and_searches(dify):
    """the list has pages and searches in names"""
    name = dify.unique("list")
    ids = {_create(dify, f"{name} {i}")["id"] for i in range(3)}
    first = dify.console.call("GET", f"/apps?page=1&limit=2&name={name}").ok()
    assert (first["page"], first["limit"], first["total"], first["has_more"], len(first["data"])) == (1, 2, 3, True, 2)
    second = dify.console.call("GET", f"/apps?page=2&limit=2&name={name}").ok()
    assert second["has_more"] is False
    assert {r["id"] for r in first["data"] + second["data"]} == ids
    row = first["data"][0]
    assert set(row) >= {"id", "name", "description", "mode", "icon_type", "icon", "icon_background", "workflow", "tags", "created_at", "updated_at"}
    assert row["workflow"] is None and row["tags"] == []
    assert dify.console.call("GET", f"/apps?page=99&limit=2&name={name}").ok()["data"] == []


def test_limit_is_bounded(dify):
    """limit above 100 is 400 in the release's shape"""
    answer = dify.console.call("GET", "/apps?limit=101")
    assert answer.status == 400
    if dify.since("1.11.0"):
        assert "limit\n  Input should be less than or equal to 100" in answer.body["message"]
    else:
        assert "argument must be within the range 1 - 100" in answer.body["errors"]["limit"]


def test_mode_filter(dify):
    """the list filters by mode"""
    name = dify.unique("mode")
    _create(dify, name, mode="advanced-chat")
    _create(dify, name)
    rows = dify.console.call("GET", f"/apps?mode=advanced-chat&name={name}").ok()["data"]
    assert [r["mode"] for r in rows] == ["advanced-chat"]


def test_api_switch(dify):
    """api-enable off makes the service API answer 403"""
    app = dify.console.app(echo(dify.unique("switch")))
    dify.console.call("POST", f"/apps/{app.id}/api-enable", {"enable_api": False}).ok()
    answer = app.run({"q": "x"})
    assert (answer.status, answer.body["code"], answer.body["message"]) == (403, "forbidden", "The app's API service has been disabled.")


def test_copy_keeps_the_draft(dify):
    """copy makes a second app with the same draft"""
    app = dify.console.app(echo(dify.unique("copy")))
    copy = dify.console.call("POST", f"/apps/{app.id}/copy", {"name": "copied", "icon_type": "emoji", "icon": "🤖", "icon_background": "#FFEAD5"}).ok(201)
    dify.made.append(copy["id"])
    draft = dify.console.call("GET", f"/apps/{copy['id']}/workflows/draft").ok()
    assert len(draft["graph"]["nodes"]) == 2


@pytest.mark.since("1.15.0")
def test_mode_agent_is_not_created_here(dify):
    """POST /apps refuses mode agent"""
    assert dify.console.call("POST", "/apps", {"name": "x", "mode": "agent"}).status == 400


@pytest.mark.since("1.15.0")
def test_stars(dify):
    """apps can be starred and listed so"""
    app = _create(dify, dify.unique("star"))
    dify.console.call("POST", f"/apps/{app['id']}/star").ok()
    assert app["id"] in [r["id"] for r in dify.console.call("GET", "/apps/starred").ok()["data"]]


def test_key_of_a_deleted_app(dify):
    """the key of a deleted app is refused"""
    app = dify.console.app(echo(dify.unique(uuid.uuid4().hex)))
    dify.console.call("DELETE", f"/apps/{app.id}")
    assert app.run({"q": "x"}).status in (401, 403)
