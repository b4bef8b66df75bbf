"""Talking to the service: exchanges, flows that use them, and two faces (sync and async) over one transport each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskrouter_kit.client._aio import AiohttpClient as AiohttpClient
    from taskrouter_kit.client._aio import AsyncSdkSender as AsyncSdkSender
    from taskrouter_kit.client._async._service import AsyncService as AsyncService
    from taskrouter_kit.client._bulk import BulkOptions as BulkOptions
    from taskrouter_kit.client._bulk import BulkResult as BulkResult
    from taskrouter_kit.client._limits import Limits as Limits
    from taskrouter_kit.client._merge import append_to as append_to
    from taskrouter_kit.client._merge import deep_merge as deep_merge
    from taskrouter_kit.client._merge import merge_patch as merge_patch
    from taskrouter_kit.client._merge import replace_keys as replace_keys
    from taskrouter_kit.client._retry import RetryPolicy as RetryPolicy
    from taskrouter_kit.client._sync._service import Service as Service
    from taskrouter_kit.client._tokens import worker_access_token as worker_access_token
    from taskrouter_kit.client._tokens import worker_capability_token as worker_capability_token
    from taskrouter_kit.client._twilio import SdkSender as SdkSender

#: Public name -> module that defines it.
_EXPORTS: dict[str, str] = {
    "AiohttpClient": "_aio",
    "AsyncSdkSender": "_aio",
    "AsyncService": "_async._service",
    "BulkOptions": "_bulk",
    "BulkResult": "_bulk",
    "Limits": "_limits",
    "RetryPolicy": "_retry",
    "SdkSender": "_twilio",
    "Service": "_sync._service",
    "append_to": "_merge",
    "deep_merge": "_merge",
    "merge_patch": "_merge",
    "replace_keys": "_merge",
    "worker_access_token": "_tokens",
    "worker_capability_token": "_tokens",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name not in _EXPORTS:
        raise AttributeError(f"module 'taskrouter_kit.client' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"taskrouter_kit.client.{_EXPORTS[name]}"), name)
