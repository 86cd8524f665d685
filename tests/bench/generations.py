#!/usr/bin/python3
"""Prints what 200 generations at once cost the worker, and with Redis each of
two workers elsewhere and the one beside the database; and how fair the order
is when one user asks for most of them."""
import os
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
os.environ.setdefault("B", os.environ.get("STUDIO_BUILD",
                                          str(TESTS.parent / "build")))
sys.path.insert(0, str(TESTS / "load"))

import crowd  # noqa: E402

MOST_S = 300


def show(what, value, unit, aim=""):
    print(f"{what:<44} {value:>10} {unit:<12} {aim}", flush=True)


def measure(folder, what, names, elsewhere=0):
    with crowd.place(folder, 200, elsewhere) as made:
        jobs = made.ask(50, 50, 50, 50)
        made.start()
        cost = crowd.watch(made, MOST_S)
        seconds, costs = cost.end()
        made.ended_once(jobs)
        show(f"200 generations{what}", f"{seconds:.1f}", "s")
        for name, (mb, core) in zip(names, costs.values()):
            show(f"{name}: memory (PSS)", f"{mb:.1f}", "MB", "< 40")
            show(f"{name}: share of a core", f"{core:.0f}", "%", "< 50")
        show(f"processes that a worker starts{what}", cost.children, "", "0")


def fairness(folder):
    """Two users with 10 each come after one with 100; 6 at once."""
    with crowd.place(folder, 6, token_ms=0) as made:
        jobs = made.ask(100, 10, 10)
        made.start()
        crowd.watch(made, MOST_S)
        made.ended_once(jobs)
        order = [jobs[r["id"]] for r in made.data.sql(
            "SELECT id FROM jobs ORDER BY started_at, id")]
        last = max(n for n, user in enumerate(order) if user != "user0")
        show("jobs begun until 10 of each of 3 users are", last + 1, "",
             "~30")


def main():
    with tempfile.TemporaryDirectory(prefix="studio-crowd.") as folder:
        folder = Path(folder)
        fairness(folder / "fair")
        measure(folder / "one", "", ["the worker"])
        measure(folder / "two", " over Redis",
                ["the worker beside the database", "a worker elsewhere",
                 "another worker elsewhere"], 2)


if __name__ == "__main__":
    main()
