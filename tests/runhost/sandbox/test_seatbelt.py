from dataclasses import replace
from pathlib import Path

from mogplex_daemon.runhost.sandbox.policy import Policy
from mogplex_daemon.runhost.sandbox.seatbelt import profile

WORK = Path("/private/tmp/work")
POLICY = Policy(
    workspace=WORK,
    temporary=Path("/Users/ada/.mogplex/runs/run_1/tmp"),
    writable=(WORK,),
    protected=(WORK / ".git/hooks", WORK / ".git/config"),
    masked=(Path("/Users/ada/.ssh"), Path("/Users/ada/.mogplex")),
)


def test_the_profile_of_a_workspace() -> None:
    text, parameters = profile(POLICY)
    assert text.splitlines() == [
        "(version 1)",
        "(allow default)",
        "(deny network*)",
        "(deny file-write*)",
        '(allow file-write* (require-all (subpath (param "WRITABLE_0")) '
        '(require-not (literal (param "PROTECTED_0"))) (require-not (subpath (param "PROTECTED_0"))) '
        '(require-not (literal (param "PROTECTED_1"))) (require-not (subpath (param "PROTECTED_1")))) '
        '(require-all (subpath (param "WRITABLE_1")) '
        '(require-not (literal (param "PROTECTED_0"))) (require-not (subpath (param "PROTECTED_0"))) '
        '(require-not (literal (param "PROTECTED_1"))) (require-not (subpath (param "PROTECTED_1")))) '
        '(literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (literal "/dev/dtracehelper") '
        '(literal "/dev/ptmx") (regex #"^/dev/ttys[0-9]+$"))',
        '(deny file-read* file-write* (subpath (param "MASKED_0")) (subpath (param "MASKED_1")))',
        '(allow file-read* (subpath (param "WRITABLE_1")))',
        '(allow file-write* (require-all (subpath (param "WRITABLE_1")) '
        '(require-not (literal (param "PROTECTED_0"))) (require-not (subpath (param "PROTECTED_0"))) '
        '(require-not (literal (param "PROTECTED_1"))) (require-not (subpath (param "PROTECTED_1")))))',
        "(deny signal)",
        "(allow signal (target same-sandbox))",
    ]
    assert parameters == {
        "PROTECTED_0": "/private/tmp/work/.git/hooks",
        "PROTECTED_1": "/private/tmp/work/.git/config",
        "WRITABLE_0": "/private/tmp/work",
        "WRITABLE_1": "/Users/ada/.mogplex/runs/run_1/tmp",
        "MASKED_0": "/Users/ada/.ssh",
        "MASKED_1": "/Users/ada/.mogplex",
    }


def test_a_path_cannot_write_rules_of_its_own() -> None:
    text, parameters = profile(replace(POLICY, writable=(Path('/x"))(allow default)('),)))
    assert '/x"' not in text
    assert parameters["WRITABLE_0"] == '/x"))(allow default)('


def test_an_open_network_leaves_unix_sockets_closed() -> None:
    lines = profile(replace(POLICY, network=True))[0].splitlines()
    assert "(deny network*)" not in lines
    assert "(deny network-outbound (remote unix-socket))" in lines
    opened = profile(replace(POLICY, network=True, local_sockets=True))[0]
    assert "(deny network-outbound (remote unix-socket))" not in opened


def test_parentheses_match() -> None:
    for policy in (POLICY, replace(POLICY, network=True), replace(POLICY, protected=(), masked=())):
        text = profile(policy)[0]
        assert text.count("(") == text.count(")")
