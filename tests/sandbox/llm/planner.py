"""The planner: finds the plan for a prompt it knows, else makes one."""
import functools
import json
from pathlib import Path

from . import freeplan

MARK = "Dify Studio planner"
PLANS = Path(__file__).parent / "plans"
PROMPTS = Path(__file__).parents[2] / "data" / "prompts.jsonl"


def is_planner(messages):
    return any(m["role"] in ("system", "developer") and MARK in m["text"]
               for m in messages)


@functools.cache
def prompts():
    """[(text, id)], longest text first."""
    with open(PROMPTS, encoding="utf-8") as f:
        rows = [json.loads(line) for line in f if line.strip()]
    return sorted(((r["prompt"], r["id"]) for r in rows),
                  key=lambda p: -len(p[0]))


def find(text):
    return next((name for prompt, name in prompts() if prompt in text), None)


def load(name, again, base_url):
    """The answer for a prompt of the list. A flawed answer is given once;
    when asked again with its findings, the model answers with a good plan."""
    flawed, good = PLANS / f"{name}.txt", PLANS / f"{name}.json"
    path = flawed if flawed.exists() and not again else good
    return path.read_text(encoding="utf-8").replace("@BASE@", base_url)


def answer(messages, recorded, base_url):
    """-> (rule, text): the newest user message that something is known about
    decides; the newest of all is read freely when nothing is."""
    users = [m["text"] for m in messages if m["role"] == "user"]
    given = next((m["text"] for m in reversed(messages) if m["role"] == "assistant"), None)
    for text in reversed(users):
        known = recorded.find(text, given)
        if known is not None:
            return "recorded", known
        name = find(text)
        if name:
            return name, load(name, _answered(messages, name), base_url)
    return "free", freeplan.write(users[-1] if users else "", base_url)


def _answered(messages, name):
    """True when the model has answered this prompt before."""
    first = next(i for i, m in enumerate(messages)
                 if m["role"] == "user" and find(m["text"]) == name)
    return any(m["role"] == "assistant" for m in messages[first:])
