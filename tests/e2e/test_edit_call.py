"""A workflow that was changed by a sentence is deployed again and runs."""
from lib.dsl import nodes, outputs
from lib.prompts import load

PROMPTS = {row["id"]: row["prompt"] for row in load()}


def edited(api, workflow, text, **more):
    """The version that a sentence made."""
    job = api.succeeded(api.post(f"/api/workflows/{workflow}/edit",
                                 {"text": text, **more}))
    assert job["result"]["rounds"] == 1
    return api.call("PUT", f"/api/workflows/{workflow}/edit", 200,
                    json={"job_id": job["id"], "consent": True}).json()


def test_it_is_deployed_again_and_runs(healed):
    api = healed.api
    made = api.create(api.generate(PROMPTS["mail-sorter"]).json()).json()
    mail = {"mail": "A technical problem: the screen stays black."}
    before = api.run(made["id"], mail)
    assert before["status"] == "succeeded", before
    assert edited(api, made["id"], "Translate the reply to French at the end")[
        "version"] == 2
    api.deploy(made["id"])
    after = api.run(made["id"], mail)
    assert after["status"] == "succeeded", after
    assert "french" in {n["node_id"] for n in after["nodes"]}
    assert "Translate to French" in after["outputs"]["reply"]


def test_a_new_branch_is_run_through(healed):
    api = healed.api
    made = api.create(api.generate(PROMPTS["mail-sorter"]).json()).json()
    assert edited(api, made["id"], "Add a branch for refunds")["version"] == 2
    dsl = api.get(f"/api/workflows/{made['id']}/dsl")
    assert outputs(dsl) == ["kind", "reply"]
    assert "extra" in {n["id"] for n in nodes(dsl)}
    api.deploy(made["id"])
    run = api.run(made["id"], {"mail": "I want refunds, refunds!"})
    assert run["status"] == "succeeded", run
    assert run["outputs"]["kind"] == "refunds"
    assert "friendly" in run["outputs"]["reply"]


def test_what_was_dropped_is_nowhere(healed):
    api = healed.api
    made = api.create(api.generate(PROMPTS["score-grade"]).json(),
                      deploy=False).json()
    api.succeeded(api.post(f"/api/workflows/{made['id']}/edit",
                           {"text": "最后翻译成英文"}))
    assert api.get(f"/api/workflows/{made['id']}")["version"] == 1
