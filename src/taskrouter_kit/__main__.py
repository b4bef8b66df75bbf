"""``python -m taskrouter_kit`` is ``taskrouter-kit``."""

from __future__ import annotations

from taskrouter_kit.cli.__main__ import main

if __name__ == "__main__":
    main()
