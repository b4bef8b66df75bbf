"""Sends callbacks out and carries the answers in.

In process they go to functions, one after the other, before the request that set them off returns. Behind the HTTP face
they go over HTTP from worker threads. An address that no function serves is left alone in process: nothing that runs
in a test calls the network.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from taskrouter_kit.emulator._accounts import Account
from taskrouter_kit.emulator._delivery import Answer, NotDelivered, OutgoingCallback
from taskrouter_kit.emulator._json_text import decode
from taskrouter_kit.emulator._signing import signature
from taskrouter_kit.simulator import AssignmentCall, DebuggerEntry, EventCall, Refused
from taskrouter_kit.simulator._commands import FailCallback, Instruct
from taskrouter_kit.simulator._json_kinds import is_array, is_object

if TYPE_CHECKING:
    from taskrouter_kit.emulator._backend import Backend

# Documented: callbacks.md section 1; an assignment callback answers within 5 seconds
_ASSIGNMENT_SECONDS: Final = 5.0
# Documented: callbacks.md section 4; an event callback answers within 15 seconds
_EVENT_SECONDS: Final = 15.0
_REMEMBERED: Final = 10_000


@frozen
class Delivery:
    """A callback that went out (or could not): what was sent, and what came back.

    ``status`` is the application's, or None when there was no answer; ``failure`` says why not.
    """

    at: int
    callback: OutgoingCallback
    status: int | None = None
    answer: Answer | None = field(default=None, repr=False)
    failure: str | None = None

    @property
    def kind(self) -> str:
        """``assignment``, ``fallback`` or ``event``."""
        return self.callback.kind

    @property
    def form(self) -> dict[str, str]:
        """The parameters that were sent."""
        return dict(self.callback.form)


class Dispatcher:
    """Empties the outboxes of a backend's engines."""

    def __init__(self, backend: Backend, *, in_background: bool) -> None:
        self._backend = backend
        self._pool = ThreadPoolExecutor(4, "taskrouter-callback") if in_background else None
        self._delivering = False
        #: Events that go out late: when, a number that breaks ties, and whose.
        self._later: list[tuple[int, int, Account, EventCall]] = []
        self._numbers = count()
        self.deliveries: deque[Delivery] = deque(maxlen=_REMEMBERED)
        self._under_way = 0
        self._quiet = threading.Condition()

    def clear(self) -> None:
        """Forget what went out and what waits."""
        self.deliveries.clear()
        self.forget_waiting()

    def forget_waiting(self) -> None:
        """Forget the events that are to go out late."""
        self._later.clear()

    def close(self) -> None:
        """Send nothing more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def settle(self, seconds: float) -> bool:
        """Wait until no callback is under way over HTTP; return whether that was so within *seconds*."""
        with self._quiet:
            return self._quiet.wait_for(lambda: self._under_way == 0, seconds)

    def next_due(self) -> int | None:
        """Return when the next late event is due, or None."""
        return self._later[0][0] if self._later else None

    def deliver(self) -> None:
        """Send everything that is in the outboxes; callbacks set off by callbacks wait their turn."""
        if self._delivering or not (self._later or self._backend.accounts.have_mail()):
            return
        self._delivering = True
        try:
            while self._deliver_one():
                pass
        finally:
            self._delivering = False

    def _deliver_one(self) -> bool:
        now = self._backend.clock.now_ms()
        if self._later and self._later[0][0] <= now:
            _, _, account, event = heapq.heappop(self._later)
            self._send_event(account, event)
            return True
        for account in self._backend.accounts:
            outbox = account.engine.outbox
            if outbox:
                item = outbox.popleft()
                if isinstance(item, AssignmentCall):
                    self._send_assignment(account, item)
                else:
                    self._consider_event(account, item)
                return True
        return False

    def _consider_event(self, account: Account, item: EventCall) -> None:
        rule = self._backend.disturbances.strike_delivery(item.event_type)
        if rule is not None and rule.effect == "late-event":
            due = self._backend.clock.now_ms() + round(rule.seconds * 1000)
            heapq.heappush(self._later, (due, next(self._numbers), account, item))
            return
        self._send_event(account, item, failed=rule is not None and rule.effect == "callback-failure")
        if rule is not None and rule.effect == "duplicate-event":
            self._send_event(account, item)

    def _send_event(self, account: Account, item: EventCall, *, failed: bool = False) -> None:
        callback = self._signed(account, "event", item.url, item.form, _EVENT_SECONDS)
        # Inferred: callbacks.md section 4; what an event callback answers changes nothing, there are no retries
        self._run(lambda: self._carry(callback, failed))

    def _send_assignment(self, account: Account, item: AssignmentCall) -> None:
        rule = self._backend.disturbances.strike_delivery("assignment")
        failed = rule is not None and rule.effect == "callback-failure"
        self._run(lambda: self._assign(account, item, failed))

    def _run(self, work: Callable[[], object]) -> None:
        """Do *work* now, or on a thread where callbacks go over HTTP."""
        if self._pool is None:
            work()
            return
        with self._quiet:
            self._under_way += 1
        try:
            self._pool.submit(work).add_done_callback(self._ended)
        except RuntimeError:  # closed meanwhile: nothing more is sent
            self._ended(None)

    def _ended(self, _: object) -> None:
        with self._quiet:
            self._under_way -= 1
            self._quiet.notify_all()

    def _assign(self, account: Account, item: AssignmentCall, failed: bool) -> None:
        """Ask the assignment callback, then its fallback; cancel the reservation when both fail.

        *failed* says that a fault rule has made the first of them fail.
        """
        asked = False
        for kind, url in (("assignment", item.url), ("fallback", item.fallback_url)):
            if not url or self._unserved(url):
                continue
            asked = True
            callback = self._signed(account, kind, url, item.form, _ASSIGNMENT_SECONDS)
            answer = self._carry(callback, failed)
            failed = False
            # Documented: callbacks.md section 1; anything but 200 goes to the fallback
            if answer is not None and answer.status == 200:
                self._backend.locked(partial(self._carry_out, account, item, answer))
                return
        if asked:
            # Documented: callbacks.md section 1; both fail: the Reservation is canceled
            command = FailCallback(workspace_sid=item.workspace_sid, reservation_sid=item.reservation_sid)
            self._backend.locked(lambda: self._perform(account, item, command))

    def _unserved(self, url: str) -> bool:
        return self._pool is None and self._backend.functions.function_for(url) is None

    def _carry(self, callback: OutgoingCallback, failed: bool) -> Answer | None:
        """Take *callback* to its application, note what happened, and return the answer if there is one."""
        now = self._backend.clock.now_ms()
        try:
            if failed:
                raise NotDelivered("a fault rule made it fail")
            answer = self._take(callback)
            if answer.seconds > callback.timeout:
                raise NotDelivered(f"no answer within {callback.timeout:g} seconds")
        except NotDelivered as failure:
            self.deliveries.append(Delivery(now, callback, failure=str(failure)))
            return None
        self.deliveries.append(Delivery(now, callback, answer.status, answer))
        return answer

    def _take(self, callback: OutgoingCallback) -> Answer:
        if self._pool is None or self._backend.functions.function_for(callback.target) is not None:
            return self._backend.functions(callback)
        from taskrouter_kit.emulator._over_http import carry_over_http

        return carry_over_http(callback)

    def _signed(
        self, account: Account, kind: str, url: str, form: tuple[tuple[str, str], ...], timeout: float
    ) -> OutgoingCallback:
        unsigned = OutgoingCallback(kind, url, form, {}, timeout)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            # Documented: callbacks.md section 6
            "X-Twilio-Signature": signature(account.auth_token, unsigned.target, form),
        }
        return OutgoingCallback(kind, url, form, headers, timeout)

    def _carry_out(self, account: Account, item: AssignmentCall, answer: Answer) -> None:
        """Do what the answer says, or note in the debugger why it could not be done."""
        try:
            document = _instruction(answer)
            if document is None:
                return
            options = {name: _text(value) for name, value in document.items() if name != "instruction"}
            command = Instruct(
                workspace_sid=item.workspace_sid,
                reservation_sid=item.reservation_sid,
                instruction=str(document["instruction"]),
                options=options,
            )
            self._perform(account, item, command)
        except Refused as refusal:
            # Documented: callbacks.md section 3; errors of callback answers appear in the debugger
            machine = account.engine.machine
            machine.debugger.append(DebuggerEntry(machine.now, refusal.code, refusal.message, item.reservation_sid))

    def _perform(self, account: Account, item: AssignmentCall, command: Instruct | FailCallback) -> None:
        """Do what came of *item*, unless its reservation is gone: the answer may have taken its time."""
        now = self._backend.clock.now_ms()
        if not self._backend.accounts.hold(account):
            return
        self._backend.bring_up(account, now)
        workspace = account.engine.world.workspaces.get(item.workspace_sid)
        if workspace is not None and item.reservation_sid in workspace.reservations:
            self._backend.perform(account, command, now)
            if self._pool is not None:
                self.deliver()


def _instruction(answer: Answer) -> Mapping[str, object] | None:
    """Return the answer's document, or None when there is nothing to do; :class:`Refused` with the debugger's code."""
    if not answer.body.strip():
        # Documented: callbacks.md section 1; empty 200: handled elsewhere
        return None
    if answer.content_type != "application/json":
        raise Refused(400, 40000, "The answer of the assignment callback is not application/json")
    try:
        document = decode(answer.body)
    except ValueError:
        raise Refused(400, 40001, "The answer of the assignment callback is not JSON") from None
    if not is_object(document):
        raise Refused(400, 40001, "The answer of the assignment callback is not a JSON object")
    if not document:
        # Documented: callbacks.md section 1; {} is tolerated like empty
        return None
    if not isinstance(document.get("instruction"), str):
        raise Refused(400, 40005, "The answer of the assignment callback has no instruction")
    return document


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_array(value):
        return ",".join(str(each) for each in value)
    return "" if value is None else str(value)
