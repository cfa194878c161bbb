"""The simulated Okta as a program; see --help."""

from __future__ import annotations

from pathlib import Path

from ..program import flags, serve
from .sim import OktaSim


def main() -> None:
    parser = flags("A simulated Okta organization.")
    parser.add_argument("--api-token", default="00sim-Api-Token-Of-Nobody-0123456789")
    parser.add_argument("--client-id", default="0oa7k2m9QwErTyUiO5d7")
    parser.add_argument("--client-key", action="append", default=[], metavar="KID=FILE",
                        help="a key of the service app: PEM, public or private; may be repeated")
    parser.add_argument("--scopes", default=None, help="granted to the service app, with blanks")
    parser.add_argument("--org-url", default=None, help="what links name; default: this server")
    parser.add_argument("--rate", type=int, default=1_000_000, help="calls a minute per endpoint")
    parser.add_argument("--print-cache-mb", type=int, default=0,
                        help="room for users already printed")
    given = parser.parse_args()

    sim = OktaSim(
        given.people, given.seed, host=given.host, port=given.port,
        allow_http=not given.https_only, api_token=given.api_token,
        client_id=given.client_id, org_url=given.org_url, rate=given.rate,
        retry_scale=given.retry_scale, deliver_anywhere=given.deliver_anywhere,
        print_cache_mb=given.print_cache_mb)
    for pair in given.client_key:
        kid, _, file = pair.partition("=")
        sim.oauth.add_key(kid, Path(file).read_bytes())
    if given.scopes is not None:
        sim.oauth.grant(given.scopes.split())
    if given.real_limits:
        sim.use_real_limits()
    serve(sim, f"Okta simulator: {{url}}  api_token {given.api_token}  people {given.people}",
          given.print_url)


if __name__ == "__main__":
    main()
