"""Bulk work of the wrong kind, and changes that a thing does not have: both checkers refuse them."""

from __future__ import annotations

from taskrouter_kit import TaskRouter, Worker

live = TaskRouter.local().workspace("Support")

live.activities.create_many([Worker("Alice")])  # E: list-item / reportArgumentType
live.workers.update_many([("Alice", {"activty": "Lunch"})])  # E: typeddict-unknown-key / reportArgumentType
live.activities.update_many([("On", {"available": False})])  # E: typeddict-unknown-key / reportArgumentType
