"""The world the page tests look at."""

from typing import Any

import pytest


@pytest.fixture
def world(db: None) -> Any:
    # Imported late: pytest reads this file before Django is set up.
    from tests.factories import portal

    from xinglin.kernel import figures

    figures.forget()
    return portal.world()
