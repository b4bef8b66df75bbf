"""The routing engine against queueing simulators and against scanning, in one run with interleaved rounds.

    python benchmarks/engine.py [--tasks 20000] [--routed 20000] [--rounds 5]

Figures are CPU time. A *task life* is: created, driven through its workflow, offered, accepted, completed, removed;
each step is a command of the engine with all its rules and timers, events and traces off. The peers do the same
arrivals and departures with none of those rules: ``simpy`` and ``ciw`` on M/M/200 at load 0.9.

The second part routes tasks to 2,000 workers over 40 queues (a worker fits into 11 % of them) at load 0.92, longest
idle first, against a loop that asks every worker with the compiled expression.

Every figure comes from a process of its own, whoever's it is, in which nothing else has run (``_engine_sides.py``):
in one process each side would find the memory as those before it have left it, and the order would have a say in the
result. What the engine makes in a process in which ``simpy`` and ``ciw`` have run before is printed too.

Peers that are not installed are left out. ``its commands alone`` is what the loop costs that makes the commands and
sends them to an engine that does nothing. The goal was set on a machine on which simpy made 64,000 customers a
second; where it makes more, the same ratio is printed too. Last comes growth: the same task in a tenth of the
centre, at load 0.8, where as few tasks wait as at 0.92 in the whole one (0.5 %).
``--routed 100000`` is the long run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from _engine_sides import QUEUES, SERVERS, WORKERS

GOAL = 100_000
#: Customers a second of simpy on M/M/200 on the machine that the goal was set on.
SIMPY_THERE = 64_000
OURS, AFTER, SMALL = "taskrouter_kit", "the same, simpy and ciw run before it", "small"

#: Name of a line -> what its processes run: sides, and with how many tasks each.
Runs = dict[str, tuple[str, ...]]
#: Name of a line -> how many lives a second, a figure for each round.
Rates = dict[str, list[float]]


def lives_a_second(*sides: str) -> float:
    """Return what the last of *sides* makes in a process in which the others have run before."""
    script = Path(__file__).with_name("_engine_sides.py")
    return float(subprocess.run([sys.executable, script, *sides], check=True, capture_output=True, text=True).stdout)


def measure(runs: Runs, rounds: int) -> Rates:
    """Let the lines take turns."""
    found: Rates = {name: [] for name in runs}
    for _ in range(rounds):
        for name, sides in runs.items():
            found[name].append(lives_a_second(*sides))
    return found


def show(title: str, rates: Rates) -> float:
    """Print a line a side; return how many lives a second the engine makes."""
    ours = statistics.median(rates[OURS])
    print(f"{title} (goal: {GOAL:,} a second)")
    for name, each in rates.items():
        middle = statistics.median(each)
        print(f"  {name}: {middle:,.0f} a second ({min(each):,.0f} to {max(each):,.0f})", end="")
        print(f", {1e6 / middle:.1f} us each (engine: {ours / middle:.2f} x)")
    return ours


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tasks", type=int, default=20_000, help="task lives on M/M/200")
    options.add_argument("--routed", type=int, default=20_000, help="task lives on 2,000 workers x 40 queues")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    peers = {"simpy": f"simpy:{chosen.tasks}", "ciw": f"ciw:{max(chosen.tasks // 4, 1000)}"}
    here = {name: (run,) for name, run in peers.items() if find_spec(name) is not None}
    reached: dict[str, float] = {}

    ours, alone = f"network:{chosen.tasks}", f"commands:{chosen.tasks}"
    rates = measure({OURS: (ours,), "its commands alone": (alone,), **here}, chosen.rounds)
    title = f"whole task lives on M/M/{SERVERS}"
    reached[title] = show(title, rates)
    print(*(f"  {name}: not installed\n" for name in peers.keys() - here), sep="", end="")
    if "simpy" in here:
        scaled = GOAL / SIMPY_THERE * statistics.median(rates["simpy"])
        share = reached[title] / scaled
        print(f"  the goal was set where simpy makes {SIMPY_THERE:,}; here that is {scaled:,.0f} ({share:.2f} x)")

    ours, naive = f"routing:{chosen.routed}", f"scanning:{max(chosen.routed // 20, 500)}"
    runs: Runs = {OURS: (ours,), "scanning": (naive,), SMALL: (f"small:{chosen.routed}",)}
    if len(here) == len(peers):
        runs[AFTER] = (*peers.values(), ours)
    rates = measure(runs, chosen.rounds)
    small = statistics.median(rates.pop(SMALL))
    title = f"{WORKERS:,} workers x {QUEUES} queues"
    reached[title] = show(title, rates)
    print(f"growth: a life in this centre takes {small / reached[title]:.2f} times as long as")
    print(f"  among {WORKERS // 10:,} workers and {QUEUES // 10} queues ({1e6 / small:.1f} us)")

    missed = [title for title, each in reached.items() if each < GOAL]
    print(f"goals reached: {len(reached) - len(missed)} of {len(reached)}", *missed, sep="; missed: ")


if __name__ == "__main__":
    main()
