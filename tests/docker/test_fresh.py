"""A fresh Debian 12 with nothing but git and make: `make run` does the rest."""
import os
import re
import signal
import subprocess

import requests
from lib.servers import free_port, wait_for

from tree import ROOT, first_process

PLAIN_PATH = "/usr/local/bin:/usr/bin:/bin"  # a user's, without sbin


def install(fresh, *names):
    fresh.run("apt-get update && apt-get install -y --no-install-recommends "
              + " ".join(names), env={"DEBIAN_FRONTEND": "noninteractive"})


def clone(fresh, to):
    subprocess.run(["git", "clone", "--quiet", str(ROOT),
                    str(fresh.folder / to.lstrip("/"))], check=True)


def test_says_what_to_run_without_root_and_sudo(fresh):
    install(fresh, "make")
    clone(fresh, "/src")
    done = fresh.run("make run", check=False, cwd="/src", user="1000:1000")
    assert done.returncode != 0
    line = next(x for x in done.stdout.splitlines() if x.startswith("su -c"))
    assert "lighttpd" in line and "gcc" in line
    assert "chromium" not in line


def test_make_run_sets_itself_up(fresh, tmp_path):
    install(fresh, "git", "make")
    clone(fresh, "/src")
    policy = fresh.folder / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 7\n")
    port = free_port()
    with open(tmp_path / "log", "wb") as log:
        started = fresh.start("make run", log, cwd="/src",
                              env={"PATH": PLAIN_PATH, "PORT": port})
    try:
        wait_for(lambda: answers(port, started, tmp_path / "log"), 600,
                 "the studio answers")
        text = (tmp_path / "log").read_text()
        assert re.search(r"deps: installing .*lighttpd", text)
        assert re.search(rf"http://127.0.0.1:{port}/#setup=\S+", text)
        assert policy.read_text() == "#!/bin/sh\nexit 7\n"
        wants = fresh.folder / "etc/systemd/system"
        assert not list(wants.glob("*.wants/lighttpd.service"))
        assert not list((fresh.folder / "etc/rc2.d").glob("S*lighttpd"))
        os.kill(first_process(started), signal.SIGTERM)
        started.wait(30)
    finally:
        if started.poll() is None:
            started.kill()
            started.wait()


def answers(port, started, log):
    assert started.poll() is None, log.read_text()[-4000:]
    try:
        return requests.get(f"http://127.0.0.1:{port}/api/health",
                            timeout=2).ok
    except requests.RequestException:
        return False
