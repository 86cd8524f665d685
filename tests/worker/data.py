"""A data folder of one's own with a worker on it: rows go in, jobs come out."""
import ctypes
import ctypes.util
import hashlib
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = Path(os.environ.get("B", ROOT / "build")).resolve()
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PURPOSES = {"connection": 1, "model": 2, "app_key": 3, "dsl": 4}

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
assert _sodium.sodium_init() >= 0


def now():
    return int(time.time() * 1000)


def new_id():
    stamp, out = now(), ""
    for _ in range(8):
        out = ALPHABET[stamp & 31] + out
        stamp >>= 5
    return out + "".join(secrets.choice(ALPHABET) for _ in range(12))


def _key(master, purpose):
    out = ctypes.create_string_buffer(32)
    _sodium.crypto_kdf_derive_from_key(
        out, ctypes.c_size_t(32), ctypes.c_uint64(PURPOSES[purpose]),
        b"studio01", master)
    return out.raw


def seal(master, purpose, text):
    """What lib/io/seal.c makes of a text."""
    nonce, data = secrets.token_bytes(24), text.encode()
    out = ctypes.create_string_buffer(len(data) + 16)
    _sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, None, data, ctypes.c_ulonglong(len(data)), None,
        ctypes.c_ulonglong(0), None, nonce, _key(master, purpose))
    return nonce + out.raw


class Data:
    """The folder; every call opens the database anew."""

    def __init__(self, path):
        self.path = Path(path)
        self.env = dict(os.environ, DATA=str(path), LOG_LEVEL="1")
        self.worker = None
        subprocess.run([BUILD / "bin/dify-studio", "--programs", BUILD,
                        "--share", ROOT, "migrate"],
                       env=self.env, check=True, capture_output=True)
        key = self.path / "secret.key"
        if not key.exists():
            key.write_text(secrets.token_hex(32) + "\n")
            key.chmod(0o600)
        (self.path / "wake").mkdir(exist_ok=True)
        (self.path / "spool").mkdir(exist_ok=True)
        self.master = bytes.fromhex(key.read_text())

    def sql(self, text, *values):
        db = sqlite3.connect(self.path / "studio.db", timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                return db.execute(text, values).fetchall()
        finally:
            db.close()

    def sql_many(self, text, rows):
        """The same statement for each row, in one transaction."""
        db = sqlite3.connect(self.path / "studio.db", timeout=10)
        try:
            with db:
                db.executemany(text, rows)
        finally:
            db.close()

    def insert(self, table, **row):
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self.sql(f"INSERT INTO {table} ({names}) VALUES ({marks})",
                 *row.values())
        return row.get("id")

    def model(self, url, name="planner", model="sandbox-fast", key=None,
              timeout_s=30, **more):
        return self.insert(
            "models", id=new_id(), name=name, base_url=url, model=model,
            api_key=key and seal(self.master, "model", key),
            timeout_s=timeout_s, created_at=now(), updated_at=now(), **more)

    def connection(self, url, secret, name="dify", auth="admin_key", **more):
        return self.insert(
            "connections", id=new_id(), name=name, base_url=url, auth=auth,
            secret=seal(self.master, "connection", secret), secret_hint="",
            created_at=now(), updated_at=now(), **more)

    def secret(self, text):
        """A secret kept apart from its DSL: what stands in its place."""
        sid = self.insert("dsl_secrets", id=new_id(),
                          hash=secrets.token_bytes(32),
                          secret=seal(self.master, "dsl", text),
                          created_at=now())
        return "studio-secret:" + sid

    def workflow(self, dsl, name=None, connection=None):
        wid = self.insert(
            "workflows", id=new_id(), name=name or dsl["app"]["name"],
            mode=dsl["app"]["mode"], connection_id=connection,
            last_status_at=now(), created_at=now(), updated_at=now())
        self.version(wid, dsl)
        return wid

    def version(self, workflow, dsl):
        number = self.sql("SELECT count(*) + 1 AS n FROM versions "
                          "WHERE workflow_id = ?", workflow)[0]["n"]
        text = json.dumps(dsl, ensure_ascii=False).encode()
        digest = hashlib.blake2b(text, digest_size=32).digest()
        self.sql("INSERT OR IGNORE INTO dsl_texts (hash, bytes, packed)"
                 " VALUES (?, ?, ?)", digest, len(text), zlib.compress(text))
        self.insert("versions", workflow_id=workflow, number=number,
                    hash=digest, origin="edited", created_at=now())

    def dsl(self, workflow, number=1):
        """A version as it stands in the database."""
        row = self.sql("SELECT packed FROM versions JOIN dsl_texts USING"
                       " (hash) WHERE workflow_id = ? AND number = ?",
                       workflow, number)[0]
        return json.loads(zlib.decompress(row["packed"]))

    def job(self, kind, payload, workflow=None, **more):
        lane = None if kind == "test_model" else payload.get("model_id")
        jid = self.insert("jobs", id=new_id(), kind=kind, lane=lane,
                          payload=json.dumps(payload), workflow_id=workflow,
                          created_at=now(), **more)
        self.wake()
        return jid

    def wake(self):
        path = self.path / "wake/job"
        path.touch()
        os.utime(path)

    def conversation(self, workflow):
        return self.insert(
            "conversations", id=new_id(), workflow_id=workflow, title="t",
            app_id=self.row("workflows", workflow)["dify_app_id"],
            created_at=now())

    def run(self, workflow, inputs, query=None, conversation=None,
            end_user=None):
        """A queued run and its job: (run id, job id)."""
        rid, jid = new_id(), new_id()
        self.insert("runs", id=rid, workflow_id=workflow, job_id=jid,
                    inputs=json.dumps(inputs), created_at=now(), query=query,
                    conversation_id=conversation, end_user=end_user)
        self.insert("jobs", id=jid, kind="run", workflow_id=workflow,
                    payload=json.dumps({"run_id": rid, "query": query}),
                    created_at=now())
        self.wake()
        return rid, jid

    def input_file(self, name, content, connection):
        """A file that was uploaded for a run: what an input says of it."""
        uid = self.insert(
            "uploads", id=new_id(), connection_id=connection, dataset_id="",
            filename=name, size=len(content), received=len(content),
            state="queued", purpose="input", created_at=now(),
            updated_at=now())
        (self.path / "spool" / uid).write_bytes(content)
        return {"type": "document", "transfer_method": "local_file",
                "upload_id": uid, "name": name, "size": len(content)}

    def cancel(self, job):
        self.sql("UPDATE jobs SET cancel = 1 WHERE id = ?", job)
        self.wake()

    def row(self, table, rid):
        rows = self.sql(f"SELECT * FROM {table} WHERE id = ?", rid)
        return dict(rows[0]) if rows else None

    def events(self, kind):
        return [json.loads(r["data"]) for r in self.sql(
            "SELECT data FROM events WHERE kind = ? ORDER BY id", kind)]

    def wait(self, job, seconds=20):
        """The job when it has ended; result and error as objects."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            row = self.row("jobs", job)
            if row["state"] in ("succeeded", "failed", "cancelled"):
                for name in ("result", "error", "progress", "memo"):
                    row[name] = row[name] and json.loads(row[name])
                return row
            assert self.worker is None or self.worker.poll() is None, \
                "the worker ended: " + self.log()[-2000:]
            time.sleep(0.03)
        raise AssertionError(f"job {job} is {row['state']} after {seconds} s:"
                             f" {row['progress']} {row['memo']}"
                             f"\n{self.log()[-1500:]}")

    def until(self, holds, seconds=20):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.log()[-2000:]
            time.sleep(0.02)

    # ---- the worker ----

    def start(self):
        self.log_file = open(self.path / "worker.log", "ab")
        self.worker = subprocess.Popen(
            [BUILD / "bin/dify-studio-worker"], env=self.env,
            stderr=self.log_file, stdin=subprocess.DEVNULL)
        return self

    def kill(self):
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait()

    def stop(self):
        if self.worker and self.worker.poll() is None:
            self.worker.terminate()
            try:
                code = self.worker.wait(15)
            except subprocess.TimeoutExpired:
                self.worker.kill()
                raise
            assert code == 0, f"the worker ended with {code}: {self.log()}"

    def log(self):
        return (self.path / "worker.log").read_text(errors="replace")

    def forget_leases(self):
        """As if the 30 s of a dead worker's leases were over."""
        self.sql("UPDATE jobs SET lease_until = 1 WHERE state = 'running'")
        self.wake()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
