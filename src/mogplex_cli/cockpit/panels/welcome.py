"""What stands in an empty timeline: the name, and what to type. Pure."""

from mogplex_cli.cockpit.kit.lines import BLANK, Line, Span, line
from mogplex_cli.store.selectors.timeline import Welcome

WORDMARK = (
    "█▄ ▄█  █▀▀█  █▀▀▀  █▀▀█  █     █▀▀▀  ▀▄ ▄▀",
    "█ ▀ █  █  █  █ ▀█  █▄▄█  █     █▀▀     █  ",
    "▀   ▀  ▀▀▀▀  ▀▀▀▀  ▀     ▀▀▀▀  ▀▀▀▀  ▀▀ ▀▀",
)
SAMPLE = "/run review the staged diff for regressions"


def welcome_lines(welcome: Welcome, width: int, height: int) -> list[Line]:
    """The welcome, in the middle of `width` by `height` cells."""
    block: list[tuple[Span, ...]] = [((row, "accent"),) for row in WORDMARK] if width >= 40 else []
    block.append(())
    if welcome.starting:
        block.append((("starting ", "dim"), (welcome.starting, "normal")))
    else:
        block.extend(_invitation(welcome))
    block = block[: max(1, height)]
    above = max(0, (height - len(block)) * 2 // 5)
    return [BLANK] * above + [_centred(spans, width) for spans in block]


def _invitation(welcome: Welcome) -> list[tuple[Span, ...]]:
    rows: list[tuple[Span, ...]] = [
        (("type a task below, or", "dim"),),
        (),
        ((SAMPLE, "bright"),),
        (),
        (
            ("/", "normal"),
            (" commands    ", "dim"),
            (welcome.help_key, "normal"),
            (" every action and key", "dim"),
        ),
    ]
    if welcome.harness:
        rows.extend(
            (
                (),
                (
                    (welcome.harness, "warn"),
                    (" · a scripted agent on your real files, no model is called", "dim"),
                ),
            )
        )
    return rows


def _centred(spans: tuple[Span, ...], width: int) -> Line:
    return line((" " * max(0, (width - line(*spans).width) // 2), "normal"), *spans)
