"""One studio for all tests that do not break it, and one to break."""
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "sandbox"), str(TESTS)]

from lib import procs  # noqa: E402
from lib.world import world  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def orphans():
    """Nothing that the tests start may outlive them."""
    procs.adopt_orphans()


@pytest.fixture(scope="session")
def shared():
    with world() as made:
        yield made


@pytest.fixture
def healed(shared):
    """The shared studio, its sandboxes without faults."""
    shared.llm.heal()
    shared.dify.heal()
    yield shared
    shared.llm.heal()
    shared.dify.heal()


@pytest.fixture(scope="module")
def own():
    """A studio that a module may break."""
    with world() as made:
        yield made
