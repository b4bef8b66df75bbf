"""Bases of the types of options: click's are generic from 8.2 on, and plain before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    FloatType = click.ParamType[float]
    PairType = click.ParamType[tuple[str, object]]
else:
    FloatType = PairType = click.ParamType
