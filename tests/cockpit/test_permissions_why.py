"""`/permissions why <action>` in the cockpit, from the line to the drawer."""

from pathlib import Path

import pytest

from mogplex_contracts.permissions import Layer, PermissionLayers, Rule
from mogplex_daemon.home.permission_files import FileProblem, LoadedPermissions

from . import scenes

FILE = "/home/ada/.mogplex/permissions.json"
LAYERS = PermissionLayers(Layer(FILE, None, (Rule("bash:git push *", "deny", "global", FILE),)))


async def settle(pilot):
    for _ in range(3):
        await pilot.pause()
        working = [worker for worker in pilot.app.workers if worker.group == "actions"]
        if working:
            await pilot.app.workers.wait_for_complete(working)
    await pilot.pause()


def shown(it):
    return "\n".join(
        "".join(segment.text for segment in line).rstrip()
        for line in it.app.screen._compositor.render_strips()
    )


@pytest.mark.anyio
async def test_the_drawer_explains_one_decision_and_reads_the_files_anew(cockpit):
    asked_for = []

    def read(repo):
        asked_for.append(repo)
        return LoadedPermissions(LAYERS, ())

    it = cockpit(scenes.work, read_permissions=read)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"/permissions why git push origin", "enter")
        await settle(pilot)
        assert asked_for == [it.store.state.run.repo]
        assert it.store.state.drawer.name == "permissions"
        screen = shown(it)
        assert "why bash:git push origin" in screen and "deny: it never happens" in screen
        assert f"bash:git push * is deny · global · {FILE}" in screen
        await pilot.press("escape")
        await settle(pilot)
        assert it.store.state.drawer is None


@pytest.mark.anyio
async def test_what_is_wrong_with_a_file_stands_beside_the_explanation(cockpit):
    problem = FileProblem(Path(FILE), f"{FILE}:3: not JSON", "Mend it")
    broken = PermissionLayers(broken=(FILE,))
    it = cockpit(scenes.work, read_permissions=lambda _: LoadedPermissions(broken, (problem,)))
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        it.app.action_invoke("permissions", "why git status")
        await settle(pilot)
        assert f"{FILE}:3: not JSON" in shown(it) and "why bash:git status" in shown(it)


@pytest.mark.anyio
async def test_why_without_an_action_stays_in_the_line_with_how_to_ask(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await settle(pilot)
        await pilot.press(*"/permissions why", "enter")
        await settle(pilot)
        assert "why what?" in it.store.state.composer.error and it.store.state.drawer is None
