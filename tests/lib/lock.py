"""Holds the studio's write lock as another process would."""
import contextlib
import subprocess
import sys

HOLDER = """
import fcntl, os, struct, sys
OFD_SETLKW = 38
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.fcntl(fd, OFD_SETLKW, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def held(path):
    """An open-file-description lock on path, by another process, for as long
    as the block lasts."""
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout.readline() == b"held\n"
        yield
    finally:
        child.communicate()
