import os

import pytest

from mogplex_daemon.home.instructions import load_instructions
from mogplex_daemon.home.paths import Home


@pytest.fixture
def repo(tmp_path):
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/packages/web").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    return tmp_path / "repo"


def load(repo, cwd=""):
    return load_instructions(Home(repo.parent / "home"), repo / cwd)


def test_they_are_read_from_the_widest_to_the_narrowest_and_an_override_goes_first(repo):
    (repo.parent / "home/AGENTS.md").write_text("user")
    (repo / "AGENTS.md").write_text("root")
    (repo / "packages/AGENTS.md").write_text("packages")
    (repo / "packages/web/AGENTS.md").write_text("web")
    (repo / "packages/web/AGENTS.override.md").write_text("web override")
    (repo / "agent.json").write_text('{"system_prompt_suffix": "Cite files."}')
    found = load(repo, "packages/web")
    assert [each.text for each in found.fragments] == [
        "user", "root", "packages", "web override", "Cite files.",
    ]  # fmt: skip
    assert [each.path for each in found.fragments[1:]] == [
        "AGENTS.md", "packages/AGENTS.md", "packages/web/AGENTS.override.md", "agent.json",
    ]  # fmt: skip
    assert found.prompt.startswith("From ") and found.prompt.endswith("From agent.json:\nCite files.")
    assert [each.text for each in load(repo).fragments] == ["user", "root", "Cite files."]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x00\x01", "binary"), (b"caf\xe9", "not UTF-8"), (b"x" * 100_000, "64 KiB")],
)
def test_a_file_that_cannot_be_used_is_named_and_the_rest_is_read(repo, content, said):
    (repo / "AGENTS.md").write_bytes(content)
    (repo / "packages/AGENTS.md").write_text("fine")
    found = load(repo, "packages")
    assert [each.text for each in found.fragments] == ["fine"]
    assert said in found.problems[0] and found.problems[0].startswith("AGENTS.md: ")


def test_links_out_of_the_project_pipes_and_folders_are_left_out(repo):
    (repo.parent / "secret").write_text("key")
    (repo / "AGENTS.md").symlink_to(repo.parent / "secret")
    os.mkfifo(repo / "packages/AGENTS.md")
    (repo / "packages/web/AGENTS.md").mkdir()
    found = load(repo, "packages/web")
    assert found.fragments == () and len(found.problems) == 3
    assert "leads out of the project" in found.problems[0]


def test_a_link_inside_of_the_project_is_followed_and_an_empty_file_says_nothing(repo):
    (repo / "CLAUDE.md").write_text("rules")
    (repo / "AGENTS.md").symlink_to("CLAUDE.md")
    (repo / "packages/AGENTS.md").write_text("  \n")
    assert [each.text for each in load(repo, "packages").fragments] == ["rules"]


def test_a_broken_agent_json_is_named(repo):
    (repo / "agent.json").write_text('{"personality": 3}')
    assert load(repo).problems[0].startswith("agent.json: personality")


def test_the_manner_of_agent_json_follows_its_suffix_and_is_told_as_config(repo):
    (repo / "agent.json").write_text('{"system_prompt_suffix": "Cite files.", "personality": "direct"}')
    (fragment,) = load(repo).fragments
    assert (fragment.kind, fragment.text) == ("config", "Cite files.\nAnswer in this manner: direct")
    assert load(repo).agent_file.personality == "direct"
