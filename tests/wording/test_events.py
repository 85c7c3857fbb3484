"""Every event has its sentence in both languages."""

from dataclasses import fields
from typing import get_type_hints

import pytest

from core.domain.events.event import Event
from core.domain.events.every import events_by_kind
from core.wording import events
from core.wording.catalogue import Language, in_language
from core.wording.events import Topic, has_sentence, sentence

# Sorted: beside each other, two processes have to name the same tests in the same order.
KINDS = [kind for _name, kind in sorted(events_by_kind().items()) if kind is not Event]
_SAMPLES: dict[type, object] = {str: "a" * 32, int: 12_345, bool: True}


def _facts(kind: type[Event]) -> dict[str, object]:
    types = get_type_hints(kind)
    return {field.name: _SAMPLES.get(types[field.name]) for field in fields(kind)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_has_a_sentence_in_both_languages(kind: type[Event]):
    assert has_sentence(kind.__name__), "give it a line in core/wording/events.py"
    told = set()
    for language in Language:
        with in_language(language):
            text = sentence(kind.__name__, _facts(kind), {"a" * 32: "王芳"})
        assert "{" not in text
        assert "—" not in text, f"the sentence has a blank that {kind.__name__} does not fill"
        told.add(text)
    assert len(told) == len(Language), "it has no Chinese"


def test_no_sentence_is_left_of_an_event_that_is_gone():
    kinds = {kind.__name__ for kind in KINDS}
    assert {kind for topic in Topic for kind in events.kinds_of(topic)} <= kinds


def test_figures_and_names_are_as_people_read_them():
    facts = {"fill": "f" * 32, "pump": 3, "nozzle": 1, "volume_ml": 25_610, "amount_fen": 20_001}
    assert sentence("FillFinished", facts | {"agrees": True}, {}) == "3号机 1号枪加油 25.61 升，￥200.01。"
    assert "不符" in sentence("FillFinished", facts | {"agrees": False}, {})
    applied = {"change": "c", "nozzle": "3-1", "price_li": 7_810}
    assert sentence("NozzlePriceApplied", applied, {}) == "3号机 1号枪确认新价 7.81 元/升。"
    assert sentence("StaffSignedIn", {"staff": "a" * 32}, {"a" * 32: "王芳"}) == "王芳 登录。"
    assert sentence("SaleCancelled", {"sale": "0" * 26 + "abc123"}, {}) == "账单 …abc123 已作废。"


def test_an_event_of_another_version_is_not_lost():
    assert "TankRefilled" in sentence("TankRefilled", {}, {})
    assert "—" in sentence("ShiftOpened", {"shift": "s"}, {})
    assert "half" in sentence("PaymentChanged", {"sale": "s", "state": "half"}, {})
