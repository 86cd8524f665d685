"""A whole studio whose generations a worker without any data does."""
import secrets
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))

from lib.prompts import load  # noqa: E402
from lib.servers import wait_for  # noqa: E402
from lib.world import world  # noqa: E402
from remote import Redis, Remote  # noqa: E402


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """(studio, Redis, worker)"""
    folder, key = tmp_path_factory.mktemp("queue"), secrets.token_hex(32)
    with Redis(folder / "redis") as redis, \
            world(STUDIO_QUEUE=redis.url, STUDIO_SECRET_KEY=key) as made:
        worker = Remote(folder / "worker", redis.url, key)
        yield made, redis, worker
        worker.stop()


def test_a_sentence_becomes_a_workflow(place):
    made, _, worker = place
    before = worker.brought()
    answer = made.api.post("/api/workflows/generate-dsl",
                           {"prompt": load()[0]["prompt"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["workflow"]["graph"]["nodes"]
    assert worker.brought() == before + 1


def queue_of(made):
    return made.api.get("/api/status")["queue"]


def test_the_status_says_which_queue_and_whether_it_is_open(place):
    made, redis, _ = place
    want = {"kind": "redis", "host": "127.0.0.1", "port": redis.port}
    wait_for(lambda: queue_of(made) == {**want, "up": True}, 10, "it is up")
    redis.kill()
    wait_for(lambda: queue_of(made) == {**want, "up": False}, 20, "it is down")
    redis.start()
    wait_for(lambda: queue_of(made) == {**want, "up": True}, 20, "it is back")
