"""State: tables of JSON records in memory, written through to one SQLite file so that a restart keeps them."""
from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import uuid
from typing import Any, Iterator

Record = dict[str, Any]


def new_id() -> str:
    """A fresh UUID text."""
    return str(uuid.uuid4())


def now() -> int:
    """Unix seconds."""
    return int(time.time())


class Table:
    """Records by id, in order of creation."""

    def __init__(self, store: "Store", name: str, limit: int = 0) -> None:
        self._store, self._name, self._limit = store, name, limit
        self._rows: dict[str, Record] = {}

    def load(self, key: str, text: str) -> None:
        """Take a row that the file holds."""
        self._rows[key] = json.loads(text)

    def get(self, key: str | None) -> Record | None:
        """The record of that id, or None."""
        return self._rows.get(key) if key else None

    def put(self, record: Record) -> Record:
        """Store a record under its `id`."""
        self._rows[record["id"]] = record
        self._store.write(self._name, record["id"], json.dumps(record, ensure_ascii=True))
        if self._limit and len(self._rows) > self._limit:
            self.drop(next(iter(self._rows)))
        return record

    def drop(self, key: str) -> None:
        """Remove a record; unknown ids are ignored."""
        if self._rows.pop(key, None) is not None:
            self._store.write(self._name, key, None)

    def all(self) -> list[Record]:
        """All records, oldest first."""
        return list(self._rows.values())

    def newest(self) -> list[Record]:
        """All records, newest first."""
        return list(self._rows.values())[::-1]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self._rows)


TABLES = {
    "meta": 0, "apps": 0, "workflows": 0, "keys": 0, "tags": 0, "datasets": 0, "documents": 0,
    "segments": 0, "runs": 5000, "executions": 5000, "conversations": 2000, "files": 2000,
    "forms": 2000, "users": 0, "triggers": 0, "imports": 200, "devices": 500, "refresh": 2000, "tools": 0,
}


class Store:
    """All tables of one sandbox."""

    def __init__(self, folder: str) -> None:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.folder = folder
        self.lock = threading.RLock()
        self._db = sqlite3.connect(os.path.join(folder, "sandbox.db"), check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS row (tab TEXT, id TEXT, body TEXT, seq INTEGER PRIMARY KEY, UNIQUE(tab, id))")
        self.tables = {name: Table(self, name, limit) for name, limit in TABLES.items()}
        for tab, key, body in self._db.execute("SELECT tab, id, body FROM row ORDER BY seq"):
            if tab in self.tables:
                self.tables[tab].load(key, body)

    def __getattr__(self, name: str) -> Table:
        try:
            return self.__dict__["tables"][name]
        except KeyError:
            raise AttributeError(name) from None

    def write(self, tab: str, key: str, body: str | None) -> None:
        """Write one row through to the file; None removes it."""
        with self.lock:
            if body is None:
                self._db.execute("DELETE FROM row WHERE tab=? AND id=?", (tab, key))
            else:
                self._db.execute(
                    "INSERT INTO row (tab, id, body) VALUES (?,?,?)"
                    " ON CONFLICT (tab, id) DO UPDATE SET body=excluded.body", (tab, key, body))

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._db.close()
