from pathlib import Path

import pytest

from mogplex_daemon.home.paths import Home
from mogplex_daemon.home.settings import LoadedSettings, Settings, load_settings


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
        ("[runs\n", "line 1"),
        ("a = 1\nb = = 2\n", "line 2"),
        ('[runs]\non_quit = "maybe"\n', "runs.on_quit: Input should be 'detach' or 'kill'"),
        ("[runs]\nharnes = 'demo'\n", "runs.harnes: Extra inputs are not permitted"),
        ("[telemetry]\non = true\n", "telemetry: Extra inputs are not permitted"),
        ("[limits]\nmax_cost_usd = -1\n", "limits.max_cost_usd: "),
        ("[limits]\nmax_cost_usd = inf\n", "limits.max_cost_usd: "),
        ("[limits]\nwarn_at = nan\n", "limits.warn_at: "),
        ("[approvals.timeout]\nhigh = inf\n", "approvals.timeout.high: "),
        ("[approvals.timeout]\nhigh = nan\n", "approvals.timeout.high: "),
        ("[approvals.timeout]\nhigh = 0\n", "approvals.timeout.high: "),
        ("[approvals.timeout]\nextreme = 5\n", "approvals.timeout.extreme"),
        (b"theme = '\xff'\n", "not UTF-8"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_its_place_and_left_out(
    files: Files, text: str | bytes, place: str
):
    files.write(files.user, '[runs]\nharness = "native"\n')
    files.write(files.project, text)
    loaded = files.load()
    (problem,) = loaded.problems
    assert problem.startswith(f"{files.project}: ")
    assert place in problem
    assert "left out" in problem
    assert loaded.settings.runs.harness == "native"


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
