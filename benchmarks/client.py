"""The client against named peers, in one table: records, one fetch, walks and bulk creates.

``python benchmarks/client.py`` needs the project with aiohttp, and orjson for the lines that name it. Each part also
runs by itself: ``client_records.py``, ``client_walk.py``, ``client_creates.py``.
"""

from __future__ import annotations

import client_creates
import client_records
import client_walk
from client_table import show

if __name__ == "__main__":
    show([*client_records.lines(), *client_walk.lines(), *client_creates.lines()])
