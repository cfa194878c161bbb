"""Runs a simulated tool as a program: flags every one has, and a clean end on a signal."""

from __future__ import annotations

import argparse
import signal
import threading

from .simulator import Simulator


def flags(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--people", type=int, default=20, help="how many to start with")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same company")
    parser.add_argument("--https-only", action="store_true",
                        help="refuse http webhook URLs even on loopback, as the real one does")
    parser.add_argument("--deliver-anywhere", action="store_true",
                        help="deliver to other hosts than loopback, too")
    parser.add_argument("--retry-scale", type=float, default=0.001,
                        help="retry delays are multiplied by this; 1: as long as in reality")
    parser.add_argument("--real-limits", action="store_true", help="rates seen at real accounts")
    parser.add_argument("--print-url", action="store_true", help="print the URL and nothing else")
    return parser


def serve(sim: Simulator, line: str, print_url: bool) -> None:
    """Until SIGTERM or SIGINT. `line` tells a person what there is; {url} stands for the URL."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sim.start()
    print(sim.url if print_url else line.format(url=sim.url), flush=True)
    stop.wait()
    sim.stop()
