"""/api/events: what happens, as it happens."""
import json
import os
import time
from statistics import median

import pytest


class Stream:
    def __init__(self, studio, **headers):
        self.child = studio.begin("GET", "/api/events", role="viewer",
                                  headers=headers)
        os.set_blocking(self.child.stdout.fileno(), False)
        self.text = ""

    def read_until(self, text, seconds=5):
        end = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < end, self.text
            self.text += (self.child.stdout.read() or b"").decode()
            time.sleep(0.01)
        return self.text

    def events(self):
        for block in self.text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\n")
                         if ": " in line)
            if "event" in lines:
                yield int(lines["id"]), lines["event"], json.loads(lines["data"])

    def close(self):
        self.child.stdout.close()
        self.child.terminate()
        self.child.wait(5)


@pytest.fixture
def stream(studio):
    streams = []

    def start(**headers):
        s = Stream(studio, **headers)
        streams.append(s)
        s.read_until("retry: ")
        return s
    yield start
    for s in streams:
        s.close()


def add(studio, text, kind="job"):
    studio.sql("INSERT INTO events (kind, data, created_at) VALUES (?, ?, 1)",
               kind, json.dumps({"text": text}))
    studio.wake()


def test_events_come_as_they_happen(studio, stream):
    add(studio, "before")
    s = stream()
    assert "Content-Type: text/event-stream" in s.text
    took = []
    for i in range(5):
        start = time.monotonic()
        add(studio, f"now {i}", "workflow")
        s.read_until(f"now {i}")
        took.append(time.monotonic() - start)
    assert median(took) < 0.2, took  # who does not hear looks once a second
    assert [(e, d) for _, e, d in s.events()] == [
        ("workflow", {"text": f"now {i}"}) for i in range(5)]


def test_a_stream_goes_on_where_it_was_left(studio, stream):
    for i in range(5):
        add(studio, f"e{i}")
    third = studio.sql("SELECT id FROM events ORDER BY id LIMIT 1 OFFSET 2")
    s = stream(**{"Last-Event-ID": third[0]["id"]})
    s.read_until("e4")
    assert [d["text"] for _, _, d in s.events()] == ["e3", "e4"]


@pytest.mark.parametrize("last", [0, 10 ** 9])
def test_one_who_missed_events_is_told(studio, stream, last):
    for i in range(3):
        add(studio, f"e{i}")
    studio.sql("DELETE FROM events WHERE id < (SELECT max(id) FROM events)")
    s = stream(**{"Last-Event-ID": last})
    s.read_until("event: reset")
    add(studio, "next")
    s.read_until("next")
    assert [d.get("text") for _, _, d in s.events()] == [None, "next"]


def test_more_than_a_batch(studio, stream):
    add(studio, "first")
    first = studio.sql("SELECT max(id) AS id FROM events")[0]["id"]
    db = studio.db()
    db.execute("BEGIN")
    for i in range(350):
        db.execute("INSERT INTO events (kind, data, created_at)"
                   " VALUES ('job', ?, 1)", (json.dumps({"text": i}),))
    db.execute("COMMIT")
    db.close()
    s = stream(**{"Last-Event-ID": first})
    s.read_until('"text": 349')
    assert [d["text"] for _, _, d in s.events()] == list(range(350))


def test_a_stream_ends_with_its_reader(studio, stream):
    s = stream()
    s.child.stdout.close()
    add(studio, "a")
    assert s.child.wait(5) == 0


def test_a_stream_ends_when_it_is_told_to(studio, stream):
    s = stream()
    s.child.terminate()
    assert s.child.wait(5) == 0
