"""What happened, and its two printed forms: in a delivery and in the System Log.

A form either has its nulls or leaves them out; both are real, and often stand side by side.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from ..stamps import iso_millis
from .catalogue import LEGACY, message
from .people import Json
from .switches import Switches
from .views import without_nulls

ADMIN = {"id": "00u1adminQwErTyUi5d7", "type": "User", "alternateId": "admin@acme.example",
         "displayName": "Ada Admin", "detailEntry": None}
SYSTEM = {"id": "spr1systemQwErTyUi5d", "type": "SystemPrincipal",
          "alternateId": "system@okta.com", "displayName": "Okta System", "detailEntry": None}
PLACE = {"city": "Berlin", "state": "Berlin", "country": "Germany", "postalCode": "10115",
         "geolocation": {"lat": 52.53, "lon": 13.38}}


@dataclass
class Event:
    """`stored`: when it came into the System Log, which may be after later ones."""

    type: str
    targets: list[Json] | None
    published: float
    stored: float
    job: bool = False
    changed: tuple[str, ...] = ()
    result: str = "SUCCESS"
    reason: str | None = None
    hook_ids: tuple[str, ...] = ()
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    request_id: str = field(default_factory=lambda: secrets.token_urlsafe(20))


class EventViews:
    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def delivered(self, event: Event) -> Json:
        sw = self._switches
        shown = self._whole(event)
        shown["insertionTimestamp"] = None
        if sw.null_targets:
            shown |= {"actor": None, "target": None, "debugContext": None}
            shown["outcome"]["result"] = shown["outcome"]["result"].capitalize()
        if sw.event_form == "full" or sw.event_form == "mixed" and not event.job:
            return self._extended(shown)
        shown["client"] = {"ipChain": shown["client"]["ipChain"]}
        return self._extended(without_nulls(shown))

    def logged(self, event: Event) -> Json:
        shown = self._whole(event)
        shown["request"] = {"ipChain": shown["client"].pop("ipChain")}
        if self._switches.log_numbers:
            shown["version"] = 0
            for hop in shown["request"]["ipChain"]:
                if hop.get("geographicalContext"):
                    hop["geographicalContext"]["postalCode"] = 10115
        return shown

    def _extended(self, shown: Json) -> Json:
        if self._switches.extra_members:
            shown["sequence"] = {"shard": 3, "tags": ["a", None, 1.5]}
        return shown

    def _whole(self, event: Event) -> Json:
        hop = {"ip": "203.0.113.7", "geographicalContext": dict(PLACE), "version": "V4",
               "source": None}
        subject = (event.targets or [{}])[0].get("id", "")
        debug: Json = {"requestId": event.request_id, "requestUri": f"/api/v1/users/{subject}"}
        if event.changed:
            debug["changedAttributes"] = ",".join(event.changed)
        if event.hook_ids:
            debug["targetEventHookIds"] = ",".join(event.hook_ids)
        shown: dict[str, Any] = {
            "uuid": event.uuid, "published": iso_millis(event.published),
            "eventType": event.type, "version": "0", "displayMessage": message(event.type),
            "severity": "INFO" if event.result == "SUCCESS" else "WARN",
            "client": {
                "userAgent": {"rawUserAgent": "Mozilla/5.0 (invented)", "os": "Mac OS X",
                              "browser": "CHROME"},
                "zone": "null", "device": "Computer", "id": None, "ipAddress": "203.0.113.7",
                "geographicalContext": dict(PLACE), "ipChain": [] if event.job else [hop]},
            "device": None, "actor": dict(SYSTEM if event.job else ADMIN),
            "outcome": {"result": event.result, "reason": event.reason}, "target": event.targets,
            "transaction": {"type": "JOB" if event.job else "WEB", "id": event.request_id,
                            "detail": {}},
            "debugContext": {"debugData": debug}, "legacyEventType": LEGACY.get(event.type),
            "authenticationContext": {
                "authenticationProvider": None, "credentialProvider": None,
                "credentialType": None, "issuer": None, "authenticationStep": 0,
                "externalSessionId": "idxR4kT8wZ1nBvC6mQe3LpYsA", "interface": None},
            "securityContext": {"asNumber": None, "asOrg": None, "isp": None, "domain": None,
                                "isProxy": None}}
        return shown
