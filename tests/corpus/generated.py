"""What the studio makes of recorded answers, over HTTP and through the worker.

    generated.py FOLDER

FOLDER holds files NAME.jsonl with lines {"id", "turn", "answer"}. Each answer
is what a stand-in for the model streams, in odd packets, when a generation
asks it; asked again with what is wrong it says the same. Prints, for each
file, how the generations ended and how many DSLs have no finding of tier E,
and then the reasons of those that failed.
"""
import argparse
import collections
import concurrent.futures
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib.world import world  # noqa: E402

AT_ONCE = 4


def request_of(name, row):
    return f"Recorded answer {name}, {row['id']}, turn {row['turn']}."


def rows_of(folder):
    """[(file, request, answer)]"""
    return [(path.stem, request_of(path.stem, row), row["answer"])
            for path in sorted(folder.glob("*.jsonl"))
            for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
            if row.get("answer")]


def generate(made, request):
    """The job of a generation that ended."""
    answer = made.api.generate(request, want=(200, 422))
    return made.api.get(f"/api/jobs/{answer.headers['X-Job-Id']}")


def tiers(job):
    return {f["tier"] for f in (job["result"] or {}).get("findings", [])}


def play(rows):
    """[(file, job)], played through a studio of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for _, request, answer in rows:
            file.write(json.dumps({"prompt": request, "answer": answer}) + "\n")
        file.flush()
        with world(llm_options=("--answers", file.name)) as made:
            made.llm.fault(kind="chunks", times=0)
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                jobs = list(pool.map(lambda row: generate(made, row[1]), rows))
    return [(row[0], job) for row, job in zip(rows, jobs)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = rows_of(folder)
    if not rows:
        print(f"generated: {folder.resolve()} is absent or empty, so nothing was played")
        return
    counts, reasons, stay = collections.Counter(), collections.Counter(), collections.Counter()
    for name, job in play(rows):
        built = bool((job["result"] or {}).get("dsl"))
        for who in (name, "in all"):
            counts[who, "all"] += 1
            counts[who, "built"] += built
            counts[who, "free"] += built and "E" not in tiers(job)
            counts[who, job["state"]] += 1
            counts[who, "rounds"] += (job["result"] or {}).get("rounds", 1)
        if job["state"] != "succeeded":
            reasons[job["error"].get("reason", job["error"]["code"])] += 1
            stay.update({(f["tier"], f["code"]) for f in job["error"].get("findings", []) if f["tier"] in "ER"})
    print(f"{'answers of':20} {'all':>5} {'built':>6} {'E-free':>7} {'succeeded':>10} {'failed':>7} {'rounds':>7}")
    for name in [*dict.fromkeys(row[0] for row in rows), "in all"]:
        c = {what: counts[name, what] for what in ("all", "built", "free", "succeeded", "failed", "rounds")}
        print(f"{name:20} {c['all']:5} {c['built']:6} {c['free']:7} {c['succeeded']:10} {c['failed']:7} "
              f"{c['rounds'] / c['all']:7.2f}")
    share = 100 * counts["in all", "free"] / counts["in all", "all"]
    print(f"{share:.1f}% of the DSLs have no finding of tier E")
    print("\nwhy the others failed:", ", ".join(f"{n} {why}" for why, n in reasons.most_common()) or "none did")
    for (tier, code), n in sorted(stay.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"  {n:5} {tier} {code}")


if __name__ == "__main__":
    main()
