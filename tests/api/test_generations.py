"""/api/generations: what came of each generation."""
import pytest

NOBODY = "0" * 20
NOW = 4_000_000_000_000


def row(studio, number, **more):
    values = {
        "job_id": f"{number:020d}", "engine": "studio", "model_id": "m",
        "model": "qwen", "user_id": None, "request": "Do it",
        "prompt_version": 2, "prompt_hash": "ab12", "result": "ok",
        "stage": "done", "rounds": 1, "phases": '[{"phase":"ask","ms":5}]',
        "prompt_tokens": 10, "completion_tokens": 5, "cost": 0.5,
        "currency": "CNY", "fixes": '{"alias":2}', "findings": "{}",
        "answer": "{}", "started_at": NOW, "finished_at": NOW + 1500, **more}
    studio.sql(f"INSERT INTO generations ({', '.join(values)}) VALUES "
               f"({', '.join('?' * len(values))})", *values.values())
    return values["job_id"]


def test_one_and_a_list(studio):
    gid = row(studio, 1)
    g = studio("GET", f"/api/generations/{gid}", role="viewer").json
    assert (g["id"], g["ms"], g["answer"]) == (gid, 1500, "{}")
    assert g["tokens"] == {"prompt": 10, "completion": 5}
    assert g["cost"] == {"amount": 0.5, "currency": "CNY"}
    assert g["fixes"] == {"alias": 2} and g["phases"][0]["phase"] == "ask"
    page = studio("GET", "/api/generations").json
    del g["answer"]
    assert page == {"items": [g], "next": None}
    missing = studio("GET", f"/api/generations/{NOBODY}")
    assert (missing.status, missing.code) == (404, "generation_not_found")


def test_paging_and_filters(studio):
    row(studio, 1)
    row(studio, 2, result="no_json", cost=None, currency=None)
    row(studio, 3, result="cancelled", model="other")
    row(studio, 4, engine="dify", model="sandbox-fast", prompt_version=None)

    def ids(query):
        page = studio("GET", "/api/generations?" + query).json
        return [int(g["id"]) for g in page["items"]], page["next"]

    assert ids("") == ([4, 3, 2, 1], None)
    assert ids("limit=3") == ([4, 3, 2], f"{2:020d}")
    assert ids(f"after={2:020d}") == ([1], None)
    assert ids("engine=dify") == ([4], None)
    assert ids("model=other") == ([3], None)
    assert ids("result=failed") == ([2], None)
    assert ids("result=no_json") == ([2], None)
    assert ids("result=ok&engine=studio") == ([1], None)


@pytest.mark.parametrize("query", ["engine=magic", "limit=0", "after=x",
                                   "colour=red"])
def test_queries_that_make_no_sense(studio, query):
    answer = studio("GET", "/api/generations?" + query)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_currencies_are_not_added_together(studio):
    row(studio, 1)
    row(studio, 2, cost=0.25, currency="USD")
    row(studio, 3, cost=1.5)
    row(studio, 4, result="no_json", cost=None)
    (m,) = studio("GET", "/api/generations/summary").json["models"]
    assert (m["count"], m["ok"], m["ms"]) == (4, 3, 1500)
    assert sorted(m["costs"], key=lambda c: c["currency"]) == [
        {"amount": 2.0, "currency": "CNY"}, {"amount": 0.25,
                                             "currency": "USD"}]


def test_summary(studio):
    assert studio("GET", "/api/generations/summary").json == {
        "days": 30, "models": [], "results": [], "findings": [], "fixes": []}
    row(studio, 1)
    row(studio, 2, findings='{"answer_cut":3}')
    row(studio, 3, result="no_json", cost=None)
    row(studio, 4, result="cancelled", model="other", cost=None,
        currency=None)
    row(studio, 5, finished_at=1, started_at=1)
    s = studio("GET", "/api/generations/summary?days=7", role="viewer").json
    assert s["days"] == 7
    assert s["models"] == [
        {"engine": "studio", "model": "qwen", "count": 3, "ok": 2,
         "cancelled": 0, "ms": 1500, "tokens": 45,
         "costs": [{"amount": 1.0, "currency": "CNY"}]},
        {"engine": "studio", "model": "other", "count": 0, "ok": 0,
         "cancelled": 1, "ms": None, "tokens": 15, "costs": []}]
    silent = {"message_en": None, "message_zh": None}
    assert s["results"][0] == {"code": "ok", "count": 2, "generations": 2,
                               **silent}
    assert s["fixes"] == [{"code": "alias", "count": 8, "generations": 4,
                           **silent}]
    [finding] = s["findings"]
    assert (finding["code"], finding["count"]) == ("answer_cut", 3)
    assert finding["message_en"].startswith("The answer ended too early")
    assert "%" not in finding["message_en"] + finding["message_zh"]
    assert studio("GET", "/api/generations/summary?days=0").status == 400
