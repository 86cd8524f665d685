#!/usr/bin/python3
"""Prints how fast the DSL engine is, beside python3-yaml and
python3-jsonschema doing the reading and the schema part alone."""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).parents[2]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
COMMAND = str(BUILD / "bin" / "dify-dsl")
SCHEMAS = {p.stem: jsonschema.Draft7Validator(json.loads(p.read_text()))
           for p in (ROOT / "schema" / "dsl").glob("*.json")}
MODEL = [{"kind": "model", "handle": "fast", "id": "fast", "name": "fast",
          "provider": "org/plugin/provider", "mode": "chat"}]
FORK = """
import os, sys
null = os.open(os.devnull, os.O_WRONLY)
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                     file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
print(os.wait4(pid, 0)[2].ru_maxrss)
"""
TEXT = "Answer the customer in a friendly voice and keep to the facts. "


def show(what, value, unit, aim=""):
    print(f"{what:<44} {value:>10} {unit:<12} {aim}", flush=True)


def plan(steps, sentences):
    """A plan of so many llm steps, each reading the one before."""
    made, head = [], "inputs.mail"
    for i in range(steps):
        made.append({"id": f"step_{i}", "type": "llm",
                     "prompt": TEXT * sentences + "{{" + head + "}}"})
        head = f"step_{i}.text"
    return json.dumps({
        "name": "Bench", "mode": "workflow",
        "inputs": [{"name": "mail", "type": "paragraph"}],
        "steps": made, "outputs": [{"name": "reply", "from": head}]})


def run(*args):
    """Seconds of one run of the command."""
    began = time.perf_counter()
    done = subprocess.run([COMMAND, *map(str, args)], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"dify-dsl {args[0]}: exit {done.returncode}")
    return time.perf_counter() - began


def peak(*args):
    """Peak memory in MB. A child begins with the peak of whoever forked it,
    so a bare interpreter does the forking."""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", FORK, COMMAND,
                           *map(str, args)], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return int(done.stdout.split()[-1]) / 1024


def each(verb, path, count):
    """Milliseconds a file, the start of the process taken off."""
    one = min(run(verb, path) for _ in range(3))
    many = min(run(verb, *[path] * count) for _ in range(3))
    return max(many - one, 1e-9) / (count - 1) * 1000


def in_python(path, count):
    """Milliseconds to read a DSL and hold each node against its schema."""
    text = Path(path).read_text()
    best = float("inf")
    for _ in range(count):
        began = time.perf_counter()
        dsl = yaml.safe_load(text)
        for node in dsl["workflow"]["graph"]["nodes"]:
            schema = SCHEMAS.get(node["data"]["type"])
            if schema is not None:
                list(schema.iter_errors(node["data"]))
        best = min(best, time.perf_counter() - began)
    return best * 1000


def compare(name, path, count, times):
    ours, theirs = each("validate", path, count), in_python(path, 3)
    size = os.path.getsize(path) / 1024
    show(f"validate {name}", f"{ours:.3f}", f"ms ({size:.0f} KB)")
    show("  python3-yaml + python3-jsonschema", f"{theirs:.1f}", "ms")
    show("  ratio", f"{theirs / ours:.0f}", "times", f"aim >= {times}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        models = Path(folder) / "models.json"
        models.write_text(json.dumps(MODEL))
        for name, steps, sentences in [("small", 5, 2), ("seven", 5, 1),
                                       ("large", 100, 15), ("huge", 300, 40)]:
            source = Path(folder) / f"{name}.json"
            source.write_text(plan(steps, sentences))
            run("build", "--resources", models, "-o", folder, source)
            made[name] = Path(folder) / f"{name}.yml"
        compare("a small DSL", made["small"], 500, 50)
        compare("a large DSL", made["large"], 50, 30)
        show("build of a plan of 7 nodes",
             f"{each('build', Path(folder) / 'seven.json', 500):.3f}", "ms",
             "aim <= 1")
        huge = made["huge"]
        show("peak memory of validating a DSL",
             f"{peak('validate', huge):.1f}",
             f"MB ({os.path.getsize(huge) / 2**20:.1f} MB)", "aim <= 32")


if __name__ == "__main__":
    main()
