"""Runs every check of `make lint`, two at a time, and prints one summary.

    run.py BUILD [CHECK...]
"""
import concurrent.futures
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path("tools/lint")
BUILD = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build"
TAIL_LINES = 80


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, text=True,
                         check=True, stdout=subprocess.PIPE).stdout
    return out.split()


def shell_scripts():
    return [f for f in tracked()
            if (ROOT / f).is_file() and (f.endswith(".sh") or (ROOT / f).open(
                "rb").readline().rstrip() in (b"#!/bin/sh", b"#!/bin/bash"))]


def compiler_flags():
    return subprocess.run(["make", "-s", "print-flags"], cwd=ROOT, text=True,
                          check=True, stdout=subprocess.PIPE).stdout.split()


def in_parts(argv, files):
    """xargs -P2 over the files, one call a file."""
    return ["sh", "-c", 'printf "%s\\0" "$@" | xargs -0 -P2 -I{} ' + argv,
            "sh", *files]


def checks():
    c = tracked("*.c")
    flags = " ".join(f"'{flag}'" for flag in compiler_flags())
    return {
        # With clang's own warnings, so that no clang build is needed beside it.
        "tidy": in_parts("clang-tidy --quiet {} -- " + flags, c),
        "gcc": ["make", "-s", "-j2", f"B={BUILD}", "all", "units", "benches"],
        "cppcheck": [
            "cppcheck", "--quiet", "-j2", "--std=c11", "--error-exitcode=1",
            "--enable=warning,performance,portability", "--inline-suppr",
            "-Ilib", "-I.", "-Icli", "-D_GNU_SOURCE", "lib", "cgi-bin", "worker",
            "cli"],
        "format": ["clang-format", "--dry-run", "--Werror",
                   *tracked("*.c", "*.h")],
        "includes": [sys.executable, HERE / "includes.py"],
        "style": [sys.executable, HERE / "style.py"],
        "linked": [sys.executable, HERE / "linked.py", BUILD],
        "shellcheck": ["shellcheck", *shell_scripts()],
        "python": [sys.executable, "-c",
                   "import sys\n"
                   "for f in sys.argv[1:]: compile(open(f).read(), f, 'exec')",
                   *tracked("*.py")],
    }


def run(name, argv):
    log = BUILD / "lint" / f"{name}.log"
    start = time.monotonic()
    with open(log, "wb") as out:
        status = subprocess.run(
            [str(a) for a in argv], cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT,
            env=dict(os.environ, MAKEFLAGS="")).returncode
    verdict = "ok" if status == 0 else f"FAILED ({status})"
    print(f"  {name:12} {verdict:12} {time.monotonic() - start:6.1f} s",
          flush=True)
    return name, status, log


def main():
    (BUILD / "lint").mkdir(parents=True, exist_ok=True)
    table = checks()
    wanted = sys.argv[2:] or list(table)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda name: run(name, table[name]), wanted))
    failed = [r for r in results if r[1] != 0]
    for name, _status, log in failed:
        lines = log.read_text(errors="replace").splitlines()
        print(f"\n---- {name}: end of {log}")
        print("\n".join(lines[-TAIL_LINES:]))
    print(f"\n{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
