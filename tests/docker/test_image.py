"""The image that docker/Dockerfile describes: it builds, runs as nobody in
particular, keeps its data and ends when told."""
import os
import re
import signal
import time
from pathlib import Path

import requests
import yaml
from lib.servers import free_port, wait_for

from tree import ROOT, first_process

SETUP = re.compile(r"http://\S+/#setup=([\w-]+)")


class Container:
    def __init__(self, image, folder):
        self.image = image
        self.port = free_port()
        self.log = folder / f"log-{self.port}"
        with open(self.log, "wb") as log:
            self.started = image.start(log, PORT=self.port)
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(self.healthy, 30, "the health check says yes")

    def healthy(self):
        assert self.started.poll() is None, self.output()
        return self.image.healthy(PORT=self.port)

    def output(self):
        return self.log.read_text()

    def stop(self):
        start = time.monotonic()
        os.kill(first_process(self.started), signal.SIGTERM)
        status = self.started.wait(20)
        return status, time.monotonic() - start


def family(pid):
    """The owners of a process and of all below it."""
    owners = {Path(f"/proc/{pid}").stat().st_uid}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        owners |= family(int(child))
    return owners


def test_runs_unprivileged_and_keeps_its_data(image, tmp_path):
    first = Container(image, tmp_path)
    assert family(first_process(first.started)) == {10001}
    token = SETUP.search(first.output()).group(1)
    answer = requests.post(first.url + "/api/auth/setup", json={
        "token": token, "username": "ada", "password": "correct horse"},
        timeout=10)
    assert answer.status_code == 200, answer.text
    assert requests.get(first.url, timeout=10).status_code == 200
    assert requests.get(first.url + "/api/openapi.json",
                        timeout=10).json()["openapi"].startswith("3.1")
    status, seconds = first.stop()
    assert status == 0, first.output()
    assert seconds < 15

    second = Container(image, tmp_path)
    assert not SETUP.search(second.output())
    answer = requests.post(second.url + "/api/auth/login", json={
        "username": "ada", "password": "correct horse"}, timeout=10)
    assert answer.status_code == 200, answer.text
    second.stop()


def test_has_neither_compiler_nor_sources(image):
    for name in ("gcc", "make", "python3", "git"):
        assert image.tree.run(f"command -v {name}",
                              check=False).returncode != 0, name
    assert not (image.tree.folder / "src").exists()
    assert not (image.tree.folder / "tmp/tools").exists()


def test_data_is_private(image):
    data = image.tree.folder / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert data.stat().st_uid == 10001


def test_compose_describes_the_same_image():
    compose = yaml.safe_load((ROOT / "docker/compose.yaml").read_text())
    studio = compose["services"]["studio"]
    build = studio["build"]
    assert (ROOT / "docker" / build["context"] / build["dockerfile"]) \
        .resolve() == ROOT / "docker/Dockerfile"
    assert any(v.endswith(":/data") for v in studio["volumes"])
    assert studio["environment"]["DATA"] == "/data"
    assert "host.docker.internal:host-gateway" in studio["extra_hosts"]
    assert set(compose["volumes"]) == {"data", "redis"}
    worker, redis = compose["services"]["worker"], compose["services"]["redis"]
    assert worker["image"] == studio["image"] and "worker" == worker["command"]
    assert worker["profiles"] == redis["profiles"] == ["redis"]
    assert not set(worker) & {"volumes", "ports"} and "ports" not in redis
