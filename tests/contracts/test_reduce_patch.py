from mogplex_contracts.events.patch import PatchApplied, PatchedFile, PatchProposed, PatchRejected
from mogplex_contracts.events.tool import ToolFinished
from mogplex_contracts.state.patch import DIFFS_KEPT, PATCHES_KEPT
from tests.support.story import Story, called, spawned, started

FILES = (
    PatchedFile(path="a.py", change="update", added=3, removed=1),
    PatchedFile(path="b.py", change="add", added=2),
)


def proposed(patch_id: str = "pat_1", call_id: str | None = None) -> PatchProposed:
    return PatchProposed(
        patch_id=patch_id, agent_id="agt_1", call_id=call_id, files=FILES, diff="--- a\n+++ b\n"
    )


def test_a_patch_merges_with_the_call_it_came_from():
    story = Story(started(), spawned(), called(action="apply_patch"), proposed(call_id="call_1"))
    (entry,) = story.of("patch")
    assert story.of("tool") == []
    assert (entry.subject, entry.note, entry.ref) == ("a.py and 1 more", "+5 −1", "pat_1")
    story.tell(PatchApplied(patch_id="pat_1"))
    assert story.last.status == "running", "the call has not ended yet"
    story.tell(ToolFinished(call_id="call_1", outcome="ok"))
    assert (story.last.kind, story.last.status, story.last.note) == ("patch", "ok", "+5 −1")
    assert story.state.patches["pat_1"].status == "applied"


def test_a_patch_by_itself_is_an_entry_of_its_own():
    story = Story(started(), spawned(), proposed())
    assert (story.last.kind, story.last.status) == ("patch", "waiting")
    story.tell(PatchRejected(patch_id="pat_1", reason="drift"))
    assert story.last.status == "denied"
    assert (story.state.patches["pat_1"].status, story.state.patches["pat_1"].reason) == ("rejected", "drift")


def test_a_patch_nobody_proposed_changes_nothing():
    story = Story(started())
    story.tell(PatchApplied(patch_id="pat_9"))
    assert story.state.patches == {}


def test_only_the_newest_patches_are_kept_and_fewer_diffs():
    story = Story(started(), *(proposed(f"pat_{n}") for n in range(PATCHES_KEPT + 10)))
    patches = list(story.state.patches.values())
    assert [patch.patch_id for patch in patches] == [f"pat_{n}" for n in range(10, PATCHES_KEPT + 10)]
    with_diff = [patch for patch in patches if patch.diff]
    assert with_diff == patches[-DIFFS_KEPT:]


def test_a_moved_file_says_where_to():
    moved = PatchedFile(path="a.py", change="move", moved_to="b.py")
    story = Story(started(), PatchProposed(patch_id="p", agent_id="agt_1", files=(moved,), diff=""))
    assert story.last.subject == "a.py → b.py"
