"""Edits by a sentence in Chromium: asked, looked at, taken and dropped."""
import pytest

from lib.browser import browser
from lib.client import Client
from lib.dsl import nodes
from lib.prompts import load
from lib.servers import wait_for
from lib.studio import SETUP
from lib.world import world

PASSWORD = "correct horse battery"
PROMPT = {row["id"]: row for row in load()}["mail-sorter"]["prompt"]
MARKS = ("[...document.querySelectorAll('.node.is-added, .node.is-changed, "
         ".node.is-removed')].map(e => [e.dataset.id, e.getAttribute('class')"
         ".match(/is-(added|changed|removed)/)[1]])")


@pytest.fixture(scope="module")
def seen():
    with world(sign_in=False) as made, browser(made.studio.url) as page:
        page.driver.get(wait_for(lambda: made.studio.output.find(SETUP), 10,
                                 "the sign-in URL").group(1))
        page.says("Choose a password")
        for box in page.all("input[type=password]"):
            box.send_keys(PASSWORD)
        page.click("Save and start")
        page.one("nav")
        made.page = page
        made.api = Client(made.studio.url)
        made.api.post("/api/auth/login", {"username": "admin",
                                          "password": PASSWORD}, 200)
        made.api.use_token()
        yield made


@pytest.fixture
def page(seen):
    yield seen.page
    # A version that changed meanwhile is answered with 409; that is no fault.
    assert [c for c in seen.page.complaints() if "409" not in c] == []


@pytest.fixture(scope="module")
def dsl(seen):
    return seen.api.generate(PROMPT).json()


@pytest.fixture
def workflow(seen, dsl):
    return seen.api.create(dsl, deploy=False).json()["id"]


def marks(page):
    return dict(page.driver.execute_script(f"return {MARKS}"))


def change(page, text, button="Change"):
    page.write(lambda: page.one(".edit-dock textarea, .talk-foot textarea"),
               text)
    page.steady(lambda: page.labelled(
        button, ".edit-dock .btn, .talk-foot .btn").click())


def opened(page, workflow):
    page.go("workflows")
    page.go(f"workflows/{workflow}")
    page.one(".edit-dock textarea")


def version(seen, workflow):
    return seen.api.get(f"/api/workflows/{workflow}")["version"]


def test_a_proposal_is_shown_and_taken(seen, page, workflow):
    opened(page, workflow)
    page.screens("edit-calm")
    change(page, "Translate the reply to French at the end")
    page.says("A proposal")
    page.wait(lambda p: marks(p) == {"french": "added", "end": "changed"}, 5,
              "the marks")
    page.screens("edit-proposal")
    page.driver.refresh()
    page.says("A proposal")
    assert marks(page) == {"french": "added", "end": "changed"}
    assert version(seen, workflow) == 1
    page.click("Accept")
    page.says("Kept as version 2")
    page.wait(lambda p: not p.all(".talk"), 10, "the talk is over")
    assert marks(page) == {}
    kept = seen.api.get(f"/api/workflows/{workflow}/dsl")
    assert "french" in {n["id"] for n in nodes(kept)}
    assert "edit=" not in page.driver.current_url


def test_what_goes_stays_in_sight_until_it_is_taken(seen, page, workflow):
    opened(page, workflow)
    change(page, "Remove the step Docs")
    page.says("A proposal")
    page.wait(lambda p: marks(p).get("docs") == "removed", 5, "the ghost")
    page.screens("edit-removed")
    page.click("Drop")
    page.wait(lambda p: marks(p) == {}, 5, "all is as before")


def test_edits_in_a_row_are_dropped_together(seen, page, workflow):
    opened(page, workflow)
    change(page, "Translate it to French")
    page.says("A proposal")
    change(page, "最后再翻译成德语")
    page.wait(lambda p: "german" in marks(p), 20, "the second edit")
    assert marks(page)["french"] == marks(page)["german"] == "added"
    assert len(page.all(".talk .bubble")) == 2
    page.click("Drop")
    page.says("the workflow is as it was")
    assert marks(page) == {}
    assert version(seen, workflow) == 1


def test_an_edit_is_found_again_among_the_generations(seen, page, workflow):
    job = seen.api.succeeded(seen.api.post(
        f"/api/workflows/{workflow}/edit", {"text": "Translate to French"}))
    page.go("workflows")
    page.go(f"new?job={job['id']}")
    page.says("A proposal")
    assert f"/workflows/{workflow}?edit={job['id']}" in \
        page.driver.current_url


def test_what_would_go_is_named_first(seen, page, workflow):
    opened(page, workflow)
    change(page, "Add an input for a note")
    page.says("A proposal")
    page.says("What callers must give changes: + note")
    page.click("Accept")
    page.one("dialog.modal")
    page.screens("edit-consent")
    page.click("Cancel", "dialog .btn")
    assert version(seen, workflow) == 1
    page.click("Accept")
    page.click("Take it", "dialog .btn")
    page.says("Kept as version 2")


def test_an_outdated_proposal_is_asked_for_again(seen, page, workflow, dsl):
    opened(page, workflow)
    change(page, "Translate it to Spanish")
    page.says("A proposal")
    dsl = {**dsl, "app": {**dsl["app"], "description": "changed meanwhile"}}
    seen.api.call("PUT", f"/api/workflows/{workflow}/dsl", 200,
                  json={"dsl": dsl})
    page.click("Accept")
    page.says("it is at version 2 now")
    page.screens("edit-outdated")
    page.click("Ask again on the newest version")
    page.says("A proposal")
    page.click("Accept")
    page.says("Kept as version 3")


def test_a_model_that_fails_changes_nothing(seen, page, workflow):
    opened(page, workflow)
    change(page, "Remove the elephant")
    page.says("The workflow is as it was", 30)
    page.says("The model did not manage this change")
    page.says("No node is meant")
    assert page.one(".edit-dock textarea").get_attribute("value") == \
        "Remove the elephant"
    page.screens("edit-failed")
    page.click("Back to the workflow")
    page.wait(lambda p: not p.all(".talk"), 5, "the talk is over")


def test_a_new_workflow_is_changed_by_typing_on(seen, page):
    page.go("workflows")
    page.go("new")
    page.write(lambda: page.one("textarea"), PROMPT)
    page.click("Build it")
    page.labelled("Deploy", ".studio-head .btn", 30)
    change(page, "Add a branch for refunds", "Send")
    page.labelled("Accept", ".studio-head .btn", 30)
    page.wait(lambda p: marks(p).get("extra") == "added", 5, "the new step")
    page.screens("edit-new")
    page.driver.refresh()
    page.labelled("Accept", ".studio-head .btn", 30)
    assert len(page.all(".talk .bubble")) == 2
    page.click("Accept")
    page.labelled("Deploy", ".studio-head .btn")
    assert marks(page) == {}
    change(page, "Translate the reply to Japanese", "Send")
    page.wait(lambda p: marks(p).get("japanese") == "added", 30, "a step")
    page.click("Drop", ".studio-head .btn")
    page.labelled("Deploy", ".studio-head .btn", 30)
    assert len(page.all(".talk .bubble")) == 2


# ---- deploying ----

def test_a_deployment_is_followed_step_by_step(seen, page, workflow):
    """The head says its step, its trouble and when it is tried again, and
    takes no second one; also to who comes back meanwhile."""
    def deploys():
        return [b for b in page.all(".flow-acts button")
                if "eploy" in b.text]

    page.go(f"workflows/{workflow}")
    page.says("Deploy")
    seen.dify.fault(match="POST /console/api/apps/imports", kind="status",
                    value=503, times=2)
    page.click("Deploy")
    page.says("Next try at")
    assert deploys()[0].get_attribute("disabled")
    page.go("workflows")
    page.go(f"workflows/{workflow}")
    page.says("Next try at")
    assert deploys()[0].get_attribute("disabled")
    page.says("is deployed", 30)
    page.wait(lambda _: not deploys()[0].get_attribute("disabled"), 5,
              "the button")
    assert len(seen.api.all(f"/api/jobs?kind=deploy&workflow_id={workflow}")
               ) == 1
