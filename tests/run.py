"""Runs the test suites and prints one summary.

    run.py [--build DIR] [SUITE...]

A suite is a folder of tests/ that holds test_*.py, and `unit`, the programs
built from tests/unit. Suites run side by side, some in parts, those that measure
time after the others. A suite that cannot run, that runs no test, or that skips
one has failed.
"""
import argparse
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
EXPECTED = ["worker", "contract", "api", "ui", "unit", "sandbox", "docs",
            "e2e"]  # the longest first
LONG_RUNNING = {"load", "docker", "fuzz", "bench", "guidance"}  # make soak
LAST = {"e2e"}  # measures how late answers are, so little runs beside it
PARTS = {"worker": 6, "contract": 3, "api": 2, "e2e": 3}
SIDE_BY_SIDE = 6
SECONDS = {  # of the files that take long
    "worker/test_fault_stages.py": 130, "worker/test_llm_faults.py": 120,
    "worker/test_redis.py": 85, "worker/test_faults.py": 80,
    "worker/test_generate.py": 65, "worker/test_run.py": 95,
    "worker/test_found.py": 55, "worker/test_deploy.py": 50,
    "worker/test_trial.py": 50, "worker/test_import_apps.py": 45,
    "worker/test_connections.py": 40, "worker/test_chat.py": 35,
    "worker/test_mapping.py": 35, "worker/test_edits.py": 20,
    "worker/test_run_files.py": 20, "worker/test_two_workers.py": 20,
    "worker/test_engine_dify.py": 20, "contract/test_planted.py": 50,
    "contract/test_values.py": 30, "contract/test_forms.py": 20,
    "e2e/test_browser.py": 85, "e2e/test_crash.py": 80,
    "e2e/test_lock.py": 50, "e2e/test_browser_edit.py": 40,
    "e2e/test_browser_generation.py": 40, "e2e/test_other_difys.py": 25,
    "e2e/test_run_page.py": 25,
}
OTHER_SECONDS = 12
SUITE_SECONDS = 600
LONG_SECONDS = 3600
TAIL_LINES = 60
QUIET = ("[ RUN      ]", "[       OK ]", "[=====", "[  PASSED  ]")

children = set()
children_lock = threading.Lock()


@dataclass
class Result:
    suite: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0
    note: str = ""
    messages: list = field(default_factory=list)


def run(argv, log, env, seconds=SUITE_SECONDS):
    """The exit status of a program whose output goes to a file."""
    child = subprocess.Popen(argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
                             stdout=log, stderr=subprocess.STDOUT,
                             start_new_session=True)
    with children_lock:
        children.add(child)
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        log.write(f"\nnot done after {seconds} s\n".encode())
        return -signal.SIGALRM
    finally:
        end_group(child)
        with children_lock:
            children.discard(child)


def end_group(child):
    """Nothing that a suite started outlives it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run_unit(build, log, env):
    result = Result("unit")
    programs = sorted(p for p in (build / "tests/unit").glob("test_*")
                      if p.suffix == "")
    for program in programs:
        start = log.tell()
        status = run([str(program)], log, env)
        log.seek(start)
        text = log.read().decode(errors="replace")
        running = sum(int(n) for n in re.findall(
            r"Running (\d+) test\(s\)", text))
        passed = text.count("[       OK ]")
        failed = running - passed
        if status != 0 and failed == 0:
            failed = 1
            log.write(f"{program.name}: exit status {status}\n".encode())
        if running == 0:
            failed = 1
            log.write(f"{program.name}: ran no test\n".encode())
        result.messages += sorted(set(re.findall(
            r"\[  FAILED  \] ([A-Za-z_]\w*)", text)))
        result.passed += passed
        result.failed += failed
    return result


def count_junit(path, result):
    root = xml.etree.ElementTree.parse(path).getroot()
    for case in root.iter("testcase"):
        bad = [c for c in case if c.tag in ("failure", "error", "skipped")]
        result.failed += bool(bad)
        result.passed += not bad
        if [c.tag for c in bad] == ["skipped"]:
            result.note = "skipped tests count as failed"
        for c in bad[:1]:
            said = (c.get("message") or "").partition("\n")[0]
            result.messages.append(f"{case.get('classname')}."
                                   f"{case.get('name')}: {said[:200]}")


def run_pytest(name, files, build, log, env, seconds):
    result = Result(name)
    report = build / "test" / f"{name}.xml"
    report.unlink(missing_ok=True)
    status = run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "--durations=10",
         "-p", "no:cacheprovider", f"--junitxml={report}", *files], log, env,
        seconds)
    if report.exists():
        count_junit(report, result)
    if status not in (0, 1) or not report.exists():
        result.failed += 1
        result.note = f"could not run: exit status {status}"
    elif status == 1 and result.failed == 0:
        result.failed = 1
        result.note = "pytest says that something failed"
    return result


def seconds_of(path):
    return SECONDS.get(f"{path.parent.name}/{path.name}", OTHER_SECONDS)


def shared_out(files, parts):
    """The longest first, each to the part that has least to do."""
    shares = [[] for _ in range(parts)]
    for file in sorted(files, key=lambda p: (-seconds_of(p), p.name)):
        min(shares, key=lambda share: sum(map(seconds_of, share))).append(file)
    return shares


def jobs(suites):
    """Suites as (name, suite, its files): one a suite, or one a part."""
    found = []
    for suite in suites:
        parts = PARTS.get(suite, 1)
        files = (TESTS / suite).glob("test_*.py")
        found += [(f"{suite}-{n + 1}" if parts > 1 else suite, suite, share)
                  for n, share in enumerate(shared_out(files, parts))]
    return found


def run_suite(name, suite, files, build):
    env = dict(os.environ, STUDIO_BUILD=str(build), PYTHONDONTWRITEBYTECODE="1")
    start = time.monotonic()
    path = build / "test" / f"{name}.log"
    with open(path, "w+b", buffering=0) as log:
        if suite == "unit":
            result = run_unit(build, log, env)
        elif files:
            limit = LONG_SECONDS if suite in LONG_RUNNING else SUITE_SECONDS
            result = run_pytest(name, files, build, log, env, limit)
        else:
            result = Result(name, failed=1, note="there is no such suite")
    result.seconds = time.monotonic() - start
    if result.passed + result.failed == 0:
        result.failed, result.note = 1, "ran no test"
    verdict = "ok" if result.failed == 0 else "FAILED"
    print(f"  {name}: {verdict}, {result.seconds:.0f} s", flush=True)
    return result


def known_suites():
    found = {p.parent.name for p in TESTS.glob("*/test_*.py")}
    more = sorted(found - set(EXPECTED) - LONG_RUNNING)
    return EXPECTED + more


def run_all(suites, build):
    """Suites and parts side by side, the time-keepers after the others."""
    todo = jobs(suites)
    results = []
    for last in (False, True):
        now = [job for job in todo if (job[1] in LAST) == last]
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            results += pool.map(lambda job: run_suite(*job, build), now)
    order = [name for name, _, _ in todo]
    return sorted(results, key=lambda r: order.index(r.suite))


def show_failures(results, build):
    for result in results:
        if result.failed == 0:
            continue
        path = build / "test" / f"{result.suite}.log"
        lines = [line for line in
                 path.read_text(errors="replace").splitlines()
                 if not line.startswith(QUIET)]
        print(f"\n---- {result.suite}: end of {path}")
        print("\n".join(lines[-TAIL_LINES:]))


def summary(results, seconds):
    passed = sum(r.passed for r in results)
    failed = sum(r.failed for r in results)
    print(f"\n{'suite':12} {'passed':>7} {'failed':>7} {'seconds':>8}")
    for r in results:
        print(f"{r.suite:12} {r.passed:7} {r.failed:7} {r.seconds:8.1f}"
              f"  {r.note}".rstrip())
    print(f"{'in all':12} {passed:7} {failed:7} {seconds:8.1f}\n")
    for r in results:
        for message in r.messages:
            print(f"{r.suite}: {message}")
    print(f"{passed} passed, {failed} failed")
    return failed


def stop(_signal, _frame):
    with children_lock:
        for child in children:
            os.killpg(child.pid, signal.SIGTERM)
    os._exit(130)


def main():
    parser = argparse.ArgumentParser(description="runs the test suites")
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("suites", nargs="*")
    args = parser.parse_args()
    build = args.build.resolve()
    (build / "test").mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    start = time.monotonic()
    results = run_all(args.suites or known_suites(), build)
    show_failures(results, build)
    return 1 if summary(results, time.monotonic() - start) else 0


if __name__ == "__main__":
    sys.exit(main())
