"""The rules of routing as the handbook writes them down, without anything that makes them fast.

Every question is asked of everybody each time. Follows routing.md section 15 and, where it is silent, the readings that
the engine has by default.
"""

from __future__ import annotations

from typing import Literal

from simulator.handbook_parts import Attributes, Offer, Queue, Target, Task, Worker, Workflow

#: Which timer fires first in the same millisecond.
TTL, TARGET, RESERVATION, REOFFER, REMOVAL = range(5)


class Rules:
    """A contact centre; moments are milliseconds."""

    def __init__(self, available: set[str], first: str, *, multi: bool) -> None:
        self.available, self.first, self.multi = available, first, multi
        self.now = self.numbers = 0
        self.queues: dict[str, Queue] = {}
        self.workflows: dict[str, Workflow] = {}
        self.workers: dict[str, Worker] = {}
        self.tasks: dict[str, Task] = {}
        self._timers: list[tuple[int, int, int, Task | Offer]] = []

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    # Time

    def arm(self, kind: int, at: int, about: Task | Offer) -> None:
        if isinstance(about, Task):
            about.due[kind] = at
        self._timers.append((at, kind, self.number(), about))

    def wait(self, until: int) -> None:
        """Fire what is due: by moment, then TTL, target timers, reservation timers, and what remains."""
        while due := [each for each in self._timers if each[0] <= until]:
            timer = min(due, key=lambda each: each[:3])
            self._timers.remove(timer)
            at, kind, _, about = timer
            task = about if isinstance(about, Task) else about.task
            if task not in self.tasks.values():
                continue
            if isinstance(about, Offer):
                if about.status == "pending":
                    self.now = max(self.now, at)
                    self.unanswered(about, "timeout", "Offline")
            elif task.due.get(kind) == at:
                self.now = max(self.now, at)
                self._fire(kind, task)
        self.now = max(self.now, until)

    def _fire(self, kind: int, task: Task) -> None:
        if kind == TTL:
            self.cancel(task, "Task TTL Exceeded")
        elif kind == TARGET:
            self.time_of_target_is_over(task)
        elif kind == REOFFER:
            task.due[REOFFER] = None
            task.declined = []
            self.try_reserve(task)
        else:
            self.remove(task)

    # Who can take what

    def has_room(self, worker: Worker, channel: str) -> bool:
        if worker.activity not in self.available:
            return False
        if not self.multi:
            return not worker.open
        found = worker.channels[channel]
        return found.available and found.used < found.capacity

    def members(self, queue: str) -> list[Worker]:
        return [each for each in self.workers.values() if self.queues[queue].accepts(each.attributes)]

    def target_of(self, task: Task) -> Target:
        if task.direct is not None:
            return task.direct
        assert task.filter is not None
        return task.rules.at(task.filter)[task.target]

    def fits(self, worker: Worker, task: Task) -> bool:
        target = self.target_of(task)
        if task.worker is not None:
            return worker.name == task.worker and (not task.minds_capacity or self.has_room(worker, task.channel))
        return (
            self.queues[target.queue].accepts(worker.attributes)
            and self.has_room(worker, task.channel)
            and (target.known is None or task.attributes.get(target.known) == worker.name)
            and (target.matches is None or target.matches(worker.attributes, task.attributes))
        )

    def try_reserve(self, task: Task) -> bool:
        """Reserve *task* for the longest idle of those who can take it, who declined it last."""
        if task.status != "pending":
            return False
        target = self.target_of(task)
        able = [each for each in self.workers.values() if self.fits(each, task)]
        able.sort(key=lambda each: (each.idle_since, each.number))
        by = target.by
        if by is not None and task.worker is None:
            able.sort(key=lambda each: -each.attributes[by])
        fresh = [each for each in able if each.name not in task.declined]
        if not fresh:
            if able and task.due.get(REOFFER) is None:
                self.arm(REOFFER, self.now + 1000, task)
            return False
        task.waits, task.status = False, "reserved"
        queue = self.queues[target.queue]
        for worker in fresh[: queue.most]:
            offer = Offer(task, worker, target.queue, worker.activity)
            task.offers.append(offer)
            worker.open.append(offer)
            worker.channels[task.channel].used += 1
            self.arm(RESERVATION, self.now + self.workflows[task.workflow].seconds * 1000, offer)
            if not self.multi and queue.reserved:
                self.move(worker, queue.reserved)
        return True

    def turn(self, task: Task) -> tuple[bool, tuple[int, ...]]:
        assert task.queue is not None
        order = self.queues[task.queue].order
        if order == "LIFO":
            return order != self.first, (-task.virtual_start_time, -task.number)
        return order != self.first, (-task.priority, task.virtual_start_time, task.number)

    def serve(self, worker: Worker) -> None:
        """Offer *worker* what waits, one task after the other, while it has room."""
        seen: list[Task] = []
        while True:
            waiting = [
                each
                for each in self.tasks.values()
                if each.waits and each.status == "pending" and each not in seen and self.has_room(worker, each.channel)
                if each.worker == worker.name or worker in self.members(each.queue or "")
            ]
            if not waiting:
                return
            task = min(waiting, key=self.turn)
            seen.append(task)
            if worker.name in task.declined and task.due.get(REOFFER) is not None:
                continue
            if self.fits(worker, task):
                self.try_reserve(task)

    # The way through a workflow

    def make(self, sid: str, task: Task, seconds: int) -> None:
        self.tasks[sid] = task
        self.arm(TTL, self.now + seconds * 1000, task)
        if task.direct is None:
            self.enter(task)
            return
        task.queue = task.direct.queue
        task.waits = not self.try_reserve(task)

    def enter(self, task: Task, skipped: int = -1, *, keeps: bool = False) -> None:
        """Take the first true filter behind *skipped*, else the default filter, else nobody wants the task."""
        if skipped < 0:
            task.rules = self.workflows[task.workflow]
        found = (
            index for index, each in enumerate(task.rules.filters) if index >= skipped and each.matches(task.attributes)
        )
        index = next(found, None if task.rules.default is None else -1)
        self._into(task, index, keeps=keeps)

    def _into(self, task: Task, index: int | None, *, keeps: bool = False) -> None:
        if index is None:
            task.filter = None
            self.cancel(task, "Task canceled on Workflow timeout")
            return
        if task.filter != index:
            task.filter, task.entered = index, self.now
        self.enter_target(task, 0, keeps=keeps)

    def enter_target(self, task: Task, index: int, *, keeps: bool = False) -> None:
        assert task.filter is not None
        targets = task.rules.at(task.filter)
        while True:
            target = targets[index]
            deadline = None
            if target.timeout is not None:
                deadline = task.entered + 1000 * sum(each.timeout or 0 for each in targets[: index + 1])
            over, last = deadline is not None and deadline <= self.now, index + 1 == len(targets)
            if over and not last:
                index += 1
                continue
            task.target, task.queue, task.waits = index, target.queue, False
            if target.priority is not None:
                task.priority = target.priority
            if not keeps:
                task.declined = []
            task.due[REOFFER] = None
            if over:
                self.cancel(task, "Task canceled on Workflow timeout")
                return
            if not self.try_reserve(task):
                if target.skips is not None and target.skips(self, target.queue):
                    if not last:
                        index += 1
                        continue
                    self._skip_out(task, keeps=keeps)
                    return
                task.waits = True
            self._set_deadline(task, deadline)
            return

    def _skip_out(self, task: Task, *, keeps: bool) -> None:
        left, task.filter = task.filter, None
        assert left is not None
        if left < 0:
            self._into(task, None)
        else:
            self.enter(task, left + 1, keeps=keeps)

    def _set_deadline(self, task: Task, deadline: int | None) -> None:
        before, task.due[TARGET] = task.due.get(TARGET), deadline
        if deadline is not None and deadline != before:
            self.arm(TARGET, deadline, task)

    def time_of_target_is_over(self, task: Task) -> None:
        if task.status != "pending":
            return  # a pending reservation runs to its end first
        task.due[TARGET] = None
        assert task.filter is not None
        if task.target + 1 < len(task.rules.at(task.filter)):
            self.enter_target(task, task.target + 1)
        else:
            self.cancel(task, "Task canceled on Workflow timeout")

    # What becomes of offers and tasks

    def move(self, worker: Worker, activity: str) -> None:
        if worker.activity != activity:
            worker.activity = activity
            if activity in self.available:
                worker.idle_since = self.now

    def _end(self, offer: Offer, status: str) -> None:
        offer.status = status
        offer.worker.open.remove(offer)
        offer.worker.channels[offer.task.channel].used -= 1
        offer.worker.idle_since = self.now

    def _back(self, offer: Offer) -> None:
        queue = self.queues[offer.queue]
        if not self.multi and offer.worker.activity in (queue.reserved, queue.busy):
            self.move(offer.worker, offer.before)

    def accept(self, offer: Offer) -> None:
        task, worker = offer.task, offer.worker
        others = [each for each in task.pending() if each is not offer]
        worker.idle_since = self.now
        task.status, offer.status = "assigned", "accepted"
        task.due = {}
        self.arm(REMOVAL, self.now + 86_400_000, task)
        busy = self.queues[offer.queue].busy
        if not self.multi and busy:
            self.move(worker, busy)
        for each in others:
            self._end(each, "rescinded")
            self._back(each)
        for each in others:
            self.serve(each.worker)

    def unanswered(self, offer: Offer, status: Literal["rejected", "timeout"], activity: str | None = None) -> None:
        """End an offer that was rejected or not answered: the task, and then the worker, look further."""
        task, worker = offer.task, offer.worker
        if worker.name not in task.declined:
            task.declined.append(worker.name)
        self._end(offer, status)
        if not task.pending():
            task.status, task.waits = "pending", True
        if activity is None:
            self._back(offer)
        else:
            self.move(worker, activity)
        if status == "timeout" and worker.activity not in self.available:
            task.declined.remove(worker.name)
        if task.status == "pending":
            deadline = task.due.get(TARGET)
            if task.again:
                self.enter(task, keeps=True)
                task.again = False
            elif deadline is not None and deadline <= self.now:
                self.time_of_target_is_over(task)
            else:
                self.try_reserve(task)
        self.serve(worker)

    def cancel(self, task: Task, reason: str) -> None:
        task.reason = reason
        self._finish(task, "canceled", {"pending": "canceled"})

    def complete(self, task: Task) -> None:
        self._finish(task, "completed", {"accepted": "completed", "wrapping": "completed"})

    def _finish(self, task: Task, status: str, change: dict[str, str]) -> None:
        task.waits, task.status, task.due = False, status, {}
        self.arm(REMOVAL, self.now + 300_000, task)
        self._end_offers(task, change)

    def _end_offers(self, task: Task, change: dict[str, str]) -> None:
        ended = [each for each in task.offers if each.status in change]
        for offer in ended:
            self._end(offer, change[offer.status])
            if offer.status == "canceled":
                self._back(offer)
        for offer in ended:
            self.serve(offer.worker)

    def remove(self, task: Task) -> None:
        task.waits = False
        self.tasks = {sid: each for sid, each in self.tasks.items() if each is not task}
        self._end_offers(task, dict.fromkeys(("pending", "accepted", "wrapping"), "canceled"))

    def wrap(self, task: Task) -> None:
        task.status = "wrapping"
        for offer in task.offers:
            if offer.status == "accepted":
                offer.status = "wrapping"
                self.serve(offer.worker)

    def describe(self, task: Task, attributes: Attributes) -> None:
        changed, task.attributes = task.attributes != attributes, attributes
        if not changed or task.direct is not None:
            return
        if task.status == "pending":
            self.enter(task)
        elif task.status == "reserved":
            task.again = True
