"""What the cloud refuses is set aside by name, blocks nothing, and waits for a person."""

import sqlite3
from contextlib import closing

import pytest

from core.domain.events.station import MessageRetried, MessageSetAside, MessageSettled
from core.domain.faults import CloudUnreachable
from core.domain.money import Money
from core.domain.refusals.cloud import MessageNotAside
from core.domain.refusals.people import NotAllowed
from core.ports.mailbox import Unsent
from core.protocol.codec import wrap
from core.protocol.from_cloud import CloudForgot
from tests.services.small_station import SmallStation


def sell(station: SmallStation, count: int) -> None:
    for _turn in range(count):
        station.payments.take_cash(station.a_bill(pieces=1).id, Money(2_000), station.cashier)


def test_a_poisoned_message_among_a_hundred_is_set_aside_and_the_others_arrive_in_order(
    station: SmallStation,
) -> None:
    station.mailbox.send_waiting()
    station.cloud_mailbox.received.clear()
    since = station.clock.now()
    sell(station, 100)
    with station.work.reading() as work:
        waiting = [envelope.id for envelope in work.messages.waiting(200)]
    poison = waiting[50]
    station.cloud_mailbox.refuse_ids.add(poison)
    assert station.mailbox.unsent() == Unsent(len(waiting), since)
    station.mailbox.send_waiting()
    assert [each.id for each in station.cloud_mailbox.received] == waiting[:50] + waiting[51:]
    assert station.mailbox.unsent() == Unsent()
    [aside] = station.mailbox.aside()
    assert (aside.id, aside.kind, aside.at, aside.why) == (poison, "sale_completed", since, "unknown_message")
    assert [e for e in station.events if isinstance(e, MessageSetAside)] == [
        MessageSetAside(poison, "sale_completed", "unknown_message")
    ]
    sell(station, 1)
    station.mailbox.send_waiting()
    assert station.mailbox.unsent() == Unsent()
    # The cloud has been put right: once more, by somebody who may.
    with pytest.raises(NotAllowed):
        station.mailbox.try_again(poison, station.cashier)
    station.cloud_mailbox.refuse_ids.clear()
    station.mailbox.try_again(poison, station.manager)
    assert not station.mailbox.aside()
    station.mailbox.send_waiting()
    assert station.cloud_mailbox.received[-1].id == poison
    assert MessageRetried(poison, "sale_completed", aside.number) in station.events
    with pytest.raises(MessageNotAside):
        station.mailbox.try_again(poison, station.manager)


def test_a_refused_message_is_marked_as_settled_and_never_sent(station: SmallStation) -> None:
    station.cloud_mailbox.refuse.add("sale_completed")
    sell(station, 1)
    station.mailbox.send_waiting()
    [aside] = station.mailbox.aside()
    with pytest.raises(NotAllowed):
        station.mailbox.settle(aside.id, station.cashier)
    station.mailbox.settle(aside.id, station.manager)
    assert MessageSettled(aside.id, "sale_completed", aside.number, "unknown_message") in station.events
    station.cloud_mailbox.refuse.clear()
    station.restart()
    station.mailbox.send_waiting()
    assert not station.mailbox.aside()
    assert aside.id not in {each.id for each in station.cloud_mailbox.received}
    with pytest.raises(MessageNotAside):
        station.mailbox.settle(aside.id, station.manager)


def test_a_row_that_a_dying_disk_spoiled_holds_up_nothing_behind_it(closed_station: SmallStation) -> None:
    station = closed_station
    if not station.url.startswith("sqlite"):
        pytest.skip("a server's rows are not spoiled by this machine's disk")
    station.open_shift()
    sell(station, 3)
    with station.work.reading() as work:
        waiting = [envelope.id for envelope in work.messages.waiting(200)]
    with closing(sqlite3.connect(station.url.removeprefix("sqlite:///"))) as other:
        other.execute("UPDATE outbox SET body = '{\"sale' WHERE id = ?", (waiting[1],))
        other.commit()
    station.cloud_mailbox.refuse_ids.add(waiting[1])
    station.mailbox.send_waiting()
    assert [each.id for each in station.cloud_mailbox.received][-len(waiting) + 1 :] == [
        waiting[0],
        *waiting[2:],
    ]
    assert [each.id for each in station.mailbox.aside()] == [waiting[1]]


def test_while_the_cloud_is_away_the_oldest_tells_since_when(station: SmallStation) -> None:
    station.mailbox.send_waiting()
    since = station.clock.now()
    station.cloud_mailbox.down = True
    sell(station, 2)
    with pytest.raises(CloudUnreachable):
        station.mailbox.send_waiting()
    assert station.mailbox.unsent() == Unsent(2, since)


def test_what_the_cloud_forgot_is_said_again_in_its_order(station: SmallStation) -> None:
    sell(station, 3)
    station.mailbox.send_waiting()
    said = [each.id for each in station.cloud_mailbox.received]
    for known, kept in ((said[1], 2), (None, 0), ("f" * 32, 0)):
        station.cloud_mailbox.received.clear()
        station.cloud_mailbox.put(wrap(CloudForgot(known_id=known), station.ids(), station.clock.now()))
        station.mailbox.fetch()
        station.mailbox.send_waiting()
        received = station.cloud_mailbox.received
        assert [each.id for each in received[:-2]] == said[kept:]
        # An older board that the cloud forgot would undo a newer one that it heard before it asked.
        assert [each.kind for each in received[-2:]] == ["station_described", "prices_changed"]
        said += [each.id for each in received[-2:]]
