"""The wire shape of each record, with the oddities that are switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .groups import DIRECTORY_APP, Group
from .ids import SCHEMA, make_id
from .people import DEFAULT_TYPE, OTHER_TYPE, Json
from .switches import Switches

SCHEMAS = {DEFAULT_TYPE: make_id(SCHEMA, 0), OTHER_TYPE: make_id(SCHEMA, 1)}
TYPE_NAMES = {DEFAULT_TYPE: ("user", "User"), OTHER_TYPE: ("contractor", "Contractor")}
STANDARD = ("login", "email", "secondEmail", "firstName", "lastName", "middleName",
            "honorificPrefix", "honorificSuffix", "displayName", "nickName", "profileUrl", "title",
            "department", "division", "organization", "costCenter", "employeeNumber", "userType",
            "managerId", "manager", "mobilePhone", "primaryPhone", "streetAddress", "city",
            "state", "zipCode", "countryCode", "postalAddress", "preferredLanguage", "locale",
            "timezone")
CUSTOM = {"startDate": ("Start date", "string"), "badge": ("Badge", "number"),
          "remote": ("Works remotely", "boolean"), "skills": ("Skills", "array")}
NEXT_STEPS = {
    "STAGED": ("activate", "deactivate"), "PROVISIONED": ("reactivate", "deactivate"),
    "SUSPENDED": ("unsuspend", "deactivate"), "DEPROVISIONED": ("activate",)}


class Views:
    """`base()` is the scheme and host that links name."""

    def __init__(self, switches: Switches, base: Callable[[], str]) -> None:
        self._switches = switches
        self.base = base

    def link(self, path: str) -> str:
        return f"{self.base()}/api/v1{path}"

    def user(self, record: Json, single: bool = False, credentials: bool = True) -> Json:
        """An element of a list has no links but its own."""
        shown = dict(record)
        path = f"{self.base()}/api/v1/users/{record['id']}"
        links: Json = {"self": {"href": path}}
        if single:
            links |= self._user_links(record, path)
        if credentials:
            shown["credentials"] = {
                "password": {}, "recovery_question": {"question": "Whose weir is it?"},
                "emails": [{"value": record["profile"].get("email"), "status": "VERIFIED",
                            "type": "PRIMARY"}],
                "provider": {"type": "OKTA", "name": "OKTA"}}
        shown["_links"] = links
        return shown if self._switches.nulls == "real" else self._nulls(shown)

    def _user_links(self, record: Json, path: str) -> Json:
        type_id = record["type"]["id"]
        links: Json = {
            "schema": {"href": self.link(f"/meta/schemas/user/{SCHEMAS[type_id]}")},
            "type": {"href": self.link(f"/meta/types/user/{type_id}")}}
        for step in NEXT_STEPS.get(record["status"], ("suspend", "deactivate")):
            links[step] = {"href": f"{path}/lifecycle/{step}", "method": "POST"}
        return links

    def _nulls(self, shown: Json) -> Json:
        if self._switches.nulls == "absent":
            return without_nulls(shown)
        return {**shown, "transitioningToStatus": None,
                "profile": {**dict.fromkeys(STANDARD), **shown["profile"]}}

    def group(self, group: Group) -> Json:
        """The description of a group may be null; which is the same as none."""
        path = f"/groups/{group.id}"
        imported = group.type == "APP_GROUP"
        kind = "windows_security_principal" if imported else "user_group"
        links: Json = {
            "logo": [{"name": "medium", "type": "image/png",
                      "href": f"{self.base()}/img/logos/groups/okta-medium.png"}],
            "users": {"href": self.link(f"{path}/users")},
            "apps": {"href": self.link(f"{path}/apps")}}
        if imported:
            links["source"] = {"href": self.link(f"/apps/{DIRECTORY_APP}")}
        shown = {"id": group.id, "created": group.created, "lastUpdated": group.last_updated,
                 "lastMembershipUpdated": group.last_membership_updated,
                 "objectClass": [f"okta:{kind}"], "type": group.type,
                 "profile": dict(group.profile), "_links": links}
        return without_nulls(shown) if self._switches.nulls == "absent" else shown

    # Schema and types

    def user_type(self, type_id: str) -> Json:
        name, title = TYPE_NAMES[type_id]
        return {"id": type_id, "name": name, "displayName": title, "description": None,
                "default": type_id == DEFAULT_TYPE,
                "_links": {"schema": {"rel": "schema", "method": "GET", "href": self.link(
                    f"/meta/schemas/user/{SCHEMAS[type_id]}")}}}

    def schema(self, type_id: str) -> Json:
        """Custom attributes belong to the default type only."""
        custom = CUSTOM if type_id == DEFAULT_TYPE else {}
        base = {name: {"title": name[0].upper() + name[1:], "type": "string"} for name in STANDARD}
        base["login"] |= {"required": True, "minLength": 5, "maxLength": 100}
        return {
            "id": f"{self.base()}/meta/schemas/user/{SCHEMAS[type_id]}",
            "$schema": "http://json-schema.org/draft-04/schema#", "name": "user", "title": "User",
            "created": "2023-01-01T00:00:00.000Z", "lastUpdated": "2025-06-01T00:00:00.000Z",
            "definitions": {
                "base": {"id": "#base", "type": "object", "properties": base,
                         "required": ["login", "email"]},
                "custom": {"id": "#custom", "type": "object", "required": [], "properties": {
                    name: {"title": title, "type": kind, "required": False}
                    for name, (title, kind) in custom.items()}}},
            "type": "object", "properties": {"profile": {"allOf": [
                {"$ref": "#/definitions/base"}, {"$ref": "#/definitions/custom"}]}}}


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    return value
