"""Addressing: names, SIDs, objects; what is remembered and when it is asked again; many threads, after a fork."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import Activity, TaskChannel, Worker
from taskrouter_kit.client import Limits, RetryPolicy, SdkSender, Service
from taskrouter_kit.client._names import Names
from taskrouter_kit.errors import CannotTell, InvalidDeclaration, NotFound
from wire_fakes import WORKSPACE, Script, activity, answer, page, queue, refusal, sid, worker

ALICE, ONCE = sid("WK", 1), RetryPolicy(attempts=1, limits=Limits.off())


def emulated() -> Any:
    from twilio.rest import Client

    from taskrouter_kit.emulator import Backend, InProcessHttpClient, VirtualClock

    http = InProcessHttpClient(Backend(clock=VirtualClock()))
    client = Client("AC" + "0" * 32, "t", environment={"_": ""}, http_client=http)
    service = Service(SdkSender(client), RetryPolicy(attempts=1, limits=Limits.off()))
    service.workspaces.create("Support")
    return service.workspace("Support")


def test_a_name_is_looked_up_once_and_then_remembered():
    """Two calls by name are three requests."""
    script = Script(page("workers", [worker()]), answer(200, worker()), answer(200, worker()))
    live = script.client().workspace(WORKSPACE)
    live.workers.fetch("Alice")
    live.workers.fetch("alice")
    assert script.lines() == ["GET /Workers", f"GET /Workers/{ALICE}", f"GET /Workers/{ALICE}"]
    assert dict(script.asked[0].query) == {"FriendlyName": "Alice", "PageSize": "1000"}


def test_a_remembered_sid_that_is_gone_is_looked_up_once_more():
    """Somebody deleted Alice and made a new one."""
    new = sid("WK", 2)
    script = Script(
        page("workers", [worker()]),
        answer(200, worker()),
        refusal(404, 20404),
        page("workers", [worker(2)]),
        answer(200, worker(2)),
    )
    live = script.client().workspace(WORKSPACE)
    live.workers.fetch("Alice")
    assert live.workers.fetch("Alice").sid == new
    assert script.lines()[-3:] == [f"GET /Workers/{ALICE}", "GET /Workers", f"GET /Workers/{new}"]


def test_it_is_looked_up_only_once_more():
    """The name leads to the same SID, or to another that is gone too: that is the answer."""
    for again, calls in ((worker(), 3), (worker(2), 4)):
        script = Script(page("workers", [worker()]), refusal(404, 20404), page("workers", [again]), refusal(404, 20404))
        with pytest.raises(NotFound):
            script.client().workspace(WORKSPACE).workers.fetch("Alice")
        assert len(script.asked) == calls


def test_a_sid_or_an_object_is_never_looked_up():
    """A 404 is the answer at once."""
    for address in (ALICE, _found()):
        script = Script(refusal(404, 20404))
        with pytest.raises(NotFound):
            script.client().workspace(WORKSPACE).workers.fetch(address)
        assert script.lines() == [f"GET /Workers/{ALICE}"]


def _found() -> Any:
    return Script(answer(200, worker())).client().workspace(WORKSPACE).workers.fetch(ALICE)


def test_a_declared_object_is_addressed_by_its_name():
    """What is declared needs no SID."""
    script = Script(page("workers", [worker()]), answer(200, worker()))
    script.client().workspace(WORKSPACE).workers.fetch(Worker("ALICE"))
    assert dict(script.asked[0].query)["FriendlyName"] == "ALICE"


def test_workers_are_found_whatever_their_case_and_others_are_not():
    """Worker names are case-insensitive at the service; those of queues and activities are taken as written."""
    live = emulated()
    live.workers.create("Alice")
    live.task_queues.create("Billing")
    assert live.workers.fetch("ALICE").friendly_name == "Alice"
    with pytest.raises(NotFound) as missing:
        live.task_queues.fetch("billing")
    assert str(missing.value) == (
        "There is no task queue 'billing'. [unknown-task-queue]\n  hint: did you mean 'Billing'?"
    )


def test_a_sid_of_another_kind_is_told_apart_from_a_name():
    """It is no worker, whatever is called so; nothing is sent."""
    script = Script()
    with pytest.raises(InvalidDeclaration) as wrong:
        script.client().workspace(WORKSPACE).workers.fetch(sid("WQ", 1))
    assert str(wrong.value) == (f"{sid('WQ', 1)} is no Worker SID: those begin with WK. [wrong-sid]\n  at Worker")


@pytest.mark.parametrize("name", ["WK1", "WK" + "z" * 32, "WK" + "0" * 31, "WK" + "0" * 33, "wk" + "0" * 32, "WKalice"])
def test_a_name_that_only_resembles_a_sid_is_a_name(name: str):
    """Two letters and 32 hexadecimal digits are a SID, nothing else is."""
    script = Script(page("workers", [worker(1, name)]), answer(200, worker(1, name)))
    assert script.client().workspace(WORKSPACE).workers.fetch(name).friendly_name == name
    assert script.lines()[0] == "GET /Workers"


@pytest.mark.parametrize("name", ["../../x", "a/b", "a?b=c", "a#b", "%2e%2e", "über", " "])
def test_a_name_cannot_lead_elsewhere(name: str):
    """What goes into a path is escaped: a worker's channel is the one name that is not looked up."""
    script = Script(answer(404, {"message": "no", "code": 20404}))
    with pytest.raises(NotFound):
        script.client().workspace(WORKSPACE).workers.channels(ALICE).fetch(name)
    path = script.asked[0].path
    assert path.startswith(f"/v1/Workspaces/{WORKSPACE}/Workers/{ALICE}/Channels/")
    assert not set("?# ") & set(path)
    assert path.count("/") == 7


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_address_another_resource_is_refused(name: str):
    """Escaping does not help these."""
    with pytest.raises(InvalidDeclaration) as refused:
        Script().client().workspace(WORKSPACE).workers.channels(ALICE).fetch(name)
    assert refused.value.diagnostics[0].rule == "unusable-name"


def test_what_has_no_names_is_addressed_by_its_sid():
    """Tasks, events and reservations: nothing is sent for a name, nor for a SID of another kind."""
    live = Script().client().workspace(WORKSPACE)
    offers = live.tasks.reservations(sid("WT", 1))
    calls = [lambda: live.tasks.fetch("first"), lambda: live.events.fetch("created"), lambda: offers.accept("mine")]
    for call, kind, prefix in zip(calls, ["Task", "Event", "Reservation"], ["WT", "EV", "WR"], strict=True):
        with pytest.raises(InvalidDeclaration, match=f"is no {kind} SID: those begin with {prefix}"):
            call()
    with pytest.raises(InvalidDeclaration, match=f"{ALICE} is no Reservation SID"):
        offers.accept(ALICE)


def test_the_name_of_a_declared_thing_may_look_like_a_sid():
    """A text of that form is a SID; what a declared worker is called is a name, whatever it looks like."""
    live, name = emulated(), "WK" + "a" * 32
    made = live.workers.create(name)
    assert made.sid != name
    assert live.workers.fetch(Worker(name, {})).sid == made.sid
    with pytest.raises(NotFound):
        live.workers.fetch(name)


def test_a_workers_channel_is_found_by_any_task_channel():
    """A declared one, a returned one (whose SID is another), the unique name, and the worker's own."""
    live = emulated()
    live.workers.create("Alice")
    channels = live.workers.channels("Alice")
    mine = channels.fetch("voice")
    for channel in (TaskChannel("voice"), live.task_channels.fetch("voice"), "voice", mine, mine.sid):
        assert channels.fetch(channel).sid == mine.sid


def test_nothing_is_no_address():
    """None is a value that was given: it is refused, not left out."""
    live = emulated()
    live.workers.create("Alice")
    with pytest.raises(InvalidDeclaration, match="Expected an Activity"):
        live.workers.update("Alice", activity=None)


def test_what_has_neither_name_nor_sid_is_no_address():
    """The type is named."""
    with pytest.raises(InvalidDeclaration) as wrong:
        Script().client().workspace(WORKSPACE).workers.fetch(17)
    assert str(wrong.value) == ("Expected a Worker: a SID, a name or the thing; got an int. [wrong-type]")


def test_a_name_on_a_later_page_is_found():
    """Channels have no filter by name: every page is looked through."""
    from wire_fakes import base

    def channel(number: int) -> dict[str, Any]:
        name = f"channel{number}"
        more = {"friendly_name": name, "unique_name": name, "channel_optimized_routing": False}
        return {**base("TC", number), **more}

    url = f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE}/TaskChannels?PageSize=1000&Page=1&PageToken=PA1"
    script = Script(page("channels", [channel(1)], url), page("channels", [channel(2)]), answer(200, channel(2)))
    assert script.client().workspace(WORKSPACE).task_channels.fetch("channel2").sid == sid("TC", 2)


def test_a_thing_that_is_renamed_is_remembered_by_its_new_name():
    """The old name may be another's by now."""
    live = emulated()
    first = live.workers.create("Alice")
    live.workers.update("Alice", friendly_name="Bob")
    second = live.workers.create("Alice")
    assert live.workers.fetch("Bob").sid == first.sid
    assert live.workers.fetch("Alice").sid == second.sid
    live.workers.update("Alice", activity="Offline")
    live.workers.delete("Alice")
    with pytest.raises(NotFound):
        live.workers.fetch("Alice")


def test_names_of_one_kind_are_not_those_of_another():
    """An activity and a queue may be called the same."""
    script = Script(
        page("activities", [activity(1, "Same")]),
        answer(200, activity(1, "Same")),
        page("task_queues", [queue(1, "Same")]),
        answer(200, queue(1, "Same")),
    )
    live = script.client().workspace(WORKSPACE)
    assert live.activities.fetch(Activity("Same", available=True)).sid == sid("WA", 1)
    assert live.task_queues.fetch("Same").sid == sid("WQ", 1)


def test_many_threads_remember_and_forget_at_the_same_time():
    """No entry is lost, and nobody stumbles over another's change."""
    names, failed = Names(), list[BaseException]()

    def use(thread: int) -> None:
        try:
            for number in range(400):
                names.remember("Worker", f"{thread} {number}", sid("WK", number))
                names.forget("Worker", f"{thread} {number - 1}")
        except BaseException as error:  # noqa: BLE001  # reported below
            failed.append(error)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(8)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert failed == []
    assert [names.find("Worker", f"{n} 399") for n in range(8)] == [sid("WK", 399)] * 8


@pytest.mark.network
def test_many_threads_share_one_client():
    """Each gets the answers to its own requests."""
    live = emulated()
    wrong: list[str] = []

    def use(thread: int) -> None:
        for number in range(20):
            name = f"{thread}-{number}"
            live.workers.create(name)
            if live.workers.fetch(name).friendly_name != name:
                wrong.append(name)

    threads = [threading.Thread(target=use, args=(n,)) for n in range(8)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert wrong == []
    assert len(list(live.workers.list())) == 160


@pytest.mark.network
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_after_a_fork_both_processes_go_on_with_the_client():
    """The child connects anew; neither reads the other's answers."""
    script = Path(__file__).with_name("fork_script.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.returncode) == ("parent 0, child 0, 121 workers\n", 0), ran.stderr


def test_what_belongs_to_a_thing_that_is_gone_is_looked_for_in_its_successor():
    """Somebody else deleted Alice and made her anew: her channels and figures are those of the new one."""
    live = emulated()
    live.workers.create("Alice")
    for act in (
        lambda: live.workers.channels("Alice").fetch("voice").worker_sid,
        lambda: live.workers.channels("Alice").update("voice", capacity=2).worker_sid,
        lambda: live.workers.worker_statistics("Alice").worker_sid,
    ):
        old = act()
        other = Service(live._perform.send, ONCE).workspace("Support")
        other.workers.delete("Alice")
        made = other.workers.create("Alice")
        assert old != made.sid
        assert act() == made.sid


def test_a_name_that_several_things_have_is_no_address():
    """Nobody knows which one is meant: nothing is done, and their SIDs are named."""
    script = Script(page("task_queues", [queue(1), queue(2)]))
    with pytest.raises(CannotTell) as unclear:
        script.client().workspace(WORKSPACE).task_queues.update("Billing", max_reserved_workers=2)
    assert str(unclear.value) == (
        f"There are 2 called 'Billing': {sid('WQ', 1)}, {sid('WQ', 2)}. [ambiguous-name]\n"
        "  at TaskQueue 'Billing'\n"
        "  hint: address the one that is meant by its SID, or rename the others"
    )
