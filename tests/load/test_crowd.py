"""200 generations at once, and something dies in the middle: all of them end,
and none twice."""
import time

import crowd
import pytest

MOST_S = 300


@pytest.fixture
def alone(tmp_path):
    with crowd.place(tmp_path / "alone", 200) as made:
        yield made


@pytest.fixture
def two(tmp_path):
    with crowd.place(tmp_path / "two", 200, elsewhere=2) as made:
        yield made


def begin(made, until_left):
    """So many are not done yet."""
    jobs = made.ask(50, 50, 50, 50)
    made.start()
    end = time.monotonic() + MOST_S
    while made.left() > until_left:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert made.left() > 20
    return jobs


def finish(made, jobs):
    end = time.monotonic() + MOST_S
    while made.left():
        assert time.monotonic() < end, f"{made.left()} are not done"
        time.sleep(0.1)
    made.ended_once(jobs)


def test_the_worker(alone):
    jobs = begin(alone, 150)
    alone.data.kill()
    alone.data.start()
    finish(alone, jobs)


def test_a_worker_elsewhere(two):
    jobs = begin(two, 150)
    two.remotes[0].kill()
    finish(two, jobs)


def test_the_worker_beside_the_database(two):
    jobs = begin(two, 150)
    two.data.kill()
    time.sleep(1)
    two.data.start()
    finish(two, jobs)


def test_redis_for_ten_seconds(two):
    jobs = begin(two, 150)
    two.redis.kill()
    time.sleep(10)
    two.redis.start()
    finish(two, jobs)
