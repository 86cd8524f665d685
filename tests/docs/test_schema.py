"""A migration that makes a table anew keeps what is in it."""
import sqlite3
from pathlib import Path

FILES = sorted((Path(__file__).parents[2] / "schema").glob("[0-9]*.sql"))


def before(number):
    """A database as it was before that migration, and the migration."""
    db = sqlite3.connect(":memory:")
    db.execute("PRAGMA foreign_keys = ON")
    for path in FILES[:number - 1]:
        db.executescript(path.read_text())
    db.row_factory = sqlite3.Row
    return db, FILES[number - 1].read_text()


def rows(db):
    return [dict(row) for row in db.execute("SELECT * FROM jobs ORDER BY id")]


def test_jobs_are_kept():
    db, migration = before(29)
    names = [row["name"] for row in db.execute("PRAGMA table_info(jobs)")]
    for number, state in enumerate(("queued", "running", "succeeded",
                                    "failed", "cancelled")):
        texts = {name: f"{name} {number}" for name in names}
        numbers = {name: 10 * number + i for i, name in enumerate(
            ("attempts", "cancel", "lease_until", "run_after", "created_at",
             "started_at", "finished_at"))}
        job = {**texts, **numbers, "state": state}
        db.execute(f"INSERT INTO jobs ({', '.join(job)})"
                   f" VALUES ({', '.join('?' * len(job))})",
                   list(job.values()))
    kept = rows(db)
    db.executescript(migration)
    assert rows(db) == kept
    assert len(kept) == 5
