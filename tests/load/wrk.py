"""Runs wrk and reads its figures."""
import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def wrk(url, seconds, connections=16, script="wrk.lua", token="", **env):
    """The figures of one run; `rate` is requests a second."""
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout",
            "10s", "-s", str(HERE / script)]
    if token:
        argv += ["-H", f"Authorization: Bearer {token}"]
    done = subprocess.run([*argv, url], capture_output=True, text=True,
                          cwd=ROOT, env={**os.environ, **env})
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    figures["rate"] = figures["requests"] / figures["seconds"]
    return figures
