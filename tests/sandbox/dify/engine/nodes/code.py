"""code: python3 and javascript in Debian's bubblewrap, without network, in an empty folder, 5 seconds."""
from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from typing import Any

from ..errors import NodeError
from ..pool import is_file
from ..result import Job, Result
from ..walk import node
from .template import bound

SECONDS, MARK = 5, "<<RESULT>>"
LONGEST_TEXT, LONGEST_OLD = 400_000, 80_000
MOST = {"array[string]": 30, "array[object]": 30, "array[number]": 1000, "array[boolean]": 30}
_PYTHON = """{code}

import json as _json, base64 as _base64
_given = _json.loads(_base64.b64decode("{inputs}").decode("utf-8"))
_given = main(**_given)
print("{mark}" + _json.dumps(_given) + "{mark}")
"""
_NODE = """{code}

const _given = JSON.parse(Buffer.from("{inputs}", "base64").toString("utf-8"));
console.log("{mark}" + JSON.stringify(main(_given)) + "{mark}");
"""
_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/alternatives")


def _wrapped(command: list[str]) -> list[str]:
    bwrap = shutil.which("bwrap")
    if not bwrap:
        raise NodeError("code cannot run here: bubblewrap (bwrap) is not installed", "CodeExecutionError")
    args = [bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin",
            "--setenv", "PYTHONIOENCODING", "utf-8", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp"]
    for folder in _FOLDERS:
        if os.path.islink(folder):
            args += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            args += ["--ro-bind", folder, folder]
    return args + command


def execute(language: str, code: str, inputs: dict[str, Any]) -> Any:
    """Run the code; gives what main() returned or raises NodeError."""
    given = base64.b64encode(json.dumps(inputs).encode()).decode()
    if language == "python3":
        command = ["/usr/bin/python3", "-I", "-S", "-c", _PYTHON.replace("{code}", code).replace("{inputs}", given).replace("{mark}", MARK)]
    else:
        if not os.path.exists("/usr/bin/node"):
            raise NodeError("javascript cannot run here: node is not installed", "CodeExecutionError", inputs)
        command = ["/usr/bin/node", "-e", _NODE.replace("{code}", code).replace("{inputs}", given).replace("{mark}", MARK)]
    try:
        done = subprocess.run(_wrapped(command), capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise NodeError(f"error: timeout after {SECONDS} s", "CodeExecutionError", inputs) from None
    except ValueError as error:
        raise NodeError(str(error), "CodeExecutionError", inputs) from None
    told = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        if told.startswith("bwrap:"):
            told = f"code cannot run here: {told.strip()}"
        raise NodeError(told or f"error: exit status {done.returncode}", "CodeExecutionError", inputs)
    parts = done.stdout.decode("utf-8", "replace").split(MARK)
    if len(parts) < 3:
        raise NodeError("Failed to parse result: no output mark found", "CodeExecutionError", inputs)
    try:
        return json.loads(parts[-2])
    except ValueError:
        raise NodeError("Failed to parse response", "CodeExecutionError", inputs) from None


def _fail(text: str, inputs: dict[str, Any]) -> NodeError:
    return NodeError(text, "OutputValidationError", inputs)


def _scalar(name: str, value: Any, kind: str, inputs: dict[str, Any], longest: int) -> Any:
    if value is None:
        return None
    got = type(value).__name__
    if kind == "string":
        if not isinstance(value, str):
            raise _fail(f"Output {name} must be a string, got {got} instead.", inputs)
        if len(value) > longest:
            raise _fail(f"The length of output variable `{name}` must be less than {longest} characters", inputs)
        return value.replace("\x00", "")
    if kind == "number" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        if not isinstance(value, bool):
            raise _fail(f"Output {name} must be a number, got {got} instead.", inputs)
        return int(value)
    if kind == "boolean" and not isinstance(value, (bool, int, float)):
        raise _fail(f"Output {name} must be a boolean, got {got} instead.", inputs)
    return bool(value) if kind == "boolean" else value


def checked(job: Job, result: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs that the node declares, in their types."""
    if not isinstance(result, dict):
        raise NodeError(f"Result must be a dict, got {type(result).__name__}", "ValueError", inputs)
    longest = LONGEST_TEXT if job.run.profile.eager_nodes else LONGEST_OLD
    outputs = {}
    for name, shape in job.data["outputs"].items():
        if name not in result:
            raise _fail(f"Output {name} is missing.", inputs)
        outputs[name] = _typed(name, result[name], shape["type"], inputs, longest)
    if len(outputs) != len(result):
        raise _fail("Not all output parameters are validated.", inputs)
    return outputs


def _typed(name: str, value: Any, kind: str, inputs: dict[str, Any], longest: int) -> Any:
    got = type(value).__name__
    if kind == "object":
        if value is not None and not isinstance(value, dict):
            raise _fail(f"Output {name} is not an object, got {got} instead.", inputs)
        return value
    if not kind.startswith("array["):
        return _scalar(name, value, "number" if kind in ("integer", "float") else kind, inputs, longest)
    if value is None:
        return None
    if not isinstance(value, list):
        raise _fail(f"Output {name} is not an array, got {got} instead.", inputs)
    most = MOST.get(kind, 1000)
    if len(value) > most:
        raise _fail(f"The length of output variable `{name}` must be less than {most} elements.", inputs)
    inner = kind[6:-1]
    if inner == "object":
        for index, item in enumerate(value):
            if item is not None and not isinstance(item, dict):
                raise _fail(f"Output {name}[{index}] is not an object, got {type(item).__name__} instead at index {index}.", inputs)
        return value
    return [_scalar(f"{name}[{i}]", v, inner, inputs, longest) for i, v in enumerate(value)]


@node("code")
def run_code(job: Job) -> Result:
    """Runs main() with the bound variables and checks what it returns."""
    inputs = bound(job, job.data["variables"])
    if any(is_file(v) for v in inputs.values()):
        raise NodeError("Object of type File is not JSON serializable", "TypeError", {})
    result = execute(job.data["code_language"], job.data["code"], inputs)
    return Result(outputs=checked(job, result, inputs), inputs=inputs)
