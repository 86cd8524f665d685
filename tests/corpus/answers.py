"""What dify-dsl makes of recorded answers of language models.

    answers.py DIFY_DSL [--target VERSION] FOLDER

FOLDER holds files NAME.jsonl with lines {"id", "turn", "answer"}. Prints, for
each file, how many answers hold a workflow, how many were built,
and how many of those have no finding of tier E, without and with repairs;
then which repairs were made and which findings stay open.
"""
import argparse
import collections
import json
import subprocess
import sys
from pathlib import Path


def build(command, path, target, *more):
    """The report of each answer of a file."""
    done = subprocess.run([command, "build", "--jsonl", "--format", "json", "--target", target, *more, path],
                          capture_output=True, text=True, timeout=600, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def free(reports):
    """How many have no finding of tier E."""
    return sum(1 for r in reports if r["built"] and r["tier"]["E"] == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command")
    parser.add_argument("--target", default="1.16.1")
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    files = sorted(args.folder.glob("*.jsonl"))
    if not files:
        print(f"answers: {args.folder.resolve()} is absent or empty, so nothing was built")
        return
    repairs, findings, totals = collections.Counter(), collections.Counter(), collections.Counter()
    print(f"{'answers of':20} {'all':>5} {'read':>5} {'built':>5} {'E-free':>7} {'mended':>7}")
    for path in map(str, files):
        plain = build(args.command, path, args.target, "--no-repair")
        mended = build(args.command, path, args.target)
        row = {"all": len(mended), "read": sum(1 for r in mended if r["dialect"]),
               "built": sum(1 for r in mended if r["built"]), "plain": free(plain), "mended": free(mended)}
        totals.update(row)
        name = path.rsplit("/", 1)[-1].removesuffix(".jsonl")
        print(f"{name:20} {row['all']:5} {row['read']:5} {row['built']:5} {row['plain']:7} {row['mended']:7}")
        for report in mended:
            repairs.update({r["code"] for r in report["repairs"]})
            findings.update({(f["tier"], f["code"]) for f in report["findings"]})
    share = 100 * totals["mended"] / max(1, totals["all"])
    print(f"{'in all':20} {totals['all']:5} {totals['read']:5} {totals['built']:5} {totals['plain']:7} {totals['mended']:7}"
          f"  ({share:.1f}% without a finding of tier E)")
    print("\nanswers that each repair touched:")
    for code, n in repairs.most_common():
        print(f"  {n:5} {code}")
    print("\nanswers with each finding that stays:")
    for (tier, code), n in sorted(findings.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"  {n:5} {tier} {code}")


if __name__ == "__main__":
    main()
