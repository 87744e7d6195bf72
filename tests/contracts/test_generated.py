import json
import sys
from pathlib import Path

import pytest

from mogplex_contracts.codec import decode_event, encode
from mogplex_contracts.reduce import replay
from mogplex_contracts.state import RunState

ROOT = Path(__file__).parents[2] / "contracts"
EXAMPLES = sorted((ROOT / "examples").glob("*.jsonl"))
sys.path.insert(0, str(ROOT))

import generate  # noqa: E402 - a script beside the package, not a part of it


def test_schemas_and_golden_states_are_what_the_contracts_say():
    assert generate.drifted() == []


def test_every_field_of_every_contract_is_described():
    bare = {
        f"{part.__name__}.{field}"
        for _, model in generate.models()
        for part in generate._reachable(model)
        for field in part.model_fields
        if field != "type" and field not in generate.field_docstrings(part)
    }
    assert bare == set()


@pytest.mark.parametrize("transcript", EXAMPLES, ids=lambda path: path.stem)
def test_a_golden_transcript_reduces_to_its_state(transcript: Path):
    golden = RunState.model_validate_json(transcript.with_suffix(".state.json").read_bytes())
    assert replay(decode_event(line) for line in transcript.read_bytes().splitlines()) == golden


@pytest.mark.parametrize("transcript", EXAMPLES, ids=lambda path: path.stem)
def test_a_golden_transcript_survives_decoding_and_encoding(transcript: Path):
    for line in transcript.read_bytes().splitlines():
        assert json.loads(encode(decode_event(line))) == json.loads(line)


def test_the_examples_hold_every_journaled_event_type():
    seen = {json.loads(line)["type"] for path in EXAMPLES for line in path.read_bytes().splitlines()}
    live = {"assistant_delta", "reasoning_delta", "tool_output", "unknown"}
    answers = {
        "ready", "snapshot", "history", "runs_listed", "command_accepted", "command_rejected", "heartbeat",
        "daemon_reported", "past", "found",
    }  # fmt: skip
    known = {name.removeprefix("events/") for name, _ in generate.models() if name.startswith("events/")}
    assert known - live - answers <= seen
