"""A webhook that a person makes at the tool, and whose secret is then pasted."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from weir import Got, eventually

PASTED = "invented-webhook-secret"
ONE = "pasted:x"


def proof(body: bytes) -> str:
    return hmac.new(PASTED.encode(), body, hashlib.sha256).hexdigest()


def deliver(river, body: bytes, signature: str = "") -> Got:
    return river.hook(body, token="", integration=ONE, headers={"X-Signature": signature} if signature else None)


def shown(river) -> dict[str, Any]:
    return river.weir.admin("/subscriptions/pasted%3Ax").data


def wait_reason(river, part: str) -> dict[str, Any]:
    return eventually(lambda: part in (shown(river)["reason"] or "") and shown(river), say=str(shown(river)))


def test_a_pasted_secret_counts_once_a_delivery_proved_it(make_river):
    river = make_river(movable=True)
    made = {"id": ONE, "organization": "Handmade GmbH", "settings": {}}
    river.weir.config["integrations"].append(made)
    river.weir.start()
    river.weir.wait_synced(ONE)
    event = b'{"id":1}'

    it = wait_reason(river, "paste its secret")
    steps = river.weir.cli("subscriptions", "show", ONE).stdout
    test = deliver(river, b'{"test":true}')
    early = deliver(river, event, proof(event))

    assert (it["state"], it["automatic"]) == ("manual_setup", False)
    assert f"Under Settings, Webhooks: {it['callback_url']}" in steps
    assert "then paste it as the setting webhook_secret" in steps
    assert (test.status, early.status) == (200, 503)
    assert "now paste the secret" in river.weir.wait_log("handshake answered", integration=ONE)["reason"]
    assert shown(river)["last_delivery"] is None

    made["settings"]["webhook_secret"] = f" {PASTED}"
    river.words.append(PASTED)
    river.weir.write_config()
    river.weir.cli("reload")
    wait_reason(river, "no delivery that it signed yet")
    assert deliver(river, event, "00" * 32).status == 401
    assert shown(river)["state"] == "manual_setup"
    assert deliver(river, event, proof(event)).status == 200
    eventually(lambda: shown(river)["state"] == "active")
    assert shown(river)["active_since"]
    assert river.weir.cli("subscriptions", "ensure", ONE).returncode == 0
    removing = river.weir.cli("subscriptions", "remove", ONE, check=False)
    assert removing.returncode == 1 and "a person has to remove" in removing.stderr
