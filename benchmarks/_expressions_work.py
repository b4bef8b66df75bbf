"""The work of ``expressions.py``: four expressions, the same as Python, and workers to decide about."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Decide = Callable[[Row, Row], object]

TASK: Row = {"language": "es", "level": 3}

E4 = """\
(department == "billing" OR department == "sales" OR (region == "emea" AND level >= 3)) AND
(skills HAS "phone" OR skills HAS "chat") AND
(languages HAS "en" OR languages HAS "es" OR (languages HAS "de" AND level > 2)) AND
status == "ready" AND (score > 50 OR (score > 30 AND tier == "gold")) AND
(site IN ["ams", "lon", "ber"] OR remote == true) AND shift == "day" AND
(age >= 2 OR mentor == true) AND trained == true AND capacity > 1"""


def lambda_e4(w: Row, t: Row) -> bool:
    return (
        (w.get("department") == "billing" or w.get("department") == "sales"
         or (w.get("region") == "emea" and w.get("level", 0) >= 3))
        and ("phone" in w.get("skills", ()) or "chat" in w.get("skills", ()))
        and ("en" in w.get("languages", ()) or "es" in w.get("languages", ())
             or ("de" in w.get("languages", ()) and w.get("level", 0) > 2))
        and w.get("status") == "ready"
        and (w.get("score", 0) > 50 or (w.get("score", 0) > 30 and w.get("tier") == "gold"))
        and (w.get("site") in ("ams", "lon", "ber") or w.get("remote") is True)
        and w.get("shift") == "day"
        and (w.get("age", 0) >= 2 or w.get("mentor") is True)
        and w.get("trained") is True
        and w.get("capacity", 0) > 1
    )  # fmt: skip


#: Name -> place, expression, the lambda of the same meaning, the attributes of the worker that it reads.
CASES: dict[str, tuple[Any, str, Decide, tuple[str, ...]]] = {
    "e1": (
        "target_workers",
        'skills HAS "billing" AND languages HAS "es" AND experience > 5',
        lambda w, t: "billing" in w.get("skills", ()) and "es" in w.get("languages", ()) and w.get("experience", 0) > 5,
        ("skills", "languages", "experience"),
    ),
    "e2": (
        "target_workers",
        "department == 'billing'",
        lambda w, t: w.get("department") == "billing",
        ("department",),
    ),
    "e3": (
        "target",
        "task.language IN worker.languages AND worker.level >= task.level",
        lambda w, t: t.get("language") in w.get("languages", ()) and w.get("level", 0) >= t.get("level", 0),
        ("languages", "level"),
    ),
    "e4": (
        "target_workers",
        E4,
        lambda_e4,
        (
            *("department", "region", "level", "skills", "languages", "status", "score", "tier", "site", "remote"),
            *("shift", "age", "mentor", "trained", "capacity"),
        ),
    ),
}


# Documents


def worker(chance: random.Random) -> Row:
    """Return a worker with every attribute that the cases read."""
    return {
        "skills": chance.sample(["billing", "support", "sales", "phone", "chat", "refunds"], 3),
        "languages": chance.sample(["en", "es", "de", "fr"], 2),
        "experience": chance.randint(0, 10),
        "department": chance.choice(["billing", "sales", "support"]),
        "region": chance.choice(["emea", "amer"]),
        "level": chance.randint(0, 9),
        "status": "ready" if chance.random() < 0.9 else "away",
        "score": chance.randint(20, 100),
        "tier": chance.choice(["gold", "silver"]),
        "site": chance.choice(["ams", "lon", "ber", "nyc"]),
        "remote": chance.random() < 0.5,
        "shift": "day" if chance.random() < 0.9 else "night",
        "age": chance.randint(0, 10),
        "mentor": chance.random() < 0.5,
        "trained": chance.random() < 0.9,
        "capacity": chance.randint(1, 4),
    }


def dirty(rows: list[Row], attributes: tuple[str, ...], chance: random.Random) -> list[Row]:
    """Return *rows*, 10 % without one of *attributes* and 2 % with a wrong kind of value in one."""
    found = []
    for row in rows:
        fate, name, changed = chance.random(), chance.choice(attributes), dict(row)
        if fate < 0.10:
            del changed[name]
        elif fate < 0.12:
            value = changed[name]
            changed[name] = value[0] if isinstance(value, list) else [value] if isinstance(value, str) else str(value)
        found.append(changed)
    return found
