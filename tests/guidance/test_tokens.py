"""Our estimate of tokens is never too small for a prompt, and not far off."""
import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
REQUESTS = [json.loads(line)["prompt"] for line in open(ROOT / "tests/data/prompts.jsonl", encoding="utf-8")]


def test_the_estimate_is_a_little_too_high(python):
    done = subprocess.run([BUILD / "tests/bench/prompt", *REQUESTS], check=True, text=True, stdout=subprocess.PIPE)
    prompts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(prompts) == len(REQUESTS) >= 20
    texts = [p["text"] + p["request"] for p in prompts]
    real = json.loads(subprocess.run([python, HERE / "count.py"], input=json.dumps(texts), check=True, text=True,
                                     stdout=subprocess.PIPE).stdout)
    for prompt, count in zip(prompts, real):
        print(prompt["tokens"], count, prompt["examples"])
        assert count <= prompt["tokens"] <= 1.6 * count
        assert count <= 3000
