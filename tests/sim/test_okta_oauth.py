"""The simulated Okta's service app: assertions, scopes, and proofs of possession."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest

from sim.caller import Got
from sim.okta import OktaSim, jose
from sim.okta.oauth import JWT_BEARER, TOKEN_PATH
from sim.okta_caller import OktaCaller

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RSA, EC, OTHER = jose.new_key("RS256"), jose.new_key("ES256"), jose.new_key("ES256")


class App(OktaCaller):
    """A service app that does everything right unless told otherwise."""

    def __init__(self, sim: OktaSim) -> None:
        super().__init__(sim)
        self.sim = sim
        sim.oauth.add_key("rsa", jose.pem_of(RSA))
        sim.oauth.add_key("ec", jose.jwk_of(EC))

    def assertion(self, key: Any = RSA, header: dict[str, Any] | None = None,
                  **changed: Any) -> str:
        now, client = int(self.sim.now()), self.sim.oauth.client_id
        claims = {"iss": client, "sub": client, "aud": self.sim.url + TOKEN_PATH, "iat": now,
                  "exp": now + 300, "jti": str(uuid.uuid4())} | changed
        return jose.sign({"alg": "RS256", "kid": "rsa", "typ": "JWT"} | (header or {}), {
            name: value for name, value in claims.items() if value is not None}, key)

    def proof(self, method: str, path: str, key: Any = EC, header: dict[str, Any] | None = None,
              **changed: Any) -> str:
        claims = {"htm": method, "htu": self.sim.url + path, "iat": int(self.sim.now()),
                  "jti": str(uuid.uuid4())} | changed
        algorithm = "RS256" if key is RSA else "ES256"
        return jose.sign({"typ": "dpop+jwt", "alg": algorithm, "jwk": jose.jwk_of(key)} | (
            header or {}), claims, key)

    def ask(self, headers: dict[str, str] | None = None, **changed: Any) -> Got:
        form = {"grant_type": "client_credentials", "scope": "okta.users.read",
                "client_assertion_type": JWT_BEARER} | changed
        form.setdefault("client_assertion", self.assertion())
        self.authorization = ""
        return self.send("POST", TOKEN_PATH, urlencode(form), FORM | (headers or {}))

    def error(self, status: int, **changed: Any) -> str:
        got = self.ask(**changed)
        assert got.status == status, got.body
        assert "errorCode" not in got.json and got.json["error_description"]
        return got.json["error"]

    def bound(self, key: Any = EC) -> str:
        """A token for this key."""
        nonce = self.ask({"DPoP": self.proof("POST", TOKEN_PATH, key)}).headers["dpop-nonce"]
        got = self.ask({"DPoP": self.proof("POST", TOKEN_PATH, key, nonce=nonce)})
        assert got.json["token_type"] == "DPoP"
        return got.json["access_token"]

    def read(self, token: str, proof: str | None, path: str = "/api/v1/users?limit=1") -> Got:
        self.authorization = f"DPoP {token}"
        return self.send("GET", path, None, {"DPoP": proof} if proof else {})


def ath(token: str) -> str:
    return jose.encode(hashlib.sha256(token.encode()).digest())


@pytest.fixture
def app(okta: OktaSim) -> App:
    return App(okta)


def test_a_bearer_token_serves_for_an_hour(okta: OktaSim, app: App) -> None:
    got = app.ask(scope="okta.users.read okta.eventHooks.manage")
    assert got.status == 200
    assert (got.json["token_type"], got.json["expires_in"]) == ("Bearer", 3600)
    assert got.json["scope"] == "okta.eventHooks.manage okta.users.read"
    app.authorization = f"Bearer {got.json['access_token']}"
    assert app.get("/users").status == app.get("/eventHooks").status == 200
    okta.advance(3601)
    got = app.get("/users")
    assert (got.status, got.json["errorCode"]) == (401, "E0000011")
    app.authorization = f"Bearer {app.ask().json['access_token']}"
    okta.oauth.expire_all()
    assert app.get("/users").status == 401


def test_rsa_and_ec_keys_of_every_length_are_accepted(okta: OktaSim, app: App) -> None:
    for algorithm in jose.ALGORITHMS:
        key = RSA if algorithm.startswith("RS") else jose.new_key(algorithm)
        okta.oauth.add_key(algorithm, key)
        assertion = app.assertion(key, {"alg": algorithm, "kid": algorithm})
        assert app.ask(client_assertion=assertion).status == 200, algorithm


def test_a_wrong_assertion_is_no_client(okta: OktaSim, app: App) -> None:
    now = int(okta.now())
    once = app.assertion()
    assert app.ask(client_assertion=once).status == 200
    wrong = {
        "reused": once, "other key": app.assertion(OTHER, {"alg": "ES256", "kid": "ec"}),
        "unknown kid": app.assertion(header={"kid": "none"}),
        "key of another kind": app.assertion(header={"kid": "ec"}),
        "issuer": app.assertion(aud=okta.url), "expired": app.assertion(exp=now - 1),
        "client": app.assertion(iss="0oa0"), "subject": app.assertion(sub="0oa0"),
        "too long": app.assertion(exp=now + 3700), "no exp": app.assertion(exp=None),
        "future": app.assertion(iat=now + 60), "no jti": app.assertion(jti=None),
        "cut": app.assertion()[:-9],
        "padded": app.assertion() + "==",
        "standard base64": app.assertion()[:-1] + "/", "no token": "x.y", "empty": ""}
    body = app.assertion().split(".")[1]
    wrong["unsigned"] = ".".join((jose.encode(b'{"alg":"none","kid":"rsa"}'), body, ""))
    for what, assertion in wrong.items():
        assert app.error(401, client_assertion=assertion) == "invalid_client", what
    okta.oauth.service_app = False
    assert app.error(401) == "invalid_client"


def test_other_errors_of_the_token_endpoint_have_the_oauth_shape(okta: OktaSim, app: App) -> None:
    assert app.error(400, scope="") == "invalid_scope"
    assert app.error(400, scope="okta.moon.read") == "invalid_scope"
    okta.oauth.grant(["okta.users.read"])
    assert app.error(400, scope="okta.logs.read") == "invalid_scope"
    assert app.error(400, grant_type="password") == "unsupported_grant_type"
    assert app.error(401, client_assertion_type="x") == "invalid_client"
    assert app.error(400, headers={"Content-Type": "application/json"}) == "invalid_request"
    okta.switches.token_error = "unauthorized_client"
    assert app.error(400) == "unauthorized_client"
    okta.switches.set(token_error="", rate_limited=1)
    assert app.ask().json["errorCode"] == "E0000047"
    assert okta.log.last(1)[0].reason == "unauthorized_client"


def test_a_missing_scope_is_named_in_a_header(okta: OktaSim, app: App) -> None:
    okta.oauth.grant(["okta.eventHooks.read", "okta.users.read"])
    app.authorization = f"Bearer {app.ask(scope='okta.eventHooks.read').json['access_token']}"
    assert app.get("/eventHooks").status == 200
    got = app.get("/groups")
    assert (got.status, got.json["errorCode"]) == (403, "E0000006")
    assert got.headers["www-authenticate"].startswith(
        f'Bearer authorization_uri="{okta.url}/oauth2/v1/authorize"')
    assert 'scope="okta.groups.read", error="insufficient_scope"' in (
        got.headers["www-authenticate"])
    assert 'scope="okta.eventHooks.manage"' in app.delete("/eventHooks/who").headers[
        "www-authenticate"]
    okta.switches.missing_roles = ["eventHooks"]
    got = app.get("/eventHooks")
    assert got.status == 403 and "www-authenticate" not in got.headers


@pytest.mark.parametrize("key", [RSA, EC], ids=["rsa", "ec"])
def test_dpop_takes_three_steps(okta: OktaSim, app: App, key: Any) -> None:
    okta.switches.dpop = True
    assert app.error(400) == "invalid_dpop_proof"
    got = app.ask({"DPoP": app.proof("POST", TOKEN_PATH, key)})
    assert (got.status, got.json["error"]) == (400, "use_dpop_nonce")
    nonce = got.headers["dpop-nonce"]
    used = app.assertion()
    proof = app.proof("POST", TOKEN_PATH, key, nonce=nonce)
    got = app.ask({"DPoP": proof}, client_assertion=used)
    assert got.json["token_type"] == "DPoP"
    again = app.proof("POST", TOKEN_PATH, key, nonce=nonce)
    assert app.ask({"DPoP": again}, client_assertion=used).json["error"] == "invalid_client"
    assert app.ask({"DPoP": proof}).json["error"] == "invalid_dpop_proof"
    token = got.json["access_token"]
    assert app.read(token, app.proof("GET", "/api/v1/users", key, ath=ath(token))).status == 200


def test_each_step_of_the_exchange_uses_up_an_assertion(okta: OktaSim, app: App) -> None:
    okta.switches.dpop = True
    one = app.assertion()
    got = app.ask({"DPoP": app.proof("POST", TOKEN_PATH)}, client_assertion=one)
    proof = app.proof("POST", TOKEN_PATH, nonce=got.headers["dpop-nonce"])
    assert app.ask({"DPoP": proof}, client_assertion=one).json["error"] == "invalid_client"


def test_a_wrong_proof_is_refused_by_the_token_endpoint(okta: OktaSim, app: App) -> None:
    now = int(okta.now())
    nonce = okta.oauth.dpop.nonce
    private = {"jwk": jose.jwk_of(EC) | {"d": "AA"}}
    for what, proof in {
            "method": app.proof("GET", TOKEN_PATH, nonce=nonce),
            "path": app.proof("POST", "/oauth2/v1/other", nonce=nonce),
            "query": app.proof("POST", TOKEN_PATH + "?a=b", nonce=nonce),
            "old": app.proof("POST", TOKEN_PATH, iat=now - 301, nonce=nonce),
            "future": app.proof("POST", TOKEN_PATH, iat=now + 60, nonce=nonce),
            "type": app.proof("POST", TOKEN_PATH, header={"typ": "JWT"}, nonce=nonce),
            "no jti": app.proof("POST", TOKEN_PATH, jti="", nonce=nonce),
            "other key": app.proof("POST", TOKEN_PATH, header={"jwk": jose.jwk_of(OTHER)},
                                   nonce=nonce),
            "private key": app.proof("POST", TOKEN_PATH, header=private, nonce=nonce),
            "no proof": "x"}.items():
        assert app.ask({"DPoP": proof}).json["error"] == "invalid_dpop_proof", what


def test_a_nonce_stays_good_for_three_days(okta: OktaSim, app: App) -> None:
    def ask(nonce: str) -> Got:
        return app.ask({"DPoP": app.proof("POST", TOKEN_PATH, nonce=nonce)})

    first = ask("unknown").headers["dpop-nonce"]
    okta.advance(25 * 3600)
    second = ask("unknown").headers["dpop-nonce"]
    assert first != second and ask(first).status == ask(second).status == 200
    okta.advance(48 * 3600)
    got = ask(first)
    assert got.json["error"] == "use_dpop_nonce" and got.headers["dpop-nonce"] != second
    okta.oauth.dpop.forget_nonces()
    assert ask(second).status == 400


def test_each_call_needs_its_own_proof(okta: OktaSim, app: App) -> None:
    token = app.bound()
    path = "/api/v1/users"
    proof = app.proof("GET", path, ath=ath(token))
    assert app.read(token, proof).status == 200
    for what, wrong in {
            "used": proof, "missing": None, "no ath": app.proof("GET", path),
            "other token": app.proof("GET", path, ath=ath("x")),
            "other key": app.proof("GET", path, OTHER, ath=ath(token)),
            "method": app.proof("POST", path, ath=ath(token)),
            "query": app.proof("GET", path + "?limit=1", ath=ath(token)),
            "path": app.proof("GET", "/api/v1/groups", ath=ath(token))}.items():
        got = app.read(token, wrong)
        assert (got.status, got.json["errorCode"]) == (401, "E0000011"), what
        assert 'error="invalid_dpop_proof"' in got.headers["www-authenticate"]
    app.authorization = f"Bearer {token}"
    assert app.get("/users").status == 401
    plain = app.ask().json["access_token"]
    assert app.read(plain, app.proof("GET", path, ath=ath(plain))).status == 401


def test_calls_can_ask_for_a_nonce_too(okta: OktaSim, app: App) -> None:
    token = app.bound()
    okta.switches.dpop_nonce_on_api = True
    got = app.read(token, app.proof("GET", "/api/v1/users", ath=ath(token)))
    assert (got.status, got.json["error"]) == (401, "use_dpop_nonce")
    proof = app.proof("GET", "/api/v1/users", ath=ath(token), nonce=got.headers["dpop-nonce"])
    assert app.read(token, proof).status == 200


def test_grants_are_in_the_system_log(okta: OktaSim, app: App, org: OktaCaller) -> None:
    app.ask()
    okta.switches.dpop = True
    app.ask()
    rows = org.get("/logs", filter='eventType eq "app.oauth2.token.grant.access_token"').json
    assert [row["outcome"]["result"] for row in rows] == ["SUCCESS", "FAILURE"]
