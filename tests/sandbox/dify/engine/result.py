"""What a node gives back, and what it gets."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .graph import Node
    from .pool import Pool
    from .run import Run
    from .walk import Walk


@dataclass
class Result:
    """A node's outputs and what the events tell about it."""

    outputs: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    process: dict[str, Any] = field(default_factory=dict)
    handle: str = "source"
    tokens: int = 0
    metadata: dict[str, Any] | None = None
    paused: dict[str, Any] | None = None
    hidden: dict[str, Any] = field(default_factory=dict)    # values for the pool that events do not show


@dataclass
class Job:
    """One execution of a node."""

    node: "Node"
    data: dict[str, Any]
    walk: "Walk"
    execution: str

    @property
    def pool(self) -> "Pool":
        """The variables this node sees."""
        return self.walk.pool

    @property
    def run(self) -> "Run":
        """The run it belongs to."""
        return self.walk.run
