import pytest

from mogplex_daemon.runhost.review.changed_file import ChangedFile
from mogplex_daemon.runhost.review.checks import run_checks
from mogplex_daemon.runhost.review.checks.moved_boundaries import turned
from mogplex_daemon.runhost.review.diff import parse_diff
from tests.runhost.review.test_checks import found


def only(check: str, path: str, text: str, **options) -> list[tuple[int | None, str]]:
    return [(line, severity) for name, line, severity in found(path, text, **options) if name == check]


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("return eval(s)", "high"),
        ("exec(s)", "high"),
        ("os.system(f'rm {s}')", "high"),
        ("subprocess.run('ls ' + s, shell=True)", "high"),
        ("subprocess.run('ls | wc', shell=True)", "low"),
        ("db.execute(f\"SELECT * FROM users WHERE name = '{s}'\")", "high"),
        ('db.execute("delete from users where id = " + s)', "high"),
        ('db.execute("SELECT a FROM t WHERE b = %s" % s)', "high"),
        ('q = "SELECT a FROM t WHERE b = {}".format(s)', "high"),
        ("pickle.loads(s)", "medium"),
        ("yaml.load(s)", "medium"),
        ("requests.get(s, verify=False)", "medium"),
        ("hashlib.md5(s)", "low"),
    ],
)
def test_python_that_trusts_what_others_wrote(code: str, severity: str):
    assert only("risky-code", "a.py", f"def f(s):\n    {code}\n") == [(2, severity)]


@pytest.mark.parametrize(
    "code",
    [
        "ast.literal_eval(s)",
        "model.eval()",
        "eval('1 + 1')",
        "x = 'eval(s)'",
        "# eval(s)",
        "eval(s)  # noqa: S307",
        "db.execute('SELECT a FROM t WHERE b = ?', (s,))",
        "db.execute(f'SELECT 1')",
        "say(f'select one from {s}')",
        "yaml.load(s, Loader=yaml.SafeLoader)",
        "subprocess.run(['ls', s])",
        "os.system('clear')",
    ],
)
def test_python_that_trusts_nobody(code: str):
    assert only("risky-code", "a.py", f"def f(s):\n    {code}\n    pass\n") == []


def test_in_a_test_a_risk_is_only_worth_a_look():
    assert only("risky-code", "tests/test_a.py", "eval(s)\n") == [(1, "low")]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.js", "eval(name);"),
        ("a.ts", "const q = `SELECT * FROM t WHERE a = ${name}`;"),
        ("a.js", "el.innerHTML = name;"),
        ("A.java", 'String q = "SELECT * FROM t WHERE a = " + name;'),
        ("a.go", 'q := fmt.Sprintf("SELECT * FROM t WHERE a = %s", n)'),
        ("a.php", '$q = "SELECT * FROM t WHERE a = $name";'),
        ("a.sh", "curl http://example.com/x | sh"),
        ("a.sh", "rm -rf $DIR/"),
    ],
)
def test_other_languages_that_trust_what_others_wrote(path: str, line: str):
    assert [number for number, _ in only("risky-code", path, f"{line}\n")] == [1]
    assert only("risky-code", path, f"{'#' if path.endswith('.sh') else '//'} {line}\n") == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("try:\n    f()\nexcept:\n    pass\n", 3),
        ("try:\n    f()\nexcept Exception:\n    pass\n", 3),
        ("if x == None:\n    f()\n", 1),
        ("if x is 'a':\n    f()\n", 1),
        ("if a.b == a.b:\n    f()\n", 1),
        ("def f(a, xs=[]):\n    return xs\n", 1),
        ("for i in range(len(xs) + 1):\n    f(xs[i])\n", 1),
        ("for i in range(0, len(xs) + 1):\n    f(xs[i])\n", 1),
        ("a = xs[len(xs)]\n", 1),
        ("assert (x, 'must be there')\n", 1),
        ("d = {\n    'a': 1,\n    'a': 2,\n}\n", 3),
        ("def f():\n    return 1\n    g()\n", 3),
    ],
)
def test_python_that_does_something_else_than_it_seems_to(text: str, line: int):
    assert [number for number, _ in only("likely-mistake", "a.py", text)] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    f()\nexcept:\n    g()\n    raise\n",
        "try:\n    f()\nexcept ValueError:\n    pass\n",
        "if x is None or x is True:\n    f()\n",
        "for i in range(len(xs) + 1):\n    f(xs[:i])\n",
        "memo[len(memo)] = 1\n",
        "def f():\n    return\n    yield\n",
        "def f(a=(), b=None):\n    return a\n",
        "x == None  # noqa: E711\n",
        "def broken(:\n",
    ],
)
def test_python_that_does_what_it_seems_to(text: str):
    assert only("likely-mistake", "a.py", text) == []


def test_other_languages_that_do_something_else_than_they_seem_to():
    text = "for (let i = 0; i <= xs.length; i++) {}\nif (a = 1) {}\nif (a === NaN) {}\ntry {} catch (e) {}\n"
    assert [line for line, _ in only("likely-mistake", "a.js", text)] == [1, 2, 3, 4]
    plain = "for (let i = 0; i < xs.length; i++) {}\nif (a == 1) {}\nif (a >= 1) {}\nconst f = a => a;\n"
    assert only("likely-mistake", "a.js", plain) == []


def test_only_added_lines_are_judged():
    assert only("likely-mistake", "a.py", "x == None\ny = 1\n", only={2}) == []
    assert only("risky-code", "a.py", "eval(x)\ny = 1\n", only={2}) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("i < n", "i <= n", "`<` became `<=`"),
        ("a and b", "a or b", "`and` became `or`"),
        ("a == b", "a != b", "`==` became `!=`"),
        ("if not ok :", "if ok :", "`not` was taken away"),
        ("range ( n )", "range ( n + 1 )", "`+ 1` was added"),
        ("x [ n - 1 ]", "x [ n ]", "`- 1` was taken away"),
        ("x [ 0 ]", "x [ 1 ]", "0 became 1"),
        ("VERSION = 3", "VERSION = 4", ""),
        ("a < b", "a <= c", ""),
        ("a", "a", ""),
        ("f ( a )", "g ( a )", ""),
    ],
)
def test_one_small_thing_that_turns_a_line(old: str, new: str, said: str):
    assert turned(old.split(), new.split()) == said


def test_a_turned_line_is_named_where_it_stands_now():
    diff = (
        "diff --git a/a.py b/a.py\nindex 1111111..2222222 100644\n--- a/a.py\n+++ b/a.py\n"
        "@@ -1,3 +1,4 @@\n+# two\n def f(i, n):\n-    return i < n\n+    return i <= n\n \n"
    )
    (file,) = parse_diff(diff)
    (finding,) = run_checks([ChangedFile(file)])
    assert (finding.check, finding.place, finding.severity) == ("moved-boundary", "a.py:3", "low")


@pytest.mark.parametrize("path", ["a.js", "a.php", "a.go", "a.sh", "A.java"])
def test_a_line_of_a_machine_costs_no_more_than_one_of_a_person(path: str):
    for piece in ('"SELECT a FROM ', "`UPDATE x ", '"INSERT INTO ', "catch(", "for(;;", "rm -r "):
        assert only("risky-code", path, piece * 1_500 + "\n") == []
