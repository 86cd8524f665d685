"""A studio of its own, with some workflows in it, for each module."""
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "sandbox"), str(TESTS), str(TESTS / "load")]

from lib import dsl, procs  # noqa: E402
from lib.world import world  # noqa: E402

WORKFLOWS = 100


@pytest.fixture(scope="session", autouse=True)
def orphans():
    procs.adopt_orphans()


@pytest.fixture(scope="module")
def loaded():
    with world() as made:
        made.ids = [made.api.create(dsl.small(f"Workflow {n:03d}"),
                                    deploy=False).json()["id"]
                    for n in range(WORKFLOWS)]
        yield made
