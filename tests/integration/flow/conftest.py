"""An installation for each test. CLINICFLOW_TEST_KAFKA and CLINICFLOW_TEST_REDIS_URL name running ones to use instead."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.flow.installation import Installation


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> str:
    return os.environ.get("CLINICFLOW_TEST_KAFKA") or str(request.getfixturevalue("kafka"))


@pytest.fixture(scope="session")
def screen_store(request: pytest.FixtureRequest) -> str:
    return os.environ.get("CLINICFLOW_TEST_REDIS_URL") or str(request.getfixturevalue("redis_url"))


@pytest.fixture
def clinics(broker: str, screen_store: str, tmp_path: Path) -> Iterator[Installation]:
    with contextlib.closing(Installation(broker, screen_store, f"flow-{uuid.uuid4().hex[:8]}", tmp_path)) as installation:
        yield installation
