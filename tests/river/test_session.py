"""The dashboard's door: signing in, what a session may and when it ends, what other sites cannot do with it, and how the
pages themselves are sent."""

from __future__ import annotations

import gzip
import json
import re
import socket
from dataclasses import dataclass
from typing import Any

import pytest

from weir import ACME, Got, Weir, call, eventually, has_pages
from whole_river import River

HOUR_S = 3600
needs_pages = pytest.mark.skipif(not has_pages(), reason="this build has no pages (WEIR_PAGES=OFF)")


@dataclass
class Browser:
    """A browser on the admin listener: it keeps the cookie, and its page the csrf value."""

    weir: Weir
    cookie: str
    csrf: str
    set_cookie: str
    who: dict[str, Any]

    def ask(self, path: str, method: str = "GET", csrf: str | None = "", origin: str | None = "", body: Any = None) -> Got:
        """csrf and origin: those of the page unless others are given; None: none is sent."""
        headers = {"Cookie": f"theme=dark; {self.cookie}", "Content-Type": "application/json"}
        if csrf is not None:
            headers["X-Weir-Csrf"] = csrf or self.csrf
        if origin is not None:
            headers["Origin"] = origin or f"http://127.0.0.1:{self.weir.admin_port}"
        return call(self.weir.admin_port, method, "/admin/v1" + path, headers,
                    None if body is None else json.dumps(body).encode())

    @property
    def lives(self) -> bool:
        status = self.ask("/session").status
        assert status in (200, 401)
        return status == 200


def sign_in_with(weir: Weir, key: str, **headers: str) -> Got:
    return call(weir.admin_port, "POST", "/admin/v1/session", headers, json.dumps({"key": key}).encode())


def sign_in(river: River, key: str | None = None, **headers: str) -> Browser:
    weir = river.weir
    got = sign_in_with(weir, key or weir.admin_key, **headers)
    assert got.status == 200, got.body
    set_cookie = got.headers["set-cookie"]
    cookie = set_cookie.partition(";")[0]
    assert re.fullmatch(r"weir_session=[A-Za-z0-9_-]{43}", cookie)
    river.words += [cookie.partition("=")[2], got.data["csrf"]]  # no log shows them
    return Browser(weir, cookie, got.data["csrf"], set_cookie, got.data)


def add_key(river: River, name: str, role: str, *more: str) -> str:
    key = river.weir.cli("keys", "add", name, "--for", "admin", "--role", role, *more).stdout.strip()
    river.words.append(key)
    return key


def test_a_session_does_what_its_key_may(river):
    weir = river.weir
    admin = sign_in(river)
    assert (admin.who["name"], admin.who["role"], admin.who["integrations"]) == ("ops", "admin", [])
    assert "; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200" in admin.set_cookie and "Secure" not in admin.set_cookie
    assert sign_in(river, **{"X-Forwarded-Proto": "https"}).set_cookie.endswith("; Secure")
    assert admin.ask("/session").data == admin.who
    operate = sign_in(river, add_key(river, "shift", "operate"))
    read = sign_in(river, add_key(river, "viewer", "read", "--only", "okta:*"))
    assert read.who["integrations"] == ["okta:*"]

    sync = f"/integrations/{ACME}/sync"
    assert [b.ask("/integrations").status for b in (admin, operate, read)] == [200] * 3
    assert [b.ask("/status").status for b in (admin, operate, read)] == [200, 200, 403]  # figures of all
    assert [b.ask(sync, "POST", body={}).status for b in (admin, operate, read)] == [200, 200, 403]
    assert [b.ask("/reload", "POST").status for b in (admin, operate, read)] == [200, 403, 403]
    assert [len(b.ask("/integrations").data["results"]) for b in (admin, operate, read)] == [1, 1, 0]
    assert weir.api("/hris/employees", key=admin.cookie).status == 401

    entries = weir.listed("/audit", who="shift")
    assert [(e["route"], e["through"], e["outcome"]) for e in reversed(entries)] == [
        ("/admin/v1/session", "admin key", "done"), ("/admin/v1/integrations/{}/sync", "session", "done"),
        ("/admin/v1/reload", "session", "denied")]
    assert eventually(lambda: weir.cli_json("keys", "show", "shift")["last_used_at"])

    got = operate.ask("/session", "DELETE")
    assert got.status == 200 and "weir_session=; " in got.headers["set-cookie"] and "Max-Age=0" in got.headers["set-cookie"]
    assert not operate.lives and admin.lives and read.lives
    assert weir.listed("/audit", who="shift")[0]["method"] == "DELETE"


def test_another_site_can_neither_change_anything_nor_sign_anybody_in(river):
    browser = sign_in(river)
    own = f"http://127.0.0.1:{river.weir.admin_port}"

    assert browser.ask("/reload", "POST", csrf=None).code == "FORBIDDEN"
    assert browser.ask("/reload", "POST", csrf="x" * 43).status == 403
    assert browser.ask("/session", "DELETE", csrf=None).status == 403
    for origin in ("https://evil.example", "null", own + "0", own + ".evil.example", f"http://localhost:{river.weir.admin_port}"):
        assert browser.ask("/reload", "POST", origin=origin).status == 403, origin
        assert sign_in_with(river.weir, river.weir.admin_key, Origin=origin).status == 403, origin
    assert browser.ask("/reload", "POST", origin=None).status == 200
    assert browser.ask("/reload", "POST").status == 200
    assert browser.ask("/status", csrf=None, origin=None).status == 200
    assert {e["outcome"] for e in river.weir.listed("/audit", route="/admin/v1/reload")} == {"done", "denied"}


def test_a_session_ends_with_its_key_and_in_its_time(make_river):
    river = make_river(movable=True).start()
    weir = river.weir
    revoked = sign_in(river, add_key(river, "brief", "admin"))
    busy, idle = sign_in(river), sign_in(river)
    weir.cli("keys", "revoke", "brief")
    assert not revoked.lives and busy.lives

    for _ in range(11):
        river.pass_time(hours=1)
        assert busy.lives
    assert not idle.lives
    river.pass_time(hours=1.1)
    assert not busy.lives

    again = sign_in(river)
    weir.config["admin_keys"].append({"name": "second", "key": "a-second-key-of-the-file"})
    river.words.append("a-second-key-of-the-file")
    weir.write_config()
    weir.cli("reload")
    second = sign_in(river, "a-second-key-of-the-file")
    assert again.lives and second.lives
    weir.config["admin_keys"].pop()
    weir.write_config()
    weir.cli("reload")
    assert again.lives and not second.lives
    weir.restart()
    assert not again.lives  # none is on the disk


def test_a_stream_goes_on_with_the_cookie_until_its_session_ends(make_river):
    river = make_river(movable=True).start()
    browser = sign_in(river)
    weir = river.weir
    streams = []
    for path in ("/admin/v1/log/stream", "/admin/v1/notifications/stream"):
        stream = socket.create_connection(("127.0.0.1", weir.admin_port), timeout=60)
        stream.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {browser.cookie}\r\n\r\n".encode())
        assert stream.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
        streams.append(stream)
    assert eventually(lambda: weir.metric("weir_streams") == 2)
    assert browser.ask("/session", "DELETE").status == 200
    for stream in streams:  # with the next sign of life
        text = b""
        while piece := stream.recv(65536):
            text += piece
        assert b'{"reason":"key_revoked"}' in text
        stream.close()
    assert browser.ask("/log/stream").status == 401


def test_wrong_keys_are_slowed_down_and_noted_without_telling_them(make_river):
    river = make_river(movable=True).start()
    weir = river.weir
    before = sign_in(river)
    river.words.append("a-wrong-key-somebody-tried")
    for _ in range(10):
        assert sign_in_with(weir, "a-wrong-key-somebody-tried").status == 401
    for key in ("a-wrong-key-somebody-tried", weir.admin_key):
        got = sign_in_with(weir, key)
        assert (got.status, got.code, got.headers["retry-after"]) == (429, "TOO_OFTEN", "600")
    assert before.lives and weir.admin("/status").status == 200
    denied = weir.listed("/audit", outcome="denied")
    assert len(denied) == 10 and {(e["who"], e["from"]) for e in denied} == {("nobody", "127.0.0.1")}
    weir.pass_time(600)
    assert sign_in(river).lives
    assert "a-wrong-key" not in json.dumps(weir.listed("/audit"))


def page(weir: Weir, path: str, method: str = "GET", **headers: str) -> Got:
    return call(weir.admin_port, method, path, {name.replace("_", "-"): value for name, value in headers.items()})


@needs_pages
def test_the_dashboard_is_sent_whole_guarded_and_once(river):
    weir = river.weir
    plain = page(weir, "/integrations/any", Accept_Encoding="identity")
    packed = page(weir, "/", Accept_Encoding="gzip, deflate, br, zstd")
    assert plain.status == packed.status == 200 and packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body and "content-encoding" not in plain.headers
    assert plain.headers["content-type"] == "text/html; charset=utf-8"
    policy = plain.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} <= set(policy)
    assert "unsafe" not in plain.headers["content-security-policy"]
    assert plain.headers["x-content-type-options"] == "nosniff" and plain.headers["referrer-policy"] == "no-referrer"
    assert plain.headers["cross-origin-opener-policy"] == "same-origin"
    again = page(weir, "/", If_None_Match=plain.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    head = page(weir, "/", "HEAD")
    assert (head.status, head.body) == (200, b"") and head.headers["content-length"] == str(len(plain.body))

    # Nothing in it that the policy would refuse, and all that it names is there.
    text = plain.body.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=|https?://", text)
    assets = re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)
    assert len(assets) >= 3
    for path in assets:
        got = page(weir, path)
        assert got.status == 200 and got.body
        assert got.headers["cache-control"] == ("public, max-age=31536000, immutable" if "-" in path else "no-cache")
        assert got.body == gzip.decompress(page(weir, path, Accept_Encoding="gzip").body)
        assert b"sourceMappingURL" not in got.body


@needs_pages
def test_what_is_no_file_is_not_found_on_either_listener(river):
    weir = river.weir
    for name in ("nothing.js", "dashboard.html", "connect.html", "..", "../dashboard.html", "%2e%2e%2fetc%2fpasswd",
                 "..%5cweir.conf", "%00", "dashboard", "a/b.js", "x" * 300):
        for port, base in ((weir.admin_port, "/assets/"), (weir.port, "/connect/assets/")):
            assert call(port, "GET", base + name).status in (400, 404), (base, name)
    script = re.search(rb'src="/assets/([^"]+)"', page(weir, "/").body)[1].decode()
    assert call(weir.port, "GET", "/connect/assets/" + script).status == 404
    assert [call(weir.port, "GET", path).status for path in ("/", "/assets/" + script)] == [404, 404]


@needs_pages
def test_a_customers_page_may_be_framed_where_the_configuration_says(river):
    weir = river.weir
    made = weir.api("/connect/create-link", None, method="POST", body={
        "end_user_email": "hr@kreisel.example", "end_user_organization_name": "Kreisel", "end_user_origin_id": "c1"})
    path = made.data["link"].removeprefix(weir.config["public_url"])
    river.words.append(path.rpartition("/")[2])

    def frames() -> tuple[str, list[str]]:
        got = call(weir.port, "GET", path)
        assert got.status == 200 and got.headers["cache-control"] == "no-store"
        assert "cross-origin-opener-policy" not in got.headers
        policy = got.headers["content-security-policy"]
        return policy.rpartition("frame-ancestors ")[2], call(weir.port, "GET", path + "/state").data["origins"]
    assert frames() == ("'none'", [])
    weir.config["connect_origins"] = ["https://app.example.com", "http://localhost:3000"]
    weir.write_config()
    weir.cli("reload")
    assert frames() == ("https://app.example.com http://localhost:3000", weir.config["connect_origins"])
    weir.config["connect_origins"] = ["https://app.example.com/path"]
    weir.write_config()
    refused = weir.cli("reload", check=False)
    assert refused.returncode == 1 and "connect_origins[0]" in refused.stdout + refused.stderr
    assert frames()[1] == ["https://app.example.com", "http://localhost:3000"]

    text = call(weir.port, "GET", path).body.decode()
    for asset in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert asset.startswith("/connect/assets/") and call(weir.port, "GET", asset).status == 200
    unknown = call(weir.port, "GET", "/connect/" + "A" * 43)
    assert unknown.status == 404 and unknown.body.decode() == text


def test_a_request_as_big_as_the_limit_gets_its_page_and_its_headers(river):
    weir = river.weir
    weir.config["connect_origins"] = [f"https://{'a' * 40}{i}.example.com" for i in range(16)]
    weir.write_config()
    weir.cli("reload")
    for port, path in ((weir.admin_port, "/"), (weir.port, "/connect/" + "A" * 43)):
        for count in range(10, 23):
            got = call(port, "GET", path, {f"X-Header-{i}": "x" * 200 for i in range(count)})
            assert got.status in (200, 404), (path, count)
            assert "content-security-policy" in got.headers, (path, count)
