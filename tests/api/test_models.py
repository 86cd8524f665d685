"""/api/models"""
import pytest


def test_life_of_a_model(studio):
    made = studio("POST", "/api/models", {
        "name": "fast", "base_url": "http://127.0.0.1:11434/v1/",
        "model": "qwen3", "api_key": "sk-0123456789abcdef",
        "temperature": 0.3, "max_tokens": 4000, "timeout_s": 30})
    assert made.status == 201
    m = made.json
    assert made.headers["Location"] == f"/api/models/{m['id']}"
    assert m["base_url"] == "http://127.0.0.1:11434/v1"
    assert m["api_key_hint"] == "••••cdef"
    assert (m["temperature"], m["max_tokens"], m["timeout_s"]) == (0.3, 4000, 30)
    assert m["is_default"] and m["last_ok"] is None
    assert (m["output"], m["found_output"], m["quirks"]) == ("auto", None, [])
    assert m["headers"] == {} and m["price_in"] is None
    assert b"0123456789" not in made.body

    assert studio("GET", f"/api/models/{m['id']}").json == m
    assert studio("GET", "/api/models").json == {"items": [m], "next": None}

    changed = studio("PATCH", f"/api/models/{m['id']}", {
        "name": "slow", "temperature": None, "max_tokens": None}).json
    assert changed["name"] == "slow" and changed["model"] == "qwen3"
    assert changed["temperature"] is None and changed["max_tokens"] is None
    assert changed["api_key_hint"] == "••••cdef"
    assert studio("PATCH", f"/api/models/{m['id']}",
                  {"api_key": None}).json["api_key_hint"] is None

    assert studio("DELETE", f"/api/models/{m['id']}").status == 204
    assert studio("GET", f"/api/models/{m['id']}").code == "model_not_found"
    assert studio("DELETE", f"/api/models/{m['id']}").status == 404


def test_the_key_is_sealed_on_disk(studio):
    studio.model(api_key="sk-very-secret-key")
    for file in studio.data.glob("studio.db*"):
        assert b"very-secret" not in file.read_bytes()


def test_all_that_can_be_said_of_a_model(studio):
    said = {"context_size": 32768, "price_in": 0.5, "price_out": 2,
            "currency": "CNY", "output": "json_object", "insecure": True,
            "at_once": 1,
            "proxy": "http://proxy.lan:3128",
            "ca": "-----BEGIN CERTIFICATE-----\nx\n"}
    m = studio.model()
    changed = studio("PATCH", f"/api/models/{m['id']}", said).json
    assert said == {k: changed[k] for k in said}
    nothing = studio("PATCH", f"/api/models/{m['id']}", {
        **dict.fromkeys(said), "output": "auto", "insecure": False}).json
    assert nothing == {**m, "updated_at": nothing["updated_at"]}


def test_headers_are_sealed_and_merged(studio):
    m = studio.model(headers={"X-Org": "org-0123456789abcdef", "X-Team": "t"})
    assert m["headers"] == {"X-Org": "••••cdef", "X-Team": "••••"}
    path = f"/api/models/{m['id']}"
    assert studio("PATCH", path, {"name": "n"}).json["headers"] == m["headers"]
    changed = studio("PATCH", path, {"headers": {
        "x-team": "team-0123456789", "X-None": None}}).json
    assert changed["headers"] == {"X-Org": "••••cdef", "x-team": "••••6789"}
    changed = studio("PATCH", path, {"headers": {"X-Org": None}}).json
    assert changed["headers"] == {"x-team": "••••6789"}
    for file in studio.data.glob("studio.db*"):
        assert b"team-0123" not in file.read_bytes()
    assert studio("PATCH", path, {"headers": None}).json["headers"] == {}


@pytest.mark.parametrize("headers, pointer", [
    ({"X Org": "a"}, "/headers/X Org"), ({"": "a"}, "/headers/"),
    ({"Host": "a"}, "/headers/Host"),
    ({"content-type": "a"}, "/headers/content-type"),
    ({"X-A": ""}, "/headers/X-A"), ({"X-A": 1}, "/headers/X-A"),
    ({"X-A": "a\r\nX-B: b"}, "/headers/X-A"),
    ({"X-A": "x" * 2001}, "/headers/X-A"),
    ({f"X-{n}": "a" for n in range(21)}, "/headers"),
])
def test_headers_that_cannot_be_sent(studio, headers, pointer):
    m = studio.model()
    answer = studio("PATCH", f"/api/models/{m['id']}", {"headers": headers})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert [p for p, _ in answer.pointers] == [pointer]
    assert studio("GET", f"/api/models/{m['id']}").json["headers"] == {}


def test_another_address_forgets_what_the_test_found(studio):
    m = studio.model()
    studio.sql("UPDATE models SET found_output = 'json_schema', probed_at = 1,"
               " quirks = 'no_temperature'")
    path = f"/api/models/{m['id']}"
    there = studio("PATCH", path, {"name": "other"}).json
    assert there["found_output"] == "json_schema"
    assert there["quirks"] == ["no_temperature"] and there["probed_at"] == 1
    there = studio("PATCH", path, {"model": "another"}).json
    assert (there["found_output"], there["quirks"]) == (None, [])


def test_one_default(studio):
    first = studio.model()
    second = studio.model(name="b", is_default=True)
    assert second["is_default"]
    assert not studio("GET", f"/api/models/{first['id']}").json["is_default"]


def test_a_name_is_taken_once(studio):
    studio.model()
    other = studio.model(name="b")
    again = studio("POST", "/api/models", {
        "name": "fast", "base_url": "http://a", "model": "m"})
    assert (again.status, again.code) == (409, "name_taken")
    renamed = studio("PATCH", f"/api/models/{other['id']}", {"name": "fast"})
    assert (renamed.status, renamed.code) == (409, "name_taken")


@pytest.mark.parametrize("body, errors", [
    ({}, [("/name", "required"), ("/base_url", "required"),
          ("/model", "required")]),
    ({"name": "", "base_url": "http://a", "model": "m"},
     [("/name", "too_short")]),
    ({"name": "  ", "base_url": "http://a", "model": "m"},
     [("/name", "too_short")]),
    ({"name": "x" * 201, "base_url": "http://a", "model": "m"},
     [("/name", "too_long")]),
    ({"name": "a\nb", "base_url": "http://a", "model": "m"},
     [("/name", "invalid")]),
    ({"name": 1, "base_url": "http://a", "model": "m"}, [("/name", "type")]),
    ({"name": None, "base_url": "http://a", "model": "m"},
     [("/name", "required")]),
    ({"name": "n", "base_url": "ftp://a", "model": "m"},
     [("/base_url", "invalid")]),
    ({"name": "n", "base_url": "http://u:p@a", "model": "m"},
     [("/base_url", "invalid")]),
    ({"name": "n", "base_url": "http://a?b", "model": "m"},
     [("/base_url", "invalid")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "temperature": 2.1},
     [("/temperature", "out_of_range")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "temperature": "1"},
     [("/temperature", "type")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "ca": "mine"},
     [("/ca", "invalid")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "output": "yaml"},
     [("/output", "not_allowed")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "currency": "X"},
     [("/currency", "not_allowed")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "price_in": -1},
     [("/price_in", "out_of_range")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "headers": []},
     [("/headers", "type")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "max_tokens": 1.5},
     [("/max_tokens", "type")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "at_once": 0},
     [("/at_once", "out_of_range")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "is_default": 1},
     [("/is_default", "type")]),
    ({"name": "n", "base_url": "http://a", "model": "m", "more~/": 1},
     [("/more~0~1", "unknown")]),
])
def test_what_a_body_may_not_say(studio, body, errors):
    answer = studio("POST", "/api/models", body)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.pointers == errors
    assert studio("GET", "/api/models").json["items"] == []


def test_testing_is_a_job(studio):
    m = studio.model()
    answer = studio("POST", f"/api/models/{m['id']}/test", role="editor")
    assert answer.status == 202
    job = answer.json["job"]
    assert (job["kind"], job["state"]) == ("test_model", "queued")
    assert answer.headers["Location"] == f"/api/jobs/{job['id']}"
    assert answer.headers["X-Job-Id"] == job["id"]
    assert studio("POST", "/api/models/" + "0" * 20 + "/test").status == 404


def test_an_idempotency_key_makes_one_job(studio):
    m = studio.model()
    path = f"/api/models/{m['id']}/test"
    key = {"Idempotency-Key": "abc-1"}
    first = studio("POST", path, headers=key).json["job"]["id"]
    assert studio("POST", path, headers=key).json["job"]["id"] == first
    assert studio("POST", path).json["job"]["id"] != first
    other = studio("POST", path, headers=key, role="editor")
    assert other.json["job"]["id"] != first
    c = studio.connection()
    reused = studio("POST", f"/api/connections/{c['id']}/test", headers=key)
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    for bad in ("", "with blank", "x" * 201, "ü"):
        answer = studio("POST", path, headers={"Idempotency-Key": bad})
        assert (answer.status, answer.code) == (400, "idempotency_key_invalid")
