"""Compares the routes that the UI calls with those of schema/openapi.yaml.

    check_routes.py     prints what differs; exit 1 when the UI calls what is not there
"""
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
NOT_FOR_PEOPLE = {"GET /api/health", "GET /metrics", "OPTIONS /api/kb/uploads", "GET /api/openapi.json", "POST /api/auth/refresh"}


def called():
    """Route -> names of the query members that the UI sends where it names them itself."""
    source = (ROOT / "htdocs/js/api.js").read_text("utf-8")
    routes = dict.fromkeys(re.findall(r"call\(\s*'([A-Z]+ /[^']+)'", source))
    for name in ("events.js", "events-worker.js"):
        text = (ROOT / "htdocs/js" / name).read_text("utf-8")
        routes.update(dict.fromkeys(f"GET {path}" for path in re.findall(r"new EventSource\('([^']+)'\)", text)))
    return set(routes)


def described():
    paths = yaml.safe_load((ROOT / "schema/openapi.yaml").read_text("utf-8"))["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods
            if method in {"get", "post", "put", "patch", "delete", "head", "options"}}


def main():
    missing, unused = called() - described(), described() - called() - NOT_FOR_PEOPLE
    for route in sorted(missing):
        print(f"the UI calls what openapi.yaml does not describe: {route}")
    for route in sorted(unused):
        print(f"no page uses: {route}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
