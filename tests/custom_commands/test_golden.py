"""Every rule of custom commands, a row each: files and settings in, commands and problems out."""

import os
from pathlib import Path

import pytest

from mogplex_cli.custom_commands.binding import Bound, bind
from mogplex_cli.custom_commands.expand import expand
from mogplex_cli.custom_commands.load import CommandSources, load_commands
from mogplex_cli.custom_commands.registry import SlashSettings

BUILTINS = frozenset(("run", "kill", "logout", "review-all", "quit"))
PLACES = {
    "agents": "repo/.agents/commands",
    "legacy": "repo/.mogplex/commands",
    "team": "repo/.agents/team-commands",
    "agents_home": "agents-home/commands",
    "home": "home/commands",
    "company": "company",
}


def load(tmp_path: Path, files: dict[str, str | bytes], *, extra=(), agents_home=True, **settings):
    for name, content in files.items():
        place, _, rest = name.partition("/")
        path = tmp_path / PLACES.get(place, place) / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "repo").mkdir(exist_ok=True)
    environ = {"AGENTS_HOME": str(tmp_path / "agents-home")} if agents_home else {}
    sources = CommandSources(
        tmp_path / "repo", tmp_path / "home", environ, BUILTINS, SlashSettings(**settings), tuple(extra)
    )
    return load_commands(sources).registry


def bodies(registry):
    return {name: command.body for name, command in registry.commands.items()}


def told(registry):
    return "\n".join(map(str, registry.problems))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"agents/deploy.md": "Ship."}, {"deploy": "Ship."}),
        ({"agents/release/notes.md": "Notes."}, {"release:notes": "Notes."}),
        ({"agents/a/b/c.md": "Deep."}, {"a:b:c": "Deep."}),
        ({"legacy/deploy.md": "Ship."}, {"deploy": "Ship."}),
        ({"agents_home/deploy.md": "Ship."}, {"deploy": "Ship."}),
        ({"home/deploy.md": "Ship."}, {"deploy": "Ship."}),
        ({"agents/deploy.md": "1", "legacy/deploy.md": "2"}, {"deploy": "1"}),
        ({"legacy/deploy.md": "2", "agents_home/deploy.md": "3"}, {"deploy": "2"}),
        ({"agents_home/deploy.md": "3", "home/deploy.md": "4"}, {"deploy": "3"}),
        ({"agents/run.md": "Mine."}, {"run": "Mine."}),
        ({"agents/notes.txt": "no", "agents/.hidden.md": "no", "agents/.git/x.md": "no"}, {}),
        ({"agents/w.md": "---\nname: write-pr\n---\nWrite."}, {"write-pr": "Write."}),
        ({"agents/release/n.md": "---\nname: ship:notes\n---\nWrite."}, {"ship:notes": "Write."}),
        ({"agents/w.md": "\ufeff---\r\nmodel: m\r\n---\r\nWrite.\r\nMore."}, {"w": "Write.\nMore."}),
        ({"agents/w.md": "Text\n---\nnot: front matter\n---"}, {"w": "Text\n---\nnot: front matter\n---"}),
        ({"agents/w.md": "---\n---\nWrite."}, {"w": "Write."}),
    ],
)
def test_where_commands_live_what_they_are_called_and_which_goes_first(tmp_path, files, expected):
    assert bodies(load(tmp_path, files)) == expected


def test_without_agents_home_only_the_mogplex_home_is_looked_at(tmp_path):
    files = {"agents_home/deploy.md": "3", "home/deploy.md": "4"}
    assert bodies(load(tmp_path, files, agents_home=False)) == {"deploy": "4"}


def test_what_is_shadowed_is_told_with_both_files_and_the_rest_loads(tmp_path):
    registry = load(tmp_path, {"agents/d.md": "1", "legacy/d.md": "2", "home/d.md": "3", "home/e.md": "4"})
    assert bodies(registry) == {"d": "1", "e": "4"}
    assert ".mogplex/commands/d.md: /d is shadowed by .agents/commands/d.md" in told(registry)
    assert len(registry.problems) == 2


def test_a_command_named_like_a_builtin_goes_before_it_and_is_told(tmp_path):
    registry = load(tmp_path, {"home/kill.md": "Mine."})
    assert "/kill goes before the built-in one" in told(registry)


def test_all_front_matter_fields_are_read(tmp_path):
    text = (
        "---\ndescription: Review one PR\naliases:\n  - pr-review\n  - rv\narguments:\n"
        "  - name: pr\n    kind: positional\n    required: true\n    description: Pull request number\n"
        "  - name: depth\n    kind: named\n    default: 1.10\n  - name: more\n    kind: rest\n"
        "model: anthropic/claude-sonnet-4-6\nallowed-tools:\n  - shell\n  - read_file\n"
        "available-during-task: false\n---\nReview #$1."
    )
    registry = load(tmp_path, {"agents/pr.md": text})
    command = registry.commands["pr"]
    assert registry.problems == ()
    assert (command.description, command.aliases) == ("Review one PR", ("pr-review", "rv"))
    assert [(a.name, a.kind, a.required, a.default) for a in command.arguments] == [
        ("pr", "positional", True, None),
        ("depth", "named", False, "1.10"),
        ("more", "rest", False, None),
    ]
    assert command.arguments[0].description == "Pull request number"
    assert (command.model, command.allowed_tools) == ("anthropic/claude-sonnet-4-6", ("shell", "read_file"))
    assert (command.available_during_task, command.hint) == (False, "<pr> [--depth=…] [more…]")
    assert registry.aliases == {"pr-review": "pr", "rv": "pr"}


def test_a_bare_file_narrows_nothing_and_its_first_line_describes_it(tmp_path):
    command = load(tmp_path, {"agents/x.md": "\n# Review\n\nAll of it."}).commands["x"]
    assert (command.description, command.model, command.allowed_tools) == ("Review", None, None)
    assert (command.available_during_task, command.aliases, command.arguments) == (True, (), ())


@pytest.mark.parametrize(
    ("header", "allowed"),
    [("allowed-tools: []", ()), ("allowed-tools: shell, read_file", ("shell", "read_file")), ("", None)],
)
def test_an_empty_list_of_tools_is_no_tool_and_none_is_all(tmp_path, header, allowed):
    command = load(tmp_path, {"agents/x.md": f"---\n{header}\n---\nGo."}).commands["x"]
    assert command.allowed_tools == allowed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("---\nname: x\nnever ends", "never ends"),
        ("---\nname: [x\n---\nGo.", "line 2"),
        ("---\n- a\n---\nGo.", "must be fields"),
        ("---\nname: a\nname: b\n---\nGo.", "line 3: name is written twice"),
        ("---\na: &a [x]\nb: [*a, *a]\n---\nGo.", "line 3: references"),
        ("---\na: " + "[" * 9000 + "\n---\nGo.", "nested too deeply"),
        ("---\na: " + "x" * 17_000 + "\n---\nGo.", "16384 is the limit"),
        ("---\narguments:\n  - name: a\n    kind: odd\n---\nGo.", "arguments.1.kind"),
        ("---\narguments:\n  - name: a\n  - name: a\n---\nGo.", "two are called a"),
        ("---\narguments:\n  - {name: a, kind: rest}\n  - {name: b}\n---\nGo.", "follow the rest"),
        ("---\narguments:\n  - {name: a}\n  - {name: b, required: true}\n---\nGo.", "follows one"),
        ("---\narguments:\n  - {name: ARGUMENTS}\n---\nGo.", "stands for all"),
        ("---\narguments: nope\n---\nGo.", "arguments"),
        ("---\navailable-during-task: perhaps\n---\nGo.", "available-during-task"),
        ("---\nallowed-tools:\n---\nGo.", "write [] for no tools"),
        ("---\nallowed-tools: [a]\nallowed_tools: [b]\n---\nGo.", "both with - and with _"),
        ("---\nname: two words\n---\nGo.", "cannot be typed"),
        ("---\naliases: ['two words']\n---\nGo.", "cannot be typed"),
        ("---\ndescription: x\n---\n\n", "has no text"),
        ("", "has no text"),
        (b"\x00\x01\x02", "binary"),
        (b"caf\xe9", "not UTF-8"),
        ("x" * 2_000_000, "128 KiB is the limit"),
    ],
    ids=range(23),
)
def test_a_broken_file_is_named_with_the_reason_and_the_rest_loads(tmp_path, content, said):
    registry = load(tmp_path, {"agents/bad.md": content, "agents/good.md": "Go."})
    assert bodies(registry) == {"good": "Go."}
    assert said in told(registry) and ".agents/commands/bad.md" in told(registry)


def test_an_unknown_field_is_told_with_the_nearest_and_passed_over(tmp_path):
    registry = load(tmp_path, {"agents/x.md": "---\ndescripton: y\n---\nGo."})
    assert bodies(registry) == {"x": "Go."}
    assert "did you mean description?" in told(registry)


def test_a_file_name_that_cannot_be_typed_is_told(tmp_path):
    registry = load(tmp_path, {"agents/two words.md": "Go.", "agents/good.md": "Go."})
    assert list(registry.commands) == ["good"] and "/two words cannot be typed" in told(registry)


def test_links_in_circles_to_nowhere_and_out_of_the_project_are_told(tmp_path):
    registry = load(tmp_path, {"agents/good.md": "Go.", "outside/secret.md": "Key."})
    commands = tmp_path / "repo/.agents/commands"
    (commands / "deep").mkdir()
    (commands / "deep/back").symlink_to(commands)
    (commands / "itself.md").symlink_to(commands / "itself.md")
    (commands / "gone.md").symlink_to("nothing.md")
    (commands / "out.md").symlink_to(tmp_path / "outside/secret.md")
    (commands / "outdir").symlink_to(tmp_path / "outside")
    (commands / "again.md").symlink_to("good.md")
    registry = load(tmp_path, {})
    assert bodies(registry) == {"good": "Go.", "again": "Go."}
    text = told(registry)
    assert "deep/back: is a link back to .agents/commands" in text
    assert text.count("leads nowhere") == 2
    assert text.count("leads out of the project") == 2


def test_folders_that_link_to_each_other_end(tmp_path):
    root = tmp_path / "home/commands"
    for name, other in (("a", "b"), ("b", "a")):
        (root / name).mkdir(parents=True)
        (root / name / "x.md").write_text(name)
        (root / name / other).symlink_to(root / other)
    registry = load(tmp_path, {})
    assert bodies(registry) == {"a:x": "a", "a:b:x": "b", "b:x": "b", "b:a:x": "a"}
    assert told(registry).count("is a link back to") == 2


def test_a_commands_folder_that_leads_out_of_the_project_is_left_out(tmp_path):
    load(tmp_path, {"outside/x.md": "Go."})
    (tmp_path / "repo/.agents").symlink_to(tmp_path / "outside")
    (tmp_path / "outside/commands").mkdir()
    (tmp_path / "outside/commands/y.md").write_text("Go.")
    registry = load(tmp_path, {})
    assert bodies(registry) == {} and "leads out of the project" in told(registry)


def test_a_persons_own_commands_may_be_links_to_anywhere(tmp_path):
    load(tmp_path, {"dotfiles/x.md": "Go."})
    (tmp_path / "home").mkdir()
    (tmp_path / "home/commands").symlink_to(tmp_path / "dotfiles")
    assert bodies(load(tmp_path, {})) == {"x": "Go."}


def test_pipes_and_folders_with_a_command_name_are_no_commands(tmp_path):
    load(tmp_path, {"agents/good.md": "Go."})
    os.mkfifo(tmp_path / "repo/.agents/commands/pipe.md")
    (tmp_path / "repo/.agents/commands/folder.md").mkdir()
    registry = load(tmp_path, {})
    assert list(registry.commands) == ["good"] and "no regular file" in told(registry)


def test_disabled_names_lead_nowhere_built_in_or_not(tmp_path):
    files = {"agents/ship.md": "---\naliases: [s]\n---\nGo.", "agents/x.md": "---\naliases: [y]\n---\nGo."}
    registry = load(tmp_path, files, disabled=("logout", "ship", "y"))
    assert list(registry.commands) == ["x"] and registry.aliases == {}
    assert registry.disabled == {"logout", "ship", "y"} and registry.problems == ()


def test_disabling_what_is_not_there_names_the_nearest(tmp_path):
    registry = load(tmp_path, {}, disabled=("logot",))
    assert "there is no /logot · did you mean /logout?" in told(registry)


@pytest.mark.parametrize(
    ("aliases", "expected", "said"),
    [
        ({"r": "review"}, {"r": "review", "s": "ship"}, ""),
        ({"q": "quit"}, {"q": "quit", "s": "ship"}, ""),
        ({"s": "review"}, {"s": "review"}, "alias s of /ship is shadowed by the one of /review"),
        ({"ship": "review"}, {"s": "ship"}, "alias ship of /review is shadowed by .agents/commands/ship.md"),
        ({"kill": "review"}, {"s": "ship"}, "is shadowed by the built-in command"),
        ({"r": "revew"}, {"s": "ship"}, "there is no /revew · did you mean /review?"),
    ],
)
def test_aliases_of_the_config(tmp_path, aliases, expected, said):
    files = {"agents/ship.md": "---\naliases: [s]\n---\nGo.", "agents/review.md": "Look."}
    registry = load(tmp_path, files, aliases=aliases)
    assert dict(registry.aliases) == expected
    assert said in told(registry) and bool(said) == bool(registry.problems)


def test_extra_folders_come_last_in_their_scope(tmp_path):
    agent = '{"extra_slash_dirs": [".agents/team-commands"]}'
    files = {
        "repo/agent.json": agent,
        "legacy/a.md": "legacy",
        "team/a.md": "team",
        "team/b.md": "team",
        "home/b.md": "home",
        "home/c.md": "home",
        "company/c.md": "company",
        "company/d.md": "company",
    }
    registry = load(tmp_path, files, extra=[str(tmp_path / "company")])
    assert bodies(registry) == {"a": "legacy", "b": "team", "c": "home", "d": "company"}
    assert len(registry.problems) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"model": "m", }', "agent.json: line 1"),
        ('{"modle": "m"}', "did you mean model?"),
        ("[1]", "agent.json"),
        (b"\xff\xfe", "not UTF-8"),
        ('{"extra_slash_dirs": ["../else"]}', "../else is not inside the project"),
        ('{"extra_slash_dirs": ["/etc"]}', "/etc is not inside the project"),
        ('{"extra_slash_dirs": ["nope"]}', "nope: there is no such folder"),
        ('{"extra_slash_dirs": "x"}', "extra_slash_dirs"),
    ],
)
def test_a_broken_agent_file_is_told_and_commands_load(tmp_path, content, said):
    registry = load(tmp_path, {"repo/agent.json": content, "agents/x.md": "Go."})
    assert bodies(registry) == {"x": "Go."}
    assert said in told(registry)


def test_a_project_that_is_the_home_folder_too_is_read_once(tmp_path):
    (tmp_path / ".mogplex/commands").mkdir(parents=True)
    (tmp_path / ".mogplex/commands/x.md").write_text("Go.")
    sources = CommandSources(tmp_path, tmp_path / ".mogplex", {}, BUILTINS)
    assert load_commands(sources).registry.problems == ()


def test_the_command_of_the_manual_does_what_it_says(tmp_path: Path):
    manual = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
    example = manual.partition("```md\n")[2].partition("```")[0]
    registry = load(tmp_path, {"agents/release/notes.md": example})
    assert told(registry) == ""
    assert registry.aliases == {"notes": "release:notes"}
    command = registry.commands["release:notes"]
    bound = bind(command, "v1.4.0 --audience=maintainers")
    assert isinstance(bound, Bound)
    assert expand(command.body, bound).startswith("Draft release notes for v1.4.0. Write for maintainers.")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("modle", "modle: there is no such field, did you mean model?"),
        ("foo", "foo: there is no such field; there are model,"),
    ],
)
def test_a_field_that_agent_json_does_not_have_is_named_with_those_it_has(
    tmp_path: Path, field: str, said: str
):
    registry = load(tmp_path, {"repo/agent.json": f'{{"{field}": "x"}}'})
    assert said in told(registry)
