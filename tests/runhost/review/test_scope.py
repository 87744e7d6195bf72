import pytest

from mogplex_daemon.runhost.review.scope import choose_diff, scope_of


@pytest.mark.parametrize(
    ("task", "scope"),
    [
        ("review the staged diff for regressions", "staged"),
        ("look at git diff --cached", "staged"),
        ("review my unstaged work", "unstaged"),
        ("what is not staged yet?", "unstaged"),
        ("check the working tree", "unstaged"),
        ("review staged and unstaged changes", "staged"),
        ("review this", "changes"),
        ("any regressions?", "changes"),
        ("explain the diff", "changes"),
        ("summarise my changes", "changes"),
        ("describe this repository", "inventory"),
        ("", "inventory"),
        ("upstaged exchange", "inventory"),
    ],
)
def test_the_words_of_a_task_decide_its_scope(task: str, scope: str):
    assert scope_of(task) == scope


@pytest.mark.parametrize(
    ("scope", "staged_empty", "unstaged_empty", "diff", "explained"),
    [
        ("staged", False, False, "staged", False),
        ("staged", True, False, "unstaged", True),
        ("unstaged", False, False, "unstaged", False),
        ("unstaged", False, True, "staged", True),
        ("changes", False, False, "staged", False),
        ("changes", True, False, "unstaged", True),
        ("changes", True, True, "none", True),
        ("inventory", False, False, "none", True),
    ],
)
def test_an_empty_diff_falls_back_to_the_other_and_says_so(
    scope, staged_empty, unstaged_empty, diff, explained
):
    choice = choose_diff(scope, staged_empty=staged_empty, unstaged_empty=unstaged_empty)
    assert (choice.diff, bool(choice.reason)) == (diff, explained)
