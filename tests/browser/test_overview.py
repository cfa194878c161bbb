"""The overview: the last hour as it goes on, what needs a person, and what a new daemon says to do first."""

from __future__ import annotations

import json
import subprocess

import pytest

from browser import HOSTILE, eventually
from weir import ACME


def stat(page, label):
    """The number on the tile of that name; 0 while it is not there."""
    for one in page.all(".stat"):
        lines = one.text.split("\n")
        if lines[0] == label:
            return int(lines[1].replace(",", ""))
    return 0


def empty_river(make_river):
    """A daemon that nobody has given anything but keys."""
    river = make_river(people=3)
    river.spare = dict(river.weir.config["integrations"].pop())
    river.weir.config["endpoints"] = []
    return river.start(synced=False)


def run(river, example):
    """An example of the page, as a person who copied it runs it."""
    done = subprocess.run(["bash", "-c", example.replace("weir ", river.weir.program + " ", 1) if example.startswith("weir ") else example],
                          env=river.weir.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (example, done.stdout, done.stderr)
    return done.stdout


def example(page, label):
    return page.find(f'.code pre[aria-label="{label}"]').text


def is_done(page, title):
    return title in [one.text.split("\n")[0].removesuffix(" (done)") for one in page.all(".step.done .step-title")]


def test_a_new_daemon_says_what_to_do_and_ticks_it_off(page, make_river, sign_in):
    river = empty_river(make_river)
    sign_in(river)
    page.wait_text("Get going")
    eventually(lambda: is_done(page, "Load a connector"))
    page.axe()
    page.shot("first-run")

    made = json.loads(run(river, example(page, "Connect a tool")))
    assert made["data"]["link"].startswith(river.weir.config["public_url"] + "/connect/")

    # What the examples name is not of this machine: the tool and the application are.
    river.weir.cli("integrations", "create", ACME, "--organization", "Acme GmbH", "--base-url", river.sim.url, "--allow-private",
                   f"client_id={river.sim.client_id}", f"client_secret={river.sim.client_secret}")
    eventually(lambda: is_done(page, "Connect a customer's tool"))
    page.find('.code pre[aria-label="Add an endpoint"]')
    ours = example(page, "Add an endpoint").replace('"https://app.example.com/weir"', f'"{river.app.url}","allow_private":true')
    run(river, ours)
    eventually(lambda: is_done(page, "Add an endpoint of your application"))

    eventually(lambda: river.sim.hooks.webhooks)
    river.weir.wait_log("sync ended", integration=ACME)
    river.sim.update_person(river.sim.person_ids()[0], first_name="Asa")
    page.wait_no_text("Get going", 30)
    assert stat(page, "Deliveries") > 0


@pytest.mark.parametrize("role", ["read", "operate"])
def test_who_may_not_connect_is_shown_no_button_for_it(page, make_river, sign_in, role):
    river = empty_river(make_river)
    sign_in(river, role)
    page.wait_text("Connect a customer's tool")
    buttons = {one.text for one in page.all("main button")}
    assert ("Make a connection link" in buttons) == (role == "operate")
    assert "Enter credentials" not in buttons


def test_the_last_hour_goes_on_without_a_reload(page, river, sign_in):
    sign_in(river, "read")
    page.wait_text("Live")
    page.wait_text("Nothing needs you.")
    before = stat(page, "Deliveries")
    assert len(page.all(".chart canvas")) == 2
    river.sim.update_person(river.sim.person_ids()[0], first_name="Asa")
    eventually(lambda: stat(page, "Deliveries") > before and stat(page, "Notifications") > 0)
    page.wait_text("End to end")
    eventually(lambda: "–" not in page.find('[aria-label="How long it takes"] tbody tr:last-child').text)
    page.axe()
    page.shot("overview")


def test_what_needs_a_person_leads_to_where_it_is_mended(page, river, sign_in):
    sign_in(river, "operate")
    page.wait_text("Nothing needs you.")
    river.weir.cli("endpoints", "disable", "app")
    page.wait_text("The endpoint is disabled")
    river.sim.switches.token_error = "invalid_client"
    river.sim.tokens.expire_all()
    river.weir.cli("sync", ACME)
    page.wait_text("The tool refuses its credentials", 30)
    page.axe()
    page.shot("overview-attention")

    page.click(f"Renew them: {ACME}")
    eventually(lambda: page.path() == "/integrations/personio%3Aacme?tab=credentials")
    page.find("h1")
    page.click("Overview")
    page.click("See the endpoint: app")
    eventually(lambda: page.path() == "/webhooks/app")


def test_what_was_set_aside_is_taken_up_again(page, river, sign_in):
    assert river.hook(b"{").status == 200
    sign_in(river, "operate")
    page.wait_text("Events were set aside", 30)
    page.click("Take them up again")
    page.find("dialog")
    page.wait_text("What could not be read or fetched is tried once more.")
    page.axe()


def test_a_limited_key_sees_its_own_integrations_alone(page, river, sign_in):
    river.tool("personio:other", 1)
    river.weir.restart()
    river.weir.wait_synced("personio:other")
    key = river.weir.cli("keys", "add", "mine", "--for", "admin", "--role", "read", "--only", "personio:other").stdout.strip()
    river.weir.env["WEIR_KEY_OF_MINE"] = key
    sign_in(river, "mine")
    page.wait_text("Your key is for some integrations alone")
    page.axe()
    page.shot("overview-limited")
    assert {"Webhooks", "Connectors"}.isdisjoint(one.text for one in page.all(".side nav a"))
    page.click("To the integrations")
    page.wait_text("personio:other")
    assert not page.has(ACME)


def test_text_from_outside_stays_text(page, make_river, sign_in):
    river = make_river(people=1)
    for number, text in enumerate(HOSTILE[:2]):
        river.tool(f"personio:odd{number}", 1)
        river.weir.config["integrations"][-1]["organization"] = text
    river.start()
    river.sim.switches.token_error = 'no"><script>window.hacked=1</script>'
    river.sim.tokens.expire_all()
    river.weir.cli("sync", ACME)
    sign_in(river, "read")
    page.wait_text("The tool refuses its credentials", 30)
    page.click("Integrations")
    page.wait_text("<script>")
    page.shot("integrations-hostile")
