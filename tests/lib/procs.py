"""The processes below a program under test, read from /proc."""
import contextlib
import ctypes
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Makes this process the parent of what its children leave behind, so
    that nothing that they started can hide."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


@dataclass(frozen=True)
class Proc:
    pid: int
    parent: int
    state: str
    argv: tuple

    @property
    def name(self):
        return os.path.basename(self.argv[0]) if self.argv else ""

    def kill(self, number=signal.SIGKILL):
        """Whether it was still there."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def keep_to(self, cpus):
        """Its threads run there only, and what they start from now on."""
        for task in Path(f"/proc/{self.pid}/task").glob("*"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(task.name), cpus)

    def memory_kb(self):
        """Private memory; 0 when it is gone."""
        try:
            text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        except OSError:
            return 0
        rows = dict(line.split(":", 1) for line in text.splitlines()[1:])
        return sum(int(rows[k].split()[0])
                   for k in ("Private_Clean", "Private_Dirty"))

    def pss_kb(self):
        try:
            text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        except OSError:
            return 0
        return next(int(line.split()[1]) for line in text.splitlines()
                    if line.startswith("Pss:"))

    def cpu_seconds(self):
        """User and system time so far; 0 when it is gone."""
        try:
            text = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return 0
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        argv = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    words = tuple(w.decode("utf-8", "replace")
                  for w in argv.split(b"\0") if w)
    return Proc(pid, int(fields[1]), fields[0], words)


def below(pid):
    """All living processes that descend from pid, pid itself left out."""
    found = [p for p in map(_read, map(int, filter(str.isdigit,
                                                   os.listdir("/proc"))))
             if p and p.state != "Z"]
    parents = {pid}
    while True:
        more = {p.pid for p in found if p.parent in parents} - parents
        if not more:
            return [p for p in found if p.pid in parents and p.pid != pid]
        parents |= more


def bury(procs):
    """Takes note of the end of adopted ones, as an init process would."""
    for p in procs:
        try:
            os.waitpid(p.pid, 0)
        except ChildProcessError:
            pass


def gone(procs, seconds):
    """Waits until all of them ended; those that did not are returned."""
    end = time.monotonic() + seconds
    left = list(procs)
    while left and time.monotonic() < end:
        left = [p for p in left if (q := _read(p.pid)) and q.state != "Z"
                and q.argv == p.argv]
        time.sleep(0.02)
    return left
