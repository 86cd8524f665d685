"""Turns a draft's graph into nodes and edges, refusing what that release refuses before a run (contract.md 3.3, 5.7)."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..profile import Profile
from .nodedata import base_check, known_types, node_data
from .nodetypes import START_TYPES
from .schema import Any_, DataError, F, List, Map, Rec, Str, read

CONTAINER_STARTS = ("iteration-start", "loop-start")
ROOT_TYPES = START_TYPES + CONTAINER_STARTS


class GraphError(Exception):
    """A graph that cannot be built; internal ones have no text for the user."""

    def __init__(self, text: str, internal: bool = False) -> None:
        super().__init__(text)
        self.text, self.internal = text, internal


@dataclass
class Edge:
    """A way from a node's handle to another node."""

    id: str
    source: str
    target: str
    handle: str


@dataclass
class Node:
    """One node; `read` is its data once validated."""

    id: str
    kind: str
    raw: dict[str, Any]
    read: dict[str, Any] | None = None

    @property
    def title(self) -> str:
        """The title shown in events."""
        return (self.read or self.raw).get("title") or ""

    @property
    def branches(self) -> bool:
        """Whether only the edges of the chosen handle are followed."""
        return self.kind in ("if-else", "question-classifier", "human-input") or \
            self.raw.get("error_strategy") == "fail-branch"


@dataclass
class Graph:
    """Nodes by id, edges by end, and the root."""

    nodes: dict[str, Node]
    edges: list[Edge]
    root: str
    config: dict[str, Any]
    outgoing: dict[str, list[Edge]] = field(default_factory=dict)
    incoming: dict[str, list[Edge]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for edge in self.edges:
            self.outgoing.setdefault(edge.source, []).append(edge)
            self.incoming.setdefault(edge.target, []).append(edge)


def _lists(config: Any, profile: Profile) -> tuple[list[Any], list[Any]]:
    if profile.has_generate and isinstance(config, dict) and "nodes" not in config:
        raise GraphError("nodes in workflow graph must be a list")
    if not isinstance(config, dict) or "nodes" not in config or "edges" not in config:
        raise GraphError("nodes or edges not found in workflow graph")
    for name in ("nodes", "edges"):
        if not isinstance(config[name], list):
            raise GraphError(f"{name} in workflow graph must be a list")
    return config["nodes"], config["edges"]


def _kind(node: dict[str, Any]) -> Any:
    return (node.get("data") or {}).get("type")


def _no_notes(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [n for n in nodes if n.get("type") != "custom-note"]


def _edges(configs: list[Any], profile: Profile) -> list[Edge]:
    if any(not isinstance(e, dict) for e in configs):
        if not profile.has_generate:
            raise GraphError("'NoneType' object has no attribute 'get'", internal=True)
        read(List(Map()), configs, "list[dict[str,any]]", profile.pydantic)
    edges = []
    for config in configs:
        source, target = config.get("source"), config.get("target")
        handle = config.get("sourceHandle", "source")
        if not isinstance(source, str) or not isinstance(target, str) or not isinstance(handle, str):
            continue
        edges.append(Edge(f"edge_{len(edges)}", source, target, handle))
    return edges


def _root_by_type(nodes: list[dict[str, Any]]) -> str:
    for node in nodes:
        if _kind(node) in START_TYPES and isinstance(node.get("id"), str):
            return node["id"]
    raise GraphError("Unable to determine default root node ID from workflow graph")


def _root_by_edges(nodes: list[dict[str, Any]], edges: list[Edge]) -> str:
    targets = {e.target for e in edges}
    free = [n for n in nodes if n.get("id") not in targets]
    for node in free:
        if _kind(node) in START_TYPES:
            return node["id"]
    if not free:
        raise GraphError("Unable to determine root node ID")
    return free[0]["id"]


def build(config: Any, profile: Profile, models: "Models") -> Graph:
    """The graph of a run; raises GraphError."""
    nodes, edge_configs = _lists(config, profile)
    try:
        if not profile.eager_nodes:
            return _build_old(nodes, edge_configs, config, profile)
        if not nodes and not profile.base_node_pass:
            raise GraphError("Graph must have at least one node")
        nodes = _no_notes(nodes)
        root = _root_by_type(nodes) if profile.base_node_pass else None
        edges = _edges(edge_configs, profile)
        base_check(nodes, profile)
        if root is None:
            root = _root_by_edges(nodes, edges)
        built = _build_nodes(nodes, profile, models)
    except DataError as error:
        raise GraphError(str(error)) from None
    _check_ends(edges, built)
    if built[root].kind not in ROOT_TYPES:
        raise GraphError(f"[INVALID_ROOT] Root node '{root}' must declare execution type 'root'.")
    return Graph(built, edges, root, config)


def _build_nodes(nodes: list[dict[str, Any]], profile: Profile, models: "Models") -> dict[str, Node]:
    built: dict[str, Node] = {}
    known = known_types(profile)
    for config in nodes:
        kind = _kind(config)
        if kind not in known:
            known_name = profile.base_node_pass or kind == "variable-assigner"
            raise GraphError(f"{'No class mapping found for' if known_name else 'Unknown'} node type: {kind}")
        node = Node(config["id"], kind, config["data"])
        try:
            node.read = node_data(kind, config["data"], profile)
            if kind == "human-input":
                _check_delivery(node.read, profile)
        except KeyError as error:
            raise GraphError(str(error), internal=True) from None
        if profile.base_node_pass and "model" in node.read and kind in ("llm", "question-classifier", "parameter-extractor"):
            models.require(node.read["model"])
        built[node.id] = node
    return built


def _check_delivery(data: dict[str, Any], profile: Profile) -> None:
    methods = data.get("delivery_methods") or []
    for index, method in enumerate(methods):
        kind = method.get("type") if isinstance(method, dict) else None
        if kind not in ("webapp", "email"):
            raise DataError(
                "1 validation error for list[tagged-union[InteractiveSurfaceDeliveryMethod,EmailDeliveryMethod]]\n"
                f"{index}\n  Input tag '{kind}' found using 'type' does not match any of the expected tags: "
                "<DeliveryMethodType.WEBAPP: 'webapp'>, <DeliveryMethodType.EMAIL: 'email'> [type=union_tag_invalid, "
                f"input_value={str(method)[:25]}, input_type={type(method).__name__}]\n"
                f"    For further information visit https://errors.pydantic.dev/{profile.pydantic}/v/union_tag_invalid")


def _check_ends(edges: list[Edge], built: dict[str, Node]) -> None:
    found = []
    for edge in edges:
        for side, node in (("source", edge.source), ("target", edge.target)):
            if node not in built:
                found.append(f"[MISSING_NODE] Edge {edge.id} references unknown {side} node '{node}'.")
    if found:
        raise GraphError("; ".join(found))


def _build_old(nodes: list[Any], configs: list[Any], config: dict[str, Any], profile: Profile) -> Graph:
    """The oldest release: node data is looked at later, but edges, cycles, end and answer now."""
    if not nodes:
        raise GraphError("Graph must have at least one node")
    _old_keys(nodes)
    built = {n["id"]: Node(n["id"], n["data"].get("type"), n["data"]) for n in nodes if isinstance(n.get("id"), str)}
    parents = {n["id"]: n["parentId"] for n in nodes if n.get("parentId") in built and isinstance(n.get("id"), str)}
    edges = _old_edges(configs, built, parents, profile)
    targets = {e.target for e in edges}
    roots = [n.id for n in built.values() if n.kind == "start" and n.id not in targets]
    if not roots:
        raise GraphError("Root node id None not found in the graph")
    graph = Graph(built, edges, roots[0], config)
    _old_cycles(graph)
    reach = _reachable(graph, roots[0])
    for node in built.values():
        if node.kind in ("end", "answer") and node.id in reach:
            node_data(node.kind, node.raw, profile)
    return graph


def _old_keys(nodes: list[Any]) -> None:
    """Keys without which that release breaks: data everywhere, its type up to the start node."""
    started = False
    for item in nodes:
        if not isinstance(item, dict) or not isinstance(item.get("data"), dict):
            raise GraphError("'data'", internal=True)
        if not started and "type" not in item["data"]:
            raise GraphError("'type'", internal=True)
        started = started or item["data"].get("type") == "start"


def _old_edges(configs: list[Any], built: dict[str, Node], parents: dict[str, str], profile: Profile) -> list[Edge]:
    edges = []
    known = Rec("GraphEdge", source_node_id=F(Str()), target_node_id=F(Str()), run_condition=F(Any_, None))
    for item in configs:
        if not isinstance(item, dict):
            raise GraphError("'NoneType' object has no attribute 'get'", internal=True)
        source, target = item.get("source"), item.get("target")
        if not source or not target:
            continue
        read(known, {"source_node_id": source, "target_node_id": target}, "GraphEdge", profile.pydantic)
        if source not in built:
            continue
        if target not in built:
            raise GraphError(repr(target), internal=True)
        if source in parents and parents.get(target) != parents[source]:
            continue
        handle = item.get("sourceHandle") or "source"
        edges.append(Edge(f"edge_{len(edges)}", source, target, handle))
    return edges


def _reachable(graph: Graph, start: str) -> set[str]:
    seen, todo = set(), [start]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [e.target for e in graph.outgoing.get(node, [])]
    return seen


def _old_cycles(graph: Graph) -> None:
    done: set[str] = set()

    def visit(node: str, path: tuple[str, ...]) -> None:
        for edge in graph.outgoing.get(node, []):
            if edge.target in path:
                raise GraphError(f"Node {node} is connected to the previous node, please check the graph.")
            if edge.target not in done:
                visit(edge.target, path + (edge.target,))
        done.add(node)
    visit(graph.root, (graph.root,))


class Models:
    """The models that the workspace has."""

    def __init__(self, provider: str, names: list[str]) -> None:
        self.provider, self.names = provider, names

    def require(self, model: dict[str, Any]) -> None:
        """Raise GraphError when a node names a model that is not there."""
        if model["provider"] != self.provider:
            raise GraphError(f"Provider {model['provider']} does not exist.")
        if model["name"] not in self.names:
            raise GraphError(f"Model {model['name']} not exist.")
