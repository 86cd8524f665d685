"""The page of connections: what it says of one that is refused."""
import pytest

from test_ui_pages import CONNECTION, answers, listing, shown  # noqa: F401

ALONE = "It is tried again by itself."
BARRED = "It is not tried again until it is changed or tested"


@pytest.mark.parametrize("auth,code,said", [("password", "dify_auth", BARRED), ("admin_key", "dify_auth", ALONE),
                                           ("password", "dify_away", ALONE)])
def test_a_refused_password_is_not_said_to_be_tried_again(shown, server, auth, code, said):
    server.answers["/api/connections"] = listing({**CONNECTION, "auth": auth, "error_code": code})
    text = shown("/connections", "return one('.thing .note').innerText;")
    assert said in text
    assert (ALONE in text) != (BARRED in text)
