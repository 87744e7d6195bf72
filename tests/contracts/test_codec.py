import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.codec import decode_command, decode_event, encode
from mogplex_contracts.errors import InvalidLine
from mogplex_contracts.events.message import UserMessage
from mogplex_contracts.events.unknown import UnknownEvent
from tests.support.strategies import COMMANDS, FACTS, LINKS, instances

EVENTS = (*FACTS, *LINKS)


def name(model: type[Any]) -> str:
    return model.__name__


@pytest.mark.parametrize("model", EVENTS, ids=name)
@settings(max_examples=10)
@given(data=st.data())
def test_every_event_comes_back_as_it_went(model: type[Any], data: st.DataObject):
    event = data.draw(instances(model))
    line = encode(event)
    assert b"\n" not in line
    assert decode_event(line) == event
    assert encode(decode_event(line)) == line


@pytest.mark.parametrize("model", COMMANDS, ids=name)
@settings(max_examples=10)
@given(data=st.data())
def test_every_command_comes_back_as_it_went(model: type[Any], data: st.DataObject):
    command = data.draw(instances(model))
    assert decode_command(encode(command)) == command


@pytest.mark.parametrize("model", EVENTS, ids=name)
@settings(max_examples=3)
@given(data=st.data())
def test_a_field_of_a_newer_version_is_kept(model: type[Any], data: st.DataObject):
    plain = json.loads(encode(data.draw(instances(model)))) | {"from_the_future": {"a": [1, None]}}
    assert json.loads(encode(decode_event(json.dumps(plain)))) == plain


def test_an_unknown_type_is_kept_whole():
    line = b'{"type":"agent_dreamt","run_id":"run_1","seq":3,"of":{"sheep":["electric"]}}'
    event = decode_event(line)
    assert isinstance(event, UnknownEvent)
    assert event.seq == 3
    assert json.loads(encode(event)).items() >= json.loads(line).items()


def test_a_command_nobody_knows_is_refused():
    with pytest.raises(InvalidLine, match="make_coffee"):
        decode_command('{"type":"make_coffee"}')


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('{"type":"user_message","message_id":"m"}', "text: Field required"),
        ('{"type":"user_message","message_id":"m","text":"t","seq":0}', "seq: "),
        ('{"type":"user_message","message_id":7,"text":"t","by":{}}', "by.client_id: Field required"),
        ('{"type":"tool_started","call_id":"c"}', "(and 2 more)"),
        ('{"type":"user_message","message_id":"m","text":"t","v":2}', "v: "),
        ('{"type":"agent_dreamt","v":2}', "v: "),
        ('{"type":"agent_dreamt","seq":"x"}', "seq: "),
        (
            '{"type":"usage_threshold_crossed","kind":"steps","value":NaN,"limit":1,"severity":"soft"}',
            "value: ",
        ),
        ('{"type":7}', "type"),
        ("{}", "type"),
        ("[]", "line: "),
        ("", "line: "),
        ('{"type":"user_message"', "line: Invalid JSON"),
        ("\ufeff{}", "line: Invalid JSON"),
        ("[" * 100_000, "line: "),
    ],
)
def test_a_line_that_is_wrong_says_where(line: str, place: str):
    with pytest.raises(InvalidLine) as caught:
        decode_event(line)
    assert place in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_utf_8_are_an_invalid_line():
    with pytest.raises(InvalidLine):
        decode_event(b'{"type":"user_message","message_id":"m","text":"\xff"}')


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_of_the_language_is_refused_by_name(version: object):
    with pytest.raises(InvalidLine, match=r"^v: "):
        decode_command(json.dumps({"type": "run_pause", "v": version}))


@given(st.text(st.characters(codec=None), max_size=20))
def test_any_text_can_be_sent_even_half_a_surrogate(text: str):
    told = decode_event(encode(UserMessage(message_id="m", text=text)))
    assert isinstance(told, UserMessage)
    assert told.text == text.encode("utf-8", "replace").decode()
