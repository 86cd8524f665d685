"""Many generations at once: who asks for them, and what the workers that do
them cost meanwhile."""
import contextlib
import json
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]),
                str(Path(__file__).parents[1] / "worker")]

from data import Data, new_id, now  # noqa: E402
from lib.procs import Proc, below  # noqa: E402
from lib.servers import sandbox_llm  # noqa: E402
from remote import Redis, Remote  # noqa: E402

TOKEN_MS = 20
PROMPTS = [json.loads(line)["prompt"] for line in (
    Path(__file__).parents[1] / "data/prompts.jsonl").open(encoding="utf-8")]


class Place:
    """A data folder with a model that writes a token each 20 ms, a worker, and
    with a queue workers elsewhere."""

    def __init__(self, folder, llm, at_once, elsewhere=0):
        folder = Path(folder)
        (folder / "data").mkdir(parents=True)
        self.data = Data(folder / "data")
        self.data.env["LLM_CONCURRENCY"] = str(at_once)
        self.model = self.data.model(llm, timeout_s=120)
        self.redis, self.remotes, self.folder = None, [], folder
        if elsewhere:
            self.redis = Redis(folder / "redis")
            self.data.env["STUDIO_QUEUE"] = self.redis.url
        self.elsewhere, self.at_once = elsewhere, at_once

    def start(self):
        self.data.start()
        for n in range(self.elsewhere):
            self.remotes.append(Remote(
                self.folder / f"worker{n}", self.redis.url,
                self.data.master.hex(), LLM_CONCURRENCY=str(self.at_once)))
        return self

    def ask(self, *users):
        """Queues so many for each user, in one transaction: {id: user}."""
        jobs = {new_id(): f"user{u}" for u, n in enumerate(users)
                for _ in range(n)}
        rows = [(job, user, self.model, json.dumps({
            "prompt": PROMPTS[n % len(PROMPTS)], "model_id": self.model}),
            now()) for n, (job, user) in enumerate(jobs.items())]
        self.data.sql_many(
            "INSERT INTO jobs (id, kind, user_id, lane, payload, created_at)"
            " VALUES (?, 'generate', ?, ?, ?, ?)", rows)
        self.data.wake()
        return jobs

    def pids(self):
        return [self.data.worker.pid] + [r.child.pid for r in self.remotes]

    def left(self):
        return self.data.sql("SELECT count(*) AS n FROM jobs WHERE state IN"
                             " ('queued', 'running')")[0]["n"]

    def ended_once(self, jobs):
        """All succeeded, each told once and with one row."""
        states = {r["id"]: r["state"] for r in self.data.sql(
            "SELECT id, state FROM jobs")}
        assert {states[j] for j in jobs} == {"succeeded"}, [
            dict(r) for r in self.data.sql(
                "SELECT id, state, error FROM jobs"
                " WHERE state <> 'succeeded' LIMIT 3")]
        ends = [e["id"] for e in self.data.events("job")
                if e["state"] == "succeeded"]
        assert sorted(ends) == sorted(jobs)
        rows = self.data.sql("SELECT job_id FROM generations")
        assert sorted(r["job_id"] for r in rows) == sorted(jobs)

    def stop(self):
        for r in self.remotes:
            r.stop()
        self.data.stop()
        if self.redis:
            self.redis.kill()


@contextlib.contextmanager
def place(folder, at_once, elsewhere=0, token_ms=TOKEN_MS):
    with sandbox_llm("--delay-ms", str(token_ms)) as llm:
        made = Place(folder, llm, at_once, elsewhere)
        try:
            yield made
        finally:
            made.stop()


class Cost:
    """What processes need: the most memory, and their part of a core."""

    def __init__(self, pids):
        self.procs = [Proc(pid, 0, "", ()) for pid in pids]
        self.began, self.cpu = time.monotonic(), self._cpu()
        self.most = dict.fromkeys(pids, 0)
        self.children = 0

    def _cpu(self):
        return {p.pid: p.cpu_seconds() for p in self.procs}

    def look(self):
        for p in self.procs:
            self.most[p.pid] = max(self.most[p.pid], p.pss_kb())
            self.children = max(self.children, len(below(p.pid)))

    def end(self):
        """Seconds, and by process: MB, percent of a core."""
        seconds = time.monotonic() - self.began
        now_cpu = self._cpu()
        return seconds, {pid: (self.most[pid] / 1024, 100 * (
            now_cpu[pid] - self.cpu[pid]) / seconds) for pid in self.most}


def watch(made, seconds):
    """Waits for the end of all, and looks at what it costs."""
    cost, end = Cost(made.pids()), time.monotonic() + seconds
    while made.left():
        assert time.monotonic() < end, f"{made.left()} are not done"
        cost.look()
        time.sleep(0.2)
    return cost
