"""The routing engine against queueing simulators and against scanning, in one run with interleaved rounds.

    python benchmarks/engine.py [--tasks 20000] [--routed 20000] [--rounds 3]

Figures are CPU time. A *task life* is: created, driven through its workflow, offered, accepted, completed, removed;
each step is a command of the engine with all its rules and timers, events and traces off. The peers do the same
arrivals and departures with none of those rules: ``simpy`` and ``ciw`` on M/M/200 at load 0.9.

The second part routes tasks to 2,000 workers over 40 queues (a worker fits into 11 % of them) at load 0.92, longest
idle first, against a loop that asks every worker with the compiled expression.

Peers that are not installed are left out. ``its commands alone`` is what the loop costs that makes the commands and
sends them to an engine that does nothing. The goal was set on a machine on which simpy made 64,000 customers a
second; where it makes more, the same ratio is printed too. Last comes growth: the same task in a tenth of the centre.
``--routed 100000`` is the long run.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
from collections.abc import Callable
from heapq import heappop, heappush
from importlib.util import find_spec
from time import process_time
from typing import cast

from _engine_center import HANDLING_MS, Arrivals, Center, Pretended, drive, poisson

from taskrouter_kit.expr import compile_condition, parse
from taskrouter_kit.simulator import Engine

GOAL = 100_000
#: Customers a second of simpy on M/M/200 on the machine that the goal was set on.
SIMPY_THERE = 64_000


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

WORKERS, QUEUES, FIT = 2_000, 40, 0.11


def staff(chance: random.Random, workers: int = WORKERS, queues: int = QUEUES) -> list[dict[str, object]]:
    # So that everybody fits into as many queues, and tasks wait as little, in a smaller centre.
    fit = FIT * QUEUES / queues if queues > QUEUES * FIT else 0.9
    found = []
    for _ in range(workers):
        skills = [f"s{number}" for number in range(queues) if chance.random() < fit]
        found.append({"skills": skills or ["s0"], "level": chance.randint(1, 9)})
    return found


def expressions(queues: int = QUEUES) -> dict[str, str]:
    return {f"q{number}": f'skills HAS "s{number}" AND level > 0' for number in range(queues)}


def routed(count: int, chance: random.Random, workers: int = WORKERS, queues: int = QUEUES) -> Arrivals:
    return poisson(
        count, workers * 0.92 / HANDLING_MS, chance, lambda: json.dumps({"queue": f"q{chance.randrange(queues)}"})
    )


def engine_of(workers: int, queues: int) -> Callable[[int], Callable[[], int]]:
    """Return what prepares an engine with so many workers and queues."""

    def prepare(count: int) -> Callable[[], int]:
        chance = random.Random(2)
        center = Center(staff(chance, workers, queues), expressions(queues))
        arrivals = routed(count, chance, workers, queues)
        return lambda: center.live(arrivals)

    return prepare


engine_routing = engine_of(WORKERS, QUEUES)


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


# The table


def rate(prepare: Callable[[int], Callable[[], int]], count: int) -> float:
    """Return how many lives a second of CPU time; preparing is not counted."""
    run = prepare(count)
    gc.collect()
    start = process_time()
    done = run()
    assert done, "nothing was completed"
    return count / (process_time() - start)


OWN = ("taskrouter_kit", "its commands alone", "scanning")


def compare(title: str, sides: dict[str, tuple[Callable[[int], Callable[[], int]], int]], rounds: int) -> float:
    """Print a line a side; return how many lives a second the engine (the first side) makes."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (prepare, count) in sides.items():
            if name in OWN or find_spec(name) is not None:
                rates[name].append(rate(prepare, count))
    ours = statistics.median(rates[next(iter(sides))])
    print(f"{title} (goal: {GOAL:,} a second)")
    for name, found in rates.items():
        if not found:
            print(f"  {name}: not installed")
            continue
        middle = statistics.median(found)
        print(f"  {name}: {middle:,.0f} a second, {1e6 / middle:.1f} us each (engine: {ours / middle:.2f} x)")
    if rates.get("simpy"):
        scaled = GOAL / SIMPY_THERE * statistics.median(rates["simpy"])
        print(
            f"  the goal was set where simpy makes {SIMPY_THERE:,}; here that is {scaled:,.0f} ({ours / scaled:.2f} x)"
        )
    return ours


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tasks", type=int, default=20_000, help="task lives on M/M/200")
    options.add_argument("--routed", type=int, default=20_000, help="task lives on 2,000 workers x 40 queues")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    network, routing = f"whole task lives on M/M/{SERVERS}", f"{WORKERS:,} workers x {QUEUES} queues"
    reached = {
        network: compare(
            network,
            {
                "taskrouter_kit": (engine_queue, chosen.tasks),
                "its commands alone": (commands_alone, chosen.tasks),
                "simpy": (simpy_queue, chosen.tasks),
                "ciw": (ciw_queue, max(chosen.tasks // 4, 1000)),
            },
            chosen.rounds,
        ),
        routing: compare(
            routing,
            {
                "taskrouter_kit": (engine_routing, chosen.routed),
                "scanning": (scanning, max(chosen.routed // 20, 500)),
            },
            chosen.rounds,
        ),
    }
    small, large = (
        statistics.median(rate(engine_of(workers, queues), chosen.routed) for _ in range(chosen.rounds))
        for workers, queues in ((WORKERS // 10, QUEUES // 10), (WORKERS, QUEUES))
    )
    print(f"growth: a life among {WORKERS:,} workers and {QUEUES} queues takes {small / large:.2f} times as long as")
    print(f"  among {WORKERS // 10:,} workers and {QUEUES // 10} queues ({1e6 / small:.1f} us)")
    missed = [title for title, each in reached.items() if each < GOAL]
    print(f"goals reached: {len(reached) - len(missed)} of {len(reached)}", *missed, sep="; missed: ")


if __name__ == "__main__":
    main()
