"""Generated workflows.

Each line of tests/data/generated.jsonl is a request, the plan that a model answers, and what its runs give. The whole
studio takes it from the request to the values, in the Dify under test.
"""
import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path

import pytest
from test_knowledge import RULE, TEXT, Knowledge, indexed

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS)]

from lib import dsl as dsl_of  # noqa: E402
from lib.prompts import matches  # noqa: E402
from lib.servers import sandbox_llm  # noqa: E402
from lib.studio import Studio  # noqa: E402

FILE = TESTS / "data" / "generated.jsonl"
ROWS = {row["id"]: row for row in map(json.loads, FILE.read_text(encoding="utf-8").splitlines())}
RESOURCES_SECONDS = 30


@contextlib.contextmanager
def _knowledge_base(dify):
    """The name of a knowledge base that the plans read."""
    knowledge = Knowledge(dify)
    name = dify.unique("animals")[:40]
    made = knowledge.call("POST", "", {"name": name, "indexing_technique": "economy", "permission": "only_me"}).ok()
    put = knowledge.call("POST", f"/{made['id']}/document/create-by-text", {
        "name": "animals", "text": TEXT, "indexing_technique": "economy", "process_rule": RULE}).ok()
    indexed(knowledge, made, put["batch"])
    yield name
    knowledge.call("DELETE", f"/{made['id']}")
    knowledge.close()


def _wait_until_known(api, name):
    """The studio reads what its Dify has soon after its start."""
    end = time.monotonic() + RESOURCES_SECONDS
    path = f"/api/connections/{api.get('/api/connections')['items'][0]['id']}/resources"
    while name not in json.dumps(api.get(path)):
        assert time.monotonic() < end, f"{name} is not known"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def api(dify, web):
    """A studio on the Dify under test; its model answers with the plans."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(_knowledge_base(dify))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studio-")))
        plans = folder / "plans.jsonl"
        plans.write_text("".join(
            json.dumps({"prompt": row["prompt"], "answer": json.dumps(row["plan"]).replace("@WEB@", web).replace("@KNOWLEDGE@", name)}) + "\n"
            for row in ROWS.values()), encoding="utf-8")
        url = stack.enter_context(sandbox_llm("--answers", str(plans)))
        studio = stack.enter_context(Studio(
            folder / "data", DIFY_BASE_URL=dify.base, DIFY_EMAIL=dify.email, DIFY_PASSWORD=dify.password,
            LLM_BASE_URL=url + "/v1", LLM_MODEL="sandbox-fast", LLM_API_KEY="x"))
        client = studio.sign_in()
        _wait_until_known(client, name)
        yield client


@pytest.mark.parametrize("name", sorted(ROWS))
def test_generated(dify, api, name):
    """a request becomes a workflow whose runs give what its line says"""
    row = ROWS[name]
    dsl = api.generate(row["prompt"]).json()
    assert set(row["types"]) <= dsl_of.types(dsl) and dsl_of.problems(dsl) == []
    made = api.create(dsl).json()
    try:
        assert made["status"].startswith("completed")
        for run in row["runs"]:
            done = api.run(made["id"], run["inputs"], run.get("query"))
            assert done["status"] == "succeeded", done["error"]
            assert matches(run["outputs"], done["outputs"]) == []
    finally:
        api.succeeded(api.call("DELETE", f"/api/workflows/{made['id']}?dify=1"))
