"""How long a run takes through the studio and straight at Dify."""
import http.client
import json
import statistics
import threading
import time
from urllib.parse import urlsplit

INPUTS = {"q": "hello"}
ROUNDS = 9


class Caller:
    """One connection that stays open, and how long each of its calls took."""

    def __init__(self, url, path, key, body, **headers):
        at = urlsplit(url)
        self.http = http.client.HTTPConnection(at.hostname, at.port,
                                               timeout=60)
        self.path, self.body = path, json.dumps(body)
        self.headers = {"Authorization": "Bearer " + key,
                        "Content-Type": "application/json", **headers}
        self.ms = []

    def once(self):
        start = time.perf_counter()
        self.http.request("POST", self.path, self.body, self.headers)
        answer = self.http.getresponse()
        text = answer.read()
        self.ms.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200 and b"succeeded" in text, text


def times(make, connections, calls):
    """Of all calls but the first of each connection, which warm up."""
    callers = [make() for _ in range(connections)]
    trouble = []

    def work(caller):
        try:
            for _ in range(calls + 1):
                caller.once()
        except Exception as error:  # told below, with the others
            trouble.append(error)

    threads = [threading.Thread(target=work, args=(c,)) for c in callers]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not trouble, trouble[0]
    return [ms for c in callers for ms in c.ms[1:]]


def deployed(made, dsl):
    """-> the studio's id of a workflow in Dify, and its key there."""
    w = made.api.create(dsl).json()
    app = f"{made.dify.url}/console/api/apps/{w['app_id']}/api-keys"
    keys = made.api.http.get(app, timeout=10, headers={
        "Authorization": "Bearer " + made.admin_key,
        "X-WORKSPACE-ID": made.workspace()}).json()["data"]
    return w["id"], keys[0]["token"]


def compare(made, dsl, connections, calls, modes):
    """Medians in ms of each round, by way: through the studio; straight at
    Dify in each of the modes: streaming, as the studio does, which tells of
    each node; blocking, told only the end. They take turns, so that a change
    of the machine's speed meets all."""
    workflow, key = deployed(made, dsl)
    token = made.api.http.headers["Authorization"].removeprefix("Bearer ")

    def ours():
        return Caller(made.studio.url, f"/api/workflows/{workflow}/run",
                      token, {"inputs": INPUTS}, Prefer="wait=30")

    def straight(mode):
        return lambda: Caller(made.dify.url, "/v1/workflows/run", key, {
            "inputs": INPUTS, "user": "bench", "response_mode": mode})

    ways = {"studio": ours, **{mode: straight(mode) for mode in modes}}
    heard = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, make in ways.items():
            heard[way].append(
                statistics.median(times(make, connections, calls)))
    return heard
