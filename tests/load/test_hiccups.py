"""A gateway that answers for Dify, or nobody: whether the import was done is
not known then, so the studio looks for a minute before it tries again."""
import pytest

from lib import dsl as dsl_of


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("fault", [
    {"kind": "status", "value": 502}, {"kind": "cut"}], ids=["502", "cut"])
def test_a_hiccup_of_dify_leaves_one_app(loaded, fault, times):
    name = f"Hiccup {fault['kind']}, {times} times"
    loaded.dify.fault(match="POST /console/api/apps/imports", times=times,
                      **fault)
    answer = loaded.api.create(dsl_of.small(name), want=202, headers={
        "Prefer": "respond-async"})
    loaded.api.succeeded(answer, 200)
    assert loaded.apps_named(name) == 1


def test_done_but_not_told_is_found_at_once(loaded):
    """The import is done, its answer is lost."""
    loaded.dify.fault(match="POST /console/api/apps/imports", kind="cut",
                      value=10)
    loaded.api.succeeded(loaded.api.create(
        dsl_of.small("Lost answer"), want=202, headers={
            "Prefer": "respond-async"}), 20)
    assert loaded.apps_named("Lost answer") == 1
