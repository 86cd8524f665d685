"""Checks the built programs: what each loads, and that it is hardened.

    linked.py BUILD
"""
import re
import subprocess
import sys
from pathlib import Path

# Every program may load these; what else depends on the kind of program.
LIBC = {"libc", "libm", "libpthread", "libdl", "ld-linux-x86-64",
        "ld-linux-aarch64", "linux-vdso"}
TEXT = {"libjson-c", "libyaml-0", "libpcre2-8"}
STORE = {"libsqlite3", "libsodium", "libz"}
ALLOWED = {
    "cgi-bin/*.fcgi": LIBC | TEXT | STORE | {"libfcgi"},
    "cgi-bin/backup.fcgi": None,  # so does libarchive
    "cgi-bin/start.fcgi": None,  # a worker is inside
    "bin/dify-dsl": LIBC | TEXT,
    "bin/dify-studio": LIBC | TEXT | STORE,
    "bin/dify-studio-worker": None,  # libcurl brings a crowd
}
HARDENED = {
    "position independent": r"Type:\s+DYN",
    "relocations read-only": r"GNU_RELRO",
    "bound at start": r"FLAGS.*(BIND_)?NOW",
    "stack not executable": r"GNU_STACK(?s:.{0,120}?) RW ",
}


def output(*argv):
    return subprocess.run(argv, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def loads(program):
    for line in output("ldd", program).splitlines():
        name = line.split()[0].rsplit("/", 1)[-1]
        yield re.sub(r"\.so\b.*", "", name)


def check(program, allowed):
    if allowed is not None:
        for name in sorted(set(loads(program)) - allowed):
            yield f"loads {name}"
    headers = output("readelf", "--wide", "-h", "-l", "-d", program)
    for what, pattern in HARDENED.items():
        if not re.search(pattern, headers):
            yield f"not {what}"


def main():
    build = Path(sys.argv[1])
    seen = bad = 0
    for pattern, allowed in ALLOWED.items():
        for program in sorted(build.glob(pattern)):
            name = str(program.relative_to(build))
            if name != pattern and name in ALLOWED:
                continue
            seen += 1
            for what in check(str(program), allowed):
                print(f"{program.relative_to(build)}: {what}")
                bad += 1
    print(f"{seen} programs looked at, {bad} findings")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
