"""template-transform: Jinja2 over bound variables."""
from __future__ import annotations

import traceback
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..errors import NodeError
from ..pool import is_file
from ..result import Job, Result
from ..walk import node

LONGEST = 400_000
_ENVIRONMENT = ImmutableSandboxedEnvironment()


def bound(job: Job, variables: list[dict[str, Any]]) -> dict[str, Any]:
    """The values of bound variables; what does not exist is None."""
    return {v["variable"]: job.pool.value(v["value_selector"]) for v in variables}


def render(source: str, values: dict[str, Any]) -> str:
    """Render a template; errors become a node failure with a traceback, as the real code sandbox reports them."""
    try:
        return _ENVIRONMENT.from_string(source).render(**values)
    except Exception as error:  # noqa: BLE001 - whatever a template raises fails the node
        text = traceback.format_exception_only(type(error), error)[-1].strip()
        frames = 'Traceback (most recent call last):\n  File "<string>", line 30, in <module>\n' \
                 '  File "<string>", line 24, in main\n  File "<path>", line 1295, in render\n'
        raise NodeError(f"{frames}{text}\n", "CodeExecutionError", values) from None


@node("template-transform")
def template_transform(job: Job) -> Result:
    """Gives the rendered text."""
    values = bound(job, job.data["variables"])
    if any(is_file(v) for v in values.values()):
        raise NodeError("Object of type File is not JSON serializable", "TypeError", values)
    text = render(job.data["template"], values)
    if len(text) > LONGEST:
        raise NodeError(f"Output length exceeds {LONGEST} characters", "ValueError", values)
    return Result(outputs={"output": text}, inputs=values)
