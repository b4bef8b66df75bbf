"""Talking to the service: exchanges, flows that use them, and two faces (sync and async) over one transport each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit.client._aio import AiohttpClient as AiohttpClient
    from taskrouter_kit.client._aio import AsyncSdkSender as AsyncSdkSender
    from taskrouter_kit.client._async._service import AsyncLiveWorkspace as AsyncLiveWorkspace
    from taskrouter_kit.client._async._service import AsyncService as AsyncService
    from taskrouter_kit.client._bulk import BulkOptions as BulkOptions
    from taskrouter_kit.client._bulk import BulkResult as BulkResult
    from taskrouter_kit.client._bulk_plan import BulkResults as BulkResults
    from taskrouter_kit.client._bulk_plan import Estimate as Estimate
    from taskrouter_kit.client._limits import Limits as Limits
    from taskrouter_kit.client._merge import append_to as append_to
    from taskrouter_kit.client._merge import deep_merge as deep_merge
    from taskrouter_kit.client._merge import merge_patch as merge_patch
    from taskrouter_kit.client._merge import replace_keys as replace_keys
    from taskrouter_kit.client._pages import AsyncPager as AsyncPager
    from taskrouter_kit.client._pages import Page as Page
    from taskrouter_kit.client._pages import Pager as Pager
    from taskrouter_kit.client._retry import RetryPolicy as RetryPolicy
    from taskrouter_kit.client._sync._service import LiveWorkspace as LiveWorkspace
    from taskrouter_kit.client._sync._service import Service as Service
    from taskrouter_kit.client._tokens import worker_access_token as worker_access_token
    from taskrouter_kit.client._tokens import worker_capability_token as worker_capability_token
    from taskrouter_kit.client._twilio import SdkSender as SdkSender
    from taskrouter_kit.client._verbs import StuckTask as StuckTask

#: Public name -> module that defines it.
_EXPORTS: dict[str, str] = {
    "AiohttpClient": "taskrouter_kit.client._aio",
    "AsyncLiveWorkspace": "taskrouter_kit.client._async._service",
    "AsyncPager": "taskrouter_kit.client._pages",
    "AsyncSdkSender": "taskrouter_kit.client._aio",
    "AsyncService": "taskrouter_kit.client._async._service",
    "BulkOptions": "taskrouter_kit.client._bulk",
    "BulkResult": "taskrouter_kit.client._bulk",
    "BulkResults": "taskrouter_kit.client._bulk_plan",
    "Estimate": "taskrouter_kit.client._bulk_plan",
    "Limits": "taskrouter_kit.client._limits",
    "LiveWorkspace": "taskrouter_kit.client._sync._service",
    "Page": "taskrouter_kit.client._pages",
    "Pager": "taskrouter_kit.client._pages",
    "RetryPolicy": "taskrouter_kit.client._retry",
    "SdkSender": "taskrouter_kit.client._twilio",
    "Service": "taskrouter_kit.client._sync._service",
    "StuckTask": "taskrouter_kit.client._verbs",
    "append_to": "taskrouter_kit.client._merge",
    "deep_merge": "taskrouter_kit.client._merge",
    "merge_patch": "taskrouter_kit.client._merge",
    "replace_keys": "taskrouter_kit.client._merge",
    "worker_access_token": "taskrouter_kit.client._tokens",
    "worker_capability_token": "taskrouter_kit.client._tokens",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
