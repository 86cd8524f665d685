"""Starting and stopping: what a person at a console meets."""
import os
import signal
import socket
import sqlite3
import subprocess

import pytest

from lib import dsl as dsl_of
from lib import procs
from lib.client import Client
from lib.servers import free_port, wait_for
from lib.studio import COMMAND, ROOT, Studio


def refused(data, seconds=15, **env):
    """The output of a start that must fail with status 1 and one line."""
    done = subprocess.run(
        list(map(str, COMMAND)), cwd=ROOT, timeout=seconds,
        capture_output=True, text=True,
        env={**os.environ, "DATA": str(data), "PORT": str(free_port()),
             **env})
    said = (done.stdout + done.stderr).strip()
    assert done.returncode == 1, said
    assert len(said.splitlines()) == 1, said
    return said


@pytest.fixture
def sandboxed(tmp_path):
    """A studio with nothing configured: it brings the sandbox."""
    studio = Studio(tmp_path / "data")
    yield studio
    if studio.child:
        studio.stop()


def test_nothing_configured(sandboxed):
    """Sentence to run with the sandbox that comes along, twice on the same
    data; the data folder is private; nothing is left behind."""
    sandboxed.start()
    api = sandboxed.sign_in()
    token = sandboxed.output.find(r"#setup=([\w-]+)").group(1)
    assert os.stat(sandboxed.data).st_mode & 0o777 == 0o700
    connection, = api.get("/api/connections")["items"]
    assert connection["is_sandbox"]
    wait_for(lambda: api.get("/api/connections")["items"][0]["state"] == "up",
             30, "the sandbox is up, too")
    made = api.create(api.generate("Summarise a mail").json()).json()
    status, left = sandboxed.stop()
    assert status == 0 and left == []

    sandboxed.start()
    stranger = Client(sandboxed.url)
    answer = stranger.post("/api/auth/setup", {"token": token})
    assert answer.status_code in (401, 403, 404, 409, 410)
    run = api.run(made["id"], {"text": "hello"})
    assert run["status"] == "succeeded", run["error"]
    api.create(dsl_of.small("Second start"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_whole(sandboxed, number):
    sandboxed.start()
    family = sandboxed.processes()
    assert {"lighttpd", "dify-studio-worker"} <= {p.name for p in family}
    status, left = sandboxed.stop(number)
    assert left == [] and procs.gone(family, 1) == []
    assert status in (0, 128 + number, -number)
    files = {p.name for p in sandboxed.data.iterdir()}
    assert "studio.db" in files and "studio.db-wal" not in files


def test_setup_token_is_good_once(sandboxed):
    sandboxed.start()
    token = sandboxed.output.find(r"#setup=([\w-]+)").group(1)
    assert Client(sandboxed.url).post(
        "/api/auth/setup", {"token": token[:-1] + "?"}).status_code >= 400
    Client(sandboxed.url).setup(token)
    assert Client(sandboxed.url).post(
        "/api/auth/setup", {"token": token}).status_code >= 400


def test_whatever_dies_is_started_again(sandboxed):
    sandboxed.start()
    for name in ("dify-studio-worker", "lighttpd", "workflows.fcgi"):
        old = {p.pid for p in sandboxed.kill(name)}
        wait_for(lambda n=name: [p for p in sandboxed.named(n)
                                 if p.pid not in old], 15, name)
        wait_for(Client(sandboxed.url).healthy, 15, "health")


def test_taken_port(tmp_path):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        assert str(port) in refused(tmp_path / "data", PORT=str(port))


def test_data_folder_that_cannot_be_made():
    assert "/proc/nowhere" in refused("/proc/nowhere")


def test_damaged_database(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "studio.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    assert "studio.db" in refused(data)


def test_database_of_a_newer_program(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    db = sqlite3.connect(data / "studio.db")
    db.execute("PRAGMA user_version = 9999")
    db.execute("CREATE TABLE t (a)")
    db.commit()
    db.close()
    assert "newer" in refused(data)


def test_path_too_long_for_a_socket(tmp_path):
    assert "too long" in refused(tmp_path / ("d" * 120))


@pytest.mark.parametrize("name,value", [
    ("PORT", "http"), ("PORT", "70000"), ("DIFY_BASE_URL", "ftp://x")])
def test_bad_setting_is_named(tmp_path, name, value):
    assert name in refused(tmp_path / "data", **{name: value})
