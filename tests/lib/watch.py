"""Listens to /api/events in a thread and notes when what came."""
import http.client
import json
import socket
import threading
import time
from urllib.parse import urlsplit


class Watch:
    def __init__(self, client, last_id=None):
        headers = {"Accept": "text/event-stream", "Authorization":
                   client.http.headers["Authorization"]}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        self.http = http.client.HTTPConnection(urlsplit(client.url).netloc,
                                               timeout=60)
        self.http.request("GET", "/api/events", headers=headers)
        self.socket = self.http.sock
        self.answer = self.http.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.events = []      # (seconds, id, event, data)
        self.comments = []    # seconds
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        event = {}
        try:
            while line := self.answer.readline():
                line = line.decode().rstrip("\r\n")
                if line.startswith(":"):
                    self.comments.append(time.monotonic())
                elif line:
                    name, _, value = line.partition(":")
                    event[name] = value.removeprefix(" ")
                elif event:
                    self._note(event)
                    event = {}
        except (OSError, http.client.HTTPException):
            pass

    def _note(self, event):
        if "data" in event:
            self.events.append((time.monotonic(), event.get("id"),
                                event.get("event", "message"),
                                json.loads(event["data"])))

    def of(self, kind):
        return [data for _, _, event, data in list(self.events)
                if event == kind]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(2)
        self.http.close()
