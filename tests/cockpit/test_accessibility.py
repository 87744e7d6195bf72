import ast
import subprocess
import sys
from pathlib import Path

import pytest
from textual.widgets import Input

from mogplex_cli.cockpit.kit.contrast import LEAST, contrast
from mogplex_cli.cockpit.kit.glyphs import AGENT, AGENT_WORDS, ENTRY, HEALTH, MCP, MCP_WORDS, RISK, RUN
from mogplex_cli.cockpit.kit.looks import GROUNDS, VARIABLES, Looks
from mogplex_cli.cockpit.themes import COLOURS, DARK, THEMES
from mogplex_cli.colour_depth import choose_theme, has_many_colours
from mogplex_cli.store.ui_events import ThemeChosen

from . import scenes

ROOT = Path(__file__).parents[2]
COCKPIT = ROOT / "src" / "mogplex_cli" / "cockpit"
RULES = {"mog-faint", "mog-edge"}
"""What is drawn with these is no text."""
TEXTS = sorted(set(VARIABLES.values()) - RULES)
STANDS_ON = sorted({"mog-ground", "mog-raised"} | {name for name in GROUNDS.values() if name})
DRAWN = [name for name in COLOURS if name != "terminal"]


@pytest.mark.parametrize("theme", DRAWN)
def test_every_text_reads_on_every_ground(theme: str):
    colours = COLOURS[theme]
    ratios = {
        (text, ground): contrast(colours[text], colours[ground]) for text in TEXTS for ground in STANDS_ON
    }
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < LEAST} == {}


def test_contrast_is_what_wcag_says():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#000000", "#000000") == 1


def test_every_theme_has_every_colour():
    assert {frozenset(DARK) - frozenset(colours) for colours in COLOURS.values()} == {frozenset()}


def test_words_are_never_drawn_as_rules_are():
    for path in set(COCKPIT.rglob("*.py")) - {COCKPIT / "kit" / "looks.py"}:
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Tuple(elts=[text, ast.Constant(value="faint")]):
                    letters = [each for each in ast.walk(text) if isinstance(each, ast.Constant)]
                    said = "".join(each.value for each in letters if isinstance(each.value, str))
                    assert not any(map(str.isalnum, said)), f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    "marks",
    [
        [(glyph, word) for glyph, word, _ in RISK.values()],
        [(mark[0], word) for word, mark in HEALTH.items()],
        [(mark[0], word) for word, mark in RUN.items()],
        [(mark[0], AGENT_WORDS.get(word, word)) for word, mark in AGENT.items()],
        [(mark[0], word) for word, mark in ENTRY.items()],
        [(mark[0], MCP_WORDS.get(word, word)) for word, mark in MCP.items()],
    ],
    ids=["risk", "health", "run", "agent", "entry", "mcp"],
)
def test_every_status_is_told_apart_without_colour(marks: list[tuple[str, str]]):
    assert len(set(marks)) == len(marks)
    assert all(glyph for glyph, _ in marks)
    words = [word for _, word in marks]
    assert len(set(words)) == len(words)


def test_the_page_is_generated_from_the_tables():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "accessibility.py", "--check"], capture_output=True, text=True
    )
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize(
    ("environ", "many"),
    [
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, True),
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm"}, False),
        ({"TERM": "linux"}, False),
        ({}, False),
    ],
)
def test_the_terminal_tells_how_many_colours_it_has(environ: dict[str, str], many: bool):
    assert has_many_colours(environ) == many


def test_the_theme_is_what_was_chosen_and_the_terminal_can_show():
    rich, poor = {"COLORTERM": "truecolor"}, {"TERM": "linux"}
    assert choose_theme(None, rich) == "dark"
    assert choose_theme(None, poor) == "terminal"
    assert choose_theme("light", poor) == "light"
    assert choose_theme("light", {**rich, "NO_COLOR": "1"}) == "terminal"
    assert choose_theme("light", {**rich, "NO_COLOR": ""}) == "light"


def test_a_terminals_own_colours_need_no_colour_to_tell_a_selection():
    from textual.color import Color

    terminal = next(theme for theme in THEMES if theme.name == "mogplex-terminal")
    style = Looks(terminal.variables, Color.parse("ansi_default")).style
    assert style("normal", "selected").reverse
    assert style("accent_strong", "plain").bold and style("dim", "plain").dim


@pytest.mark.anyio
async def test_the_theme_turns_and_can_be_named(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.press(*"/theme high-contrast", "enter")
        await pilot.pause()
        assert (it.store.state.theme, it.app.theme) == ("high-contrast", "mogplex-high-contrast")
        it.app.action_invoke("theme")
        await pilot.pause()
        assert it.store.state.theme == "colour-blind"
        await pilot.press(*"/theme pink", "enter")
        await pilot.pause()
        assert "pink is no theme" in it.store.state.composer.error


@pytest.mark.parametrize("theme", [*DRAWN, "terminal"])
def test_pictures_of_the_themes(theme: str, cockpit, snap_compare):
    it = cockpit(scenes.work, scenes.asks_patch, scenes.asks_delete)
    it.store.apply([ThemeChosen(theme)])
    assert snap_compare(it.app, terminal_size=(120, 30))


@pytest.mark.anyio
async def test_where_nothing_moves_by_itself_no_cursor_blinks(cockpit):
    it = cockpit(scenes.work)
    async with it.app.run_test(size=(140, 40)) as pilot:
        await pilot.pause()
        assert not it.app.focused.cursor_blink
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(it.app.focused, Input)
        assert not it.app.focused.cursor_blink
