"""Brokers, and the sandbox with the bot's account."""

import contextlib

import pytest

from tests.broker.servers import RabbitBroker, RedisBroker
from tests.pipeline.conftest import photo as photo
from tests.pipeline.conftest import reddit as reddit
from tests.pipeline.conftest import world as world


@pytest.fixture(scope="session", params=[RedisBroker, RabbitBroker], ids=["redis", "rabbitmq"])
def broker(request, tmp_path_factory):
    """Each kind of broker, running."""
    made = request.param.on_loopback(tmp_path_factory.mktemp("broker"))
    made.start()
    yield made
    with contextlib.suppress(ProcessLookupError):
        made.kill()
