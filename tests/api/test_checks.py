"""What every route has in common: paths, methods, roles, origins, bodies."""
import subprocess

import pytest

from studio import CGI, ROLES, endpoint_of

ROUTES = [tuple(line.split()) + (binary.stem,)
          for binary in sorted(CGI.glob("*.fcgi"))
          for line in subprocess.run(
              [binary, "--routes"], check=True, text=True, env={},
              stdout=subprocess.PIPE).stdout.splitlines()]
NAMES = [f"{method} {path}" for method, path, _, _ in ROUTES]
each_route = pytest.mark.parametrize("method, path, role, name", ROUTES,
                                     ids=NAMES)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def real(path):
    return path.replace("{id}", "0" * 20)


def kind_of(method, path):
    return {"Tus-Resumable": "1.0.0"} if path.startswith("/api/kb") else {}


def test_there_are_routes():
    assert len(ROUTES) >= 40
    assert {role for _, _, role, _ in ROUTES} == {"public", *ROLES}


@each_route
def test_the_web_server_sends_it_to_its_endpoint(method, path, role, name):
    assert endpoint_of(method, real(path)) == name


@each_route
def test_nobody_gets_401(studio, method, path, role, name):
    answer = studio(method, real(path), role=None, endpoint=name)
    if role == "public":
        assert answer.status != 401 or answer.code == "not_signed_in"
        return
    assert answer.status == 401
    if method != "HEAD":
        assert answer.code == "not_signed_in"


@each_route
def test_a_lower_role_gets_403(studio, method, path, role, name):
    if role in ("public", "viewer"):
        answer = studio(method, real(path), role="viewer", endpoint=name,
                        headers={"Prefer": "wait=0",
                                 **kind_of(method, path)},
                        env={"REQUEST_METHOD": "TRACE"})
        assert answer.status == 405
        return
    lower = ROLES[ROLES.index(role) - 1]
    answer = studio(method, real(path), role=lower, endpoint=name)
    assert answer.status == 403
    if method != "HEAD":
        assert answer.code == "forbidden"


@each_route
def test_a_path_is_matched_whole(studio, method, path, role, name):
    for wrong in (real(path) + "X", real(path) + "/", real(path) + "/x"):
        answer = studio(method, wrong, endpoint=name)
        assert answer.status == 404
        if method != "HEAD":
            assert answer.code == "not_found"


@each_route
def test_another_method_gets_405_with_allow(studio, method, path, role, name):
    taken = {m for m, p, _, n in ROUTES if (p, n) == (path, name)}
    other = next(m for m in ("PUT", "PATCH", "DELETE") if m not in taken)
    answer = studio(other, real(path), endpoint=name)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert method in answer.headers["Allow"].split(", ")


@each_route
def test_options_says_what_is_allowed(studio, method, path, role, name):
    answer = studio("OPTIONS", real(path), endpoint=name)
    assert answer.status == 204
    if "Tus-Version" not in answer.headers:
        assert method in answer.headers["Allow"].split(", ")


@each_route
def test_a_page_of_another_site_gets_403(studio, method, path, role, name):
    """By cookie that is; an API token is no ambient authority."""
    if method not in UNSAFE:
        return
    for headers in ({"Sec-Fetch-Site": "cross-site"},
                    {"Sec-Fetch-Site": "same-site"},
                    {"Origin": "http://evil.test"}, {"Origin": "null"}):
        bearer = studio(method, real(path), headers=headers, endpoint=name,
                        body=b"[]", kind="application/json")
        assert bearer.status != 403
        if role == "public":
            answer = studio(method, real(path), headers=headers, role=None,
                            endpoint=name)
            assert (answer.status, answer.code) == (403, "cross_site")


def json_routes():
    """Those whose bodies are no files."""
    return [r for r in ROUTES if r[0] in ("POST", "PATCH")
            and not r[1].startswith("/api/kb")
            and r[1] != "/api/workflows/restore"]


@pytest.mark.parametrize("method, path, role, name", json_routes())
def test_bodies_are_strict(studio, method, path, role, name):
    def code(body, kind="application/json", **more):
        answer = studio(method, real(path), body=body, kind=kind,
                        endpoint=name, **more)
        return answer.status, answer.code

    assert code(b"{", ) == (400, "invalid_json")
    assert code(b'{"a":1,"a":2}') == (400, "invalid_json")
    assert code(b'{"a":"\xff"}') == (400, "invalid_json")
    assert code(b'{"a":NaN}') == (400, "invalid_json")
    assert code(b"{} x") == (400, "invalid_json")
    assert code(b'{"a":' + b"[" * 101 + b"]" * 101 + b"}") == \
        (400, "invalid_json")
    assert code(b"[]") == (400, "invalid_request")
    assert code(b"{}", kind="text/plain") == (415, "unsupported_type")
    assert code(b"{}", kind=None) == (415, "unsupported_type")
    assert code(b"{", env={"CONTENT_LENGTH": "4194305"}) == \
        (413, "body_too_large")
    assert code(b"{", env={"CONTENT_LENGTH": "2"}) == (400, "body_cut")


@pytest.mark.parametrize("query, pointer, code", [
    ("limit=0", "?limit", "out_of_range"),
    ("limit=101", "?limit", "out_of_range"),
    ("limit=x", "?limit", "type"), ("limit=1&limit=2", "?", "invalid"),
    ("after=nope", "?after", "invalid"), ("what=1", "?what", "unknown"),
    ("q=%zz", "?", "invalid"), ("q=%ff", "?", "invalid"),
    ("q=%00", "?", "invalid")])
def test_queries_are_strict(studio, query, pointer, code):
    answer = studio("GET", "/api/workflows?" + query)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.pointers == [(pointer, code)]


def test_an_empty_parameter_is_absent(studio):
    assert studio("GET", "/api/workflows?q=&limit=&after=&tag=").status == 200


def test_head_is_get_without_its_body(studio):
    got = studio("GET", "/api/models")
    head = studio("HEAD", "/api/models")
    assert head.status == 200 and head.body == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_headers_of_every_answer(studio):
    for answer in (studio("GET", "/api/models"),
                   studio("GET", "/api/models", role=None)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert len(answer.headers["X-Request-Id"]) == 20


def test_a_request_id_of_somebody_else_is_kept_when_harmless(studio):
    def given(text):
        return studio("GET", "/api/models", headers={
            "X-Request-Id": text}).headers["X-Request-Id"]

    assert given("trace-0123456789") == "trace-0123456789"
    for bad in ("short", "with blank 123", "x" * 65, 'quote"456789'):
        assert given(bad) != bad


def test_the_access_line(studio):
    studio("GET", "/api/models/" + "0" * 20 + "?secret=1",
           headers={"X-Request-Id": "trace-0123456789"})
    assert '"event":"request"' in studio.log
    assert '"route":"/api/models/{id}"' in studio.log
    assert '"request_id":"trace-0123456789"' in studio.log
    assert '"status":400' in studio.log
    assert "secret" not in studio.log and "ds_" not in studio.log


def test_a_database_that_is_not_there(studio):
    for file in studio.data.glob("studio.db*"):
        file.unlink()
    for name in ("models", "jobs"):
        answer = studio.finish(studio.start("GET", f"/api/{name}"),
                               returncode=1)
        assert (answer.status, answer.code) == (500, "not_ready")


WRITERS = [
    ("POST", "/api/models", {"name": "a", "base_url": "http://a", "model": "m"}),
    ("POST", "/api/auth/tokens", {"name": "a", "role": "viewer"}),
    ("POST", "/api/workflows/generate-dsl", {"prompt": "x"}),
]


@pytest.mark.parametrize("method, path, body", WRITERS)
def test_a_lock_that_another_program_holds(studio, method, path, body):
    studio.model()
    before = [tuple(r) for r in studio.sql("SELECT * FROM models")]
    with studio.locked():
        answer = studio(method, path, body)
    assert (answer.status, answer.code) == (503, "lock_timeout")
    assert int(answer.headers["Retry-After"]) > 0
    assert [tuple(r) for r in studio.sql("SELECT * FROM models")] == before
    assert not studio.sql("SELECT 1 FROM jobs")
    assert studio(method, path, body,
                  headers={"Prefer": "respond-async"}).status in (201, 202, 409)
