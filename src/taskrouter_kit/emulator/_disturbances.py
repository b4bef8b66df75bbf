"""Faults on demand: rules that make the emulator slow, busy, broken or forgetful, seeded and counted.

A rule names operations (``CreateTask``, ``*Reservation``, ``*``), an effect, a probability and how often it may strike.
The same seed and the same requests give the same faults.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, Literal, TypeAlias, cast, get_args

from attrs import asdict, field, frozen

from taskrouter_kit.emulator._asked import MOST_SECONDS, number, text, whole
from taskrouter_kit.emulator._faults import Fault, too_many_requests
from taskrouter_kit.emulator._routes import ROUTES
from taskrouter_kit.simulator._event_state import EVENT_TYPES

#: Pseudo status of a reply that a face must turn into a dropped connection.
CONNECTION_RESET: Final = 0

RequestEffect: TypeAlias = Literal["latency", "429", "500", "502", "503", "504", "412", "reset", "reset-after"]
DeliveryEffect: TypeAlias = Literal["callback-failure", "duplicate-event", "late-event"]
Effect: TypeAlias = "RequestEffect | DeliveryEffect"

_REQUEST_EFFECTS: Final[frozenset[str]] = frozenset(get_args(RequestEffect))
_DELIVERY_EFFECTS: Final[frozenset[str]] = frozenset(get_args(DeliveryEffect))
_ASSIGNMENT_EFFECTS: Final = frozenset({"callback-failure"})


@frozen
class FaultRule:
    """One rule.

    ``effect`` is what happens: ``latency`` (by ``seconds``), a status (``429`` is answered before the request is
    processed, like the service does), ``reset`` (the connection drops, nothing was done), ``reset-after`` (it drops
    after the work was done), ``callback-failure`` (a callback counts as failed), ``duplicate-event`` and
    ``late-event`` (by ``seconds``). ``operation`` is an operation id with ``*`` as wildcard; for deliveries it is
    ``assignment`` or the type of the event. ``probability`` is between 0 and 1, ``count`` the most times it strikes.
    """

    effect: Effect
    operation: str = "*"
    probability: float = field(default=1.0)
    count: int | None = None
    seconds: float = 0.0

    def __attrs_post_init__(self) -> None:
        if self.effect not in _REQUEST_EFFECTS | _DELIVERY_EFFECTS:
            known = ", ".join(sorted(_REQUEST_EFFECTS | _DELIVERY_EFFECTS))
            raise ValueError(f"effect {self.effect!r} is not one of {known}")
        if not 0.0 <= self.probability <= 1.0:
            raise ValueError(f"probability must be between 0 and 1, found {self.probability}")
        if self.count is not None and self.count < 0:
            raise ValueError(f"count must not be negative, found {self.count}")
        if not 0.0 <= self.seconds <= MOST_SECONDS:
            raise ValueError(f"seconds must be between 0 and {MOST_SECONDS} (ten years), found {self.seconds}")
        self._check_operation()

    def _check_operation(self) -> None:
        """Refuse a rule that can never strike: a test that waits for it would pass for nothing."""
        names = _names(self.effect)
        if not any(fnmatchcase(name, self.operation) for name in names):
            from difflib import get_close_matches  # who makes no mistake does not wait for it

            close = get_close_matches(self.operation, names, 1)
            hint = f": did you mean {close[0]!r}?" if close else f", such as {min(names)!r}"
            kind = "an operation" if self.effect in _REQUEST_EFFECTS else "a callback"
            raise ValueError(f"{self.operation!r} is not the name of {kind} that {self.effect} can strike{hint}")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> FaultRule:
        """Return the rule that *mapping* (a JSON object with the same names) describes; ValueError otherwise."""
        names = {"effect", "operation", "probability", "count", "seconds"}
        unknown = sorted(set(mapping) - names)
        if unknown:
            raise ValueError(f"a fault rule has no {', '.join(unknown)}; it has {', '.join(sorted(names))}")
        if "effect" not in mapping:
            raise ValueError("a fault rule needs an effect")
        return cls(
            effect=cast("Effect", text(mapping, "effect")),
            operation=text(mapping, "operation", "*"),
            probability=number(mapping, "probability", 1.0, most=1.0),
            count=None if mapping.get("count") is None else whole(mapping, "count", 0, least=0),
            seconds=number(mapping, "seconds", 0.0, most=MOST_SECONDS),
        )

    def to_mapping(self) -> dict[str, object]:
        """Return the rule as a JSON object."""
        return asdict(self)


class Disturbances:
    """The rules in force, in order, with what is left of each; the first that strikes wins."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._random = random.Random(seed)
        #: The rules in force, in order.
        self.rules: tuple[FaultRule, ...] = ()
        self._left: list[int | None] = []
        self._lock = threading.Lock()  # requests are delayed where the backend's lock is not held

    def add(self, *rules: FaultRule) -> None:
        """Put *rules* behind those in force."""
        with self._lock:
            self._left.extend(rule.count for rule in rules)
            self.rules = (*self.rules, *rules)

    def clear(self) -> None:
        """Forget all rules and start the seeded chance again."""
        with self._lock:
            self.rules = ()
            self._left.clear()
            self._random = random.Random(self._seed)

    def strike_request(self, operation: str) -> FaultRule | None:
        """Return the rule that strikes this request, and use one of its count up."""
        return self._strike(operation, _REQUEST_EFFECTS - {"latency"}) if self.rules else None

    def latency_of(self, operation: str) -> float:
        """Return the seconds that the rules of effect ``latency`` make this request wait, and use them up."""
        rule = self._strike(operation, frozenset({"latency"}))
        return 0.0 if rule is None else rule.seconds

    def strike_delivery(self, name: str) -> FaultRule | None:
        """Return the rule that strikes this delivery (``assignment`` or an event type)."""
        effects = _ASSIGNMENT_EFFECTS if name == "assignment" else _DELIVERY_EFFECTS
        return self._strike(name, effects) if self.rules else None

    def _strike(self, name: str, effects: frozenset[str]) -> FaultRule | None:
        with self._lock:
            return next((rule for at, rule in enumerate(self.rules) if self._strikes(at, rule, name, effects)), None)

    def _strikes(self, at: int, rule: FaultRule, name: str, effects: frozenset[str]) -> bool:
        """Return whether *rule*, the *at*-th, strikes, and use one of its count up if so."""
        left = self._left[at]
        if rule.effect not in effects or left == 0 or not fnmatchcase(name, rule.operation):
            return False
        if rule.probability < 1.0 and self._random.random() >= rule.probability:
            return False
        if left is not None:
            self._left[at] = left - 1
        return True


@cache
def _names(effect: str) -> tuple[str, ...]:
    """Return what a rule with *effect* can strike."""
    if effect in _REQUEST_EFFECTS:
        return tuple(route.operation for route in ROUTES)
    return (*sorted(EVENT_TYPES), *(["assignment"] if effect in _ASSIGNMENT_EFFECTS else []))


def fault_of(rule: FaultRule) -> Fault:
    """Return the refusal that *rule* (whose effect is a status) answers with."""
    if rule.effect == "429":
        return too_many_requests()
    if rule.effect == "412":
        return Fault(412, 20412, "If-Match does not match the current version (a fault rule)")
    status = int(rule.effect)
    # Documented: limits-errors-gotchas.md section 3.1; 20500 and 20503
    return Fault(status, 20000 + status, "Internal Server Error" if status == 500 else "Service Unavailable")
