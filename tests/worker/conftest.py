"""Fixtures: both sandboxes, and a data folder with a worker on it."""
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from data import Data  # noqa: E402
from dify_server import Dify  # noqa: E402
from lib.servers import sandbox_llm  # noqa: E402

PROMPTS = {line["id"]: line for line in map(json.loads, (
    Path(__file__).parents[1] / "data/prompts.jsonl").read_text().splitlines())}


@pytest.fixture(scope="session")
def llm():
    with sandbox_llm() as url:
        yield url


@pytest.fixture(scope="session")
def dify_1_16(tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), "1.16", llm) as server:
        yield server


@pytest.fixture
def dify(dify_1_16):
    dify_1_16.forget_faults()
    return dify_1_16


@pytest.fixture
def dify_alone(tmp_path_factory, llm):
    """One that may be stopped and started again."""
    with Dify(tmp_path_factory.mktemp("dify"), "1.16", llm) as server:
        yield server


@pytest.fixture
def data(tmp_path):
    with Data(tmp_path) as folder:
        yield folder


@pytest.fixture
def worker(data):
    return data.start()


@pytest.fixture
def connected(worker, dify):
    """A worker that has a connection: (data, connection id)."""
    return worker, worker.connection(dify.url, dify.admin_key)
