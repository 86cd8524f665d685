"""The base of all trees, made once."""
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from tree import ROOT, Image, Tree, make_base  # noqa: E402

BUILD = Path(os.environ.get("STUDIO_BUILD", ROOT / "build"))


@pytest.fixture(scope="session")
def base():
    assert os.geteuid() == 0, "trees are made by root"
    return make_base(BUILD / "docker" / "base.tar")


@pytest.fixture(scope="session")
def image(base, tmp_path_factory):
    return Image(ROOT / "docker" / "Dockerfile", base,
                 tmp_path_factory.mktemp("image") / "stages")


@pytest.fixture
def fresh(base, tmp_path):
    return Tree(base, tmp_path / "fresh")
