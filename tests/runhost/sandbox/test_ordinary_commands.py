"""What people approve every day works inside as it does outside."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mogplex_daemon.runhost.sandbox.bubblewrap import Bubblewrap
from mogplex_daemon.runhost.sandbox.landlock import Landlock
from mogplex_daemon.runhost.sandbox.level import Method
from tests.runhost.sandbox.yard import PYTHON, Yard, make_yard

METHODS: tuple[Method, ...] = (Bubblewrap(), Landlock(python=PYTHON))
COMMANDS = {
    "git commit": (
        "echo x > a && git add a && git -c user.name=a -c user.email=a@b commit -m x",
        "1 file changed",
    ),
    "git checkout -b": (
        "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git checkout -b next 2>&1",
        "Switched to a new branch",
    ),
    "gcc": ("echo 'int main(){return 7;}' > a.c && gcc a.c -o a; ./a; echo $?", "7"),
    "multiprocessing": (
        f"{PYTHON} -c 'import multiprocessing as m\nwith m.Pool(2) as p: print(p.map(abs, [-1, 2]))'",
        "[1, 2]",
    ),
    "asyncio subprocess": (
        f"{PYTHON} -c 'import asyncio\nasync def f():\n"
        ' p = await asyncio.create_subprocess_exec("echo", "hi"); print(await p.wait())\nasyncio.run(f())\'',
        "0",
    ),
    "a thread": (f"{PYTHON} -c 'import threading; threading.Thread(target=print, args=(7,)).start()'", "7"),
    "unittest": (
        "printf 'import unittest\\nclass T(unittest.TestCase):\\n def test_a(self): pass\\n' > test_a.py;"
        f" {PYTHON} -m unittest test_a 2>&1",
        "OK",
    ),
    "a temporary file": (
        f"{PYTHON} -c 'import tempfile; print(tempfile.NamedTemporaryFile().write(b\"12\"))'",
        "2",
    ),
    "mktemp": ("f=$(mktemp) && echo there > $f && cat $f", "there"),
    "a cache in the home folder": ("cat ~/.cache/wheel", "cached"),
    "copying with times and modes": ("echo x > a && chmod +x a && cp -p a b && ls -l b", "rwx"),
    "a pipe of many": ("seq 1000 | sort -rn | head -1", "1000"),
    "names of users": ("ls -ld . >/dev/null && id -u", str(os.getuid())),
    "a semaphore": (
        f"{PYTHON} -c 'import multiprocessing; print(multiprocessing.Semaphore(1).acquire())'",
        "True",
    ),
}


@pytest.fixture
def yard() -> Iterator[Yard]:
    with make_yard(os.getuid()) as made:
        yield made


@pytest.fixture(params=METHODS, ids=lambda method: method.name)
def method(request: pytest.FixtureRequest) -> Method:
    return request.param


@pytest.mark.parametrize("name", COMMANDS)
def test_works_inside(yard: Yard, method: Method, name: str) -> None:
    command, expected = COMMANDS[name]
    done = yard.run(method, "/bin/bash", "-c", command)
    assert expected in done.stdout, (done.stdout, done.stderr)
    assert done.returncode == 0


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed here")
def test_node_works_inside(yard: Yard, method: Method) -> None:
    script = "console.log(1 + 1); require('os').tmpdir(); require('child_process').execSync('echo x')"
    assert yard.run(method, shutil.which("node") or "", "-e", script).stdout == "2\n"


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed here")
def test_npm_scripts_run_inside(yard: Yard, method: Method) -> None:
    (yard.workspace / "package.json").write_text(
        '{"name": "a", "version": "1.0.0", "scripts": {"test": "echo fine"}}'
    )
    done = yard.run(method, shutil.which("npm") or "", "test")
    assert (done.returncode, "fine" in done.stdout) == (0, True), done.stderr


def test_a_server_on_loopback_works_inside_bubblewrap(yard: Yard) -> None:
    script = """
import socket, threading
with socket.create_server(("127.0.0.1", 0)) as server:
    threading.Thread(target=lambda: server.accept()[0].sendall(b"hello")).start()
    print(socket.create_connection(server.getsockname()).recv(5).decode())
"""
    assert yard.run(Bubblewrap(), PYTHON, "-c", script).stdout == "hello\n"


@pytest.mark.parametrize(
    ("command", "status"), [("exit 7", 7), ("kill -SEGV $$", 139), ("no-such-program", 127)]
)
def test_exit_statuses_come_out_as_they_are(yard: Yard, command: str, status: int) -> None:
    assert yard.run(Bubblewrap(), "/bin/bash", "-c", f"{command}\nexit $?").returncode == status


def test_tmp_is_the_runs_own_and_lasts_from_command_to_command(yard: Yard) -> None:
    assert yard.run(Bubblewrap(), "/bin/sh", "-c", "echo kept > /tmp/note").returncode == 0
    assert yard.run(Bubblewrap(), "/bin/sh", "-c", "cat /tmp/note").stdout == "kept\n"
    assert (yard.temporary / "note").read_text() == "kept\n"
    assert not Path("/tmp/note").exists()


def test_an_opened_folder_can_be_written_even_in_a_masked_one(yard: Yard, method: Method) -> None:
    opened = yard.home / ".ssh/known"
    opened.mkdir()
    rules = yard.rules(writable=(str(yard.outside), str(opened)))
    command = f"echo x > {yard.outside}/new; echo y > {opened}/new; cat {yard.home}/.ssh/id"
    done = yard.run(method, "/bin/sh", "-c", command, rules=rules)
    assert (yard.outside / "new").read_text() == "x\n"
    assert (opened / "new").read_text() == "y\n"
    assert "password" not in done.stdout


def test_what_was_masked_takes_no_writes_that_would_be_lost(yard: Yard, method: Method) -> None:
    done = yard.run(method, "/bin/sh", "-c", "echo x > ~/.ssh/new")
    assert done.returncode != 0
    assert not (yard.home / ".ssh/new").exists()


def test_a_workspace_that_is_the_home_folder_keeps_its_secrets_in_bubblewrap(yard: Yard) -> None:
    rules = Yard.rules(yard)
    rules = type(rules)(yard.home, yard.temporary, masked=rules.masked)
    done = yard.run(Bubblewrap(), "/bin/sh", "-c", "echo x > ~/new; cat ~/.ssh/id", rules=rules)
    assert (yard.home / "new").read_text() == "x\n"
    assert done.stdout == ""


def test_network_reaches_the_host_only_when_it_is_opened(yard: Yard, method: Method) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5); print('in')"
        assert yard.run(method, PYTHON, "-c", script).returncode != 0
        assert yard.run(method, PYTHON, "-c", script, rules=yard.rules(network=True)).stdout == "in\n"


def test_unix_sockets_stay_closed_with_the_network_open_until_they_are_opened(
    yard: Yard, method: Method
) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(yard.outside / "docker.sock"))
        server.listen()
        script = (
            f"import socket; socket.socket(socket.AF_UNIX).connect('{yard.outside}/docker.sock'); print('in')"
        )
        assert yard.run(method, PYTHON, "-c", script, rules=yard.rules(network=True)).returncode != 0
        assert yard.run(method, PYTHON, "-c", script, rules=yard.rules(local_sockets=True)).stdout == "in\n"


def commit(folder: Path) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "x"], cwd=folder, check=True)


def test_a_linked_worktree_commits_and_the_repository_behind_it_is_protected(yard: Yard) -> None:
    commit(yard.workspace)
    tree = yard.root / "tree"
    subprocess.run(["git", "worktree", "add", "-q", str(tree)], cwd=yard.workspace, check=True)
    rules = yard.rules()
    rules = type(rules)(tree, yard.temporary, masked=rules.masked)
    inside = (
        "cd $0 && echo x > a && git add a && git -c user.name=a -c user.email=a@b commit -q -m y && echo done"
    )
    assert yard.run(Bubblewrap(), "/bin/sh", "-c", inside, str(tree), rules=rules).stdout == "done\n"
    for target in (yard.workspace / ".git/config", yard.workspace / ".git/hooks/pre-commit", tree / ".git"):
        done = yard.run(Bubblewrap(), "/bin/sh", "-c", 'echo x >> "$0"', str(target), rules=rules)
        assert "Read-only file system" in done.stderr


def test_a_folder_below_a_repository_commits_and_that_is_protected(yard: Yard) -> None:
    below = yard.workspace / "below"
    below.mkdir()
    rules = yard.rules()
    rules = type(rules)(below, yard.temporary, masked=rules.masked)
    inside = (
        "cd $0 && echo x > a && git add a && git -c user.name=a -c user.email=a@b commit -q -m y && echo done"
    )
    assert yard.run(Bubblewrap(), "/bin/sh", "-c", inside, str(below), rules=rules).stdout == "done\n"
    done = yard.run(
        Bubblewrap(), "/bin/sh", "-c", "echo x >> ../.git/config; echo x > ../beside", rules=rules
    )
    assert done.returncode != 0
    assert not (yard.workspace / "beside").exists()
