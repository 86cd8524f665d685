"""/api/connections: the Dify servers that are connected."""
import pytest

NOBODY = "0" * 20
ADMIN = {"name": "home", "base_url": "http://dify.test/", "auth": "admin_key",
         "api_key": "0123456789abcdef", "workspace_id": "w-1"}
PERSON = {"name": "work", "base_url": "https://dify.test/sub", "auth":
          "password", "email": "a@b.test", "password": "hunter2hunter2"}


def test_life_of_a_connection(studio):
    made = studio("POST", "/api/connections", ADMIN)
    assert made.status == 201
    c = made.json
    assert c["base_url"] == "http://dify.test"
    assert c["secret_hint"] == "••••cdef" and b"012345" not in made.body
    assert c["state"] == "unknown" and c["version"] is None
    assert c["is_default"] and not c["is_sandbox"]
    path = f"/api/connections/{c['id']}"
    assert studio("GET", path, role="viewer").json == c
    changed = studio("PATCH", path, {"name": "x", "workspace_id": None}).json
    assert changed["name"] == "x" and changed["workspace_id"] is None
    assert changed["secret_hint"] == "••••cdef"
    assert studio("DELETE", path).status == 204
    assert studio("GET", path).code == "connection_not_found"


def test_changing_the_way_of_signing_in_needs_its_secret(studio):
    c = studio("POST", "/api/connections", ADMIN).json
    path = f"/api/connections/{c['id']}"
    to = {"auth": "password", "email": "a@b.test"}
    assert studio("PATCH", path, {"auth": "password"}).pointers == [
        ("/email", "required")]
    assert studio("PATCH", path, to).pointers == [("/password", "required")]
    done = studio("PATCH", path, {**to, "password": "hunter2hunter2"}).json
    assert (done["auth"], done["secret_hint"]) == ("password", "••••ter2")


@pytest.mark.parametrize("change, error", [
    ({"api_key": None}, ("/api_key", "required")),
    ({"auth": "password"}, ("/email", "required")),
    ({"auth": "password", "email": "a@b.test"}, ("/password", "required")),
    ({"auth": "oauth"}, ("/auth", "not_allowed")),
    ({"base_url": "dify.test"}, ("/base_url", "invalid")),
    ({"base_url": "http:///x"}, ("/base_url", "invalid")),
])
def test_what_a_body_must_say(studio, change, error):
    answer = studio("POST", "/api/connections", {**ADMIN, **change})
    assert answer.status == 400 and answer.pointers == [error]


def test_how_it_is_reached_and_its_colour(studio):
    pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    way = {"ca": pem, "proxy": "http://proxy.test:3128", "insecure": True,
           "colour": "teal"}
    plain = studio("POST", "/api/connections", ADMIN).json
    assert {k: plain[k] for k in way} == {
        "ca": None, "proxy": None, "insecure": False, "colour": None}
    c = studio("POST", "/api/connections", {**PERSON, **way}).json
    assert {k: c[k] for k in way} == way
    path = f"/api/connections/{c['id']}"
    same = studio("PATCH", path, {"name": "y"}).json
    assert {k: same[k] for k in way} == way
    none = {"ca": None, "proxy": None, "insecure": False, "colour": None}
    assert {k: v for k, v in studio("PATCH", path, none).json.items()
            if k in way} == none


@pytest.mark.parametrize("change, error", [
    ({"ca": "my authority"}, ("/ca", "invalid")),
    ({"proxy": "http://me:word@proxy.test"}, ("/proxy", "invalid")),
    ({"proxy": "socks5://proxy.test"}, ("/proxy", "invalid")),
    ({"colour": "beige"}, ("/colour", "not_allowed")),
    ({"insecure": "yes"}, ("/insecure", "type")),
])
def test_a_way_that_is_none(studio, change, error):
    answer = studio("POST", "/api/connections", {**ADMIN, **change})
    assert answer.status == 400 and answer.pointers == [error]


def test_names_and_defaults(studio):
    first = studio("POST", "/api/connections", ADMIN).json
    second = studio("POST", "/api/connections",
                    {**PERSON, "is_default": True}).json
    items = studio("GET", "/api/connections").json["items"]
    assert [(c["id"], c["is_default"]) for c in items] == [
        (first["id"], False), (second["id"], True)]
    taken = studio("POST", "/api/connections", {**PERSON, "name": "home"})
    assert (taken.status, taken.code) == (409, "name_taken")
    taken = studio("PATCH", f"/api/connections/{second['id']}",
                   {"name": "home"})
    assert (taken.status, taken.code) == (409, "name_taken")


def test_the_dsl_version_follows_the_version(studio):
    c = studio.connection()
    studio.sql("UPDATE connections SET version = '1.13.3', state = 'up'")
    got = studio("GET", f"/api/connections/{c['id']}").json
    assert (got["version"], got["dsl_version"]) == ("1.13.3", "0.6.0")


def test_resources(studio):
    c = studio.connection()
    for i, kind in enumerate(("model", "dataset", "tool", "model")):
        studio.sql("INSERT INTO resources VALUES (?, ?, ?, ?, ?, 'p', 'chat',"
                   " '{\"a\":1}', ?)", c["id"], kind, f"h{i}", f"d{i}",
                   f"n{i}", i)
    path = f"/api/connections/{c['id']}/resources"
    assert len(studio("GET", path).json["items"]) == 4
    models = studio("GET", path + "?kind=model").json["items"]
    assert [m["handle"] for m in models] == ["h0", "h3"]
    assert models[0]["extra"] == {"a": 1}
    assert studio("GET", path + "?kind=x").status == 400
    assert studio("GET",
                  f"/api/connections/{NOBODY}/resources").status == 404


def test_testing_is_a_job(studio):
    c = studio.connection()
    answer = studio("POST", f"/api/connections/{c['id']}/test", role="editor")
    assert answer.status == 202
    assert answer.json["job"]["kind"] == "test_connection"
    assert studio("POST", f"/api/connections/{NOBODY}/test").status == 404
