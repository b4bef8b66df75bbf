"""Bulk work is typed: what goes in by collection, what comes out by resource."""

from __future__ import annotations

from typing import Any

from typing_extensions import assert_type

from taskrouter_kit import Activity, TaskRouter, Worker
from taskrouter_kit.client import BulkOptions, BulkResults, Estimate
from taskrouter_kit.models import ActivityResource, TaskResource, WorkerResource

live = TaskRouter.local().workspace("Support")

assert_type(live.activities.create_many([Activity("A", available=True)]), BulkResults[ActivityResource])
assert_type(live.workers.upsert_many([Worker("Alice")], BulkOptions(dry_run=True)).estimate, Estimate | None)
changed = live.workers.update_many([("Alice", {"activity": "Lunch"}), ("Bob", {"attributes": {"level": 1}})])
assert_type(changed, BulkResults[WorkerResource[Any]])
assert_type(live.tasks.update_many([("WT1", {"priority": 3})]), BulkResults[TaskResource[Any]])
