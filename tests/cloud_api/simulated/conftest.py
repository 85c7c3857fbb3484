"""What the tests of all simulated providers share."""

from collections.abc import Iterator

import pytest

from tests.cloud_api.simulated.outside_world import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    yield mailbox
    mailbox.close()
