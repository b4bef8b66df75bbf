"""Sends callbacks out and carries the answers in.

In process they go to functions, one after the other, before the request that set them off returns. Behind the HTTP face
they go over HTTP from worker threads. An address that no function serves is left alone in process: nothing that runs
in a test calls the network. No lock is held while an application is asked: it may wait for whoever else asks here.
"""

from __future__ import annotations

import heapq
import logging
import threading
from collections import deque
from functools import partial
from itertools import count
from typing import Final

from taskrouter_kit.emulator._accounts import Account
from taskrouter_kit.emulator._answers import command_of
from taskrouter_kit.emulator._couriers import Couriers, Work
from taskrouter_kit.emulator._delivery import Answer, Delivery, FunctionCarrier, NotDelivered, OutgoingCallback
from taskrouter_kit.emulator._disturbances import Disturbances, FaultRule
from taskrouter_kit.emulator._signing import signature
from taskrouter_kit.emulator._store_failures import StoreFailed
from taskrouter_kit.emulator._worlds import Worlds
from taskrouter_kit.simulator import AssignmentCall, EventCall, Refused
from taskrouter_kit.simulator._commands import FailCallback, Instruct

# Documented: callbacks.md section 1; an assignment callback answers within 5 seconds
_ASSIGNMENT_SECONDS: Final = 5.0
# Documented: callbacks.md section 4; an event callback answers within 15 seconds
_EVENT_SECONDS: Final = 15.0
_REMEMBERED: Final = 10_000
#: More callbacks than these, set off by the callbacks of one request in process, are taken for an endless circle.
# Decided: a test that would hang, and eat memory, fails with the reason
_MOST_SET_OFF: Final = 100_000

_logger = logging.getLogger("taskrouter_kit.emulator")


class _Turn(threading.local):
    """What one thread has set off and has to deliver."""

    def __init__(self) -> None:
        self.waiting = deque[Work]()
        self.delivering = False


class Dispatcher:
    """Empties the outboxes of the engines."""

    def __init__(
        self, worlds: Worlds, disturbances: Disturbances, functions: FunctionCarrier, couriers: Couriers | None
    ) -> None:
        self._worlds = worlds
        self._disturbances = disturbances
        self._functions = functions
        self._couriers = couriers
        self._turn = _Turn()
        #: Events that go out late: when, a number that breaks ties, and whose.
        self._later: list[tuple[int, int, Account, EventCall]] = []
        self._numbers = count()
        self.deliveries: deque[Delivery] = deque(maxlen=_REMEMBERED)
        #: How many callbacks were not sent because too many were waiting.
        self.dropped = 0
        self._full = False
        self._collecting = False
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many callbacks wait to go out over HTTP."""
        return 0 if self._couriers is None else self._couriers.waiting

    def clear(self) -> None:
        """Forget what went out and what waits."""
        self.deliveries.clear()
        self.dropped = 0
        self.forget_waiting()

    def forget_waiting(self) -> None:
        """Forget what is to go out; what threads of callers have not sent yet is dropped with its account."""
        self._later.clear()
        if self._couriers is not None:
            self._couriers.forget()

    def close(self) -> None:
        """Send nothing more, and let no answer that is still to come change anything."""
        self._closed = True
        if self._couriers is not None:
            self._couriers.close()

    def settle(self, seconds: float) -> bool:
        """Wait until no callback is under way over HTTP; return whether that was so within *seconds*."""
        return self._couriers is None or self._couriers.settle(seconds)

    def next_due(self) -> int | None:
        """Return when the next late event is due, or None."""
        return self._later[0][0] if self._later else None

    # --- what is to go out, with the lock held

    def collect(self) -> bool:
        """Take what is to go out by now; return whether the caller has to :meth:`deliver` it without the lock."""
        if not (self._later or self._worlds.accounts.have_mail()):
            return False
        if not self._collecting:  # else what is dropped sets more off: whoever dropped it goes on with that
            self._collecting = True
            try:
                while self._collect_late() or self._collect_mail():
                    pass
            finally:
                self._collecting = False
        return self._couriers is None

    def _collect_late(self) -> bool:
        if not self._later or self._later[0][0] > self._worlds.clock.now_ms():
            return False
        _, _, account, event = heapq.heappop(self._later)
        self._put_event(account, event, failed=False)
        return True

    def _collect_mail(self) -> bool:
        for account in self._worlds.accounts:
            outbox = account.engine.outbox
            if outbox:
                item = outbox.popleft()
                if isinstance(item, AssignmentCall):
                    self._take_assignment(account, item)
                else:
                    self._take_event(account, item)
                return True
        return False

    def _take_event(self, account: Account, item: EventCall) -> None:
        rule = self._disturbances.strike_delivery(item.event_type)
        if rule is not None and rule.effect == "late-event":
            due = self._worlds.clock.now_ms() + round(rule.seconds * 1000)
            heapq.heappush(self._later, (due, next(self._numbers), account, item))
            return
        self._put_event(account, item, failed=_fails(rule))
        if rule is not None and rule.effect == "duplicate-event":
            self._put_event(account, item, failed=False)

    def _put_event(self, account: Account, item: EventCall, *, failed: bool) -> None:
        if not self._put(partial(self._send_event, account, item, failed=failed)):
            # Decided: an event that finds the line full is not sent, like one that its application did not take
            self._drop("event", item)

    def _take_assignment(self, account: Account, item: AssignmentCall) -> None:
        rule = self._disturbances.strike_delivery("assignment")
        if not self._put(partial(self._assign, account, item, failed=_fails(rule))):
            # Decided: an assignment callback that finds the line full is one whose application and fallback both failed
            self._drop("assignment", item)
            self._fail(account, item)

    def _put(self, work: Work) -> bool:
        """Let this thread do *work* when it has let the lock go, or couriers; return False where too many wait."""
        if self._couriers is None:
            self._turn.waiting.append(work)
            return True
        self._full = self._full and not self._couriers.half_empty
        return self._couriers.take(work)

    def _drop(self, kind: str, item: AssignmentCall | EventCall) -> None:
        """Note that a callback is not sent, and say so once until the line is half empty."""
        self.dropped += 1
        failure = f"not sent: {self.waiting} callbacks were waiting"
        self.deliveries.append(
            Delivery(self._worlds.clock.now_ms(), OutgoingCallback(kind, item.url, item.form, {}), failure=failure)
        )
        if not self._full:
            self._full = True
            _logger.warning("The application is too slow: %d callbacks wait, more are not sent.", self.waiting)

    # --- asking applications, without the lock

    def deliver(self) -> None:
        """Send what this thread has set off; what callbacks set off in turn waits behind it.

        Each thread delivers what it has set off itself: whatever a callback function waits for, nobody waits for it.
        """
        turn = self._turn
        if turn.delivering:
            return
        turn.delivering = True
        try:
            for _ in range(len(turn.waiting) + _MOST_SET_OFF):
                if not turn.waiting:
                    return
                turn.waiting.popleft()()
            if turn.waiting:
                turn.waiting.clear()
                raise RuntimeError(f"callbacks set each other off without end: {_MOST_SET_OFF:,} went out in one turn")
        finally:
            turn.delivering = False

    def _send_event(self, account: Account, item: EventCall, *, failed: bool) -> None:
        if self._worlds.holds(account):
            callback = self._signed(account, "event", item.url, item.form, _EVENT_SECONDS)
            # Inferred: callbacks.md section 4; what an event callback answers changes nothing, there are no retries
            self._carry(account, callback, failed)

    def _assign(self, account: Account, item: AssignmentCall, *, failed: bool) -> None:
        """Ask the assignment callback, then its fallback; cancel the reservation when both fail.

        *failed* says that a fault rule has made the first of them fail.
        """
        asked, form = False, item.form
        for kind, url in (("assignment", item.url), ("fallback", item.fallback_url)):
            if not url or self._unserved(url) or not self._worlds.holds(account):
                continue
            asked = True
            callback = self._signed(account, kind, url, form, _ASSIGNMENT_SECONDS)
            answer = self._carry(account, callback, failed)
            failed = False
            # Documented: callbacks.md section 1; anything but 200 goes to the fallback
            if answer is not None and answer.status == 200:
                self._carry_out(account, item, answer)
                return
            # Inferred: callbacks.md section 1; ErrorCode and ErrorUrl, as other Twilio fallbacks
            # Decided: 11200, what these say of an address that could not be asked
            form = (*item.form, ("ErrorCode", "11200"), ("ErrorUrl", url))
        if asked:
            self._fail(account, item)

    def _fail(self, account: Account, item: AssignmentCall) -> None:
        # Documented: callbacks.md section 1; both fail: the Reservation is canceled
        self._perform(account, FailCallback(workspace_sid=item.workspace_sid, reservation_sid=item.reservation_sid))

    def _unserved(self, url: str) -> bool:
        return self._couriers is None and self._functions.function_for(url) is None

    def _carry(self, account: Account, callback: OutgoingCallback, failed: bool) -> Answer | None:
        """Take *callback* to its application, note what happened, and return the answer if there is one."""
        now = self._worlds.clock.now_ms()
        answer: Answer | None = None
        failure: str | None = None
        try:
            if failed:
                raise NotDelivered("a fault rule made it fail")
            answer = self._ask(callback)
            if answer.seconds > callback.timeout:
                raise NotDelivered(f"no answer within {callback.timeout:g} seconds")
        except NotDelivered as why:
            answer, failure = None, str(why)
        if self._worlds.holds(account):
            self.deliveries.append(Delivery(now, callback, None if answer is None else answer.status, answer, failure))
        return answer

    def _ask(self, callback: OutgoingCallback) -> Answer:
        if self._couriers is None or self._functions.function_for(callback.target) is not None:
            return self._functions(callback)
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

    # --- what came of it

    def _carry_out(self, account: Account, item: AssignmentCall, answer: Answer) -> None:
        """Do what the answer says, or note in the debugger why it could not be done."""
        try:
            command = command_of(answer, item.workspace_sid, item.reservation_sid)
            if command is not None:
                self._perform(account, command)
        except Refused as refusal:
            with self._worlds.lock:
                # Documented: callbacks.md section 3; errors of callback answers appear in the debugger
                self._worlds.note(account, refusal.code, refusal.message, item.reservation_sid)

    def _perform(self, account: Account, command: Instruct | FailCallback) -> None:
        """Do *command*, unless its reservation is gone: the answer may have taken its time."""
        with self._worlds.lock:
            if self._closed or not self._worlds.holds(account):
                return
            now = self._worlds.clock.now_ms()
            self._worlds.bring_up(account, now)
            workspace = account.engine.world.workspaces.get(command.workspace_sid)
            try:
                if workspace is not None and command.reservation_sid in workspace.reservations:
                    self._worlds.perform(account, command, now)
            except StoreFailed as failure:
                # Whoever asked for something else is not the one to be told.
                self._worlds.troubles.note("what came of a callback could not be kept", failure)
            finally:
                self.collect()
        self._worlds.changed()


def _fails(rule: FaultRule | None) -> bool:
    return rule is not None and rule.effect == "callback-failure"
