"""The prompts that every suite plays through, and how a run is compared."""
import json
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "prompts.jsonl"


def load():
    with open(FILE, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def with_base(value, base_url):
    """A copy with the address of the sandbox LLM put in."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.replace("@BASE@", base_url))


def matches(want, got):
    """What is wrong with the outputs of a run, as a list of sentences."""
    wrong = []
    for name, value in want.items():
        if name not in got:
            wrong.append(f"{name} is missing, there are {sorted(got)}")
        elif isinstance(value, dict) and set(value) == {"contains"}:
            if value["contains"] not in str(got[name]):
                wrong.append(f"{name} is {got[name]!r}, which does not hold "
                             f"{value['contains']!r}")
        elif got[name] != value:
            wrong.append(f"{name} is {got[name]!r}, not {value!r}")
    return wrong
