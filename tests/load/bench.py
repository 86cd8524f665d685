#!/usr/bin/python3
"""Prints what the studio costs: memory, start of an endpoint, throughput
beside a FastCGI program that does nothing, runs beside runs straight at Dify,
and watching over many workflows. `make bench` runs it."""
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "sandbox"), str(TESTS), str(TESTS / "load")]

from lib import dsl, procs  # noqa: E402
from lib.servers import free_port, process  # noqa: E402
from lib.studio import BUILD  # noqa: E402
from lib.world import world  # noqa: E402
import many  # noqa: E402
import runpath  # noqa: E402
from wrk import wrk  # noqa: E402

SECONDS, STARTS, ROWS, PAGE = 4, 31, 200, 50
TOKEN_MS = 20  # of the model in a run that asks one
NULL_CONF = """
server.document-root = "{folder}"
server.port = {port}
server.bind = "127.0.0.1"
server.modules = ("mod_fastcgi")
fastcgi.server = ("/null" => (("socket" => "{folder}/null.sock",
  "bin-path" => "{program} {size}", "check-local" => "disable",
  "min-procs" => {procs}, "max-procs" => {procs})))
"""


def show(what, value, unit, aim=""):
    print(f"{what:<44} {value:>10} {unit:<12} {aim}", flush=True)


def idle_memory(studio):
    time.sleep(3)
    family = [p for p in procs.below(os.getpid())
              if p.pid == studio.child.pid or p in studio.processes()]
    by_name = {}
    for p in family:
        if "python" in p.name:
            continue
        by_name[p.name] = by_name.get(p.name, 0) + p.pss_kb()
    for name, kb in sorted(by_name.items(), key=lambda x: -x[1]):
        show("  " + name, f"{kb / 1024:.2f}", "MB")
    show("idle PSS, all but the sandbox", f"{sum(by_name.values()) / 1024:.1f}",
         "MB", "aim <= 15")


def first_answer(made, name, path):
    """Milliseconds from exec to the first byte, as plain CGI."""
    env = {**os.environ, "DATA": str(made.studio.data),
           "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
           "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_URI": path,
           "SCRIPT_NAME": path, "QUERY_STRING": "",
           "REMOTE_ADDR": "127.0.0.1", "HTTP_AUTHORIZATION":
               made.api.http.headers["Authorization"]}
    times = []
    for _ in range(STARTS):
        start = time.perf_counter()
        with subprocess.Popen([BUILD / "cgi-bin" / f"{name}.fcgi"], env=env,
                              stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              stdout=subprocess.PIPE) as child:
            first = child.stdout.read(1)
            times.append((time.perf_counter() - start) * 1000)
            rest = child.stdout.read()
        assert first and b"Status: 200" in first + rest, first + rest
    return statistics.median(times)


def null(folder, size, count):
    """The context of a lighttpd before `count` null programs; -> port."""
    port = free_port()
    conf = Path(folder) / "null.conf"
    conf.write_text(NULL_CONF.format(
        folder=folder, port=port, size=size, procs=count,
        program=BUILD / "tests" / "null.fcgi"))
    return port, process(["/usr/sbin/lighttpd", "-D", "-f", conf], port,
                         stderr=subprocess.DEVNULL)


def commits(folder, body):
    """Rows a second that hold no more than body, each in a durable commit."""
    db = sqlite3.connect(Path(folder) / "commits.db", isolation_level=None)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "CREATE TABLE t (body TEXT)")
    start, n = time.monotonic(), 0
    while time.monotonic() < start + 1:
        db.execute("INSERT INTO t VALUES (?)", (body,))
        n += 1
    db.close()
    return n / (time.monotonic() - start)


def throughput(made, folder):
    token = made.api.http.headers["Authorization"].removeprefix("Bearer ")
    url = made.studio.url
    count = max(1, len(made.studio.named("workflows.fcgi")))
    size = len(made.api.call("GET", f"/api/workflows?limit={PAGE}").content)
    body = Path(folder) / "body.json"
    body.write_text(json.dumps({"dsl": dsl.small("Bench"),
                                "deploy": False}))
    port, server = null(folder, size, count)
    with server:
        bare = wrk(f"http://127.0.0.1:{port}/null", SECONDS)
        posted = wrk(f"http://127.0.0.1:{port}/null", SECONDS,
                     script="post.lua", WRK_BODY=str(body))
    listed = wrk(f"{url}/api/workflows?limit={PAGE}", SECONDS, token=token)
    created = wrk(f"{url}/api/workflows", SECONDS, token=token,
                  script="post.lua", WRK_BODY=str(body))
    for what, ours, other in (("list", listed, bare),
                              ("create", created, posted)):
        show(f"{what}, 16 connections", f"{ours['rate']:.0f}", "requests/s",
             f"p95 {ours['p95_ms']:.1f} ms, failed "
             f"{ours['status'] + ours['broken']}")
        show(f"  null program, {count} processes", f"{other['rate']:.0f}",
             "requests/s", f"ratio {ours['rate'] / other['rate']:.2f}, "
             "aim >= 0.8")
    show("  its body as a row, a commit each, 1 writer",
         f"{commits(folder, body.read_text()):.0f}", "rows/s")


def run_path(made, what, workflow, seconds, modes):
    for connections in (1, 16):
        ms = runpath.compare(made, workflow, connections, seconds, modes)
        show(f"{what}, {connections} connections",
             f"{statistics.median(ms['studio']):.1f}", "ms median",
             "the sandbox Dify on the last core alone")
        for mode in modes:
            more = sorted(ours - straight for ours, straight
                          in zip(ms["studio"], ms[mode]))
            show(f"  straight at Dify, {mode}",
                 f"{statistics.median(ms[mode]):.1f}", "ms median",
                 f"difference {statistics.median(more):.1f} ms "
                 f"({more[0]:.1f} to {more[-1]:.1f})"
                 + (", aim <= 2" if mode == "streaming" else ""))


def watching(made):
    found = many.measure(made)
    what = f"{many.WORKFLOWS} workflows, {many.RUNNING} running"
    show(what, f"{found['rate']:.2f}", "requests/s", "of the poller, aim < 3")
    show("  the worker's share of a core", f"{100 * found['share']:.2f}", "%",
         "aim < 2")
    show("  a page of the list, p95", f"{found['list_ms']:.1f}", "ms",
         "aim < 30")
    show("  a search in their DSLs, p95", f"{found['search_ms']:.1f}", "ms",
         "aim < 50")


def main():
    procs.adopt_orphans()
    with world() as made, tempfile.TemporaryDirectory() as folder:
        for n in range(ROWS):
            made.api.create(dsl.small(f"Workflow {n}"), deploy=False)
        idle_memory(made.studio)
        for name, path in (("models", "/api/models"),
                           ("workflows", "/api/workflows"),
                           ("jobs", "/api/jobs")):
            show(f"first answer of {name} after exec",
                 f"{first_answer(made, name, path):.1f}", "ms",
                 "aim <= 15")
        run_path(made, "run without a model", dsl.small("Run path"),
                 1, ("streaming", "blocking"))
        throughput(made, folder)
    with world(llm_options=("--delay-ms", str(TOKEN_MS))) as made:
        # A model of the sandbox takes its time only where it streams.
        run_path(made, "run of a model", dsl.asking("Run path"),
                 2, ("streaming",))
    with world() as made:
        watching(made)


if __name__ == "__main__":
    main()
