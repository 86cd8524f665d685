"""Dify's own generator through the whole studio: a sentence, a deployed
workflow, runs that come to the right end."""
import pytest

from lib.servers import wait_for


@pytest.fixture(scope="module")
def api(shared):
    """The API of a studio that has looked what its Dify has."""
    (dify,) = shared.api.get("/api/connections")["items"]
    path = f"/api/connections/{dify['id']}/resources"
    wait_for(lambda: [r for r in shared.api.get(path)["items"]
                      if r["kind"] == "model"], 20, "models are seen")
    return shared.api


def made(api, prompt):
    dsl = api.generate(prompt, engine="dify").json()
    return api.create(dsl).json()["id"]


def test_a_message_goes_to_the_branch_of_its_kind(api):
    workflow = made(api, "Sort messages by kind and answer them")
    ends = set()
    for word in ("billing", "technical", "other"):
        run = api.run(workflow, {"message": f"This is {word}."})
        assert run["status"] == "succeeded", run["error"]
        assert f"This is {word}." in run["outputs"]["result"]
        ends |= {n["title"] for n in run["nodes"] if n["type"] == "end"}
    assert ends == {"End Billing", "End Technical", "End Other"}


def test_each_line_is_worked_on(api):
    workflow = made(api, "Write a slogan for each line")
    run = api.run(workflow, {"items": "apple\nplum\n\ncherry"})
    assert run["status"] == "succeeded", run["error"]
    lines = run["outputs"]["result"].split("\n")
    assert [line[:2] for line in lines if line] == ["1.", "2.", "3."]
    assert ["apple" in lines[0], "plum" in lines[1],
            "cherry" in lines[2]] == [True] * 3


def test_a_chat_answers(api):
    workflow = made(api, "An assistant for questions about shoes")
    run = api.run(workflow, {}, "Are there red ones?")
    assert run["status"] == "succeeded", run["error"]
    assert "Are there red ones?" in run["outputs"]["answer"]
