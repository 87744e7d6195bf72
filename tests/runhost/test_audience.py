from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mogplex_daemon.runhost.audience import LIVE_KEPT, READ_BYTES, Audience, Follower


class Bench:
    """A journal that grows, and followers who take what they are given when they choose to."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        journal.write_bytes(b"")
        self.audience = Audience(journal)
        self.lines: list[bytes] = []
        self.said: list[bytes] = []
        self.heard: dict[Follower, bytearray] = {}

    def append(self, *sizes: int) -> None:
        new = [
            b"%d:" % (len(self.lines) + number) + b"x" * size for number, size in enumerate(sizes, start=1)
        ]
        with self.journal.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in new))
        self.lines += new
        self.audience.grow(new)

    def say(self) -> None:
        line = b"live after %d, number %d" % (len(self.lines), len(self.said))
        self.said.append(line)
        self.audience.live(line)

    def join(self, after_seq: int | None) -> Follower:
        follower = self.audience.join()
        self.heard[follower] = bytearray()
        self.audience.follow(follower, after_seq)
        return follower

    async def take(self, follower: Follower) -> bool:
        """Give it the next piece; False when there is none now."""
        with anyio.CancelScope() as scope:
            scope.cancel()
            piece = await self.audience.next_piece(follower)
            assert piece.endswith(b"\n")
            self.heard[follower] += piece
            return True
        return False

    async def take_all(self, follower: Follower) -> list[bytes]:
        while await self.take(follower):
            pass
        return bytes(self.heard[follower]).split(b"\n")[:-1]


STEPS = st.lists(
    st.one_of(
        st.lists(st.sampled_from([0, 1, 50, 3_000]), min_size=1, max_size=4).map(
            lambda sizes: ("append", sizes)
        ),
        st.just(("say", None)),
        st.integers(0, 60).map(lambda seq: ("join", seq)),
        st.just(("join_now", None)),
        st.integers(0, 5).map(lambda which: ("take", which)),
        st.integers(0, 5).map(lambda which: ("answer", which)),
    ),
    max_size=40,
)


@settings(max_examples=200)
@given(STEPS)
def test_each_follower_gets_every_line_after_its_place_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]
):
    journal = tmp_path_factory.getbasetemp() / "audience.jsonl"
    anyio.run(follow_along, journal, steps)


async def follow_along(journal: Path, steps: list[tuple[str, object]]) -> None:
    bench = Bench(journal)
    begun: dict[Follower, tuple[int, int]] = {}
    answers: dict[Follower, list[bytes]] = {}

    def join(after: int | None) -> None:
        follower = bench.join(after)
        begun[follower] = (len(bench.lines) if after is None else after, len(bench.said))
        answers[follower] = []

    for step, argument in steps:
        followers = list(begun)
        match step:
            case "append":
                bench.append(*argument)
            case "say":
                bench.say()
            case "join":
                join(min(argument, len(bench.lines)))
            case "join_now":
                join(None)
            case "take" if followers:
                await bench.take(followers[argument % len(followers)])
            case "answer" if followers:
                follower = followers[argument % len(followers)]
                line = b"answer %d after %d" % (len(answers[follower]), len(bench.lines))
                answers[follower].append(line)
                bench.audience.answer(follower, line)
    for follower, (after, said) in begun.items():
        heard = await bench.take_all(follower)
        assert [line for line in heard if line[:1].isdigit()] == bench.lines[after:]
        assert [line for line in heard if line.startswith(b"live")] == bench.said[said:]
        assert [line for line in heard if line.startswith(b"answer")] == answers[follower]
        known = after
        for line in heard:
            if line[:1].isdigit():
                known += 1
            else:
                told_after = int(line.split(b"after ")[1].split(b",")[0])
                assert known == max(told_after, after), (
                    "a live line stands behind all that was journaled before it"
                )
    bench.audience.close()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "events.jsonl")


@pytest.mark.anyio
async def test_a_line_longer_than_one_read_comes_whole(bench: Bench):
    bench.append(10, READ_BYTES * 2 + 17, READ_BYTES, 5)
    assert await bench.take_all(bench.join(0)) == bench.lines


@pytest.mark.anyio
async def test_a_follower_that_does_not_keep_up_loses_only_the_oldest_live_lines(bench: Bench):
    slow = bench.join(0)
    for _ in range(LIVE_KEPT + 10):
        bench.say()
    bench.append(1)
    assert await bench.take_all(slow) == [*bench.said[10:], *bench.lines]


@pytest.mark.anyio
async def test_who_follows_nothing_hears_answers_only(bench: Bench):
    follower = bench.audience.join()
    bench.heard[follower] = bytearray()
    bench.append(1)
    bench.say()
    bench.audience.answer(follower, b"an answer")
    assert await bench.take_all(follower) == [b"an answer"]


@pytest.mark.anyio
async def test_who_asks_for_nothing_more_and_follows_nothing_is_let_go(bench: Bench):
    follower = bench.audience.join()
    bench.audience.answer(follower, b"the last answer")
    bench.audience.silence(follower)
    assert await bench.audience.next_piece(follower) == b"the last answer\n"
    assert await bench.audience.next_piece(follower) == b""


@pytest.mark.anyio
async def test_a_piece_that_is_still_being_sent_is_waited_for(bench: Bench):
    slow, quick = bench.join(0), bench.join(0)
    bench.append(5)
    drained = anyio.Event()

    async def wait() -> None:
        await bench.audience.drained()
        drained.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await bench.audience.next_piece(slow)
        tasks.start_soon(taking_all, bench.audience, quick)
        await anyio.wait_all_tasks_blocked()
        assert not drained.is_set(), "the slow one has taken its piece and not sent it"
        tasks.start_soon(taking_all, bench.audience, slow)
        await drained.wait()
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_nobody_waits_for_a_follower_that_has_left(bench: Bench):
    follower = bench.join(0)
    bench.append(5)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.audience.drained)
        await anyio.wait_all_tasks_blocked()
        bench.audience.leave(follower)


async def taking_all(audience: Audience, follower: Follower) -> None:
    while await audience.next_piece(follower):
        pass
