"""A faithful, stateful simulation of Personio's API and webhooks, oddities included."""

from ..courier import Attempt
from .sim import PersonioSim
from .switches import Switches

__all__ = ["Attempt", "PersonioSim", "Switches"]
