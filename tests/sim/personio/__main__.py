"""The simulated Personio as a program; see --help."""

from __future__ import annotations

from ..program import flags, serve
from .sim import PersonioSim


def main() -> None:
    parser = flags("A simulated Personio account.")
    parser.add_argument("--client-id", default="papi-sim-client")
    parser.add_argument("--client-secret", default="papi-sim-secret")
    parser.add_argument("--company-id", default="4711")
    parser.add_argument("--expires-in", type=int, default=86400, help="life of a token, seconds")
    parser.add_argument("--rate", type=float, default=10_000, help="calls a second per endpoint")
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
    serve(sim, f"Personio simulator: {{url}}  client_id {sim.client_id}  "
          f"client_secret {sim.client_secret}  people {given.people}", given.print_url)


if __name__ == "__main__":
    main()
