"""/api/status, /api/health and /metrics"""
import time

import pytest


def test_health_needs_no_one(studio):
    assert studio("GET", "/api/health", role=None).json == {"status": "ok"}


def test_status_of_a_new_studio(studio):
    got = studio("GET", "/api/status", role="viewer").json
    assert got["worker"] == {"alive": False, "last_beat_at": None}
    assert got["jobs"] == {"queued": 0, "running": 0, "failed_24h": 0}
    assert got["queue"] == {"kind": "database", "host": None, "port": None,
                            "up": True}
    assert got["connections"] == [] and got["models"] == []
    assert got["disk"]["free_bytes"] > 0 and got["database"]["bytes"] > 0


@pytest.mark.parametrize("up", [0, 1])
def test_a_queue_of_redis(studio, up):
    """Its password is nobody's business."""
    env = {"STUDIO_QUEUE": "redis://me:secret@redis.example:7000/2"}
    studio.sql("INSERT INTO facts VALUES ('queue_up', ?, 1)", up)
    answer = studio("GET", "/api/status", role="viewer", env=env)
    assert answer.json["queue"] == {"kind": "redis", "host": "redis.example",
                                    "port": 7000, "up": bool(up)}
    assert b"secret" not in answer.body
    metrics = studio("GET", "/metrics", env=env).body.decode()
    assert f'studio_queue_up{{kind="redis"}} {up}\n' in metrics


def test_status_of_one_at_work(studio):
    m = studio.model()
    studio.connection()
    studio("POST", f"/api/models/{m['id']}/test")
    now = int(time.time() * 1000)
    studio.sql("INSERT INTO facts VALUES ('worker_beat_at', ?, ?)", now, now)
    studio.sql("UPDATE models SET last_ok = 0, last_error = 'no'")
    got = studio("GET", "/api/status").json
    assert got["worker"] == {"alive": True, "last_beat_at": now}
    assert got["jobs"]["queued"] == 1
    assert got["connections"][0]["name"] == "home"
    assert got["models"][0]["ok"] is False
    assert got["models"][0]["error"] == "no"


def test_metrics_count_what_was_asked(studio):
    for _ in range(3):
        studio("GET", "/api/models")
    studio("GET", "/api/models/" + "0" * 20)
    answer = studio("GET", "/metrics", role="viewer")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.body.decode().splitlines()

    def value(start):
        found = [line for line in lines if line.startswith(start)]
        assert len(found) == 1, (start, found)
        return float(found[0].rsplit(" ", 1)[1])

    assert value('studio_http_requests_total{method="GET",'
                 'route="/api/models",status="200"}') == 3
    assert value('studio_http_requests_total{method="GET",'
                 'route="/api/models/{id}",status="404"}') == 1
    assert value('studio_http_request_seconds_count{route="/api/models"}') == 3
    assert value('studio_jobs_open{state="queued"}') == 0
