import subprocess

from hypothesis import given
from hypothesis import strategies as st

from mogplex_daemon.runhost.review.diff import parse_diff, unquoted

MODIFIED = """\
diff --git a/a b.txt b/a b.txt
index 1111111..2222222 100644
--- a/a b.txt\t
+++ b/a b.txt\t
@@ -1,3 +1,4 @@ heading
 one
-two
+2
+--- a/not a header
 three
@@ -10 +11,0 @@
-diff --git a/x b/x
\\ No newline at end of file
diff --git a/old b/new
similarity index 90%
rename from old
rename to new
diff --git "a/t\\tb\\303\\251" "b/t\\tb\\303\\251"
new file mode 100755
index 0000000..3333333
Binary files /dev/null and "b/t\\tb\\303\\251" differ
"""


def test_lines_carry_their_numbers_in_both_versions():
    file = parse_diff(MODIFIED)[0]
    assert (file.path, file.kind, file.mode, file.new_blob) == ("a b.txt", "modified", "100644", "2222222")
    assert [(line.new_number, line.text) for line in file.added_lines] == [
        (2, "2"),
        (3, "--- a/not a header"),
    ]
    assert file.hunks[0].heading == "heading"
    assert file.removed_count == 2


def test_a_removed_line_that_looks_like_a_header_opens_no_file():
    assert [file.path for file in parse_diff(MODIFIED)] == ["a b.txt", "new", "t\tbé"]


def test_renames_binaries_and_quoted_names_are_understood():
    _, renamed, binary = parse_diff(MODIFIED)
    assert (renamed.kind, renamed.old_path, renamed.hunks) == ("renamed", "old", ())
    assert (binary.kind, binary.binary, binary.mode) == ("added", True, "100755")


def test_a_change_of_mode_alone_names_its_file():
    (file,) = parse_diff("diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n")
    assert (file.path, file.old_mode, file.new_mode, file.kind) == ("x y", "100644", "100755", "modified")


def test_a_file_in_conflict_is_one_file_with_its_lines():
    text = (
        "* Unmerged path a\ndiff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n x\n+y\n"
    )
    (file,) = parse_diff(text)
    assert (file.path, file.kind, len(file.added_lines)) == ("a", "unmerged", 1)


def test_a_diff_cut_anywhere_still_parses():
    for end in range(len(MODIFIED)):
        parse_diff(MODIFIED[:end])


@given(st.text())
def test_no_text_makes_the_parser_raise(text: str):
    parse_diff(text)
    parse_diff(f"diff --git a/x b/x\n{text}")
    unquoted(f'"{text}"')


@given(st.lists(st.text(alphabet="ab+-@ \\\r\x0c\u2028<>=", max_size=6), max_size=8), st.data())
def test_added_lines_are_those_git_would_add(tmp_path_factory, new: list[str], data: st.DataObject):
    old = data.draw(st.lists(st.sampled_from([*new, "z"]), max_size=8))
    folder = tmp_path_factory.mktemp("pair")
    (folder / "old").write_bytes("".join(f"{line}\n" for line in old).encode())
    (folder / "new").write_bytes("".join(f"{line}\n" for line in new).encode())
    command = ["git", "diff", "--no-index", "--no-color", "--src-prefix=a/", "--dst-prefix=b/", "old", "new"]
    output = subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout.decode()
    for file in parse_diff(output):
        assert all(new[(line.new_number or 0) - 1] == line.text for line in file.added_lines)
        assert len(new) - len(old) == len(file.added_lines) - file.removed_count
