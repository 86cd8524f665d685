#!/usr/bin/python3
"""Compares `dify-dsl validate` with what Dify itself said of many DSL files.

    tests/corpus/run.py PROGRAM FOLDER

FOLDER holds DSL files and, in verdicts.jsonl and planted-verdicts.jsonl, a
line a file: {"file", VERSION: {"class", "kind", "run": {...}, ...}, ...}.
Prints per version how many files were judged otherwise, and lists them.
"""
import collections
import json
import subprocess
import sys
from pathlib import Path

VERSIONS = ("1.8.1", "1.12.1", "1.13.3", "1.16.1")
UNJUDGED = {"inputs_refused", "timeout", "not_workflow", None}

# Files whose verdict depends on what a run is given, and why.
UNDECIDABLE = {
    "planted/graph-if-else-no-else-edge.yml":
        "the branch that leads nowhere is taken only with some inputs; a file "
        "that differs in the compared word alone comes to its end",
}


def error_of(verdict):
    run = verdict.get("run") or {}
    return str(run.get("error") or "")


def wanted(verdict, planted):
    """E or R: a finding of that tier (or worse) is due. "reached": neither is
    allowed. "run": no E is allowed. None: nobody can tell."""
    kind, more = verdict.get("class"), verdict.get("kind")
    reached = (verdict.get("run") or {}).get("reached_output")
    if kind in UNJUDGED:
        return None
    if kind == "refused_at_graph":
        lacks = ("does not exist" in error_of(verdict)
                 or "not exist." in error_of(verdict))
        return None if lacks else "E"
    if kind in ("refused_at_import", "refused_at_publish"):
        return "E"
    if kind == "node_error":
        if more == "node_data":
            return "E"
        if planted and more in ("template", "variable", "config"):
            return "R"
        return "run"
    if kind == "succeeded":
        if reached:
            return "reached"
        return "R" if planted else "run"
    return "run"


def judge(want, tier):
    """What is wrong with our findings, or None."""
    if want == "E" and tier["E"] == 0:
        return "false accept"
    if want == "R" and tier["E"] + tier["R"] == 0:
        return "missed R"
    if want in ("run", "reached") and tier["E"] > 0:
        return "false reject"
    if want == "reached" and tier["R"] > 0:
        return "false R"
    return None


def read_verdicts(folder):
    for name, planted in (("verdicts.jsonl", False),
                          ("planted-verdicts.jsonl", True)):
        for line in (folder / name).read_text().splitlines():
            verdict = json.loads(line)
            file = verdict["file"]
            if planted and "/" not in file:
                file = f"planted/{file}"
            yield file, verdict, planted


def validate(program, folder, files, version):
    """{file: line of `dify-dsl validate --format json`}"""
    out = {}
    for i in range(0, len(files), 200):
        run = subprocess.run(
            [program, "validate", "--target", version, "--format", "json",
             *(str(folder / f) for f in files[i:i + 200])],
            stdout=subprocess.PIPE, text=True)
        for line in run.stdout.splitlines():
            answer = json.loads(line)
            out[str(Path(answer["file"]).relative_to(folder))] = answer
    return out


def main(program, folder):
    folder = Path(folder).resolve()
    if not (folder / "verdicts.jsonl").exists():
        print(f"corpus: {folder} is absent, so nothing was compared")
        return 0
    verdicts = list(read_verdicts(folder))
    files = [file for file, _, _ in verdicts]
    bad = 0
    for version in VERSIONS:
        answers = validate(program, folder, files, version)
        counts = collections.Counter()
        for file, verdict, planted in verdicts:
            want = wanted(verdict.get(version) or {}, planted)
            if want is None:
                continue
            counts["judged"] += 1
            answer = answers.get(file)
            wrong = judge(want, answer["tier"]) if answer else "no answer"
            if wrong is None:
                continue
            reason = UNDECIDABLE.get(file)
            counts[wrong] += 1
            bad += reason is None
            codes = sorted({f["code"] for f in answer["findings"]
                            if f["tier"] in "ER"}) if answer else []
            print(f"{version} {wrong}: {file} {' '.join(codes)}"
                  f"{' (' + reason + ')' if reason else ''}")
        print(f"{version}: {counts['judged']} judged, "
              f"{counts['false accept']} false accepts, "
              f"{counts['false reject']} false rejects, "
              f"{counts['missed R']} missed R, {counts['false R']} false R")
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
