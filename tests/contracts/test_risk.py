import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_contracts.risk import ORDER, assess
from mogplex_contracts.vocabulary import ActionKind, Risk


@pytest.mark.parametrize(
    ("line", "risk"),
    [
        ("git status", "low"),
        ("git --no-pager log --oneline | head -5", "low"),
        ("git diff --check", "low"),
        ("cat /w/repo/a.py", "low"),
        ("rg foo src && wc -l a.py", "low"),
        ("find . -name '*.py'", "low"),
        ("ls 2>/dev/null", "low"),
        ("echo /hello", "low"),
        ("git clean -n", "low"),
        ("env A=1 ls", "low"),
        ("pytest", "medium"),
        ("make build", "medium"),
        ("git commit -m x", "medium"),
        ("git diff --output=x", "medium"),
        ("git -c core.pager=x log", "medium"),
        ("sort -o x y", "medium"),
        ("rg --pre x y", "medium"),
        ("echo hi > out.txt", "medium"),
        ("ls $(pwd)", "medium"),
        ("cat $F", "medium"),
        ("git status && make", "medium"),
        ("rm x", "high"),
        ("/bin/rm x", "high"),
        ("git status && rm x", "high"),
        ("ls $(rm x)", "high"),
        ("sh -c 'rm x'", "high"),
        ("xargs rm", "high"),
        ("find . -delete", "high"),
        ("find . -exec rm {} +", "high"),
        ("git clean -fd", "high"),
        ("git reset --hard", "high"),
        ("git branch -D x", "high"),
        ("git -C sub push", "high"),
        ("git fetch", "high"),
        ("dd if=a of=b", "high"),
        ("mkfs.ext4 x", "high"),
        ("curl https://example.com", "high"),
        ("npm install", "high"),
        ("pip3 install x", "high"),
        ("python3 -m pip install x", "high"),
        ("npm --prefix sub install", "high"),
        ("sudo ls", "high"),
        ("chmod -vR 777 .", "high"),
        ("cat /etc/passwd", "high"),
        ("cat ~/.ssh/id_rsa", "high"),
        ("cat $HOME/x", "high"),
        ("cat ../x", "high"),
        ("tool --out=/etc/x", "high"),
        ("/tmp/tool", "high"),
        ("echo x > /etc/hosts", "high"),
        ("echo x > .git/hooks/pre-commit", "high"),
        ("cp x .git/hooks/pre-commit", "high"),
        ("eval x", "high"),
        ("echo 'x", "high"),
        ("LD_PRELOAD=x ls", "high"),
        ("", "high"),
    ],
)
def test_a_command_has_the_risk_of_its_riskiest_part(line: str, risk: Risk) -> None:
    found, reason = assess("run_command", [f"bash:{line}"], workspace="/w/repo")
    assert (found, bool(reason)) == (risk, True), reason


@pytest.mark.parametrize(
    ("kind", "descriptors", "risk"),
    [
        ("apply_patch", ["write:src/a.py"], "medium"),
        ("apply_patch", ["write:src/a.py", "delete:src/b.py"], "high"),
        ("apply_patch", ["write:/etc/hosts"], "high"),
        ("apply_patch", ["write:.git/config"], "high"),
        ("apply_patch", [], "medium"),
        ("read", ["read:a"], "low"),
        ("read", ["read:/etc/passwd"], "high"),
        ("delete_file", ["delete:a"], "high"),
        ("use_remote_tool", ["mcp:a/b"], "high"),
        ("write_memory", ["memory:a"], "medium"),
        ("change_model", ["model:a"], "medium"),
        ("run_command", [], "medium"),
    ],
)
def test_every_action_has_a_risk(kind: ActionKind, descriptors: list[str], risk: Risk) -> None:
    assert assess(kind, descriptors)[0] == risk


def test_a_dry_run_patch_is_low() -> None:
    assert assess("apply_patch", ["write:a"], dry_run=True) == ("low", "a dry run")


def test_the_reason_names_the_part_that_decided() -> None:
    assert assess("run_command", ["bash:git status && git push"]) == ("high", "git push uses the network")
    assert assess("run_command", ["bash:frob x"]) == ("medium", "frob may change files")


@settings(max_examples=100, deadline=None)
@given(st.text(), st.sampled_from(("git status", "make", "rm x")))
def test_no_text_makes_it_raise_and_more_commands_are_never_less_risky(text: str, line: str) -> None:
    assess("run_command", [f"bash:{text}"])
    alone = ORDER[assess("run_command", [f"bash:{line}"])[0]]
    assert ORDER[assess("run_command", [f"bash:{line}\n{text}"])[0]] >= alone or "<<" in text
