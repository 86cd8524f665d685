"""schema/openapi.yaml says what the endpoints say of themselves."""
import re
import subprocess

import pytest

from studio import CGI, OPENAPI, ROOT, resolve

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
OPERATIONS = [(path, method, op) for path, item in OPENAPI["paths"].items()
              for method, op in item.items() if method in METHODS]


def routes():
    for binary in sorted(CGI.glob("*.fcgi")):
        out = subprocess.run([binary, "--routes"], check=True, text=True,
                             env={}, stdout=subprocess.PIPE).stdout
        for line in out.splitlines():
            method, path, role = line.split()
            yield method.lower(), path, role


def test_both_know_the_same_routes_and_roles():
    described = {(method, path, op["x-role"])
                 for path, method, op in OPERATIONS}
    assert described == set(routes())


def test_every_operation_has_a_name_of_its_own():
    names = [op["operationId"] for _, _, op in OPERATIONS]
    assert len(names) == len(set(names))


def test_every_endpoint_is_reached_by_the_web_server():
    conf = (ROOT / "lighttpd.conf").read_text()
    for binary in CGI.glob("*.fcgi"):
        assert f'"{binary.name}"' in conf, binary.name


def responses():
    for path, method, op in OPERATIONS:
        for status, response in op["responses"].items():
            yield path, method, status, resolve(response)


def test_every_reference_leads_somewhere():
    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                resolve(node)
            for child in node.values():
                walk(child)
        if isinstance(node, list):
            for child in node:
                walk(child)
    walk(OPENAPI)


def test_everybody_who_is_not_public_may_get_401():
    for path, method, op in OPERATIONS:
        assert ("401" in op["responses"]) == (
            op["x-role"] != "public" or path in (
                "/api/auth/login", "/api/auth/refresh")), (method, path)


@pytest.mark.parametrize("kind", ["no-parameter", "path"])
def test_ids_in_paths_are_parameters(kind):
    for path, item in OPENAPI["paths"].items():
        has_id = "{id}" in path
        named = any(resolve(p)["name"] == "id"
                    for p in item.get("parameters", []))
        assert has_id == named, path


def test_codes_in_the_sources_are_documented():
    """And the documented ones are in the sources, so that none is dead."""
    text = " ".join(r["description"] for r in
                    OPENAPI["components"]["responses"].values())
    documented = set(re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", text))
    sources = [f for folder in ("lib/io", "lib/api", "lib/model", "cgi-bin")
               for f in sorted((ROOT / folder).glob("*.c"))]
    used = set()
    for file in sources:
        for call in re.findall(
                r'(?:http_problem|refuse|http_refuse)\(\s*r,\s*(?:\d+,\s*)?"([a-z_]+)"',
                file.read_text()):
            used.add(call)
    assert used - set(re.findall(r"[a-z0-9_]+", text)) == set()
    jobs = [f for folder in ("lib/llm", "worker")
            for f in sorted((ROOT / folder).glob("*.c"))]
    headers = sorted((ROOT / "lib/io").glob("*.h"))
    everything = " ".join(f.read_text() for f in sources + jobs + headers)
    for code in documented - {"import_id", "job_id", "upload_url", "api_key"}:
        assert f'"{code}"' in everything or f'\\"{code}\\"' in everything \
            or code in ("dify_unreachable",), code
