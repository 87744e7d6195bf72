import pytest
from hypothesis import given
from hypothesis import strategies as st

from mogplex_cli.custom_commands.binding import Bound, NotBound, bind
from mogplex_cli.custom_commands.command import Argument, CustomCommand
from mogplex_cli.custom_commands.expand import expand
from mogplex_cli.custom_commands.words import split_words

TAG = Argument("tag", required=True)
AUDIENCE = Argument("audience", "named", default="users")
DEPTH = Argument("DEPTH", "named")
WHAT = Argument("what", "rest")


def command(body, *arguments):
    return CustomCommand("x", "project", "x.md", body, arguments=arguments)


def prompt(body, typed, *arguments):
    it = command(body, *arguments)
    bound = bind(it, typed)
    return bound.reason if isinstance(bound, NotBound) else expand(it.body, bound)


@pytest.mark.parametrize(
    ("body", "arguments", "typed", "expected"),
    [
        ("Notes for $1. For ${audience}.", (TAG, AUDIENCE), "v1.4.0", "Notes for v1.4.0. For users."),
        ("Notes for $1. For ${audience}.", (TAG, AUDIENCE), "v1 --audience=staff", "Notes for v1. For staff."),
        ("Notes for $1. For ${audience}.", (TAG, AUDIENCE), '--audience="all of us" v', "Notes for v. For all of us."),
        ("Review ${tag}.", (TAG,), "v1", "Review v1."),
        ("Depth $DEPTH of ${DEPTH}", (DEPTH,), "--DEPTH=3", "Depth 3 of 3"),
        ("Depth [$DEPTH]", (DEPTH,), "", "Depth []"),
        ("All: $ARGUMENTS", (), "a  'b c'\n d", "All: a b c d"),
        ("All: $ARGUMENTS", (), "", "All: "),
        ("$2 before $1", (), "a b", "b before a"),
        ("[$2]", (), "a", "[]"),
        ("$1", (Argument("a", default="z"),), "", "z"),
        ("$1", (Argument("a", default="z"),), "y", "y"),
        ("$10 $1", (), "a b c d e f g h i j", "j a"),
        ("Fix ${what}", (WHAT,), 'the "long"\n  way', 'Fix the "long"\n  way'),
        ("$1: ${what}", (TAG, WHAT), "v1 fix this -- now", "v1: fix this -- now"),
        ("$1: ${what} ${audience}", (TAG, WHAT, AUDIENCE), "v1 fix --audience=me it", "v1: fix it me"),
        ("Say $ARGUMENTS", (), "use --all of it", "Say use --all of it"),
        ("Say $ARGUMENTS", (), "-- --audience=x", "Say --audience=x"),
        ("For ${who}: $ARGUMENTS", (), "--who=me go", "For me: go"),
        ("$1", (), "what's", "what's"),
        ("$1", (), '"half', '"half'),
        ("Costs $5 and $HOME ${PATH} $x $$ $0 $ARGUMENTS_X", (), "", "Costs  and $HOME ${PATH} $x $$ $0 $ARGUMENTS_X"),
        ("Under $100 or $1000, for $1.", (), "a", "Under $100 or $1000, for a."),
        ("$1", (), "$2", "$2"),
        ("${audience} $ARGUMENTS", (AUDIENCE,), "--audience='$ARGUMENTS ${x}'", "$ARGUMENTS ${x} "),
    ],
)  # fmt: skip
def test_templates_are_filled(body, arguments, typed, expected):
    assert prompt(body, typed, *arguments) == expected


@pytest.mark.parametrize(
    ("body", "arguments", "typed", "said"),
    [
        ("$1", (TAG,), "", "/x needs tag · /x <tag>"),
        ("$DEPTH", (Argument("DEPTH", "named", required=True),), "", "/x needs DEPTH · /x <--DEPTH=…>"),
        ("${what}", (Argument("what", "rest", required=True),), "", "/x needs what"),
        ("$1", (TAG,), "a b", "takes one word after it, not 2"),
        ("$1 $2", (), "a b c", "takes 2 words after it, not 3"),
        ("Go.", (), "now", "takes no words after it"),
        ("For $100.", (), "now", "takes no words after it"),
        ("${audience}", (AUDIENCE,), "--audiance=x", "did you mean --audience?"),
        ("${audience}", (AUDIENCE,), "--audience", "--audience needs a value"),
        ("${audience}", (AUDIENCE,), "--audience=a --audience=b", "is given twice"),
    ],
)
def test_what_cannot_be_bound_says_how_to_write_it(body, arguments, typed, said):
    assert said in prompt(body, typed, *arguments)


PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=("Z", "Cc"), exclude_characters="\"'-"), min_size=1
)
INSIDE = st.text(st.characters(codec="utf-8", exclude_characters='"'))


@given(st.lists(PLAIN))
def test_plain_words_are_what_stands_between_white_space(words):
    line = "  ".join(words)
    assert [word.text for word in split_words(line)] == line.split()


@given(st.lists(INSIDE))
def test_quoted_words_come_back_whole(words):
    assert [word.text for word in split_words(" ".join(f'"{word}"' for word in words))] == words


@given(st.text(st.characters(codec="utf-8", exclude_characters="-")))
def test_no_character_but_white_space_is_lost(line):
    assert "".join(word.gap + word.typed for word in split_words(line)).split() == line.split()


@given(st.text(), st.text())
def test_anything_typed_is_bound_or_refused_and_never_raises(body, typed):
    bound = bind(command(body), typed)
    assert isinstance(bound, Bound | NotBound)


@given(INSIDE, INSIDE)
def test_values_are_never_expanded_again(one, other):
    it = command("$1|${b}", Argument("a"), Argument("b", "named"))
    bound = bind(it, f'"{one}" --b="{other}"')
    assert isinstance(bound, Bound) and expand(it.body, bound) == f"{one}|{other}"


@given(st.text(st.characters(codec="utf-8", exclude_characters="$")))
def test_a_template_without_placeholders_stays_as_it_is(body):
    assert expand(body, Bound(("a",), {"b": "c"})) == body
