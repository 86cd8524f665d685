"""The page of connections: what it says of one that is refused, and of one that was mended."""
import pytest

from test_ui_pages import CONNECTION, ID, JOB, MODEL, UNTIL, answers, listing, shown  # noqa: F401

ALONE = "It is tried again by itself."
BARRED = "It is not tried again until it is changed or tested"


@pytest.mark.parametrize("auth,code,said", [("password", "dify_auth", BARRED), ("admin_key", "dify_auth", ALONE),
                                           ("password", "dify_away", ALONE)])
def test_a_refused_password_is_not_said_to_be_tried_again(shown, server, auth, code, said):
    server.answers["/api/connections"] = listing({**CONNECTION, "auth": auth, "error_code": code})
    text = shown("/connections", "return one('.thing .note').innerText;")
    assert said in text
    assert (ALONE in text) != (BARRED in text)


SAVED = UNTIL + """
const steps = () => document.querySelectorAll('.thing .steps li').length;
one('.thing-head > .btn').click();
await until(steps);
const tested = steps();
one('.thing-head > [aria-label^=Actions]').click();
[...document.querySelectorAll('[role=menuitem]')].find((e) => e.textContent === 'Edit').click();
one('dialog [type=submit]').click();
await until(() => !one('dialog[open]') && !steps());
return { tested, open: document.querySelectorAll('dialog[open]').length, saved: steps() };
"""


@pytest.mark.parametrize("name,item", [("connections", CONNECTION), ("models", MODEL)])
def test_what_a_test_said_is_gone_when_the_thing_was_changed(shown, server, name, item):
    steps = [{"step": "sign_in", "ok": False, "optional": False, "detail": "The password is wrong.", "advice": None}]
    server.answers[f"/api/{name}"] = listing(item)
    server.answers[f"/api/{name}/{ID}"] = item
    server.answers[f"/api/{name}/{ID}/test"] = {"job": JOB}
    server.answers[f"/api/jobs/{ID}"] = {**JOB, "result": {"steps": steps}}
    assert shown(f"/{name}", SAVED) == {"tested": 1, "open": 0, "saved": 0}
