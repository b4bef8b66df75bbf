"""The emulator's HTTP face against a bare ASGI application on the same server, in one run.

    python benchmarks/emulator.py [--seconds 4] [--rounds 3] [--connections 16] [--peers]

Prints what a stateful POST (a task is made, each with a telephone number of its own) costs the server in processor
time, requests per second, time to the first answer and resident memory: medians of the rounds, in which they take
turns. Ratios are the medians of the ratios of the rounds.

A server that is busy all the time answers one request per cost, so the goal for requests per second is counted in
costs; so is the one for the first answer, until which a server does nothing but work. Rates and times are printed
beside them, with the part of the time that the server was busy under load: a rate below that is the limit of the load
(one process), or of other work on this machine, and flatters the slower side. Other work also makes ours dearer than
the bare ones: more of what it needs has left the processor's cache when its turn comes.

"A bare application that does nothing" can be said of two. One parses the form, checks its JSON, stores it and answers
201 with a constant of 900 bytes. The goal of 0.45 is counted against that one, because it was set from figures of an
application that did so, 13,100 times a second, and named "about 6,000 per second", which is 0.45 of that. The other
leaves the body alone and answers with the constant: the stricter reading, which is printed too. Both run on the server
as it comes; the emulator leaves out what it does not need of it, and joins the two writes that the server makes of an
answer. The last is the constant with the size and the headers of our answers, in one write, too: what answers as the
service does cannot be cheaper on this server.

``--peers`` adds Prism (PRISM_NODE_MODULES, or `prism` on the path, and Twilio's document beside this checkout or in
TASKROUTER_SPEC) and moto (this interpreter, or the one that TASKROUTER_KIT_MOTO_PYTHON names), and says which of them
is left out because it is not here.
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial

from _emulator_load import load
from _emulator_servers import Maker, Peer, bare, emulator, moto, node, peers, prism
from _measuring import Goals

STATEFUL, CONSTANT = "bare, form and JSON read and kept", "bare, a constant answer"
DRESSED, OURS = "bare, our size, headers, one write", "taskrouter-kit emulate"
#: Requests per second against the bare application; first answer and idle memory at most so many times its own.
GOAL, FIRST, MEMORY = 0.45, 2.0, 1.5


class Row:
    """What was measured of one server, a value for each round."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.rates: list[float] = []
        self.busy: list[float] = []
        self.firsts: list[float] = []
        self.first_costs: list[float] = []
        self.idles: list[float] = []
        self.errors = 0

    def measure(self, peer: Peer, request: bytes, options: argparse.Namespace) -> None:
        """Load *peer* for a round, and stop it."""
        self.firsts.append(peer.first_answer_ms)
        self.first_costs.append(peer.first_cpu_ms)
        self.idles.append(peer.idle_mb)
        load(peer.port, request, options.connections, 0.5)
        begun = peer.cpu_seconds()
        answered = load(peer.port, request, options.connections, options.seconds)
        spent = peer.cpu_seconds() - begun
        self.costs.append(spent / answered.answers * 1e6)
        self.rates.append(answered.answers / answered.seconds)
        self.busy.append(spent / answered.seconds * 100)
        self.errors += answered.errors
        peer.stop()


def ratio(mine: list[float], theirs: list[float]) -> float:
    """Return the median of the rounds' ratios."""
    return statistics.median(one / other for one, other in zip(mine, theirs, strict=True))


def makers(options: argparse.Namespace) -> dict[str, Maker]:
    """Return how to start each server, by its name."""
    found: dict[str, Maker] = {
        STATEFUL: partial(bare, STATEFUL, reads=True),
        CONSTANT: partial(bare, CONSTANT),
        DRESSED: partial(bare, DRESSED, dressed=True),
        OURS: partial(emulator, OURS),
    }
    prism_here, moto_here = peers() if options.peers else (None, None)
    if options.prism:
        prism_here = node(options.prism[0]), options.prism[1]
    if prism_here is not None:
        found["Prism mock (stateless)"] = partial(prism, *prism_here)
    python = options.moto or moto_here
    if python is not None:
        found["moto server (SQS)"] = partial(moto, python)
    return found


def report(rows: dict[str, Row]) -> int:
    """Print the table and the goals; return the exit status."""
    titles = ("server", "us CPU", "POST/s", "busy %", "first ms", "its CPU", "idle MB", "errors")
    print(f"{titles[0]:36}" + "".join(f"{title:>9}" for title in titles[1:]))
    for name, row in rows.items():
        columns = (row.costs, row.rates, row.busy, row.firsts, row.first_costs)
        figures = "".join(f"{statistics.median(column):9.0f}" for column in columns)
        print(f"{name:36}{figures}{statistics.median(row.idles):9.1f}{row.errors:9d}")
    ours, bare_one = rows[OURS], rows[STATEFUL]
    posts, memory = ratio(bare_one.costs, ours.costs), ratio(ours.idles, bare_one.idles)
    first = ratio(ours.first_costs, bare_one.first_costs)
    goals = Goals()
    print()
    print("POSTs, of the bare application's   ", goals.at_least(GOAL, posts, "POSTs"))
    print("first answer, times the bare one's ", goals.at_most(FIRST, first, "first answer"))
    print("idle memory, times the bare one's  ", goals.at_most(MEMORY, memory, "idle memory"))
    for name in (CONSTANT, DRESSED):
        reading = ratio(rows[name].costs, ours.costs)
        print(f"POSTs, of those of '{name}': {reading:.3f}{'' if reading >= GOAL else f', which is below {GOAL}'}")
    return goals.close()


def main() -> int:
    """Let the servers take turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--peers", action="store_true", help="Prism and moto, where they are installed")
    parser.add_argument("--prism", nargs=2, metavar=("NODE_MODULES", "SPEC"))
    parser.add_argument("--moto", metavar="PYTHON", help="an interpreter in which moto[server] is installed")
    options = parser.parse_args()
    servers = makers(options)
    for make in servers.values():
        make()[0].stop()  # once before, so that bytecode and files are warm
    rows = {name: Row() for name in servers}
    for _ in range(options.rounds):
        for name, make in servers.items():
            rows[name].measure(*make(), options)
    return report(rows)


if __name__ == "__main__":
    raise SystemExit(main())
