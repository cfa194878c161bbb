"""The simulated Recruitee as a program; see --help."""

from __future__ import annotations

from ..program import flags, serve
from .sim import RecruiteeSim


def main() -> None:
    parser = flags("A simulated Recruitee company.")
    parser.add_argument("--token", default="rc-sim-token", help="the personal API token")
    parser.add_argument("--company-id", type=int, default=4711)
    given = parser.parse_args()
    sim = RecruiteeSim(
        given.people, given.seed, host=given.host, port=given.port, token=given.token,
        company_id=given.company_id, allow_http=not given.https_only,
        retry_scale=given.retry_scale, deliver_anywhere=given.deliver_anywhere)
    serve(sim, f"Recruitee simulator: {{url}}  company_id {sim.company_id}  "
          f"api_token {sim.token}  candidates {given.people}", given.print_url)


if __name__ == "__main__":
    main()
