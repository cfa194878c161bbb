"""Two accounts of each tool in one daemon: none sees what is another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from okta_river import ACME_OKTA, OktaRiver
from weir import ACME
from whole_river import River

OTHER_OKTA, OTHER_PERSONIO = "okta:northwind", "personio:other"


class Together(OktaRiver):
    """self.sims: by integration. The two organizations at Okta have the same ids, and so have the two at Personio."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sims = {ACME_OKTA: self.sim, OTHER_OKTA: self.tool(OTHER_OKTA),
                     ACME: River.tool(self, ACME), OTHER_PERSONIO: River.tool(self, OTHER_PERSONIO)}

    def check_secrets(self) -> None:
        log = self.weir.log.text()
        secrets = [value for name, value in self.weir.env.items() if name.startswith(("HOOK_", "TOOL_"))]
        assert [word for word in [*secrets, self.weir.api_key, self.weir.admin_key] if word in log] == []

    def person_of(self, integration: str) -> str:
        sim = self.sims[integration]
        return sim.user_ids(1)[0] if integration.startswith("okta") else sim.person_ids()[0]

    def rename(self, integration: str, name: str) -> None:
        person = self.person_of(integration)
        if integration.startswith("okta"):
            self.sims[integration].update_user(person, firstName=name)
        else:
            self.sims[integration].update_person(person, first_name=name)

    def differences(self, sim: Any = None, integration: str = ACME_OKTA) -> list[str]:
        tool = OktaRiver if integration.startswith("okta") else River
        return tool.differences(self, sim, integration)

    def wait_all_same(self) -> None:
        for integration, sim in self.sims.items():
            self.wait_same(sim, integration)


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Together]:
    river = Together(tmp_path / "r0")
    yield river
    river.close()


def test_two_accounts_of_each_tool_run_side_by_side(together):
    together.start()
    together.wait_all_same()
    assert [len(together.sims[one].hooks.rows) for one in (ACME_OKTA, OTHER_OKTA)] == [1, 1]
    assert [len(together.sims[one].hooks.webhooks) for one in (ACME, OTHER_PERSONIO)] == [1, 1]
    assert together.person_of(ACME_OKTA) == together.person_of(OTHER_OKTA)
    together.app.clear()

    for number, integration in enumerate(together.sims):
        together.rename(integration, f"Only{number}")

    together.wait_all_same()
    told = [m.data["integration_id"] for m in together.app.wait(4) if m.type == "data-changed"]
    assert sorted(told) == sorted(together.sims)

    together.weir.restart()
    for number, integration in enumerate(together.sims):
        together.rename(integration, f"Again{number}")
    together.wait_all_same()


def test_one_that_is_in_trouble_holds_up_no_other(together):
    together.start()
    together.sims[ACME_OKTA].switches.set(fail_count=1_000_000, fail_match="/api/v1/users")
    together.sims[ACME].poisoned["/v2/persons"] = 503

    for integration in together.sims:
        together.rename(integration, "Swift")

    for integration in (OTHER_OKTA, OTHER_PERSONIO):
        together.wait_same(together.sims[integration], integration)
    together.sims[ACME_OKTA].switches.reset()
    together.sims[ACME].poisoned.clear()
    together.wait_all_same()
