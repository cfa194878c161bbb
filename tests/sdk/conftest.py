"""The installed SDK, once for a file of tests."""

from __future__ import annotations

import pytest

from sdk import Sdk


@pytest.fixture(scope="session")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Sdk:
    return Sdk(tmp_path_factory.mktemp("sdk") / "prefix")
