"""What the pages say of a run: that it is over, and what is in its way while it is not."""
import pytest

from test_ui_pages import ID, NOW, RUN, WORKFLOW, answers, shown  # noqa: F401

WORDS = "return [...document.querySelectorAll('.run-list button, .run-list .soft')].map((e) => e.textContent);"


@pytest.mark.parametrize("status,ended,over", [("unknown", NOW, True), ("unknown", None, False), ("running", None, False),
                                              ("partial-succeeded", NOW, True)])
def test_a_run_is_over_when_it_has_ended_whatever_became_of_it(shown, server, status, ended, over):
    server.answers[f"/api/runs/{ID}"] = {**RUN, "status": status, "finished_at": ended, "nodes": []}
    words = shown(f"/workflows/{ID}?tab=runs&run={ID}", WORDS)
    assert ("Run again" in words) is over
    assert ("Stop" in words) is ("Waiting for the first step" in words) is (not over)


def test_runs_are_filtered_by_each_status_that_people_meet(shown):
    words = shown("/runs", "return [...document.querySelectorAll('.filters .segments button')].map((e) => e.textContent);")
    assert words == ["All", "Running", "Succeeded", "Partly succeeded", "Failed", "Stopped", "Waits for a person", "Unknown"]
