"""Debug run of one node (contract.md 2.7)."""
from __future__ import annotations

import time
from typing import Any

from . import runner
from .apps import with_app
from .draft import require_draft
from .engine.errors import NodeError, RunFailed
from .engine.graph import GraphError, Node, build
from .engine.run import Run
from .engine.streamer import Streamer
from .engine.walk import Walk
from .errors import ApiError, invalid_param
from .store import new_id
from .web import Request, Routes


def _selectors(node: Node, name: str) -> list[list[str]]:
    """What an input stands for: a reference (#node.variable#), or a name that the node binds."""
    if name.startswith("#"):
        return [name.strip("#").split(".")]
    bound = node.raw.get("variables") or []
    return [v["value_selector"] for v in bound if isinstance(v, dict) and v.get("variable") == name]


def _run(request: Request) -> Any:
    ctx, draft = request.ctx, require_draft(request)
    try:
        graph = build(draft["graph"], ctx.profile, ctx.model_list)
    except GraphError as error:
        raise invalid_param(error.text) from None
    node = graph.nodes.get(request.params["node"])
    if node is None:
        raise ApiError(404, "not_found", "Node not found")
    given = request.json().get("inputs") or {}
    start = runner.Start(ctx, request.app, draft, {}, ctx.identity["account"], "debugging")
    run = Run(ctx, request.app, draft, {}, ctx.identity["account"], "debugging")
    start.fill(run, [])
    for name, value in given.items():
        for selector in _selectors(node, name):
            if len(selector) > 1:
                start.pool.set(selector[0], selector[1], value)
    run.graph, run.streamer = graph, Streamer(run, graph)
    run.walk = Walk(run, graph, start.pool, graph.root)
    began = time.time()
    error = None
    try:
        run.walk.execute(node)
    except (RunFailed, NodeError) as failure:
        error = failure.text
    done = run.executions[-1] if run.executions else {}
    account = {"id": ctx.identity["account"], "name": ctx.options.email.partition("@")[0], "email": ctx.options.email}
    return {"id": new_id(), "index": 1, "predecessor_node_id": None, "node_id": node.id, "node_type": node.kind, "title": node.title,
            "inputs": done.get("inputs"), "process_data": done.get("process_data"), "outputs": done.get("outputs"),
            "status": "failed" if error else done.get("status", "succeeded"), "error": error, "elapsed_time": round(time.time() - began, 6),
            "execution_metadata": done.get("execution_metadata"), "extras": {}, "created_at": int(began), "created_by_role": "account",
            "created_by_account": account, "created_by_end_user": None, "finished_at": int(time.time())}


def add_routes(routes: Routes) -> None:
    """The one route."""
    routes.add("POST", "/console/api/apps/{app:uuid}/workflows/draft/nodes/{node}/run", with_app(_run, "workflow", "advanced-chat"))
