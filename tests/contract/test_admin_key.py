"""Admin key."""
import pytest


def _workspace(dify):
    rows = dify.call("GET", "/console/api/all-workspaces?page=1&limit=20", headers={"Authorization": f"Bearer {dify.admin_key}"}).ok()
    assert set(rows) == {"data", "has_more", "limit", "page", "total"}
    return rows["data"][0]["id"]


@pytest.fixture
def admin(dify):
    """Headers of the admin key; where there is none, the test does not apply."""
    if not dify.admin_key:
        pytest.fail("no admin key: give DIFY_API_KEY, or leave test_admin_key.py out")
    return {"Authorization": f"Bearer {dify.admin_key}", "X-WORKSPACE-ID": _workspace(dify)}


def test_key_and_workspace_open_the_console(dify, admin):
    """key and workspace id act as the owner, without cookies"""
    assert "data" in dify.call("GET", "/console/api/apps?page=1&limit=1", headers=admin).ok()


def test_key_without_workspace(dify, admin):
    """the key without, or with a foreign, workspace is refused"""
    for workspace in ({}, {"X-WORKSPACE-ID": "00000000-0000-0000-0000-000000000000"}):
        answer = dify.call("GET", "/console/api/apps", headers={"Authorization": admin["Authorization"], **workspace})
        assert (answer.status, answer.body["message"]) == (401, "Invalid token.")


def test_wrong_key(dify, admin):
    """a wrong key is refused in two wordings"""
    answer = dify.call("GET", "/console/api/apps", headers={**admin, "Authorization": "Bearer wrong"})
    assert (answer.status, answer.body["message"]) == (401, "Invalid token.")
    listed = dify.call("GET", "/console/api/all-workspaces", headers={"Authorization": "Bearer wrong"})
    assert (listed.status, listed.body["message"]) == (401, "API key is invalid.")


@pytest.mark.since("1.12.0")
@pytest.mark.until("1.16.1")
def test_bad_cookie_beats_the_key(dify, admin):
    """a bad access cookie wins over a good key"""
    answer = dify.call("GET", "/console/api/apps", headers={**admin, "Cookie": "access_token=bad"})
    assert (answer.status, answer.body["message"]) == (401, "Invalid token.")
