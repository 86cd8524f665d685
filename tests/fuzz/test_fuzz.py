"""Readers take any bytes: libFuzzer drivers under ASan and UBSan, with own plans and DSLs as seeds.

FUZZ_SECONDS is how long each driver runs (600 by default).
"""
import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build")) / "fuzz"
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
DRIVERS = sorted(p.stem for p in Path(__file__).parent.glob("fuzz_*.c"))
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-g", "-O1", "-Ilib", "-include", "lib/base/banned.h",
         "-fsanitize=fuzzer-no-link,address,undefined", "-fno-sanitize-recover=undefined"]
LIBRARIES = ["-lyaml", "-lpcre2-8", "-lsodium", "-lm"]
SOURCES = [p for folder in ("base", "text", "dsl", "dsl/types") for p in sorted((ROOT / "lib" / folder).glob("*.c"))]


@pytest.fixture(scope="session")
def objects():
    """The library, compiled for fuzzing; a file is compiled anew when it or a header is younger."""
    BUILD.mkdir(parents=True, exist_ok=True)
    youngest = max(p.stat().st_mtime for p in (ROOT / "lib").rglob("*.h"))
    made = []
    for source in SOURCES:
        target = BUILD / (str(source.relative_to(ROOT)).replace("/", "-") + ".o")
        if not target.exists() or target.stat().st_mtime < max(youngest, source.stat().st_mtime):
            subprocess.run(["clang", *FLAGS, "-c", str(source), "-o", str(target)], cwd=ROOT, check=True)
        made.append(str(target))
    return made


def seeds(folder):
    """Own plans, and what they are built to, as a corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for line in (ROOT / "tests/data/forms.jsonl").read_text().splitlines():
        form = json.loads(line)
        (folder / f"form-{form['name']}").write_text(json.dumps(form["plan"]))
    for plan in (ROOT / "tests/sandbox/llm/plans").iterdir():
        (folder / f"plan-{plan.name}").write_bytes(plan.read_bytes())
    command = BUILD.parent / "bin" / "dify-dsl"
    for plan in sorted(folder.glob("form-*")):
        done = subprocess.run([command, "build", plan], capture_output=True, check=False)
        (folder / plan.name.replace("form-", "dsl-")).write_bytes(done.stdout)


@pytest.mark.parametrize("driver", DRIVERS)
def test_driver(driver, objects):
    """No crash, no hang, no memory beyond bounds."""
    program, corpus = BUILD / driver, BUILD / f"corpus-{driver}"
    subprocess.run(["clang", *FLAGS, "-fsanitize=fuzzer", f"tests/fuzz/{driver}.c", *objects, "-o", str(program), *LIBRARIES],
                   cwd=ROOT, check=True)
    seeds(corpus)
    done = subprocess.run([program, f"-max_total_time={SECONDS}", "-max_len=20000", "-timeout=10", "-rss_limit_mb=2500",
                           f"-artifact_prefix={BUILD}/", corpus], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
