"""/api/auth: sessions of browsers, passwords, and tokens for machines."""
import base64
import hashlib
import hmac
import json
import re
import time

import pytest

from studio import token_of, user_id


def fact_setup(studio, token="setup-token", minutes=15):
    digest = hashlib.blake2b(token.encode(), digest_size=32).hexdigest()
    until = int((time.time() + minutes * 60) * 1000)
    for key, value in (("setup_hash", digest), ("setup_until", until)):
        studio.sql("INSERT OR REPLACE INTO facts VALUES (?, ?, 1)", key, value)
    studio.sql("DELETE FROM users WHERE role = 'admin'")
    return token


def password(studio, role, text):
    """A user who has a password: set through a session of setup's making."""
    fact_setup(studio)
    studio("POST", "/api/auth/setup", {"token": "setup-token",
           "username": "boss", "password": text}, role=None)
    assert studio.sql("SELECT 1 FROM users WHERE name = 'boss'")


def jar(answer):
    return "; ".join(c.split(";")[0] for c in answer.cookies())


def signed_in(studio, text="correct horse"):
    password(studio, "admin", text)
    return studio("POST", "/api/auth/login",
                  {"username": "boss", "password": text}, role=None)


def test_setup_makes_the_first_administrator_once(studio):
    token = fact_setup(studio)
    wrong = studio("POST", "/api/auth/setup", {"token": "other"}, role=None)
    assert (wrong.status, wrong.code) == (403, "setup_refused")
    answer = studio("POST", "/api/auth/setup", {"token": token}, role=None)
    assert answer.status == 200, answer
    assert (answer.json["name"], answer.json["role"]) == ("admin", "admin")
    assert answer.json["has_password"] is False
    me = studio("GET", "/api/auth/me", role=None,
                headers={"Cookie": jar(answer)})
    assert me.json["id"] == answer.json["id"]
    again = studio("POST", "/api/auth/setup", {"token": token}, role=None)
    assert (again.status, again.code) == (403, "setup_refused")


def test_setup_runs_out(studio):
    token = fact_setup(studio, minutes=-1)
    answer = studio("POST", "/api/auth/setup", {"token": token}, role=None)
    assert (answer.status, answer.code) == (403, "setup_refused")


def test_a_short_password_is_refused(studio):
    token = fact_setup(studio)
    answer = studio("POST", "/api/auth/setup",
                    {"token": token, "password": "1234567"}, role=None)
    assert answer.pointers == [("/password", "too_short")]


def test_login_sets_two_cookies_that_scripts_cannot_read(studio):
    answer = signed_in(studio)
    assert answer.status == 200, answer
    session, refresh = answer.cookies()
    assert session.startswith("studio=") and "Path=/;" in session
    assert refresh.startswith("studio-refresh=")
    assert "Path=/api/auth;" in refresh
    for cookie in (session, refresh):
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        assert "Secure" not in cookie


def test_cookies_over_https_carry_the_prefixes(studio):
    password(studio, "admin", "correct horse")
    answer = studio("POST", "/api/auth/login",
                    {"username": "boss", "password": "correct horse"},
                    role=None, env={"HTTPS": "on"})
    session, refresh = answer.cookies()
    assert session.startswith("__Host-studio=") and "Path=/;" in session
    assert refresh.startswith("__Secure-studio-refresh=")
    assert session.endswith("; Secure") and refresh.endswith("; Secure")
    assert studio("GET", "/api/auth/me", role=None,
                  headers={"Cookie": jar(answer)}).status == 200


@pytest.mark.parametrize("name, text", [
    ("boss", "wrong"), ("nobody", "correct horse"), ("viewer", "x")])
def test_wrong_name_and_wrong_password_look_the_same(studio, name, text):
    password(studio, "admin", "correct horse")
    answer = studio("POST", "/api/auth/login",
                    {"username": name, "password": text}, role=None)
    assert (answer.status, answer.code) == (401, "login_failed")
    assert answer.cookies() == []


def test_guesses_have_to_wait_in_every_process(studio):
    """Each of these requests is a process of its own."""
    guess = {"username": "guessed", "password": "x"}
    for _ in range(5):
        answer = studio("POST", "/api/auth/login", guess, role=None)
        assert answer.status == 401
    answer = studio("POST", "/api/auth/login", guess, role=None)
    assert (answer.status, answer.code) == (429, "too_many_tries")
    assert int(answer.headers["Retry-After"]) > 0


def test_refresh_rotates_and_renews(studio):
    first = signed_in(studio)
    second = studio("POST", "/api/auth/refresh", role=None,
                    headers={"Cookie": jar(first)})
    assert second.status == 200
    assert jar(second) != jar(first)
    old = studio("POST", "/api/auth/refresh", role=None,
                 headers={"Cookie": jar(first)})
    assert (old.status, old.code) == (401, "not_signed_in")
    assert all("Max-Age=0" in c for c in old.cookies())
    assert studio("POST", "/api/auth/refresh", role=None).status == 401


def test_logout_ends_the_session_at_once(studio):
    answer = signed_in(studio)
    cookie = {"Cookie": jar(answer)}
    out = studio("POST", "/api/auth/logout", role=None, headers=cookie)
    assert out.status == 204
    assert all("Max-Age=0" in c for c in out.cookies())
    me = studio("GET", "/api/auth/me", role=None, headers=cookie)
    assert (me.status, me.code) == (401, "session_expired")


def sign(claims, header='{"alg":"HS256","typ":"JWT"}', key=None):
    def part(text):
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    body = part(header) + "." + part(json.dumps(claims))
    mac = hmac.new(key or b"k", body.encode(), hashlib.sha256).digest()
    return body + "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")


@pytest.mark.parametrize("value", [
    "", "x", "a.b.c", sign({"sub": user_id("admin"), "role": "admin"}),
    sign({"role": "admin"}, header='{"alg":"none"}')])
def test_a_made_up_session_is_none(studio, value):
    answer = studio("GET", "/api/models", role=None,
                    headers={"Cookie": f"studio={value}"})
    assert answer.status == 401
    assert answer.code in ("session_expired", "not_signed_in")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_an_unknown_token_is_refused(studio):
    answer = studio("GET", "/api/models", role=None, headers={
        "Authorization": "Bearer " + token_of("viewer")[:-1] + "y"})
    assert (answer.status, answer.code) == (401, "token_invalid")


def test_changing_the_password_signs_the_others_out(studio):
    here = {"Cookie": jar(signed_in(studio))}
    there = studio("POST", "/api/auth/login",
                   {"username": "boss", "password": "correct horse"},
                   role=None)
    wrong = studio("POST", "/api/auth/password",
                   {"current": "no", "password": "battery staple"},
                   role=None, headers=here)
    assert wrong.pointers == [("/current", "wrong")]
    assert studio("POST", "/api/auth/password",
                  {"current": "correct horse", "password": "battery staple"},
                  role=None, headers=here).status == 204
    assert studio("GET", "/api/auth/me", role=None, headers=here).status == 200
    assert studio("GET", "/api/auth/me", role=None,
                  headers={"Cookie": jar(there)}).status == 401
    assert studio("POST", "/api/auth/login",
                  {"username": "boss", "password": "battery staple"},
                  role=None).status == 200


def test_a_token_cannot_change_the_password(studio):
    answer = studio("POST", "/api/auth/password", {"password": "x" * 10})
    assert (answer.status, answer.code) == (403, "session_needed")


def test_life_of_a_token(studio):
    made = studio("POST", "/api/auth/tokens",
                  {"name": "CI", "role": "editor"}, role="editor")
    assert made.status == 201
    clear = made.json["token"]
    assert re.fullmatch(r"ds_[A-Za-z0-9_-]{43}", clear)
    bearer = {"Authorization": "Bearer " + clear}
    assert studio("GET", "/api/auth/me", role=None,
                  headers=bearer).json["role"] == "editor"
    listed = studio("GET", "/api/auth/tokens", role="editor").json["items"]
    assert clear not in json.dumps(listed)
    assert made.json["id"] in [t["id"] for t in listed]
    path = f"/api/auth/tokens/{made.json['id']}"
    assert studio("DELETE", path, role="viewer").code == "token_not_found"
    assert studio("DELETE", path, role="editor").status == 204
    assert studio("GET", "/api/auth/me", role=None,
                  headers=bearer).code == "token_invalid"


def test_a_token_may_do_no_more_than_its_maker(studio):
    answer = studio("POST", "/api/auth/tokens",
                    {"name": "up", "role": "admin"}, role="editor")
    assert answer.pointers == [("/role", "not_allowed")]
    answer = studio("POST", "/api/auth/tokens", {"name": "x", "role": "root"})
    assert answer.pointers == [("/role", "not_allowed")]


@pytest.mark.parametrize("headers, allowed", [
    ({}, True),
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Origin": "http://studio.test"}, True),
    ({"Origin": "http://studio.test:81"}, False),
    ({"Origin": "http://evil.test"}, False),
    ({"Origin": "null"}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.test"}, True),
])
def test_whose_page_may_use_the_cookie(studio, headers, allowed):
    cookie = {"Cookie": jar(signed_in(studio))}
    answer = studio("POST", "/api/auth/tokens", {"name": "x", "role": "viewer"},
                    role=None, headers={**cookie, **headers})
    assert answer.status == (201 if allowed else 403), answer
    assert allowed or answer.code == "cross_site"
    assert studio("GET", "/api/models", role=None,
                  headers={**cookie, **headers}).status == 200
