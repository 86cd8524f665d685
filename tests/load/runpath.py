"""How long a run takes through the studio and straight at Dify."""
import contextlib
import json
import os

from lib import procs
from wrk import wrk

INPUTS = {"q": "hello"}
ROUNDS = 25


def deployed(made, dsl):
    """-> the studio's id of a workflow in Dify, and its key there."""
    w = made.api.create(dsl).json()
    app = f"{made.dify.url}/console/api/apps/{w['app_id']}/api-keys"
    keys = made.api.http.get(app, timeout=10, headers={
        "Authorization": "Bearer " + made.admin_key,
        "X-WORKSPACE-ID": made.workspace()}).json()["data"]
    return w["id"], keys[0]["token"]


def median(url, token, folder, body, seconds, connections, **env):
    """In ms, of runs that each connection begins one after the other."""
    file = folder / "run.json"
    file.write_text(json.dumps({"inputs": INPUTS, **body}))
    found = wrk(url, seconds, connections, "post.lua", token,
                WRK_BODY=str(file), WRK_WANT="succeeded", **env)
    assert found["requests"] and not (
        found["status"] + found["broken"] + found["unwanted"]), found
    return found["p50_ms"]


@contextlib.contextmanager
def dify_apart():
    """A core for the sandbox Dify alone, as if it had its own machine; the
    others are for the studio, the model and who calls. Threads of Python that
    wake each other on several cores take twice as long."""
    def share(dify, rest):
        os.sched_setaffinity(0, rest)
        for p in procs.below(os.getpid()):
            is_dify = any(a.endswith("/dify.py") for a in p.argv)
            p.keep_to(dify if is_dify else rest)

    cores = os.sched_getaffinity(0)
    last = {max(cores)}
    share(last, cores - last or last)
    try:
        yield
    finally:
        share(cores, cores)


def compare(made, dsl, connections, seconds, modes):
    """Medians in ms of each round, by way: through the studio; straight at
    Dify in each of the modes: streaming, as the studio does, which tells of
    each node; blocking, told only the end. They take turns, so that a change
    of the machine's speed meets all."""
    workflow, key = deployed(made, dsl)
    token = made.api.http.headers["Authorization"].removeprefix("Bearer ")

    def ours():
        return median(f"{made.studio.url}/api/workflows/{workflow}/run",
                      token, made.folder, {}, seconds, connections,
                      WRK_PREFER="wait=30")

    def straight(mode):
        return lambda: median(
            f"{made.dify.url}/v1/workflows/run", key, made.folder,
            {"user": "bench", "response_mode": mode}, seconds, connections)

    ways = {"studio": ours, **{mode: straight(mode) for mode in modes}}
    heard = {way: [] for way in ways}
    with dify_apart():
        for _ in range(ROUNDS):
            for way, once in ways.items():
                heard[way].append(once())
    return heard
