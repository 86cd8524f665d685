"""Idempotency-Key: the same request again makes nothing new, another one with
the same key is refused; for all POSTs that make a job or a workflow."""
import pytest
from studio import DSL

KEY = {"Prefer": "respond-async", "Idempotency-Key": "one"}
OTHER = {"Prefer": "respond-async", "Idempotency-Key": "two"}


def generate(studio):
    studio.model()
    return "/api/workflows/generate-dsl", {"prompt": "x"}, {"prompt": "y"}


def create(studio):
    studio.connection()
    return "/api/workflows", DSL, {"dsl": DSL}


def draft(studio):
    body = {"dsl": DSL, "deploy": False}
    return "/api/workflows", body, dict(body, name="other")


def deploy(studio):
    c = studio.connection()["id"]
    path = f"/api/workflows/{studio.deployed()}/deploy"
    return path, {}, {"connection_id": c}


def run(studio):
    path = f"/api/workflows/{studio.deployed()}/run"
    return path, {"inputs": {"a": 1}}, {"inputs": {"a": 2}}


@pytest.fixture(params=[generate, create, draft, deploy, run])
def post(request, studio):
    return request.param(studio)


def rows(studio):
    return [len(studio.sql(f"SELECT 1 FROM {t}"))
            for t in ("jobs", "workflows", "versions", "runs")]


def test_the_same_request_again_makes_nothing(studio, post):
    path, body, _ = post
    first = studio("POST", path, body, headers=KEY)
    assert first.status in (201, 202), first
    before = rows(studio)
    again = studio("POST", path, body, headers=KEY)
    assert (again.status, again.json) == (first.status, first.json)
    assert rows(studio) == before


def test_another_request_with_the_same_key_is_refused(studio, post):
    path, body, other = post
    studio("POST", path, body, headers=KEY)
    before = rows(studio)
    answer = studio("POST", path, other, headers=KEY)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert rows(studio) == before
    assert studio("POST", path, other, headers=OTHER).status in (201, 202)


def test_the_query_is_part_of_the_request(studio):
    studio.model()
    path = "/api/workflows/generate-dsl?prompt="
    assert studio("POST", path + "x", headers=KEY).status == 202
    assert studio("POST", path + "x", headers=KEY).status == 202
    assert studio("POST", path + "y", headers=KEY).status == 422


def test_another_user_has_another_key(studio):
    studio.model()
    path, body = "/api/workflows/generate-dsl", {"prompt": "x"}
    mine = studio("POST", path, body, headers=KEY, role="editor")
    theirs = studio("POST", path, {"prompt": "y"}, headers=KEY)
    assert theirs.status == 202
    assert theirs.json["job"]["id"] != mine.json["job"]["id"]


def test_after_a_day_the_key_is_free(studio):
    studio.model()
    path = "/api/workflows/generate-dsl"
    studio("POST", path, {"prompt": "x"}, headers=KEY)
    studio.sql("UPDATE request_keys SET created_at = created_at - 86400001")
    assert studio("POST", path, {"prompt": "y"}, headers=KEY).status == 202
