"""What README, the man pages and the notes say is what the programs do."""
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))
README = (ROOT / "README.md").read_text()
CONF = (ROOT / "lighttpd.conf").read_text()


def output(*argv):
    return subprocess.run(argv, check=True, text=True, env={"PATH": "/bin"},
                          cwd="/", stdout=subprocess.PIPE).stdout


def table(heading):
    """The rows of the first table below a heading of README."""
    part = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in part.splitlines()
            if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in row] for row in rows[1:]]


def test_settings_are_those_of_the_program():
    said = [line.split("\t") for line in
            output(BUILD / "bin/dify-studio", "config").splitlines()]
    assert table("Settings") == said


def test_targets_are_those_of_the_makefile():
    text = subprocess.run(["make", "-s", "help"], cwd=ROOT, check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    said = [line.split(None, 1) for line in text.splitlines()]
    assert [[row[0].removeprefix("make "), row[1]]
            for row in table("Targets")] == said


def test_folders_are_there():
    for names, _ in table("Layout"):
        for name in re.findall(r"[\w/-]+", names):
            assert (ROOT / name).is_dir(), name
    tops = {p.name for p in ROOT.iterdir()
            if p.is_dir() and not p.name.startswith(".")}
    named = {re.findall(r"[\w-]+", n)[0] for n, _ in table("Layout")}
    named |= {"docs", "docker"}
    assert tops - named <= {"build", "data", "dist"}


@pytest.mark.parametrize("page", sorted(
    [ROOT / "README.md", *ROOT.glob("docs/*.md")]), ids=lambda p: p.name)
def test_links_and_files_lead_somewhere(page):
    text = page.read_text()
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), link
    for name in re.findall(r"`((?:lib|tests|schema|cgi-bin|tools|docker)/"
                           r"[\w./-]+\.\w+)`", text):
        assert "NAME" in name or (ROOT / name).exists(), name


def words_of(program):
    """The commands and the options that its help names."""
    text = output(BUILD / "bin" / program, "--help")
    return (re.findall(r"^  ([a-z][a-z-]*) ", text, re.M),
            set(re.findall(r"--[a-z-]+", text)))


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/man/*.1")),
                         ids=lambda p: p.name)
def test_a_man_page_names_every_command_and_option(page):
    text = page.read_text().replace("\\-", "-")
    part = text.split(".SH COMMANDS")[1].split(".SH OPTIONS")[0]
    commands, options = words_of(page.stem)
    assert re.findall(r"^\.BI? ([a-z-]+)", part, re.M) == commands
    assert options <= set(re.findall(r"--[a-z-]+", text))


def test_every_program_of_cli_has_a_man_page():
    for program in ROOT.glob("cli/*.c"):
        assert (ROOT / "docs/man" / f"{program.stem}.1").exists(), program


def test_every_endpoint_has_a_socket():
    named = set(re.findall(r"var\.cgi \+ \"([a-z-]+)\.fcgi\"", CONF))
    assert named == {p.stem for p in (ROOT / "cgi-bin").glob("*.c")}


def test_longer_paths_come_first():
    keys = re.findall(r'^\t"(/[a-z/-]+)" =>', CONF, re.M)
    for number, key in enumerate(keys):
        for earlier in keys[:number]:
            assert not key.startswith(earlier), (earlier, key)


def test_example_endpoint_is_as_short_as_it_says():
    assert len((ROOT / "cgi-bin/tokens.c").read_text().splitlines()) <= 150


def test_calls_of_readme_are_described():
    paths = yaml.safe_load((ROOT / "schema/openapi.yaml").read_text())["paths"]
    for path in re.findall(r"http://127\.0\.0\.1:8080(/api/[\w/-]+)", README):
        assert path in paths, path
