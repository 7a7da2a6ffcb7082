"""One small district for all tests of this folder."""

from datetime import date

import pytest

from yinling.portal.demo import generate, generate_health

AS_OF = date(2026, 11, 21)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("district")
    generate(home, persons=2_000, as_of=AS_OF)
    generate_health(home, persons=2_000, as_of=AS_OF)
    return home
