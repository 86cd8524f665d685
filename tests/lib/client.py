"""The studio's HTTP API, as a machine would use it."""
import json
import time

import requests

JOB_ENDS = ("succeeded", "failed", "cancelled")
IDLE_SECONDS = 5  # after 15 the server ends a connection, which may be just now
RUN_ENDS = ("succeeded", "failed", "stopped", "partial-succeeded", "paused")


class Client:
    def __init__(self, url):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.used_at = 0

    def call(self, method, path, want=None, **more):
        """One request; `want` is the status or statuses to insist on."""
        more.setdefault("timeout", 90)
        if time.monotonic() - self.used_at > IDLE_SECONDS:
            self.http.close()
        self.used_at = time.monotonic()
        answer = self.http.request(method, self.url + path, **more)
        statuses = (want,) if isinstance(want, int) else want
        assert not statuses or answer.status_code in statuses, (
            f"{method} {path}: {answer.status_code} {answer.text[:2000]}")
        return answer

    def get(self, path, want=200, **more):
        return self.call("GET", path, want, **more).json()

    def post(self, path, body=None, want=None, **more):
        return self.call("POST", path, want, json=body, **more)

    def healthy(self):
        try:
            answer = self.http.get(self.url + "/api/health", timeout=2)
        except requests.RequestException:
            return False
        return answer.status_code == 200

    # ---- access ----

    def setup(self, token):
        return self.post("/api/auth/setup", {"token": token}, (200, 201))

    def use_token(self, name="tests", role="admin"):
        """Makes an API token and uses nothing else from now on."""
        made = self.post("/api/auth/tokens", {"name": name, "role": role},
                         (200, 201)).json()
        self.http.cookies.clear()
        self.http.headers["Authorization"] = "Bearer " + made["token"]
        return made

    # ---- jobs ----

    def job(self, job_id, seconds=60):
        """The job once it has ended."""
        end = time.monotonic() + seconds
        while True:
            job = self.get(f"/api/jobs/{job_id}",
                           headers={"Prefer": "wait=20"})
            if job["state"] in JOB_ENDS:
                return job
            assert time.monotonic() < end, f"job is still {job}"
            time.sleep(0.05)

    def succeeded(self, answer, seconds=60):
        """The job of a 202, which must succeed."""
        assert answer.status_code == 202, answer.text
        job = self.job(answer.headers["X-Job-Id"], seconds)
        assert job["state"] == "succeeded", json.dumps(job)[:2000]
        return job

    # ---- the main job ----

    def generate(self, prompt, want=200, headers=None, **more):
        return self.post("/api/workflows/generate-dsl",
                         {"prompt": prompt, **more}, want, headers=headers)

    def create(self, dsl, want=201, headers=None, **more):
        body = {"dsl": dsl, **more} if more else dsl
        return self.post("/api/workflows", body, want, headers=headers)

    def deploy(self, workflow_id, **more):
        return self.succeeded(self.post(
            f"/api/workflows/{workflow_id}/deploy", more))

    def run(self, workflow_id, inputs, query=None, seconds=60):
        """The finished run."""
        body = {"inputs": inputs}
        if query is not None:
            body["query"] = query
        answer = self.post(f"/api/workflows/{workflow_id}/run", body, 202)
        self.job(answer.headers["X-Job-Id"], seconds)
        return self.get(f"/api/runs/{answer.json()['run_id']}")

    def workflow(self, workflow_id):
        return self.get(f"/api/workflows/{workflow_id}")

    def all(self, path, **params):
        """Every item of a list, page by page."""
        items, after = [], None
        while True:
            page = self.get(path, params={**params, "limit": 100,
                                          "after": after})
            items += page["items"]
            after = page["next"]
            if not after:
                return items
