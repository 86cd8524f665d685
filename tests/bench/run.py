"""Runs every measurement of `make bench`, one after the other.

    run.py BUILD

Each prints lines of name, figure, unit and aim; one that fails to measure
makes the whole fail. Figures that miss their aim do not: machines differ.
"""
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def programs():
    found = [TESTS / "load" / "bench.py",
             *sorted((TESTS / "bench").glob("*.py"))]
    return [p for p in found if p.exists() and p != Path(__file__).resolve()]


def main():
    env = dict(os.environ, STUDIO_BUILD=str(Path(sys.argv[1]).resolve()),
               PYTHONDONTWRITEBYTECODE="1")
    failed = 0
    for program in programs():
        print(f"---- {program.relative_to(TESTS)}", flush=True)
        failed += subprocess.run([sys.executable, program], env=env,
                                 cwd=TESTS.parent).returncode != 0
    if failed:
        print(f"{failed} measurements failed")
    return 1 if failed or not programs() else 0


if __name__ == "__main__":
    sys.exit(main())
