"""Command line, and the list of everything that adds routes."""
from __future__ import annotations

import argparse
import signal
import sys
import threading

from . import (apps, auth, chat, console_runs, datasets, documents, draft, faults, files, forms, generate, imports, keys, knowledge,
               models, node_run, openapi, service, system, tags, tools, triggers)
from .context import Context
from .engine import nodes  # noqa: F401 - registers what nodes do
from .profile import PROFILES
from .web import Server


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dify.py", description="A small Dify for development and tests.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--version", choices=sorted(PROFILES), default="1.16")
    parser.add_argument("--data", required=True, help="folder that keeps the state")
    parser.add_argument("--admin-key", default="sandbox-admin-key", help="empty: no admin key")
    parser.add_argument("--email", default="admin@sandbox.test")
    parser.add_argument("--password", default="sandbox-pass-1")
    parser.add_argument("--llm-url", help="OpenAI-compatible base URL, ends in /v1")
    parser.add_argument("--models", default="sandbox-fast,sandbox-strong", help="names of the chat models")
    parser.add_argument("--embedding", default="sandbox-embedding", help="name of the embedding model")
    parser.add_argument("--hold-seconds", type=float, default=300.0, help="how long a failed start stays open on 1.13")
    parser.add_argument("--index-seconds", type=float, default=0.6, help="how long indexing a document takes")
    return parser.parse_args(arguments)


def make(arguments: list[str] | None = None) -> tuple[Context, Server]:
    """A sandbox that listens; the caller serves."""
    ctx = Context(_options(arguments))
    routes = ctx.routes
    for module in (apps, auth, console_runs, documents, draft, forms, generate, models, openapi, system, tags, tools, triggers):
        module.add_routes(routes, ctx)
    for plain in (chat, datasets, faults, files, imports, keys, node_run, service):
        plain.add_routes(routes)
    knowledge.seed(ctx)
    return ctx, Server(ctx.options.port, ctx)


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    try:
        ctx, server = make(arguments)
    except OSError as error:
        sys.exit(f"sandbox dify: {error.strerror or error}")
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"sandbox dify {ctx.profile.version} on {ctx.base_url}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    server.server_close()
    ctx.store.close()
