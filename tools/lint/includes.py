"""Checks which folder includes what: nothing reaches upwards, and each foreign
library is spoken to in one place."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)

# What a folder may include of ours; a whole path is one header of a folder.
ALLOWED = {
    "lib/base": ["base"],
    "lib/text": ["base", "text"],
    "lib/dsl": ["base", "text", "dsl"],
    "lib/io": ["base", "text", "io"],
    # What a connection offers, the secrets of a DSL, what it uses and what
    # stands for that are rows as well; a version is a DSL's canonical form.
    "lib/model": ["base", "text", "io", "model", "dsl/canon.h",
                  "dsl/mask.h", "dsl/need.h", "dsl/resource.h",
                  "dsl/secret.h", "dsl/uses.h"],
    # What several endpoints answer alike.
    "lib/api": ["base", "text", "io", "dsl", "model", "api"],
    "lib/llm": ["base", "text", "io", "dsl", "llm"],
    "lib/dify": ["base", "text", "io", "dify", "dsl/resource.h"],
    # What several endpoints show and ask in the same way.
    "lib/api": ["base", "text", "io", "dsl", "model", "api"],
    # A run whose caller waits is done in the endpoint.
    "cgi-bin/start.c": ["base", "text", "io", "dsl", "model", "api",
                        "worker/inside.h"],
    "cgi-bin": ["base", "text", "io", "dsl", "model", "api"],
    "worker": ["base", "text", "io", "dsl", "model", "llm", "dify", "worker"],
    "cli/dify-dsl.c": ["base", "text", "dsl", "dsl-cli"],
    "cli/dsl": ["base", "text", "dsl"],
    "cli/dify-studio.c": ["base", "text", "dsl", "io", "model", "studio"],
    "cli/studio": ["base", "text", "dsl", "io", "model", "studio"],
}
# What an allowed folder has and this one may not include all the same.
REFUSED = {
    "cgi-bin/start.c": ["io/net.h"],
    "cgi-bin": ["io/net.h"],
    "cli/dify-studio.c": ["io/net.h"],
    "cli/studio": ["io/net.h"],
    "lib/model": ["io/net.h"],
    "lib/api": ["io/net.h"],
}
# A program of several files includes its own by name.
PROGRAMS = {"worker"}
# Who may include a foreign library's headers.
FOREIGN = {
    r"sqlite3\.h": r"lib/io/db",
    r"curl/": r"lib/io/net",
    r"hiredis": r"lib/io/redis",
    r"fcgi|fastcgi": r"lib/io/(http|hub)",
    r"sodium": r"lib/io/(seal|token)",
    r"zlib\.h": r"lib/io/pack",
    r"archive": r"lib/io/zip",
    r"yaml\.h": r"lib/text/yaml",
    r"pcre2\.h": r"lib/text/",
    r"json-c/|json\.h": r"lib/(text|io)/",
}
# The pure folders: bytes in, values out.
PURE = ("lib/text", "lib/dsl")
PURE_HEADERS = {
    "assert.h", "ctype.h", "errno.h", "float.h", "inttypes.h", "limits.h",
    "math.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h",
    "stdlib.h", "string.h", "strings.h", "locale.h", "time.h", "yaml.h",
    "pcre2.h", "stdalign.h",
}
PURE_CALLS = re.compile(
    r"\b(fopen|fprintf|printf|puts|fputs|open|read|write|getenv|socket|"
    r"clock_now_ms|id_new_r|random_bytes)\s*\(")


def room_of(path):
    for room in sorted(ALLOWED, key=len, reverse=True):
        if path == room or path.startswith(room + "/"):
            return room
    return None


def own(path, room, name):
    if "/" not in name:
        if room not in PROGRAMS or not (ROOT / path).with_name(name).exists():
            yield f'"{name}": write the folder too'
        return
    allowed = ALLOWED[room]
    if name.split("/")[0] not in allowed and name not in allowed:
        yield f'"{name}" is out of reach of {room}'
    if name in REFUSED.get(room, []):
        yield f'"{name}" is for the worker alone'


def foreign(path, room, name):
    for pattern, where in FOREIGN.items():
        if re.match(pattern, name) and not re.match(where, path):
            yield f"<{name}> belongs to {where}"
    if room in PURE and not name.startswith("json-c/") \
            and name not in PURE_HEADERS:
        yield f"<{name}> in {room}, which does no I/O"


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text,
                  flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def check(file):
    path = str(file.relative_to(ROOT))
    room = room_of(path)
    if room is None:
        yield "is in no folder that the table knows"
        return
    text = file.read_text()
    for ours, theirs in INCLUDE.findall(text):
        yield from own(path, room, ours) if ours else \
            foreign(path, room, theirs)
    if room in PURE:
        for line, code in enumerate(without_comments(text).split("\n"), 1):
            for call in PURE_CALLS.findall(code):
                yield f"line {line}: {call}() in {room}, which does no I/O"


def main():
    files = [f for folder in ("lib", "cgi-bin", "worker", "cli")
             for f in sorted((ROOT / folder).rglob("*.[ch]"))]
    bad = 0
    for file in files:
        for what in check(file):
            print(f"{file.relative_to(ROOT)}: {what}")
            bad += 1
    print(f"{len(files)} files looked at, {bad} findings")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
