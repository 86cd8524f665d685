"""A Python that has what requirements.txt names, in a folder of its own."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BUILD = Path(os.environ.get("STUDIO_BUILD", HERE.parents[1] / "build"))


@pytest.fixture(scope="session")
def python():
    home = BUILD / "guidance"
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    subprocess.run([home / "bin/pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:",
                    "-r", HERE / "requirements.txt"], check=True)
    return home / "bin/python"
