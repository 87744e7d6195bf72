from typing import Any

import pytest

pytestmark = pytest.mark.anyio

NAMES = [
    "read_file",
    "list_files",
    "search",
    "apply_patch",
    "delete_file",
    "run_command",
    "read_memory",
    "write_memory",
    "survey_repo",
    "review_changes",
]


async def test_the_table_holds_every_tool_with_a_schema(bench: Any) -> None:
    assert list(bench.tools) == NAMES
    for tool in bench.tools.values():
        schema = tool.input_schema
        assert tool.description
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", NAMES)
async def test_bad_arguments_are_a_result_that_names_them(bench: Any, name: str) -> None:
    result = await bench.call(name, nonsense=[1])
    assert result.outcome == "error"
    assert "- nonsense: " in result.text
    assert (bench.asked, bench.reported) == ([], [])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "arguments", [{}, {"path": 3, "patch": None, "command": [], "key": {}}, {"path": "x"}]
)
async def test_naming_the_action_never_fails(bench: Any, name: str, arguments: dict[str, Any]) -> None:
    kind, target = bench.tools[name].action(arguments)
    assert isinstance(kind, str)
    assert isinstance(target, str)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("read_file", {"path": "f"}),
        ("list_files", {}),
        ("search", {"pattern": "old"}),
        ("apply_patch", {"patch": "*** Begin Patch\n*** Update File: f\n-old\n+new\n*** End Patch"}),
        ("delete_file", {"path": "f"}),
        ("run_command", {"command": "echo new > f"}),
        ("read_memory", {"key": "k"}),
        ("write_memory", {"key": "k", "text": "new"}),
    ],
)
async def test_a_denied_call_does_nothing_and_says_who_denied(
    bench: Any, name: str, arguments: dict[str, Any]
) -> None:
    (bench.root / "f").write_text("old\n")
    await bench.memory.write("k", "old", "r", "a")
    bench.deny("use another file")
    result = await bench.call(name, **arguments)
    assert result.outcome == "denied"
    assert "A person rejected this. use another file" in result.text
    assert "old" not in result.text
    assert (bench.root / "f").read_text() == "old\n"
    assert [entry.text for entry in await bench.memory.entries()] == ["old"]
    assert not any(
        report[0] in ("patch_applied", "memory_read", "memory_written") for report in bench.reported
    )
    (request,) = bench.asked
    assert (request.tool, request.agent_id, request.call_id) == (name, "agt_1", "call_1")
