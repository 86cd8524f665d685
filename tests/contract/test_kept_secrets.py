"""Secrets that the studio deploys: before and after."""
import sys
import time
import uuid
from pathlib import Path

import pytest
import yaml
from flows import echo

sys.path.append(str(Path(__file__).parents[1] / "worker"))
from data import Data  # noqa: E402

MASK = "*" * 20
SECONDS = 120


@pytest.fixture
def studio(dify, tmp_path):
    """A studio's worker that is connected to that Dify."""
    with Data(tmp_path) as folder:
        folder.start()
        folder.there = folder.connection(dify.base, dify.password, auth="password", email=dify.email)
        yield folder


def _flow(name, value):
    return yaml.safe_load(echo(name, environment_variables=[
        {"id": str(uuid.uuid4()), "name": "KEY", "value": value, "value_type": "secret", "selector": ["env", "KEY"]}]))


def _deploy(studio, workflow, **more):
    return studio.wait(studio.job("deploy", {"connection_id": studio.there, **more}, workflow), SECONDS)


def _kept(dify, studio, word):
    """A workflow with a secret, in Dify: (its id, its app's)."""
    name = dify.unique(word)
    workflow = studio.workflow(_flow(name, studio.secret("true-value")), name)
    job = _deploy(studio, workflow)
    assert job["state"] == "succeeded", job["error"]
    app = job["result"]["app_id"]
    dify.made.append(app)
    return workflow, app


def _value(dify, app):
    text = dify.console.call("GET", f"/apps/{app}/export?include_secret=true").ok()["data"]
    return {v["name"]: v["value"] for v in yaml.safe_load(text)["workflow"]["environment_variables"]}.get("KEY")


def _origins(studio, workflow):
    return [r["origin"] for r in studio.sql("SELECT origin FROM versions WHERE workflow_id = ? ORDER BY number", workflow)]


def test_asterisks_leave_the_secret(dify, studio):
    """asterisks that are deployed over an app leave its secret as it is"""
    workflow, app = _kept(dify, studio, "masked")
    assert _value(dify, app) == "true-value"
    studio.version(workflow, _flow(studio.row("workflows", workflow)["name"], MASK))
    assert _deploy(studio, workflow)["state"] == "succeeded"
    assert _value(dify, app) == "true-value"


def test_an_edit_in_dify_comes_back(dify, studio):
    """an edit in Dify's editor is kept with its secret, and a rollback and the way back bring both"""
    workflow, app = _kept(dify, studio, "edited")
    draft = dify.console.call("GET", f"/apps/{app}/workflows/draft").ok()
    draft["graph"]["nodes"][0]["data"]["title"] = "By hand"
    draft["environment_variables"][0]["value"] = "set there"
    dify.console.call("POST", f"/apps/{app}/workflows/draft", {
        k: draft[k] for k in ("graph", "features", "hash", "environment_variables", "conversation_variables")}).ok()
    end = time.monotonic() + SECONDS
    while "found" not in _origins(studio, workflow):
        assert time.monotonic() < end, "the edit was not noticed"
        time.sleep(0.5)
    assert _deploy(studio, workflow, version=1, rollback=True)["state"] == "succeeded"
    assert _value(dify, app) == "true-value"
    assert _deploy(studio, workflow, version=2, rollback=True)["state"] == "succeeded"
    assert _value(dify, app) == "set there"
    draft = dify.console.call("GET", f"/apps/{app}/workflows/draft").ok()
    assert draft["graph"]["nodes"][0]["data"]["title"] == "By hand"
    assert _origins(studio, workflow)[1:] == ["found", "rollback", "rollback"]


def test_a_value_that_nobody_knows(dify, studio):
    """asterisks that nobody has a value for never reach Dify"""
    name = dify.unique("unknown")
    job = _deploy(studio, studio.workflow(_flow(name, MASK), name))
    assert (job["state"], job["error"]["code"], job["error"]["variables"]) == ("failed", "secrets_missing", ["KEY"])
    assert not dify.console.apps_named(name)
