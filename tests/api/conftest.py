"""The endpoints as plain CGI: a data folder a test, one process a request."""
import pytest

from studio import Studio, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def studio(template, tmp_path):
    return Studio(template, tmp_path / "data")
