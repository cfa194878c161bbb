"""A faithful, stateful simulation of Recruitee's API and webhooks, oddities included."""

from ..courier import Attempt
from .sim import RecruiteeSim
from .switches import Switches

__all__ = ["Attempt", "RecruiteeSim", "Switches"]
