"""Sends pieces of end outputs and answers while the run goes on (contract.md 3.4, text_chunk and message)."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .graph import Graph, Node
from .pool import MISSING, REFERENCE, as_markdown

if TYPE_CHECKING:
    from .run import Run
    from .walk import Walk

Part = tuple[str, Any]


class _Feed:
    """What one end or answer node will say, and how far it got."""

    def __init__(self, node: Node) -> None:
        self.node, self.next, self.open = node, 0, False
        self.parts: list[Part] = []

    @property
    def head(self) -> Part | None:
        """The part that comes next."""
        return self.parts[self.next] if self.next < len(self.parts) else None


def _answer_parts(template: Any) -> list[Part]:
    parts: list[Part] = []
    text = template if isinstance(template, str) else ""
    last = 0
    for match in REFERENCE.finditer(text):
        if match.start() > last:
            parts.append(("text", text[last:match.start()]))
        parts.append(("var", match[1].split(".")))
        last = match.end()
    if last < len(text):
        parts.append(("text", text[last:]))
    return parts


def _end_parts(outputs: Any) -> list[Part]:
    parts: list[Part] = []
    for item in outputs if isinstance(outputs, list) else []:
        if parts:
            parts.append(("text", "\n"))
        parts.append(("var", item.get("value_selector") if isinstance(item, dict) else None))
    return parts


class Streamer:
    """Feeds of all ends and answers of a run."""

    def __init__(self, run: "Run", graph: Graph) -> None:
        self.run, self.graph = run, graph
        self.chat = run.chat is not None
        self.feeds: dict[str, _Feed] = {}
        for node in graph.nodes.values():
            if node.kind in ("answer", "end"):
                feed = _Feed(node)
                feed.parts = _answer_parts(node.raw.get("answer")) if node.kind == "answer" else \
                    _end_parts(node.raw.get("outputs"))
                self.feeds[node.id] = feed
        self._straight: dict[tuple[str, str], bool] = {}

    def _leads(self, source: str, target: str) -> bool:
        """Whether target surely follows source: no branching node in between."""
        key = (source, target)
        if key not in self._straight:
            seen, todo, found = set(), [source], False
            while todo and not found:
                here = todo.pop()
                if here == target:
                    found = True
                elif here not in seen and not self.graph.nodes[here].branches:
                    seen.add(here)
                    todo += [e.target for e in self.graph.outgoing.get(here, [])]
            self._straight[key] = found
        return self._straight[key]

    def wants(self, walk: "Walk", node: Node) -> bool:
        """Whether a node's text should be sent as it comes."""
        return not walk.inside and any(
            ("var", [node.id, "text"]) in feed.parts and self._leads(node.id, feed.node.id) for feed in self.feeds.values())

    def live(self, walk: "Walk", node: Node, chunk: str) -> None:
        """A piece of an llm's text."""
        for feed in self.feeds.values():
            if ("var", [node.id, "text"]) not in feed.parts or not self._leads(node.id, feed.node.id):
                continue
            self._advance(walk, feed, until=[node.id, "text"])
            if feed.head == ("var", [node.id, "text"]):
                feed.open = True
                self.run.events.chunk(chunk, [node.id, "text"])

    def done(self, node: Node) -> None:
        """The llm's text is complete."""
        for feed in self.feeds.values():
            if feed.open and feed.head == ("var", [node.id, "text"]):
                feed.next, feed.open = feed.next + 1, False

    def _advance(self, walk: "Walk", feed: _Feed, until: list[str] | None = None) -> None:
        while feed.head is not None:
            kind, what = feed.head
            if kind == "text":
                self.run.events.chunk(what, [feed.node.id, "answer"])
            elif until is not None and what == until:
                return
            else:
                value = walk.pool.get(what)
                if value is MISSING:    # what does not exist holds up the rest
                    return
                if value is not None:
                    self.run.events.chunk(as_markdown(value), what)
            feed.next += 1

    def before(self, walk: "Walk", node: Node) -> None:
        """An end or answer node is about to run: send what is left of it."""
        feed = self.feeds.get(node.id)
        if feed is None or walk.inside or (self.run.profile.counts_index and not self.chat):
            return
        self._advance(walk, feed)
