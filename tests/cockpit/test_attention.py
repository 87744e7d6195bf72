from mogplex_cli.cockpit.attention import BELL, KEEP_TITLE, RESTORE_TITLE, Attention
from mogplex_cli.store.selectors.attention import select_attention
from mogplex_contracts.events.link import RunsListed

from . import scenes
from .runs import RUNS


class Terminal:
    def __init__(self):
        self.store = scenes.store_of(scenes.scene(scenes.work))
        self.written = ""
        self.attention = Attention(self.write)
        self.store.subscribe(select_attention, self.attention.show)

    def write(self, characters):
        self.written += characters

    def after(self, *events):
        self.written = ""
        self.store.apply(events)
        return self.written


def further(terminal, part):
    script = scenes.Script()
    script._seq = terminal.store.state.run.last_seq
    part(script)
    return script.events


def test_what_begins_to_wait_rings_once_and_is_counted_in_the_title():
    terminal = Terminal()
    written = terminal.after(*further(terminal, scenes.asks_delete))
    assert written.count(BELL) == 1
    assert "\x1b]9;mogplex: acme-web waits for you · high risk · delete_file migrations/" in written
    assert "\x1b]777;notify;mogplex;acme-web waits for you" in written
    assert "\x1b]2;(1) mogplex · acme-web\x1b\\" in written
    assert terminal.after() == ""


def test_the_end_of_a_run_is_told_apart_from_waiting():
    terminal = Terminal()
    terminal.after(*further(terminal, scenes.asks_patch))
    written = terminal.after(*further(terminal, scenes.completes))
    assert "acme-web completed · review the staged diff" in written
    assert "\x1b]2;mogplex · acme-web\x1b\\" in written


def test_what_was_there_when_the_daemon_first_told_is_counted_but_not_called():
    terminal = Terminal()
    written = terminal.after(RUNS)
    assert BELL not in written and "(2) mogplex" in written
    ended = tuple(replace_status(run) for run in RUNS.runs)
    assert "acme-docs failed · write the changelog" in terminal.after(RunsListed(command_id="c", runs=ended))


def test_another_run_on_the_screen_is_no_news():
    terminal = Terminal()
    before = select_attention(terminal.store.state)
    terminal.written = ""
    terminal.attention.show(before._replace(source=("run_2", False), ended={}, waiting={}))
    assert BELL not in terminal.written


def test_nothing_an_agent_wrote_reaches_the_terminal_as_a_command():
    terminal = Terminal()
    asked = further(terminal, scenes.asks_delete)[0].model_copy(update={"target": "a\x1b]2;owned\x07b"})
    assert "\x1b]2;owned" not in terminal.after(asked)


def test_the_terminal_gets_its_title_back():
    terminal = Terminal()
    assert terminal.written.startswith(KEEP_TITLE)
    terminal.attention.end()
    assert terminal.written.endswith(RESTORE_TITLE)


def replace_status(run):
    return run.model_copy(update={"status": "failed"}) if run.repo == "acme-docs" else run
