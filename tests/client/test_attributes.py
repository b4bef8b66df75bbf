import pickle

import pytest

from taskrouter_kit import Diagnostic
from taskrouter_kit.errors import ServiceUnavailable, StaleVersion, UnexpectedAnswer
from wire_fakes import WORKSPACE, Script, answer, refusal, sid, worker

ALICE = sid("WK", 1)


def test_a_patch_is_done_again_on_what_others_wrote():
    """After a 412 the change is applied to the fresh attributes."""
    script = Script(
        answer(200, worker(attributes='{"n":1}'), ETag='"4"'),
        refusal(412, 20412),
        answer(200, worker(attributes='{"n":5}'), ETag='"5"'),
        answer(200, worker(attributes='{"n":6}')),
    )
    script.client().workspace(WORKSPACE).workers.patch_attributes(ALICE, None, lambda a: {"n": a["n"] + 1})
    assert [each.headers.get("If-Match") for each in script.asked] == [None, '"4"', None, '"5"']
    assert script.asked[-1].form == {"Attributes": '{"n":6}'}


def test_a_patch_that_always_loses_shows_mine_and_theirs():
    """The error holds both documents as data; its text and its pickle hold neither."""
    answers = []
    for _ in range(10):
        answers += [answer(200, worker(attributes='{"n":1}'), ETag='"4"'), refusal(412, 20412)]
    script = Script(*answers, answer(200, worker(attributes='{"n":9}')))
    with pytest.raises(StaleVersion) as caught:
        script.client().workspace(WORKSPACE).workers.patch_attributes(ALICE, None, lambda a: {"n": 2})
    assert (caught.value.mine, caught.value.theirs) == ({"n": 2}, {"n": 9})
    assert '"n"' not in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).mine is None


def test_a_patch_whose_answer_was_lost_is_not_applied_twice():
    """The write arrived: what is there is what was written."""
    script = Script(
        answer(200, worker(attributes='{"n":1}'), ETag='"4"'),
        ServiceUnavailable(Diagnostic("service-unavailable", "lost")),
        answer(200, worker(attributes='{"n":2}'), ETag='"5"'),
    )
    made = script.client().workspace(WORKSPACE).workers.patch_attributes(ALICE, None, lambda a: {"n": a["n"] + 1})
    assert made.attributes == {"n": 2}
    assert len(script.asked) == 3


def test_if_match_is_sent_with_a_deletion():
    """The SDK drops it; here a deletion under a version is one."""
    script = Script(answer(204))
    script.client().workspace(WORKSPACE).workers.delete(ALICE, if_match='"3"')
    assert script.asked[0].headers == {"If-Match": '"3"'}


def test_without_a_version_nothing_is_written():
    """An answer without ETag protects nobody: the change is refused, not sent unprotected."""
    script = Script(answer(200, worker(attributes='{"n":1}')))
    with pytest.raises(UnexpectedAnswer) as refused:
        script.client().workspace(WORKSPACE).workers.patch_attributes(ALICE, None, lambda a: {"n": 2})
    assert str(refused.value) == (
        "The answer has no ETag, so nothing can be changed without risking what others wrote meanwhile. "
        f"[unexpected-answer]\n  at WorkerResource {ALICE}"
    )
    assert [each.method for each in script.asked] == ["GET"]
