import json

import pytest

from mogplex_contracts.events.agent import AgentFinished
from mogplex_daemon.harness.base import Verdict
from mogplex_daemon.harness.init.drafts import AGENTS_FILE, REVIEW_COMMAND, REVIEW_FILE
from mogplex_daemon.harness.init.harness import InitHarness
from mogplex_daemon.harness.init.manifests import commands_of

PACKAGE = {"scripts": {"test": "vitest", "build": "vite build", "deploy": "x", "lint": "eslint ."}}
PYPROJECT = '[tool.ruff]\nline-length = 99\n[project.optional-dependencies]\ndev = ["pytest>=8"]\n'


@pytest.mark.parametrize(
    ("texts", "files", "expected"),
    [
        (
            {"package.json": json.dumps(PACKAGE)},
            ("pnpm-lock.yaml",),
            ["pnpm install", "pnpm lint", "pnpm test", "pnpm build"],
        ),
        ({"package.json": json.dumps(PACKAGE)}, (), ["npm install", "npm run lint", "npm run test", "npm run build"]),
        ({"pyproject.toml": PYPROJECT}, (), ["ruff check .", "pytest"]),
        ({"pyproject.toml": PYPROJECT}, ("uv.lock",), ["uv sync", "uv run ruff check .", "uv run pytest"]),
        ({"Makefile": "X := 1\ntest: build\n\tgo\nbuild:\n"}, (), ["make test", "make build"]),
        ({"go.mod": "module x"}, (), ["go build ./...", "go test ./..."]),
        ({"package.json": "{nope", "pyproject.toml": "= ="}, (), []),
        ({"package.json": "[1]"}, (), []),
        ({"pyproject.toml": "tool = 3\nproject = 4"}, (), []),
    ],
)  # fmt: skip
def test_only_commands_that_a_file_names_are_listed(texts, files, expected):
    assert [line for _, line in commands_of(texts, frozenset(files))] == expected


@pytest.mark.anyio
async def test_both_files_are_added_when_a_person_approves(folder, stage_in):
    (folder / "Makefile").write_text("test:\n\ttrue\n")
    (folder / "src").mkdir()
    (folder / "src/a.py").write_text("1\n")
    stage = stage_in(folder)
    await InitHarness().run(stage)
    (asked,) = stage.asked
    assert (asked.kind, asked.descriptor) == ("apply_patch", f"write:{AGENTS_FILE}")
    assert asked.more_descriptors == (f"write:{REVIEW_FILE}",)
    text = (folder / AGENTS_FILE).read_text()
    assert "- Test: `make test`" in text and "- `src/`: 1 file" in text
    assert (folder / REVIEW_FILE).read_text() == REVIEW_COMMAND


@pytest.mark.anyio
async def test_nothing_is_written_when_a_person_rejects(folder, stage_in):
    stage = stage_in(folder)
    stage.decide = lambda _: Verdict("rejected")
    await InitHarness().run(stage)
    assert sorted(path.name for path in folder.iterdir()) == ["README.md"]
    assert "a person rejected this" in stage.of(AgentFinished)[0].summary


@pytest.mark.anyio
@pytest.mark.parametrize("content", [b"# Mine\n", b"\x00\x01binary", b""])
async def test_a_file_that_is_there_is_never_written_over(folder, stage_in, content):
    (folder / AGENTS_FILE).write_bytes(content)
    stage = stage_in(folder)
    await InitHarness().run(stage)
    assert (folder / AGENTS_FILE).read_bytes() == content
    assert (folder / REVIEW_FILE).exists()
    again = stage_in(folder)
    await InitHarness().run(again)
    assert again.asked == [] and "Nothing was written" in again.said


@pytest.mark.anyio
async def test_a_file_that_git_ignores_is_not_written_over_either(repository, stage_in):
    (repository / ".gitignore").write_text("AGENTS.md\n")
    (repository / AGENTS_FILE).write_text("mine\n")
    stage = stage_in(repository)
    await InitHarness().run(stage)
    assert (repository / AGENTS_FILE).read_text() == "mine\n"
    assert (repository / REVIEW_FILE).exists() and "Added .agents/commands/review.md" in stage.said
