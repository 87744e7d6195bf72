from mogplex_daemon.runhost.review.inventory import FileFact, take_inventory
from mogplex_daemon.runhost.review.languages import language_of


def test_languages_are_summed_and_ordered_by_lines():
    inventory = take_inventory(
        [
            FileFact("b.py", "text", 30, 3),
            FileFact("a.py", "text", 20, 2),
            FileFact("x.js", "text", 900, 9),
            FileFact("logo.png", "binary", 5_000),
            FileFact("link", "symlink", 4),
            FileFact("sub", "submodule", 0),
            FileFact("closed", "unreadable", 0),
            FileFact("huge.csv", "too_big", 9_000_000),
            FileFact("model.bin", "lfs_pointer", 130),
            FileFact("MOGPLEX_REPORT.md", "text", 1_000, 50),
        ]
    )
    assert [(one.language, one.files, one.lines) for one in inventory.languages] == [
        ("JavaScript", 1, 9),
        ("Python", 2, 5),
        ("CSV", 1, 0),
        ("Binary", 1, 0),
        ("Git LFS pointer", 1, 0),
    ]
    assert (inventory.files, inventory.lines, inventory.size) == (6, 14, 9_006_080)
    assert (inventory.symlinks, inventory.submodules) == (1, 1)
    assert (inventory.too_big, inventory.unreadable) == (("huge.csv",), ("closed",))
    assert [one.path for one in inventory.biggest][:2] == ["huge.csv", "logo.png"]


def test_a_report_of_another_folder_counts():
    assert take_inventory([FileFact("docs/MOGPLEX_REPORT.md", "text", 1, 1)]).files == 1


def test_languages_are_known_by_name_and_suffix():
    names = {
        "src/a.PY": "Python",
        "Dockerfile": "Dockerfile",
        "Dockerfile.dev": "Dockerfile",
        ".env": "Settings",
        ".env.local": "Settings",
        "package-lock.json": "Lock file",
        "tsconfig.json": "JSON",
        ".gitignore": "Ignore list",
        "LICENSE": "Text",
        "odd": "Other text",
    }
    assert {name: language_of(name) for name in names} == names
