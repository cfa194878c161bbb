"""The simulated Okta as a program; see --help."""

from __future__ import annotations

from ..program import flags, serve
from .sim import OktaSim


def main() -> None:
    parser = flags("A simulated Okta organization.")
    parser.add_argument("--api-token", default="00sim-Api-Token-Of-Nobody-0123456789")
    parser.add_argument("--org-url", default=None, help="what links name; default: this server")
    parser.add_argument("--rate", type=int, default=1_000_000, help="calls a minute per endpoint")
    parser.add_argument("--page-cache-mb", type=int, default=0,
                        help="room for pages of users already printed")
    given = parser.parse_args()

    sim = OktaSim(
        given.people, given.seed, host=given.host, port=given.port,
        allow_http=not given.https_only, api_token=given.api_token, org_url=given.org_url,
        rate=given.rate, retry_scale=given.retry_scale, deliver_anywhere=given.deliver_anywhere,
        page_cache_mb=given.page_cache_mb)
    if given.real_limits:
        sim.use_real_limits()
    serve(sim, f"Okta simulator: {{url}}  api_token {given.api_token}  people {given.people}",
          given.print_url)


if __name__ == "__main__":
    main()
