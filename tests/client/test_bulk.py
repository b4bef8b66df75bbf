import asyncio
from pathlib import Path
from typing import Any

import pytest

from taskrouter_kit import Diagnostic, Worker
from taskrouter_kit.client import BulkOptions
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._limits import Limits
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._sync._service import Service
from taskrouter_kit.errors import LoadError, ServiceUnavailable
from wire_fakes import WORKSPACE, answer, page, refusal, sid, task, worker


class Shop:
    """A service that keeps workers by name and tasks by attribute, and can lose answers or die."""

    def __init__(self) -> None:
        self.workers: dict[str, dict[str, Any]] = {}
        self.tasks: list[dict[str, Any]] = []
        self.posts = 0
        self.lose: set[int] = set()
        self.die: int | None = None

    def __call__(self, exchange: Exchange[Any]) -> Reply:
        form = exchange.form or {}
        if exchange.method == "GET" and exchange.path.endswith("/Workers"):
            name = str(exchange.query.get("FriendlyName", ""))
            return page("workers", [self.workers[name]] if name in self.workers else [])
        if exchange.method == "GET" and exchange.path.endswith("/Tasks"):
            wanted = str(exchange.query["EvaluateTaskAttributes"]).split(" == ")[1]
            return page("tasks", [each for each in self.tasks if wanted in each["attributes"]])
        if exchange.method == "GET":
            return answer(200, next(each for each in self.workers.values() if each["sid"] in exchange.path))
        self.posts += 1
        if self.posts == self.die:
            raise KeyboardInterrupt
        made = self._made(exchange, form)
        if self.posts in self.lose:
            raise ServiceUnavailable(Diagnostic("service-unavailable", "lost"))
        return made

    def _made(self, exchange: Exchange[Any], form: Any) -> Reply:
        if exchange.path.endswith("/Tasks"):
            self.tasks.append(task(len(self.tasks) + 1, attributes=form["Attributes"]))
            return answer(201, self.tasks[-1])
        name = form["FriendlyName"]
        if name in self.workers:
            return refusal(400, 20001, "Worker with the same friendly name already exists")
        self.workers[name] = worker(len(self.workers) + 1, name, form.get("Attributes", "{}"))
        return answer(201, self.workers[name])

    def live(self) -> Any:
        async def nothing(_: float) -> None: ...

        policy = RetryPolicy(sleep=lambda _: None, asleep=nothing, random=lambda: 0.5, limits=Limits.off())
        return Service(self, policy).workspace(WORKSPACE)


NAMES = [f"W{number}" for number in range(20)]


def test_results_come_in_order_with_errors_beside_them():
    """One refused worker does not stop the others."""
    shop = Shop()
    shop.workers["W7"] = worker(99, "W7")
    results = shop.live().workers.create_many([Worker(name) for name in NAMES])
    assert [each.index for each in results] == list(range(20))
    assert [each.ending for each in results] == ["done"] * 7 + ["failed"] + ["done"] * 12
    assert "already exists" in str(results[7].error)


def test_lost_answers_of_workers_double_nothing():
    """Each name is looked for before it is sent again."""
    shop = Shop()
    shop.lose = {2, 5, 9}
    results = shop.live().workers.create_many([Worker(name) for name in NAMES])
    assert {each.ending for each in results} == {"done"}
    assert (len(shop.workers), shop.posts) == (20, 20)


def test_a_lost_task_is_reported_and_not_repeated():
    """Nothing identifies it."""
    shop = Shop()
    shop.lose = {3}
    results = shop.live().tasks.create_many([{"n": str(n)} for n in range(5)], workflow=sid("WW", 1))
    assert sorted(each.ending for each in results) == ["done"] * 4 + ["unknown"]
    assert len(shop.tasks) == 5


@pytest.mark.parametrize("dies_at", [1, 2, 7, 20])
def test_a_killed_run_goes_on_without_doing_anything_twice(dies_at: int, tmp_path: Path):
    """Killed at any moment and started again: every worker exists once."""
    shop = Shop()
    shop.die = dies_at
    options = BulkOptions(most=1, journal=tmp_path / "journal")
    workers = [Worker(name) for name in NAMES]
    with pytest.raises(KeyboardInterrupt):
        shop.live().workers.create_many(workers, options)
    results = shop.live().workers.create_many(workers, options)
    assert sorted(shop.workers) == sorted(NAMES)
    assert {each.ending for each in results} <= {"done", "before"}
    assert [each.ending for each in shop.live().workers.create_many(workers, options)] == ["before"] * 20


def test_a_task_begun_in_a_killed_run_is_unknown_and_one_with_a_mark_is_found(tmp_path: Path):
    """Without a dedupe attribute nobody can know; with one the client looks."""
    journal = tmp_path / "journal"
    journal.write_text('["begun", "task 0"]\n["begun", "task A-1"]\n["begun", "ta', "utf-8")
    shop = Shop()
    shop.tasks.append(task(1, attributes='{"order":"A-1"}'))
    options = BulkOptions(journal=journal)
    bare = shop.live().tasks.create_many([{"n": "0"}], workflow=sid("WW", 1), options=options)
    assert [each.ending for each in bare] == ["unknown"]
    marked = shop.live().tasks.create_many([{"order": "A-1"}], workflow=sid("WW", 1), dedupe="order", options=options)
    assert [each.ending for each in marked] == ["done"]
    assert shop.posts == 0


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path):
    """Nothing is sent, and the line is named."""
    (tmp_path / "journal").write_text("hello\n", "utf-8")
    with pytest.raises(LoadError) as caught:
        Shop().live().workers.create_many([Worker("A")], BulkOptions(journal=tmp_path / "journal"))
    assert "line 1" in str(caught.value)


def test_an_estimate_asks_nothing():
    """Calls and time of a dry run: 40 at once, a tenth of a second each."""
    shop = Shop()
    planned = shop.live().workers.create_many([Worker(f"W{n}") for n in range(2000)], BulkOptions(dry_run=True))
    assert planned.estimate is not None
    assert (planned.estimate.calls, planned.estimate.seconds) == (2000, pytest.approx(5.0))
    assert shop.posts == 0


def test_the_asynchronous_twin_does_the_same():
    """Same jobs, same results."""
    shop = Shop()

    async def run() -> list[str]:
        from taskrouter_kit.client import AsyncService

        async def send(exchange: Exchange[Any]) -> Reply:
            await asyncio.sleep(0)
            return shop(exchange)

        live = AsyncService(send, RetryPolicy(attempts=1)).workspace(WORKSPACE)
        return [each.ending for each in await live.workers.create_many([Worker(name) for name in NAMES])]

    assert asyncio.run(run()) == ["done"] * 20


def test_a_half_written_line_is_cut_off_and_nothing_else_is_touched(tmp_path: Path):
    """The journal is never written anew: it would be lost if the process died then."""
    journal = tmp_path / "journal"
    journal.write_bytes(b'["done", "worker w0"]\n["begun", "worker w1"]\n["do')
    with journal.open("rb") as same:
        Shop().live().workers.create_many([Worker("W0")], BulkOptions(journal=journal))
        assert same.read() == b'["done", "worker w0"]\n["begun", "worker w1"]\n'


def test_lines_that_are_json_of_another_shape_are_no_journal(tmp_path: Path):
    """A number, a list of three."""
    for line in ("5", '["a", "b", "c"]'):
        (tmp_path / "journal").write_text(line + "\n", "utf-8")
        with pytest.raises(LoadError, match="line 1"):
            Shop().live().workers.create_many([Worker("A")], BulkOptions(journal=tmp_path / "journal"))
