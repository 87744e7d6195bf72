from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.settings import (
    LoadedSettings,
    NotifySettings,
    RunSettings,
    Settings,
    UiSettings,
    load_settings,
)
from mogplex_daemon.home.settings_file import sift

KEYS = st.sampled_from(
    [
        "runs",
        "ui",
        "keys",
        "keep",
        "on_quit",
        "theme",
        "approvals",
        "timeout",
        "high",
        "limits",
        "warn_at",
        "x",
    ]
)


class Files:
    """The two layers of settings."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.workspace = root / "repo"
        self.user = self.home.config
        self.project = self.workspace / ".mogplex" / "config.toml"

    def write(self, path: Path, text: str | bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def load(self) -> LoadedSettings:
        return load_settings(self.home, self.workspace)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_without_files_the_defaults_hold(files: Files):
    assert files.load() == LoadedSettings(Settings())


def test_the_project_stands_on_top_of_the_user_table_by_table(files: Files):
    files.write(
        files.user, '[runs]\nharness = "native"\non_quit = "kill"\n[limits]\nmax_steps = 10\nwarn_at = 0.5\n'
    )
    files.write(files.project, '[runs]\nharness = "demo"\n[limits]\nmax_steps = 3\n')
    settings = files.load().settings
    assert (settings.runs.harness, settings.runs.on_quit) == ("demo", "kill")
    assert (settings.limits.max_steps, settings.limits.warn_at) == (3, 0.5)


def test_timeouts_of_both_layers_hold_by_risk(files: Files):
    files.write(files.user, "[approvals.timeout]\nlow = 10\nhigh = 60\n")
    files.write(files.project, "[approvals]\ntimeout = { low = 5.5 }\n")
    assert files.load().settings.approvals.timeout == {"low": 5.5, "high": 60}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[runs]\non_quit = "maybe"\n', "line 2: runs.on_quit: 'maybe' should be 'detach' or 'kill'"),
        ("[runs]\nharnes = 'demo'\n", "line 2: runs.harnes: is no setting; did you mean runs.harness?"),
        ("[runz]\nkeep = 1\n", "line 1: runz: is no setting; did you mean runs?"),
        ("[telemetry]\non = true\n", "line 1: telemetry: is no setting; there are runs, approvals,"),
        ("runs = 3\n", "line 1: runs: is 3; it is a table, [runs]"),
        ("[runs]\nkeep = 'many'\n", "line 2: runs.keep: 'many' should be a valid integer"),
        ("[runs.keep]\nx = 1\n", "line 1: runs.keep: is a table; it should be a valid integer"),
        ("[ui]\ntheme = 'dork'\n", "line 2: ui.theme: 'dork' should be 'dark', 'light'"),
        ("[limits]\nmax_cost_usd = -1\n", "line 2: limits.max_cost_usd: -1 should be greater than 0"),
        ("[limits]\nmax_cost_usd = inf\n", "limits.max_cost_usd: inf "),
        ("[limits]\nwarn_at = nan\n", "limits.warn_at: nan "),
        ("[approvals.timeout]\nhigh = inf\n", "line 2: approvals.timeout.high: inf "),
        (
            "[approvals]\ntimeout = { high = 0 }\n",
            "line 2: approvals.timeout.high: 0 should be greater than 0",
        ),
        (
            "[approvals.timeout]\nextreme = 5\n",
            "approvals.timeout.extreme: its name should be 'low', 'medium'",
        ),
        ("[keys]\nruns = 4\n", "line 2: keys.runs: 4 should be"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_loses_only_itself(files: Files, text: str, place: str):
    files.write(files.user, f"{text}\n[notify]\ncommand = ['chime']\n")
    files.write(files.project, '[runs]\nharness = "native"\n')
    loaded = files.load()
    (problem,) = loaded.problems
    assert problem.startswith(str(files.user))
    assert place in problem
    assert "left out, the rest holds" in problem
    assert loaded.settings == Settings(
        runs=RunSettings(harness="native"), notify=NotifySettings(command=("chime",))
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [("[runs\n", "line 1"), ("a = 1\nb = = 2\n", "line 2"), (b"theme = '\xff'\n", "not UTF-8")],
)
def test_a_file_that_is_no_toml_is_left_out_and_the_other_holds(files: Files, text: str | bytes, place: str):
    files.write(files.user, '[runs]\nharness = "native"\n')
    files.write(files.project, text)
    loaded = files.load()
    (problem,) = loaded.problems
    assert problem.startswith(f"{files.project}: ")
    assert place in problem
    assert "this file is left out" in problem
    assert loaded.settings.runs.harness == "native"


def test_the_environment_stands_above_the_files_and_flags_above_all(files: Files):
    files.write(files.user, '[ui]\ntheme = "light"\n[runs]\nharness = "native"\n')
    environ = {"MOGPLEX_THEME": "high-contrast", "MOGPLEX_REDUCED_MOTION": "1"}
    flags = {"runs": {"harness": "demo"}}
    settings = load_settings(files.home, files.workspace, environ, flags).settings
    assert (settings.ui.theme, settings.ui.animations, settings.runs.harness) == (
        "high-contrast",
        False,
        "demo",
    )
    unsaid = load_settings(files.home, files.workspace, {}, {"runs": {"harness": None}}).settings
    assert (unsaid.ui.theme, unsaid.ui.animations, unsaid.runs.harness) == ("light", True, "native")


def test_a_theme_of_the_environment_that_is_none_is_told(files: Files):
    loaded = load_settings(files.home, files.workspace, {"MOGPLEX_THEME": "pink"})
    assert loaded.problems == (
        "MOGPLEX_THEME: 'pink' is no theme; "
        "set it to one of dark, light, high-contrast, colour-blind, terminal, or unset it",
    )
    assert loaded.settings == Settings()


def test_motion_stays_where_the_variable_says_no(files: Files):
    for word in ("", "0", "false", "no"):
        settings = load_settings(files.home, files.workspace, {"MOGPLEX_REDUCED_MOTION": word}).settings
        assert settings.ui.animations


def test_keys_come_by_name_or_by_context_and_name(files: Files):
    files.write(
        files.user, "[keys]\napprovals = 'ctrl+p'\ntimeline.open = ['o', 'enter']\n'runs.close' = ''\n"
    )
    assert files.load().settings.keys == {
        "approvals": "ctrl+p",
        "timeline": {"open": ("o", "enter")},
        "runs.close": "",
    }


@pytest.mark.parametrize(
    ("text", "table"), [("[notify]\ncommand = ['curl']\n", "notify"), ("[keys]\napprove = 'i'\n", "keys")]
)
def test_a_project_starts_no_programs_and_rebinds_no_keys(files: Files, text: str, table: str):
    files.write(files.project, f"{text}[ui]\ntheme = 'light'\n")
    loaded = files.load()
    (problem,) = loaded.problems
    assert problem.startswith(f"{files.project}: {table}: a project cannot ")
    assert loaded.settings == Settings(ui=UiSettings(theme="light"))


def test_a_project_tightens_a_limit_of_the_user_and_does_not_loosen_it(files: Files):
    files.write(files.user, "[limits]\nmax_cost_usd = 2.0\nmax_steps = 10\n")
    files.write(files.project, "[limits]\nmax_cost_usd = 50.0\nmax_steps = 3\nmax_tokens = 9\n")
    loaded = files.load()
    limits = loaded.settings.limits
    assert (limits.max_cost_usd, limits.max_steps, limits.max_tokens) == (2.0, 3, 9)
    assert loaded.problems == (
        f"{files.project}: limits.max_cost_usd: 50.0 is more than your own 2.0; yours holds",
    )


TOML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(KEYS, each, max_size=3),
    max_leaves=8,
)


def test_a_project_adds_to_what_is_disabled_and_to_the_folders_of_commands(files: Files):
    files.write(files.user, '[slash_commands]\ndisabled = ["logout", "kill"]\nextra_dirs = ["/opt/team"]\n')
    files.write(files.project, '[slash_commands]\ndisabled = ["kill", "ship"]\n')
    commands = files.load().settings.slash_commands
    assert commands.disabled == ("kill", "ship", "logout")
    assert commands.extra_dirs == ("/opt/team",)
    files.write(files.project, '[slash_commands]\ndisabled = []\nextra_dirs = ["cmds"]\n')
    commands = files.load().settings.slash_commands
    assert commands.disabled == ("logout", "kill")
    assert commands.extra_dirs == ("cmds", "/opt/team")


@given(st.dictionaries(KEYS, TOML_VALUES, max_size=4))
def test_whatever_stands_in_a_layer_the_good_part_of_it_is_valid(content: dict[str, Any]):
    good, wrong = sift(content, Settings)
    Settings.model_validate(good)
    assert set(good) <= set(content)
    if good == content:
        assert wrong == []


def test_each_wrong_file_is_told(files: Files):
    files.write(files.user, "=")
    files.write(files.project, "=")
    assert [problem.split(": ")[0] for problem in files.load().problems] == [
        str(files.user),
        str(files.project),
    ]


def test_a_folder_in_the_place_of_the_file_is_told(files: Files):
    files.user.mkdir(parents=True)
    (problem,) = files.load().problems
    assert problem.startswith(f"{files.user}: cannot be read (Is a directory)")


def test_servers_of_a_project_are_kept_apart_from_the_persons_own(files: Files):
    files.write(files.user, '[mcp_servers.files]\ncommand = "mine"\nenv = { TOKEN = "t" }\n')
    files.write(
        files.project, '[mcp_servers.files]\ncommand = "theirs"\n[mcp_servers.more]\nurl = "https://x"\n'
    )
    loaded = files.load()
    assert loaded.settings.mcp_servers["files"].command == "mine"
    assert list(loaded.settings.mcp_servers) == ["files"]
    assert loaded.project_mcp_servers["files"].env == {}
    assert list(loaded.project_mcp_servers) == ["files", "more"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[mcp_servers.a]\ncommand = "x"\nargs = "y"\n', "line 3: mcp_servers.a.args: should be a list"),
        ('[mcp_servers.a]\ncomand = "x"\n', "line 2: mcp_servers.a.comand: is no setting"),
        ('[mcp_servers.a]\nenv = { TOKEN = "t" }\n', "line 1: mcp_servers.a: says neither command"),
        ('[mcp_servers.a]\ncommand = "x"\nurl = "https://x"\n', "line 1: mcp_servers.a: has command and url"),
        ('[mcp_servers.a]\nurl = "file:///x"\n', "line 2: mcp_servers.a.url: must be a web address"),
        (
            '[mcp_servers.a]\nurl = "https://x"\nenv = { A = "b" }\n',
            "has a url, so args, env and cwd mean nothing",
        ),
        ('[mcp_servers."a/b"]\ncommand = "x"\n', "line 1: mcp_servers.a/b: its name must be of letters"),
        ('[mcp_servers.a__b]\ncommand = "x"\n', "mcp_servers.a__b: its name must be of letters"),
        ("mcp_servers = 3\n", "mcp_servers: 3 should be a table"),
    ],
)
def test_a_server_that_is_written_wrong_is_left_out_with_its_place(files: Files, text: str, told: str):
    files.write(files.user, text)
    loaded = files.load()
    assert told in loaded.problems[0]
    assert not loaded.settings.mcp_servers


def test_what_is_wrong_with_a_server_does_not_show_its_secrets(files: Files):
    files.write(files.user, '[mcp_servers.a]\nenv = { TOKEN = "hunter2" }\nheaders = { A = "hunter2" }\n')
    assert "hunter2" not in "".join(files.load().problems)
