"""Debian trees to try things in: a fresh one, and those that a Dockerfile
describes, built without a container engine. Needs root."""
import json
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIRROR = "http://deb.debian.org/debian"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STEP_SECONDS = 900


def make_base(tar):
    """A tar of the smallest Debian 12, what debian:12-slim is made of."""
    if not tar.exists():
        tar.parent.mkdir(parents=True, exist_ok=True)
        half = tar.with_suffix(".new.tar")
        subprocess.run(["mmdebstrap", "--variant=minbase", "bookworm",
                        str(half), MIRROR], check=True)
        half.rename(tar)
    return tar


class Tree:
    """A root folder that programs run in, in a pid namespace of their own."""

    def __init__(self, base, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        subprocess.run(["tar", "-xf", str(base), "-C", str(folder)],
                       check=True)
        shutil.copy("/etc/resolv.conf", self.folder / "etc/resolv.conf")

    def argv(self, command, user="0:0", env=None, cwd="/"):
        settings = [f"{k}={v}" for k, v in
                    {"PATH": PATH, "HOME": "/tmp", **(env or {})}.items()]
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child",
                f"--mount-proc={self.folder}/proc",
                "chroot", f"--userspec={user}", str(self.folder),
                "env", "-i", *settings,
                "sh", "-c", f"cd {shlex.quote(cwd)} && {command}"]

    def run(self, command, check=True, **more):
        done = subprocess.run(self.argv(command, **more), text=True,
                              stdin=subprocess.DEVNULL, timeout=STEP_SECONDS,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        assert not check or done.returncode == 0, done.stdout[-4000:]
        return done

    def start(self, command, log, **more):
        return subprocess.Popen(self.argv("exec " + command, **more),
                                stdin=subprocess.DEVNULL, stdout=log,
                                stderr=subprocess.STDOUT,
                                start_new_session=True)


def first_process(started):
    """The pid, seen from here, of what Tree.start() started."""
    path = f"/proc/{started.pid}/task/{started.pid}/children"
    return int(Path(path).read_text().split()[0])


@dataclass
class Stage:
    name: str
    steps: list = field(default_factory=list)


def read_dockerfile(path):
    """The stages of a Dockerfile: (instruction, rest of the line)."""
    text = path.read_text().replace("\\\n", " ")
    stages = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        word, rest = line.split(None, 1)
        if word == "FROM":
            words = rest.split()
            assert words[0].startswith("debian:12"), words[0]
            stages.append(Stage(words[2] if len(words) > 2 else ""))
        else:
            stages[-1].steps.append((word, rest.strip()))
    return stages


def sources():
    """What a build sees: everything that is not ignored."""
    out = subprocess.run(["git", "ls-files", "--cached", "--others",
                          "--exclude-standard"], cwd=ROOT, check=True,
                         text=True, stdout=subprocess.PIPE).stdout
    return [f for f in out.split("\n") if f and (ROOT / f).is_file()]


class Image:
    """What `docker build` would make, in folders below `folder`."""

    def __init__(self, dockerfile, base, folder):
        self.trees = {}
        self.tree = None
        for number, stage in enumerate(read_dockerfile(dockerfile)):
            self.tree = Tree(base, Path(folder) / str(number))
            self.trees[stage.name] = self.tree
            self.env, self.cwd, self.user = {}, "/", "root"
            self.entry, self.cmd, self.health = [], [], ""
            for word, rest in stage.steps:
                getattr(self, "do_" + word.lower())(rest)

    def do_run(self, rest):
        self.tree.run(rest, env=self.env, cwd=self.cwd)

    def do_workdir(self, rest):
        self.cwd = rest
        self.tree.run(f"mkdir -p {shlex.quote(rest)}")

    def do_env(self, rest):
        self.env.update(part.split("=", 1) for part in shlex.split(rest))

    def do_user(self, rest):
        self.user = rest

    def do_volume(self, rest):
        assert (self.tree.folder / rest.lstrip("/")).is_dir()

    def do_expose(self, rest):
        assert rest.isdigit()

    def do_entrypoint(self, rest):
        self.entry = json.loads(rest)

    def do_cmd(self, rest):
        self.cmd = json.loads(rest)

    def do_healthcheck(self, rest):
        self.health = rest.split(" CMD ", 1)[1]

    def do_copy(self, rest):
        *what, to = rest.split()
        if what[0].startswith("--from="):
            source = self.trees[what[0].removeprefix("--from=")].folder
            for name in what[1:]:
                self._copy_tree(source / name.lstrip("/"), to)
        else:
            for name in what:
                self._copy_sources(name, to)

    def _target(self, to):
        return self.tree.folder / os.path.join(self.cwd, to).lstrip("/")

    def _copy_tree(self, source, to):
        shutil.copytree(source, self._target(to), symlinks=True,
                        dirs_exist_ok=True)

    def _copy_sources(self, name, to):
        for path in sources():
            if name != "." and not path.startswith(name + "/"):
                continue
            inside = path if name == "." else path[len(name) + 1:]
            target = self._target(to) / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, target)

    def start(self, log, **env):
        user = self.tree.run(
            f"echo $(id -u {self.user}):$(id -g {self.user})").stdout.strip()
        command = shlex.join(self.entry + self.cmd)
        return self.tree.start(command, log, user=user, cwd=self.cwd,
                               env={**self.env, **env})

    def healthy(self, **env):
        return self.tree.run(self.health, check=False,
                             env={**self.env, **env}).returncode == 0
