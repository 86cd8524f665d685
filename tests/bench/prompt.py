#!/usr/bin/python3
"""Prints how long the planner's prompt is, and how long it takes to write."""
import json
import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
PROMPT = BUILD / "tests" / "bench" / "prompt"
REQUESTS = [json.loads(line)["prompt"] for line in open(ROOT / "tests/data/prompts.jsonl", encoding="utf-8")]
SEVEN_NODES = ("Read the customer's mail. Sort it into order, complaint and question. For an order extract number and "
               "quantity and ask the shop's API whether it is in stock. Write an apology for a complaint. Answer a "
               "question from the handbook. Put the reply into a letter.")


def show(what, value, unit, aim=""):
    print(f"{what:<44} {value:>10} {unit:<12} {aim}", flush=True)


def main():
    began = time.perf_counter()
    done = subprocess.run([PROMPT, *REQUESTS, SEVEN_NODES], check=True, text=True, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - began
    tokens = [json.loads(line)["tokens"] for line in done.stdout.splitlines()]
    show("prompt of a task of seven nodes", tokens[-1], "tokens", "<= 4000")
    show("longest prompt of the twenty requests", max(tokens[:-1]), "tokens", "<= 4000")
    show("shortest of them", min(tokens[:-1]), "tokens")
    show("a prompt takes", f"{1000 * seconds / len(tokens):.1f}", "ms")


if __name__ == "__main__":
    main()
