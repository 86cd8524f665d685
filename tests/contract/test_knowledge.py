"""Knowledge."""
import pytest
import requests
from flows import chain, dsl, end, node, start, text
from target import wait_until

# Of a document; how far Dify is when it answers depends on how quick its worker is.
STAGES = ("waiting", "parsing", "cleaning", "splitting", "indexing", "completed")
RULE = {"mode": "automatic"}
NOBODY = "00000000-0000-0000-0000-000000000000"
TEXT = "The quokka lives on Rottnest Island.\n\nThe numbat eats termites, twenty thousand a day."


class Knowledge:
    """The knowledge API behind a key of its own."""

    def __init__(self, dify):
        self.dify = dify
        self.key = dify.console.call("POST", "/datasets/api-keys").ok()
        self.token = self.key["token"]

    def call(self, method, path, body=None, **more):
        if body is not None:
            more["json"] = body
        return self.dify.call(method, f"/v1/datasets{path}", headers={"Authorization": f"Bearer {self.token}"}, **more)

    def close(self):
        self.dify.console.call("DELETE", f"/datasets/api-keys/{self.key['id']}")


@pytest.fixture
def knowledge(dify):
    """A dataset key for one test."""
    client = Knowledge(dify)
    yield client
    client.close()


@pytest.fixture
def dataset(dify, knowledge):
    """An economy dataset."""
    made = knowledge.call("POST", "", {"name": dify.unique("d")[:40], "indexing_technique": "economy", "permission": "only_me"}).ok()
    yield made
    knowledge.call("DELETE", f"/{made['id']}")


def _by_text(knowledge, dataset, name="animals", **more):
    return knowledge.call("POST", f"/{dataset['id']}/document/create-by-text", {"name": name, "text": TEXT, "indexing_technique": "economy",
                                                                                "process_rule": RULE, **more})


def _by_file(knowledge, dataset, name="animals.txt", data=TEXT.encode(), settings='{"indexing_technique":"economy","process_rule":{"mode":"automatic"}}'):
    files = {"file": (name, data, "text/plain"), "data": (None, settings)}
    return knowledge.call("POST", f"/{dataset['id']}/document/create-by-file", files=files)


def indexed(knowledge, dataset, batch, wanted="completed"):
    path = f"/{dataset['id']}/documents/{batch}/indexing-status"
    return wait_until(lambda: (s := knowledge.call("GET", path).ok()["data"][0])["indexing_status"] == wanted and s, 60, f"indexing {wanted}")


def test_dataset_keys(dify, knowledge):
    """a key of the whole workspace"""
    assert knowledge.token.startswith("dataset-")
    assert knowledge.call("GET", "?page=1&limit=1").status == 200
    answer = dify.call("GET", "/v1/datasets", headers={"Authorization": "Bearer dataset-none"})
    assert (answer.status, answer.body["code"]) == (401, "unauthorized")


def test_datasets(dify, knowledge, dataset):
    """create, list, read; a name twice is 409, an unknown id 404"""
    assert dataset["indexing_technique"] == "economy" and dataset["document_count"] == 0
    again = knowledge.call("POST", "", {"name": dataset["name"]})
    assert (again.status, again.body["code"]) == (409, "dataset_name_duplicate")
    rows = knowledge.call("GET", f"?page=1&limit=20&keyword={dataset['name']}").ok()
    assert [r["id"] for r in rows["data"]] == [dataset["id"]] and set(rows) == {"data", "has_more", "limit", "total", "page"}
    assert knowledge.call("GET", f"/{dataset['id']}").ok()["name"] == dataset["name"]
    assert knowledge.call("GET", f"/{NOBODY}").status == 404


def test_name_is_bounded(dify, knowledge):
    """a name of 41 characters, or none, is refused"""
    assert knowledge.call("POST", "", {"name": "x" * 41}).status == 400
    assert knowledge.call("POST", "", {}).status == 400


def test_name_only(dify, knowledge):
    """a name is enough; the technique is open until the first document"""
    made = knowledge.call("POST", "", {"name": dify.unique("n")[:40]}).ok()
    assert made["indexing_technique"] is None
    knowledge.call("DELETE", f"/{made['id']}")


def test_document_by_text(dify, knowledge, dataset):
    """create-by-text: document and batch, then indexing to completed"""
    body = _by_text(knowledge, dataset).ok()
    assert len(body["batch"]) == 20 and body["batch"].isdigit()
    assert body["document"]["name"] == "animals" and body["document"]["indexing_status"] in STAGES
    status = indexed(knowledge, dataset, body["batch"])
    assert status["completed_segments"] == status["total_segments"] > 0 and status["error"] is None
    rows = knowledge.call("GET", f"/{dataset['id']}/documents?page=1&limit=20").ok()["data"]
    assert [(r["id"], r["display_status"]) for r in rows] == [(body["document"]["id"], "available")]


def test_document_by_file(dify, knowledge, dataset):
    """create-by-file; the same name replaces the document; later files need no settings"""
    first = _by_file(knowledge, dataset).ok()
    indexed(knowledge, dataset, first["batch"])
    second = _by_file(knowledge, dataset, data=b"Only wombats.").ok()
    assert second["document"]["id"] == first["document"]["id"] and second["batch"] != first["batch"]
    indexed(knowledge, dataset, second["batch"])
    third = _by_file(knowledge, dataset, "more.md", b"# More", "{}").ok()
    indexed(knowledge, dataset, third["batch"])
    assert knowledge.call("GET", f"/{dataset['id']}/documents").ok()["total"] == 2


def test_paths_with_underscore(dify, knowledge, dataset):
    """create_by_text is the same as create-by-text"""
    body = {"name": "a", "text": "x", "indexing_technique": "economy", "process_rule": RULE}
    knowledge.call("POST", f"/{dataset['id']}/document/create_by_text", body).ok()


def test_files_that_are_refused(dify, knowledge, dataset):
    """a bad extension and too large a file are 400 without a message; no file is no_file_uploaded"""
    for answer in (_by_file(knowledge, dataset, "a.exe"), _by_file(knowledge, dataset, "a.txt", b"x" * (16 * 1024 * 1024))):
        assert (answer.status, answer.body["code"], answer.body["message"]) == (400, "invalid_param", "")
    answer = knowledge.call("POST", f"/{dataset['id']}/document/create-by-file", files={"data": (None, '{"indexing_technique":"economy","process_rule":{"mode":"automatic"}}')})
    assert (answer.status, answer.body["code"]) == (400, "no_file_uploaded")


def test_a_broken_file(dify, knowledge, dataset):
    """a broken PDF ends in error with a text"""
    body = _by_file(knowledge, dataset, "broken.pdf", b"this is no PDF").ok()
    assert indexed(knowledge, dataset, body["batch"], "error")["error"]


def test_unknown_batch(dify, knowledge, dataset):
    """an unknown batch is 404"""
    assert knowledge.call("GET", f"/{dataset['id']}/documents/20200101000000123456/indexing-status").status == 404


def test_document_in_an_unknown_dataset(dify, knowledge):
    """an unknown dataset: 404, on 1.8 400"""
    answer = _by_text(knowledge, {"id": NOBODY})
    assert answer.status == (404 if dify.since("1.12.0") else 400)


def test_segments(dify, knowledge, dataset):
    """segments can be listed and added"""
    body = _by_text(knowledge, dataset).ok()
    indexed(knowledge, dataset, body["batch"])
    path = f"/{dataset['id']}/documents/{body['document']['id']}/segments"
    rows = knowledge.call("GET", path).ok()["data"]
    assert "quokka" in "".join(r["content"] for r in rows)
    made = knowledge.call("POST", path, {"segments": [{"content": "The bilby has long ears.", "keywords": ["bilby"]}]}).ok()["data"]
    assert made[0]["content"] == "The bilby has long ears."


def test_disable_and_enable(dify, knowledge, dataset):
    """a document is switched off and on"""
    body = _by_text(knowledge, dataset).ok()
    indexed(knowledge, dataset, body["batch"])
    ids = {"document_ids": [body["document"]["id"]]}
    switch = lambda action: knowledge.call("PATCH", f"/{dataset['id']}/documents/status/{action}", ids)  # noqa: E731
    wait_until(lambda: switch("disable").status == 200, 20, "disable")
    assert knowledge.call("GET", f"/{dataset['id']}/documents").ok()["data"][0]["display_status"] == "disabled"
    wait_until(lambda: switch("enable").status == 200, 20, "enable")


def test_retrieve(dify, knowledge, dataset):
    """keyword retrieval finds the segment"""
    body = _by_text(knowledge, dataset).ok()
    indexed(knowledge, dataset, body["batch"])
    model = {"search_method": "keyword_search", "reranking_enable": False, "top_k": 2, "score_threshold_enabled": False}
    for path in ("retrieve", "hit-testing"):
        found = knowledge.call("POST", f"/{dataset['id']}/{path}", {"query": "quokka", "retrieval_model": model}).ok()
        assert found["query"]["content"] == "quokka" and "quokka" in found["records"][0]["segment"]["content"]
        assert found["records"][0]["segment"]["document"]["name"] == "animals"
    assert knowledge.call("POST", f"/{dataset['id']}/retrieve", {"query": "x" * 251}).status == 400


def test_retrieval_node(dify, knowledge, dataset):
    """a knowledge-retrieval node finds what was uploaded"""
    body = _by_text(knowledge, dataset).ok()
    indexed(knowledge, dataset, body["batch"])
    find = node("find", "knowledge-retrieval", query_variable_selector=["begin", "q"], dataset_ids=[dataset["id"]], retrieval_mode="multiple",
                multiple_retrieval_config={"top_k": 2, "score_threshold": None, "reranking_enable": False})
    app = dify.console.app(dsl(dify.unique("find"), [start(text("q")), find, end(out=["find", "result"])], chain("begin", "find", "done")))
    if not dify.since("1.9.0"):     # the import dropped the dataset
        draft = dify.console.call("GET", f"/apps/{app.id}/workflows/draft").ok()
        next(n for n in draft["graph"]["nodes"] if n["id"] == "find")["data"]["dataset_ids"] = [dataset["id"]]
        dify.console.call("POST", f"/apps/{app.id}/workflows/draft", {k: draft[k] for k in (
            "graph", "features", "hash", "environment_variables", "conversation_variables")}).ok()
        dify.console.call("POST", f"/apps/{app.id}/workflows/publish", {}).ok()
    out = app.outputs({"q": "numbat"})["out"]
    assert "numbat" in out[0]["content"] and out[0]["metadata"]["dataset_id"] == dataset["id"] and out[0]["title"] == "animals"
    assert dify.console.call("GET", f"/datasets/{dataset['id']}/use-check").ok() == {"is_using": True}


def test_deleting(dify, knowledge):
    """documents and datasets are deleted: a real 204 from 1.13, 200 with body 204 before"""
    made = knowledge.call("POST", "", {"name": dify.unique("x")[:40], "indexing_technique": "economy"}).ok()
    body = _by_text(knowledge, made).ok()
    indexed(knowledge, made, body["batch"])
    for path in (f"/{made['id']}/documents/{body['document']['id']}", f"/{made['id']}"):
        answer = knowledge.call("DELETE", path)
        if dify.since("1.13.0"):
            assert answer.status == 204
        else:
            assert (answer.status, answer.body) == (200, 204)


@pytest.mark.since("1.15.0")
def test_new_file_of_a_document(dify, knowledge, dataset):
    """PATCH with a file replaces a document's content; download gives a URL"""
    body = _by_file(knowledge, dataset).ok()
    indexed(knowledge, dataset, body["batch"])
    one = f"/{dataset['id']}/documents/{body['document']['id']}"
    url = knowledge.call("GET", f"{one}/download").ok()["url"]
    assert url.startswith("http")
    changed = knowledge.call("PATCH", one, files={"file": ("animals.txt", b"Only emus.", "text/plain"), "data": (None, "{}")}).ok()
    assert changed["document"]["id"] == body["document"]["id"]


def test_models(dify):
    """the models of the workspace, by provider"""
    rows = dify.console.call("GET", "/workspaces/current/models/model-types/llm").ok()["data"]
    names = [m["model"] for p in rows for m in p["models"]]
    assert dify.model in names and all(set(p) >= {"provider", "label", "status", "models"} for p in rows)
    assert dify.console.call("GET", "/workspaces/current/model-providers").ok()["data"]
    default = dify.console.call("GET", "/workspaces/current/default-model?model_type=llm").ok()["data"]
    assert default["model"] in names and default["provider"]["provider"]


def test_requests_need_no_session(dify):
    """the knowledge API needs no console session"""
    answer = requests.get(f"{dify.base}/v1/datasets", timeout=20)
    assert answer.status_code == 401
