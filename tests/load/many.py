"""A thousand workflows in Dify, twenty of them running: what watching over
them costs, and how long lists and searches take meanwhile."""
import contextlib
import copy
import http.client
import http.server
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

from lib import dsl

WORKFLOWS, RUNNING, WATCH_SECONDS, CALLS = 1000, 20, 30, 300
SETTLE_SECONDS = 5
# More than the studio keeps the answers of.
PAGES = [f"/api/workflows?limit={n}" for n in range(31, 51)]
TOPICS = ("退款审批流程", "发票识别", "weather report", "客服问答分类",
          "score grading", "翻译校对", "meeting minutes", "合同审查")
WORDS = ("退款", "审批流程", "weather", "grading", "翻", "minutes score",
         "nothing of the kind")


class Silent(http.server.BaseHTTPRequestHandler):
    """Says nothing until the bench is over."""

    def do_GET(self):
        self.server.over.wait(300)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def silent_server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    server.daemon_threads = True
    server.over = threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def waiting(name, url):
    """A small workflow that asks an address on its way."""
    made = copy.deepcopy(dsl.small(name))
    graph = made["workflow"]["graph"]
    ask = {"id": "1003", "type": "custom", "position": {"x": 232, "y": 282},
           "data": {"type": "http-request", "title": "Ask", "desc": "",
                    "method": "get", "url": url, "headers": "", "params": "",
                    "variables": [], "body": {"type": "none", "data": []},
                    "authorization": {"type": "no-auth", "config": None},
                    "timeout": {"connect": 10, "read": 300, "write": 10}}}
    graph["nodes"].insert(1, ask)
    (edge,) = graph["edges"]
    second = copy.deepcopy(edge)
    edge.update(id="1001-source-1003-target", target="1003")
    edge["data"].update(targetType="http-request")
    second.update(id="1003-source-1002-target", source="1003")
    second["data"].update(sourceType="http-request")
    graph["edges"].append(second)
    return made


def fill(made, count):
    """Deploys them all, a few at a time."""
    def one(n):
        topic = TOPICS[n % len(TOPICS)]
        return made.api.create(dsl.small(f"{topic} {n}")).json()["id"]
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))




def p95_ms(made, paths):
    """Of CALLS requests one after the other, over one connection."""
    at = urlsplit(made.studio.url)
    line = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    headers = {"Authorization": made.api.http.headers["Authorization"]}
    times = []
    for n in range(CALLS):
        start = time.perf_counter()
        line.request("GET", paths[n % len(paths)], headers=headers)
        answer = line.getresponse()
        answer.read()
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status == 200
    return statistics.quantiles(times, n=20)[-1]


def begin_runs(made, url):
    for n in range(RUNNING):
        w = made.api.create(waiting(f"Waiting {n}", url)).json()["id"]
        made.api.post(f"/api/workflows/{w}/run", {"inputs": {"q": "x"}}, 202)
    end = time.monotonic() + 60
    while made.dify.state()["runs"].get("running", 0) < RUNNING:
        assert time.monotonic() < end, made.dify.state()["runs"]
        time.sleep(0.2)


def measure(made):
    """{requests a second, worker's share of a core, p95 of list and search}."""
    with silent_server() as url:
        fill(made, WORKFLOWS - RUNNING)
        begin_runs(made, url)
        time.sleep(SETTLE_SECONDS)
        (worker,) = made.studio.named("dify-studio-worker")
        before = made.dify.state()["requests"]
        spent, began = worker.cpu_seconds(), time.monotonic()
        time.sleep(WATCH_SECONDS)
        seconds = time.monotonic() - began
        spent = worker.cpu_seconds() - spent
        asked = made.dify.state()["requests"] - before - 1
        return {"rate": asked / seconds, "share": spent / seconds,
                "list_ms": p95_ms(made, PAGES),
                "search_ms": p95_ms(made, [f"{page}&q={quote(w)}"
                                           for page in PAGES for w in WORDS])}
