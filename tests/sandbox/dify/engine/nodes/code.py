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


def execute(language: str, code: str, inputs: dict[str, Any], lead: int = 1) -> Any:
    """Run the code, `lead` lines down; gives what main() returned or raises NodeError."""
    given = base64.b64encode(json.dumps(inputs).encode()).decode()
    if language == "python3":
        command = ["/usr/bin/python3", "-I", "-S", "-c", _PYTHON.replace("{code}", "\n" * lead + code).replace("{inputs}", given).replace("{mark}", MARK)]
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


class _Checker:
    """Checks returned values against declared types, in the release's words."""

    def __init__(self, job: Job, inputs: dict[str, Any]) -> None:
        self.new, self.inputs = job.run.profile.eager_nodes, inputs
        self.stop = "." if job.run.profile.has_generate else ""
        self.longest = LONGEST_TEXT if self.new else LONGEST_OLD

    def fail(self, text: str) -> NodeError:
        """A refusal."""
        return NodeError(text, "OutputValidationError", self.inputs)

    def wrong(self, name: str, what: str, value: Any) -> NodeError:
        """A value of another type."""
        if not self.new:
            return self.fail(f"Output variable `{name}` must be {what}")
        return self.fail(f"Output {name} must be {what}, got {type(value).__name__} instead{self.stop}")

    def scalar(self, name: str, value: Any, kind: str) -> Any:
        """A string, number or boolean."""
        if value is None:
            return None
        if kind == "string":
            if not isinstance(value, str):
                raise self.wrong(name, "a string", value)
            if len(value) > self.longest:
                raise self.fail(f"The length of output variable `{name}` must be less than {self.longest} characters")
            return value.replace("\x00", "")
        if kind in ("number", "integer", "float"):
            if not isinstance(value, (int, float)):
                if self.new:
                    raise self.fail(f"Output {name} is not a number, got {type(value)} instead.")
                raise self.wrong(name, "a number", value)
            return int(value) if isinstance(value, bool) else value
        if kind == "boolean":
            if not isinstance(value, (bool, int, float)):
                raise self.wrong(name, "a boolean", value)
            return bool(value)
        return value

    def typed(self, name: str, value: Any, kind: str) -> Any:
        """A value of any declared type."""
        got = type(value).__name__
        if kind == "object":
            if value is not None and not isinstance(value, dict):
                raise self.fail(f"Output {name} is not an object, got {got} instead.")
            return value
        if not kind.startswith("array["):
            return self.scalar(name, value, kind)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.fail(f"Output {name} is not an array, got {got} instead.")
        most = MOST.get(kind, 1000)
        if len(value) > most:
            raise self.fail(f"The length of output variable `{name}` must be less than {most} elements.")
        inner = kind[6:-1]
        if inner != "object":
            return [self.scalar(f"{name}[{i}]", v, inner) for i, v in enumerate(value)]
        for index, item in enumerate(value):
            if item is not None and not isinstance(item, dict):
                raise self.fail(f"Output {name}[{index}] is not an object, got {type(item).__name__} instead at index {index}.")
        return value


def checked(job: Job, result: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs that the node declares, in their types."""
    if not isinstance(result, dict):
        raise NodeError(f"Result must be a dict, got {type(result).__name__}", "ValueError", inputs)
    check = _Checker(job, inputs)
    outputs = {}
    for name, shape in job.data["outputs"].items():
        if name not in result:
            raise check.fail(f"Output {name} is missing.")
        outputs[name] = check.typed(name, result[name], shape["type"])
    if len(outputs) != len(result):
        raise check.fail("Not all output parameters are validated.")
    return outputs


@node("code")
def run_code(job: Job) -> Result:
    """Runs main() with the bound variables and checks what it returns."""
    inputs = bound(job, job.data["variables"])
    if any(is_file(v) for v in inputs.values()):
        raise NodeError("Object of type File is not JSON serializable", "TypeError", {})
    lead = 1 if job.run.profile.eager_nodes else 3
    result = execute(job.data["code_language"], job.data["code"], inputs, lead)
    return Result(outputs=checked(job, result, inputs), inputs=inputs)
