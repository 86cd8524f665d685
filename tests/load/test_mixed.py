"""1,000 mixed requests at 16 connections while jobs run: no 5xx, no lost
write, no process that grows."""
import http.client
import json
import random
import threading

from lib import dsl as dsl_of
from lib.prompts import load

CONNECTIONS, REQUESTS, WARM_UP = 16, 1000, 300
GROWTH_KB = 1024
PROMPTS = [row["prompt"] for row in load()]


class Caller(threading.Thread):
    """One connection; remembers what it was promised."""

    def __init__(self, world, number, count):
        super().__init__()
        self.random = random.Random(number)
        self.ids = world.ids[number::CONNECTIONS]
        self.count, self.number = count, number
        self.headers = {"Content-Type": "application/json",
                        "Authorization":
                            world.api.http.headers["Authorization"]}
        self.http = http.client.HTTPConnection(
            "127.0.0.1", world.studio.port, timeout=30)
        self.statuses, self.names, self.made = [], {}, {}

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body)
        self.http.request(method, path, data, self.headers)
        answer = self.http.getresponse()
        text = answer.read()
        self.statuses.append((answer.status, method, path))
        return json.loads(text) if text[:1] in b"{[" else None

    def read(self):
        one = self.random.choice(self.ids)
        self.call("GET", self.random.choice((
            "/api/workflows?limit=20", "/api/workflows?q=Workflow",
            f"/api/workflows/{one}", f"/api/workflows/{one}/dsl",
            "/api/jobs?limit=20", "/api/status", "/api/models", "/metrics",
            "/api/health")))

    def rename(self):
        one, name = self.random.choice(self.ids), f"Named {self.count}"
        name += f" by {self.number}"
        self.call("PATCH", f"/api/workflows/{one}", {"name": name})
        self.names[one] = name

    def create(self):
        name = f"Made {self.count} by {self.number}"
        made = self.call("POST", "/api/workflows", {
            "dsl": dsl_of.small(name), "deploy": False})
        if self.statuses[-1][0] == 201:
            self.made[made["id"]] = name

    def run(self):
        while self.count:
            self.count -= 1
            way = self.random.random()
            (self.read if way < 0.7 else
             self.rename if way < 0.85 else self.create)()


def volley(world, count):
    callers = [Caller(world, n, count // CONNECTIONS)
               for n in range(CONNECTIONS)]
    for c in callers:
        c.start()
    for c in callers:
        c.join()
    return callers


def memory(world):
    """Private memory by process, of what is not the sandbox."""
    return {(p.pid, p.name): p.memory_kb()
            for p in world.studio.processes() if "python" not in p.name}


def jobs(world, count):
    """Generations that go on while the volley does."""
    world.llm.fault(kind="slow", value=0.01, times=0)
    return [world.api.generate(PROMPTS[n % len(PROMPTS)], 202, {
        "Prefer": "respond-async"}).headers["X-Job-Id"]
        for n in range(count)]


def test_mixed_requests(loaded):
    for job in jobs(loaded, 6):
        loaded.api.job(job)
    volley(loaded, WARM_UP)
    before = memory(loaded)
    open_jobs = jobs(loaded, 6)
    callers = volley(loaded, REQUESTS + CONNECTIONS)
    statuses = [s for c in callers for s in c.statuses]
    assert len(statuses) >= REQUESTS
    assert [s for s in statuses if s[0] >= 400] == []
    for job in open_jobs:
        assert loaded.api.job(job)["state"] == "succeeded"

    kept = {w["id"]: w["name"] for w in loaded.api.all("/api/workflows")}
    for c in callers:
        for promised in (c.names, c.made):
            assert promised.items() <= kept.items()
    assert sum(len(c.made) for c in callers) > 50

    after = memory(loaded)
    assert set(before) == set(after), "a process was replaced"
    grown = {name: after[name] - before[name] for name in before
             if after[name] - before[name] > GROWTH_KB}
    assert grown == {}
