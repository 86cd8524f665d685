"""Checks what no other tool looks for: lengths, first lines, banned words in C
and in the pages."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 550  # the aim is 400
FUNCTION_LINES = 60

BANNED = sorted(re.findall(r"^#undef (\w+)", (
    ROOT / "lib/base/banned.h").read_text(), re.M))
BANNED_C = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(BANNED))
UNBAN = re.compile(r"^\s*#\s*undef\s+(%s)\b" % "|".join(BANNED), re.M)
BANNED_JS = re.compile(
    r"\.(innerHTML|outerHTML|insertAdjacentHTML)\b|\beval\s*\(|"
    r"document\.write|new Function\b|javascript:")
BANNED_HTML = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
TEXT_SUFFIXES = {".c", ".h", ".py", ".sh", ".js", ".css", ".html", ".sql",
                 ".md", ".yaml", ".json", ".conf", ""}


def code_only(text):
    """Comments and strings blanked, lines kept."""
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text,
                  flags=re.S)


def functions(lines):
    """(first line, lines) of every block whose braces stand in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            yield start, number - start - 1
            start = None


def check_c(path, text):
    lines = text.split("\n")
    if not lines[0].startswith("/* " + path.name + ": "):
        yield 1, f"the first line does not say what {path.name} is for"
    if len(lines) > FILE_LINES and path.parts[0] != "tests":
        yield 1, f"{len(lines)} lines, more than {FILE_LINES}"
    for start, length in functions(lines):
        if length > FUNCTION_LINES:
            yield start, f"a function of {length} lines"
    if path.name == "banned.h":
        return
    code = code_only(text)
    for number, line in enumerate(code.split("\n"), 1):
        for name in BANNED_C.findall(line):
            yield number, f"{name}() is banned"
        if UNBAN.search(line):
            yield number, "a ban is lifted"


def check_lines(text, pattern, why):
    for number, line in enumerate(text.split("\n"), 1):
        found = pattern.search(line)
        if found:
            yield number, f"{found.group().strip()}: {why}"


def check(path):
    text = (ROOT / path).read_text(errors="replace")
    if path.suffix in (".c", ".h"):
        yield from check_c(path, text)
    if path.parts[0] == "htdocs" and path.suffix in (".js", ".html"):
        yield from check_lines(text, BANNED_JS, "pages write text only")
    if path.parts[0] == "htdocs" and path.suffix == ".html":
        yield from check_lines(text, BANNED_HTML, "not with our CSP")
    if path.name != "style.py":
        yield from check_lines(text, UNFINISHED, "unfinished")


def main():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True,
                            text=True, stdout=subprocess.PIPE).stdout
    files = [Path(f) for f in listed.split("\n")
             if f and Path(f).suffix in TEXT_SUFFIXES and (ROOT / f).is_file()]
    bad = 0
    for path in files:
        for line, what in check(path):
            print(f"{path}:{line}: {what}")
            bad += 1
    print(f"{len(files)} files looked at, {bad} findings")
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main())
