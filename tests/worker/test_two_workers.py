"""Two workers share the account of a connection: one of them signs in."""
import contextlib
import subprocess
import time

import pytest
from data import BUILD
from dify_server import Dify

VERSIONS = ["1.8", "1.16"]


@pytest.fixture(params=VERSIONS)
def server(request, tmp_path_factory, llm):
    with Dify(tmp_path_factory.mktemp("dify"), request.param, llm) as made:
        yield made


@contextlib.contextmanager
def another_worker(data):
    child = subprocess.Popen(
        [BUILD / "bin/dify-studio-worker"], env=data.env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait(10)


def by_password(data, server, password):
    return data.connection(server.url, password, auth="password",
                           email=server.email)


def state(data, connection):
    return data.row("connections", connection)["state"]


def looked(data, server, times):
    """Has the connection looked at until Dify was asked so often."""
    path = "/console/api/apps"
    data.sql("UPDATE connections SET next_check_at = 0")
    data.until(lambda: len(server.log("GET", path)) >= times, 20)


def test_a_session_is_renewed_by_one(worker, server):
    data = worker
    c = by_password(data, server, server.password)
    data.until(lambda: state(data, c) == "up")
    data.until(lambda: server.log("GET", "/console/api/workspaces/current/"
                                  "tools/builtin"))
    with another_worker(data):
        server.fault("GET /console/api/apps", "slow", 1.5, 2)
        looked(data, server, 3)
        time.sleep(3)
        server.forget_faults()
        server.fault("GET /console/api/apps", "expire_session", None, 2)
        server.fault("POST /console/api/refresh-token", "slow", 2, 2)
        looked(data, server, 4)
        assert len(server.log("POST", "/console/api/refresh-token")) == 1
        assert server.log("POST", "/console/api/login") == []
        data.until(lambda: state(data, c) in ("up", "slow"))


def test_a_wrong_password_is_tried_once_by_all(worker, server):
    """Five tries would lock the account."""
    data = worker
    c = by_password(data, server, "wrong-password-1")
    with another_worker(data):
        data.until(lambda: state(data, c) == "refused")
        data.stop()
        data.start()
        for _ in range(2):
            data.sql("UPDATE connections SET next_check_at = 0,"
                     " checked_at = 0")
            data.until(lambda: data.row("connections", c)["checked_at"])
    assert len(server.log("POST", "/console/api/login")) == 1
    job = data.wait(data.job("test_connection", {"connection_id": c}), 30)
    assert job["result"]["ok"] is False
    assert len(server.log("POST", "/console/api/login")) == 2
