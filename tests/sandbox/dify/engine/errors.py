"""How nodes and runs end other than well."""
from __future__ import annotations

from typing import Any


class NodeError(Exception):
    """A node failed; `kind` is the error type that later nodes can read."""

    def __init__(self, text: str, kind: str = "ValueError", inputs: Any = None, process: Any = None,
                 outputs: Any = None) -> None:
        super().__init__(text)
        self.text, self.kind, self.inputs, self.process, self.outputs = text, kind, inputs, process, outputs


class RunFailed(Exception):
    """The run cannot go on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class RunStopped(Exception):
    """Somebody stopped the run."""


class LoopBreak(Exception):
    """A loop-end was reached."""
