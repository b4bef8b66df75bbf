"""The sides of ``engine.py``: what each of them does, as a process of its own.

    python benchmarks/_engine_sides.py routing:20000
    python benchmarks/_engine_sides.py simpy:20000 ciw:5000 routing:20000

Runs the sides named, one after the other, each with so many tasks, and prints how many lives a second of CPU time the
last of them made. What was run before it is there to see what it leaves behind: its memory is freed, but in pieces.
"""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Callable
from heapq import heappop, heappush
from time import process_time
from typing import TypeAlias, cast

from _engine_center import HANDLING_MS, Arrivals, Center, Pretended, drive, poisson

from taskrouter_kit.expr import compile_condition, parse
from taskrouter_kit.simulator import Engine

#: Makes ready for so many tasks; what it returns lets them live, and says how many were completed.
Side: TypeAlias = Callable[[int], Callable[[], int]]


# M/M/200

SERVERS, LOAD = 200, 0.9


def customers(count: int) -> Arrivals:
    return poisson(count, SERVERS * LOAD / HANDLING_MS, random.Random(1), lambda: "{}")


def engine_queue(count: int) -> Callable[[], int]:
    center, arrivals = Center([{}] * SERVERS, {"All": "1==1"}), customers(count)
    return lambda: center.live(arrivals)


def commands_alone(count: int) -> Callable[[], int]:
    engine, arrivals = cast("Engine", Pretended()), customers(count)
    return lambda: drive(engine, "WS", "WW", arrivals)


def simpy_queue(count: int) -> Callable[[], int]:
    import simpy

    arrivals = customers(count)
    environment = simpy.Environment()
    servers = simpy.Resource(environment, capacity=SERVERS)
    done = 0

    def customer(duration: int):  # type: ignore[no-untyped-def]
        nonlocal done
        with servers.request() as request:
            yield request
            yield environment.timeout(duration)
        done += 1

    def source():  # type: ignore[no-untyped-def]
        for moment, _, duration in arrivals:
            yield environment.timeout(moment - environment.now)
            environment.process(customer(duration))

    def run() -> int:
        environment.process(source())
        environment.run()
        return done

    return run


def ciw_queue(count: int) -> Callable[[], int]:
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(SERVERS * LOAD / HANDLING_MS)],
        service_distributions=[ciw.dists.Exponential(1 / HANDLING_MS)],
        number_of_servers=[SERVERS],
    )
    ciw.seed(1)

    def run() -> int:
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(count, method="Finish")
        return count

    return run


# 2,000 workers, 40 queues

WORKERS, QUEUES, FIT, ROUTED_LOAD = 2_000, 40, 0.11, 0.92


def staff(chance: random.Random, workers: int = WORKERS, queues: int = QUEUES) -> list[dict[str, object]]:
    # So that everybody fits into as many queues in a smaller centre.
    fit = FIT * QUEUES / queues if queues > QUEUES * FIT else 0.9
    found = []
    for _ in range(workers):
        skills = [f"s{number}" for number in range(queues) if chance.random() < fit]
        found.append({"skills": skills or ["s0"], "level": chance.randint(1, 9)})
    return found


def expressions(queues: int = QUEUES) -> dict[str, str]:
    return {f"q{number}": f'skills HAS "s{number}" AND level > 0' for number in range(queues)}


def routed(
    count: int, chance: random.Random, workers: int = WORKERS, queues: int = QUEUES, load: float = ROUTED_LOAD
) -> Arrivals:
    return poisson(
        count, workers * load / HANDLING_MS, chance, lambda: json.dumps({"queue": f"q{chance.randrange(queues)}"})
    )


def engine_of(workers: int, queues: int, load: float) -> Side:
    """Return what prepares an engine with so many workers and queues."""

    def prepare(count: int) -> Callable[[], int]:
        chance = random.Random(2)
        center = Center(staff(chance, workers, queues), expressions(queues))
        arrivals = routed(count, chance, workers, queues, load)
        return lambda: center.live(arrivals)

    return prepare


def scanning(count: int) -> Callable[[], int]:
    """Ask every idle worker with the compiled expression, longest idle first; nothing but matching is done."""
    chance = random.Random(2)
    workers = staff(chance)
    rules = {name: compile_condition(parse(text, place="target_workers")) for name, text in expressions().items()}
    arrivals = [(moment, json.loads(text)["queue"], duration) for moment, text, duration in routed(count, chance)]

    def run() -> int:
        idle_since = [0] * WORKERS
        busy = [False] * WORKERS
        waiting: list[tuple[int, str, int]] = []
        ends: list[tuple[int, int]] = []
        completed = 0

        def take(moment: int, queue: str, duration: int) -> bool:
            rule = rules[queue]
            able = [n for n in range(WORKERS) if not busy[n] and rule(workers[n])]
            if not able:
                return False
            chosen = min(able, key=lambda n: (idle_since[n], n))
            busy[chosen] = True
            heappush(ends, (moment + duration, chosen))
            return True

        for arrival in arrivals:
            while ends and ends[0][0] <= arrival[0]:
                moment, freed = heappop(ends)
                busy[freed], idle_since[freed] = False, moment
                completed += 1
                for each in waiting:
                    if rules[each[1]](workers[freed]):
                        take(moment, each[1], each[2])
                        waiting.remove(each)
                        break
            if not take(arrival[0], arrival[1], arrival[2]):
                waiting.append(arrival)
        return completed

    return run


# The process

SIDES: dict[str, Side] = {
    "network": engine_queue,
    "commands": commands_alone,
    "simpy": simpy_queue,
    "ciw": ciw_queue,
    "routing": engine_of(WORKERS, QUEUES, ROUTED_LOAD),
    "small": engine_of(WORKERS // 10, QUEUES // 10, 0.8),  # as few tasks wait
    "scanning": scanning,
}


def rate(side: Side, count: int) -> float:
    """Return how many lives a second of CPU time; preparing is not counted."""
    run = side(count)
    gc.collect()
    start = process_time()
    done = run()
    assert done, "nothing was completed"
    return count / (process_time() - start)


if __name__ == "__main__":
    found = 0.0
    for name, _, number in (each.partition(":") for each in sys.argv[1:]):
        found = rate(SIDES[name], int(number))
    print(found)
