import pytest

from mogplex_cli.cockpit.panels.header import header_line
from mogplex_cli.store.selectors.header import HeaderProps

PROPS = HeaderProps(
    repo="acme-web",
    branch="main",
    dirty=True,
    model="opus-4.7",
    harness="",
    mode="executing",
    status="running",
    elapsed_s=252,
    permission_mode="approval",
    next_mode=None,
    sandbox="nominal",
    dead_denies=0,
    tokens=12_400,
    cost_usd=0.31,
    unpriced=False,
    health="nominal",
    observing=False,
)
LONG = PROPS._replace(model="anthropic/claude-opus-4.7-20260101", branch="feature/a-very-long-branch-name")


def test_repository_and_branch_stand_on_the_smallest_screen():
    shown = header_line(PROPS, 80).text
    assert "acme-web  main*" in shown
    assert "opus-4.7" in shown and "perms approval" in shown and "nominal" in shown


@pytest.mark.parametrize("width", [80, 100, 140])
def test_long_names_are_made_short_before_what_is_needed_to_decide(width: int):
    shown = header_line(LONG, width)
    assert shown.width == width
    assert "claude-opus" in shown.text
    assert "running 4:12" in shown.text and "perms approval" in shown.text and "● nominal" in shown.text


def test_a_long_branch_is_cut_and_not_left_out():
    assert "acme-web  feature/a-ver…*" in header_line(LONG, 140).text


def test_a_repository_without_a_remote_goes_by_its_folder_where_room_is_short():
    local = PROPS._replace(repo="rust-985becdb", harness="offline demo", model=None)
    assert "offline demo   rust  main*" in header_line(local, 80).text
    assert "rust-985becdb  main*" in header_line(local, 140).text


def test_a_head_that_is_on_no_branch_is_told():
    assert "acme-web  detached*" in header_line(PROPS._replace(branch=None), 140).text


def test_without_git_there_is_no_branch():
    shown = header_line(PROPS._replace(branch=None, dirty=None), 140).text
    assert "acme-web   opus-4.7" in shown
