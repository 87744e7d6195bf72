import pytest

from mogplex_cli.store.signing_in import SigningIn
from mogplex_cli.store.ui_events import DrawerOpened, SignInTold

from .test_login import NOBODY, settle

URL = (
    "https://www.mogplex.com/api/auth/mcp/authorize?response_type=code&client_id=mogplex-cli&redirect_uri="
    "http%3A%2F%2F127.0.0.1%3A24816%2Fauth%2Fcallback&scope=openid+profile+email+offline_access+read+write&state="
    "2c6f73bc9a015a8790bc252eff8d8fb1&code_challenge=Htknp31ErcdKyNBdL7QJ1w1f4dydwlppSXr3A7ILqc4&code_challenge_method=S256"
)
WAITING = SigningIn("waiting", URL, "opened")
REFUSED = "an answer of another sign-in was refused: use the newest page"


class Door:
    def __init__(self):
        self.asked = []

    def begin(self):
        self.asked.append("begin")

    def use_token(self, token):
        self.asked.append(token)

    def sync(self):
        self.asked.append("sync")

    def stop(self):
        self.asked.append("stop")


def at(cockpit, signing_in, **options):
    it = cockpit(session=NOBODY, **options)
    it.store.apply([DrawerOpened("sign_in"), SignInTold(signing_in)])
    return it


@pytest.mark.anyio
async def test_the_first_way_begins_and_escape_ends_it(cockpit):
    door = Door()
    it = cockpit(session=NOBODY, account=lambda: door)
    it.store.apply([DrawerOpened("login")])
    async with it.app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert it.store.state.drawer.name == "sign_in"
        await pilot.press("escape")
        await settle(pilot)
        assert it.store.state.drawer.name == "login" and door.asked == ["begin", "stop"]


@pytest.mark.anyio
async def test_a_token_is_typed_or_left_without_being_sent(cockpit):
    door = Door()
    it = at(cockpit, WAITING, account=lambda: door)
    async with it.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("p", *"mog_abc", "escape")
        await settle(pilot)
        assert it.store.state.drawer.name == "sign_in"
        await pilot.press("p", *"mog_12345678", "enter")
        await settle(pilot)
        assert door.asked == ["mog_12345678"]
        assert it.app.screen.query_one("#token-input").value == ""
        assert it.store.state.composer.history == ()


@pytest.mark.anyio
async def test_enter_tries_again_only_after_a_failure(cockpit):
    door = Door()
    it = at(cockpit, WAITING, account=lambda: door)
    async with it.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        it.store.apply([SignInTold(SigningIn("failed", error="it was not agreed to in the browser"))])
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert door.asked == ["begin"]


@pytest.mark.anyio
@pytest.mark.parametrize("remark", ["", REFUSED])
async def test_at_the_smallest_size_the_token_is_always_seen(cockpit, remark: str):
    it = at(cockpit, SigningIn("waiting", URL, "missing", remark))
    async with it.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        drawer = it.app.screen.query_one("#drawer")
        assert drawer.region.contains_region(it.app.screen.query_one("#token-input").region)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize(
    "signing_in",
    [
        WAITING,
        SigningIn("waiting", URL, "missing", REFUSED),
        SigningIn("failed", error="it was not agreed to in the browser"),
    ],
    ids=["waiting", "no_browser", "failed"],
)
def test_pictures_of_the_sign_in(signing_in: SigningIn, size: tuple[int, int], cockpit, snap_compare):
    assert snap_compare(at(cockpit, signing_in).app, terminal_size=size)
