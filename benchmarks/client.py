"""The client against named peers, in one table: records, one fetch, walks and bulk creates.

``python benchmarks/client.py`` needs the project with aiohttp, and orjson for the lines that name it;
``python benchmarks/client.py walk`` measures one part.
"""

from __future__ import annotations

import sys

import _client_creates
import _client_records
import _client_walk
from _client_table import show

PARTS = {"records": _client_records.lines, "walk": _client_walk.lines, "creates": _client_creates.lines}

if __name__ == "__main__":
    show([line for name in sys.argv[1:] or PARTS for line in PARTS[name]()])
