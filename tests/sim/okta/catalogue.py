"""Event types: what each is called, and which a hook may name."""

from __future__ import annotations

MESSAGES = {
    "user.lifecycle.create": "Create okta user",
    "user.lifecycle.activate": "Activate Okta user",
    "user.lifecycle.reactivate": "Reactivate Okta user",
    "user.lifecycle.suspend": "Suspend okta user",
    "user.lifecycle.unsuspend": "Unsuspend okta user",
    "user.lifecycle.deactivate": "Deactivate Okta user",
    "user.lifecycle.delete.initiated": "Initiate delete of Okta user",
    "user.account.update_profile": "Update user profile for Okta",
    "group.user_membership.add": "Add user to group membership",
    "group.user_membership.remove": "Remove user from group membership",
    "group.lifecycle.create": "Create Okta group",
    "group.profile.update": "Update Okta group",
    "group.lifecycle.delete": "Delete Okta group",
    "system.import.group.create": "Create Okta group during import",
    "system.import.group.delete": "Delete Okta group during import",
    "system.import.complete": "Complete application user import",
    "user.account.lock": "Max sign in attempts exceeded",
    "user.account.unlock": "Unlock user account",
    "user.account.unlock_by_admin": "Unlock user account by admin",
    "user.account.update_password": "User update password for Okta",
    "user.account.reset_password": "Fire user's reset password",
}
_ELIGIBLE_FAMILIES = ("user.session.", "user.mfa.", "user.authentication.",
                      "group.application_assignment.", "group.privilege.", "application.")
LEGACY = {"group.user_membership.add": "core.user_group_member.user_add",
          "group.user_membership.remove": "core.user_group_member.user_remove"}
# In the System Log only.
LOG_ONLY = {
    "user.lifecycle.delete.completed": "Delete Okta user",
    "user.account.update_primary_email": "User primary email updated",
    "user.account.update_secondary_email": "User secondary email updated",
    "user.account.update_user_type": "Update user type",
    "system.import.user.update": "Update Okta user during import",
    "event_hook.created": "Event hook created", "event_hook.updated": "Event hook updated",
    "event_hook.deleted": "Event hook deleted", "event_hook.activated": "Event hook activated",
    "event_hook.deactivated": "Event hook deactivated",
    "event_hook.verified": "Event hook verified", "event_hook.delivery": "Event hook delivery",
    "app.oauth2.token.grant.access_token": "OIDC access token is granted",
}


def eligible(event_type: str) -> bool:
    return event_type in MESSAGES or event_type.startswith(_ELIGIBLE_FAMILIES)


def message(event_type: str) -> str:
    return MESSAGES.get(event_type) or LOG_ONLY.get(event_type) or event_type
