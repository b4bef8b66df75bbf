"""X-Twilio-Signature: what the service signs a callback with."""

from __future__ import annotations

import base64
import hashlib
import hmac

from taskrouter_kit.emulator._messages import Pairs


def signature(auth_token: str, url: str, form: Pairs) -> str:
    """Return the signature of a form-encoded POST to *url*, as the SDK's ``RequestValidator`` computes it."""
    # Documented: callbacks.md section 6; URL, then name and value of every parameter in the order of the names
    values: dict[str, set[str]] = {}
    for name, value in form:
        values.setdefault(name, set()).add(value)
    signed = url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    digest = hmac.new(auth_token.encode(), signed.encode("utf-8", "replace"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
