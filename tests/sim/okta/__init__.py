"""A faithful, stateful simulation of Okta's API, event hooks and System Log, oddities included."""

from ..courier import Attempt
from .sim import OktaSim
from .switches import Switches

__all__ = ["Attempt", "OktaSim", "Switches"]
