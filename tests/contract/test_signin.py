"""Sign-in."""
import base64
import uuid

import pytest
from target import Console


def _login(dify, email, password):
    return dify.call("POST", "/console/api/login", json={"email": email, "password": password})


def test_every_answer_names_the_version(dify):
    """X-Version stands on answers, errors and the HTML 404"""
    for path in ("/console/api/setup", "/console/api/apps", "/v1/info", "/console/api/no-such-path"):
        answer = dify.call("GET", path)
        assert tuple(int(p) for p in answer.headers["X-Version"].split(".")) == dify.version, path


def test_setup_is_told_and_not_repeated(dify):
    """setup is finished and refused a second time"""
    assert dify.call("GET", "/console/api/setup").ok()["step"] == "finished"
    again = dify.call("POST", "/console/api/setup", json={"email": "x@example.com", "name": "x", "password": "Abcdefg1"})
    assert again.status == 403
    assert again.body.get("code") == "already_setup" or "error" in again.body


def test_unknown_path_is_html(dify):
    """an unknown path is an HTML 404"""
    answer = dify.call("GET", "/console/api/no-such-path")
    assert answer.status == 404 and "text/html" in answer.headers["Content-Type"] and "<title>404" in answer.body


@pytest.mark.until("1.9.1")
def test_old_login_gives_tokens_in_the_body(dify):
    """tokens come in the body"""
    body = _login(dify, dify.email, dify.password).ok()
    assert body["result"] == "success" and set(body["data"]) >= {"access_token", "refresh_token"}
    headers = {"Authorization": f"Bearer {body['data']['access_token']}"}
    assert dify.call("GET", "/console/api/account/profile", headers=headers).ok()["email"] == dify.email


@pytest.mark.since("1.9.2")
def test_new_login_sets_three_cookies(dify):
    """tokens come as three cookies, the CSRF one readable"""
    console = Console(dify)
    answer = console.sign_in()
    assert answer.body == {"result": "success"}
    names = {c.name.removeprefix("__Host-"): c for c in console.http.cookies}
    assert set(names) == {"access_token", "refresh_token", "csrf_token"}
    cookies = answer.headers["Set-Cookie"]
    assert cookies.count("HttpOnly") == 2 and "SameSite=Lax" in cookies


@pytest.mark.since("1.11.2")
def test_plain_password_is_not_encrypted_data(dify):
    """a plain password is refused as undecodable, base64 is wanted"""
    answer = _login(dify, dify.email, "no base64 at all!")
    assert (answer.status, answer.body["code"], answer.body["message"]) == (401, "authentication_failed", "Invalid encrypted data")


@pytest.mark.until("1.11.1")
def test_base64_is_a_wrong_password(dify):
    """base64 is an ordinary wrong password on an old server"""
    text = base64.b64encode(dify.password.encode()).decode()
    answer = _login(dify, dify.email, text)
    assert (answer.status, answer.body["code"]) == (401, "authentication_failed")
    _login(dify, dify.email, dify.password).ok()


def test_unknown_account(dify):
    """an unknown account is told apart only by old servers"""
    answer = _login(dify, f"{uuid.uuid4().hex}@example.com", dify.password_text("Wrong0pass"))
    wanted = (401, "authentication_failed") if dify.since("1.12.0") else (400, "account_not_found")
    assert (answer.status, answer.body["code"]) == wanted


def test_missing_password(dify):
    """a missing field is named in the release's own shape"""
    answer = dify.call("POST", "/console/api/login", json={"email": dify.email})
    assert answer.status == 400
    if dify.since("1.11.0"):
        assert answer.body["code"] == "invalid_param" and "password\n  Field required" in answer.body["message"]
    else:
        assert answer.body["errors"]["password"] and "code" not in answer.body


@pytest.mark.since("1.12.0")
def test_lock_out_at_the_seventh_try(dify):
    """six wrong passwords are 401, the seventh is 429, whatever the address"""
    email = f"lock-{uuid.uuid4().hex[:10]}@example.com"
    wrong = dify.password_text("Wrong0pass")
    assert {_login(dify, email, wrong).status for _ in range(6)} == {401}
    answer = _login(dify, email, wrong)
    assert (answer.status, answer.body["code"]) == (429, "email_code_login_limit")


def test_nothing_without_a_session(dify):
    """no token is 401 unauthorized with WWW-Authenticate"""
    answer = dify.call("GET", "/console/api/account/profile")
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")
    assert answer.body["message"] == "Invalid Authorization token."
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.since("1.9.2")
def test_csrf_header_is_wanted_on_get(dify):
    """cookies without the CSRF header are refused, on GET too"""
    console = Console(dify)
    console.sign_in()
    answer = console.http.get(f"{dify.base}/console/api/account/profile", timeout=20)
    assert answer.status_code == 401 and answer.json()["message"] == "CSRF token is missing or invalid."
    console.call("GET", "/account/profile").ok()


@pytest.mark.since("1.9.2")
def test_bearer_alone_is_not_enough(dify):
    """the access token as bearer needs the CSRF pair as well"""
    console = Console(dify)
    console.sign_in()
    token = next(c.value for c in console.http.cookies if c.name.endswith("access_token"))
    csrf = next(c.value for c in console.http.cookies if c.name.endswith("csrf_token"))
    only = dify.call("GET", "/console/api/account/profile", headers={"Authorization": f"Bearer {token}"})
    assert only.status == 401
    both = {"Authorization": f"Bearer {token}", "X-CSRF-Token": csrf, "Cookie": f"csrf_token={csrf}"}
    dify.call("GET", "/console/api/account/profile", headers=both).ok()


@pytest.mark.since("1.9.2")
def test_refresh_rotates_cookies(dify):
    """refresh gives new cookies, the old refresh token dies, the old access token lives"""
    console = Console(dify)
    console.sign_in()
    old = {c.name.removeprefix("__Host-"): c.value for c in console.http.cookies}
    assert console.http.post(f"{dify.base}/console/api/refresh-token", timeout=20).json() == {"result": "success"}
    again = dify.call("POST", "/console/api/refresh-token", headers={"Cookie": f"refresh_token={old['refresh_token']}"})
    assert (again.status, again.body) == (401, {"result": "fail", "message": "Invalid refresh token"})
    cookies = "; ".join(f"{k}={old[k]}" for k in ("access_token", "csrf_token"))
    dify.call("GET", "/console/api/account/profile", headers={"Cookie": cookies, "X-CSRF-Token": old["csrf_token"]}).ok()
    console.call("GET", "/account/profile").ok()


@pytest.mark.until("1.9.1")
def test_refresh_rotates_tokens(dify):
    """refresh gives new tokens in the body, the old refresh token dies"""
    old = _login(dify, dify.email, dify.password).ok()["data"]["refresh_token"]
    new = dify.call("POST", "/console/api/refresh-token", json={"refresh_token": old}).ok()["data"]
    assert new["refresh_token"] != old and new["access_token"]
    again = dify.call("POST", "/console/api/refresh-token", json={"refresh_token": old})
    assert (again.status, again.body) == (401, {"result": "fail", "data": "Invalid refresh token"})


def test_logout(dify):
    """logout is GET on old servers, POST on new; the access token lives on"""
    console = Console(dify)
    console.sign_in()
    headers = console.headers()
    cookies = "; ".join(f"{c.name}={c.value}" for c in console.http.cookies)
    method = "POST" if dify.since("1.9.2") else "GET"
    assert console.call(method, "/logout").ok()["result"] == "success"
    dify.call("GET", "/console/api/account/profile", headers={**headers, "Cookie": cookies}).ok()


def test_workspaces_and_profile(dify):
    """profile and workspaces of the account"""
    assert dify.console.call("GET", "/account/profile").ok()["email"] == dify.email
    rows = dify.console.call("GET", "/workspaces").ok()["workspaces"]
    assert [r for r in rows if r["current"]]


@pytest.mark.since("1.15.0")
def test_dsl_version_is_told(dify):
    """app-dsl-version names the DSL version"""
    assert dify.console.call("GET", "/app-dsl-version").ok() == {"app_dsl_version": "0.7.0"}


@pytest.mark.until("1.14.2")
def test_dsl_version_is_not_told(dify):
    """app-dsl-version does not exist before 1.15"""
    assert dify.console.call("GET", "/app-dsl-version").status == 404
