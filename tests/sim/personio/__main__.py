"""The simulated Personio as a program; see --help."""

from __future__ import annotations

import argparse
import signal
import threading

from .sim import PersonioSim


def main() -> None:
    parser = argparse.ArgumentParser(description="A simulated Personio account.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--people", type=int, default=20, help="how many to start with")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same company")
    parser.add_argument("--client-id", default="papi-sim-client")
    parser.add_argument("--client-secret", default="papi-sim-secret")
    parser.add_argument("--company-id", default="4711")
    parser.add_argument("--https-only", action="store_true",
                        help="refuse http webhook URLs even on loopback, as the real one does")
    parser.add_argument("--deliver-anywhere", action="store_true",
                        help="deliver to other hosts than loopback, too")
    parser.add_argument("--retry-scale", type=float, default=0.001,
                        help="retry delays are multiplied by this; 1: up to three days")
    parser.add_argument("--expires-in", type=int, default=86400, help="life of a token, seconds")
    parser.add_argument("--rate", type=float, default=10_000, help="calls a second per endpoint")
    parser.add_argument("--real-limits", action="store_true", help="rates seen at real accounts")
    parser.add_argument("--print-url", action="store_true", help="print the URL and nothing else")
    given = parser.parse_args()

    sim = PersonioSim(
        given.people, given.seed, host=given.host, port=given.port,
        allow_http=not given.https_only, client_id=given.client_id,
        client_secret=given.client_secret, company_id=given.company_id, rate=given.rate,
        burst=int(given.rate * 2), retry_scale=given.retry_scale,
        deliver_anywhere=given.deliver_anywhere)
    sim.tokens.expires_in = given.expires_in
    if given.real_limits:
        sim.use_real_limits()

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sim.start()
    if given.print_url:
        print(sim.url, flush=True)
    else:
        print(f"Personio simulator: {sim.url}  client_id {sim.client_id}  "
              f"client_secret {sim.client_secret}  people {given.people}", flush=True)
    stop.wait()
    sim.stop()


if __name__ == "__main__":
    main()
