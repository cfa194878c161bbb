// Every list endpoint, with the application's own client, against what was synced from the simulated tools; and the
// fields of a tool that fill the application's own. test_contract.py says by a file what there is.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";

import { Kombo } from "@kombo-api/sdk";
import { KomboAtsError, KomboGeneralError, KomboHrisError } from "@kombo-api/sdk/models/errors";

const facts = JSON.parse(fs.readFileSync(process.env.WEIR_FACTS, "utf8"));

const METHODS = {
  hris: {
    employees: "getEmployees", groups: "getGroups", employments: "getEmployments", locations: "getLocations",
    "legal-entities": "getLegalEntities", "absence-types": "getAbsenceTypes", absences: "getAbsences",
    "time-off-balances": "getTimeOffBalances", timesheets: "getTimesheets",
    "employee-document-categories": "getEmployeeDocumentCategories",
    "performance-review-cycles": "getPerformanceReviewCycles", "performance-reviews": "getPerformanceReviews",
    "staffing-entities": "getStaffingEntities",
  },
  ats: {
    candidates: "getCandidates", applications: "getApplications", jobs: "getJobs",
    "application-stages": "getApplicationStages", offers: "getOffers", interviews: "getInterviews", users: "getUsers",
    roles: "getRoles", tags: "getTags", "rejection-reasons": "getRejectionReasons",
  },
};
const ERRORS = { hris: KomboHrisError, ats: KomboAtsError };

function client(integration_id) {
  return new Kombo({ server_url: facts.server_url, api_key: facts.api_key, integration_id });
}

async function all(list, request) {
  const rows = [];
  for await (const page of await list(request)) {
    rows.push(...page.result.data.results);
  }
  return rows;
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("the call should have failed");
}

for (const [integration, { category, counts }] of Object.entries(facts.integrations)) {
  for (const [path, method] of Object.entries(METHODS[category])) {
    test(`${path} of ${integration}`, async () => {
      const kombo = client(integration);
      const list = (request) => kombo[category][method](request);
      if (!(path in counts)) {
        const error = await failure(list());
        assert.ok(error instanceof ERRORS[category], String(error));
        assert.deepEqual([error.statusCode, error.error.code], [501, "INTEGRATION.MODEL_NOT_AVAILABLE"]);
        return;
      }
      const whole = await all(list);
      assert.equal(whole.length, counts[path]);
      const recipe = { page_size: 4, include_deleted: true, ignore_unsupported_filters: true };
      const paged = await all(list, { ...recipe, updated_after: new Date(0) });
      assert.deepEqual(new Set(paged.map((row) => row.id)), new Set(whole.map((row) => row.id)));
      assert.equal((await all(list, { ...recipe, updated_after: new Date("2100-01-01") })).length, 0);
      const some = whole.slice(0, 2);
      const byId = await all(list, { ids: some.map((row) => row.id) });
      assert.deepEqual(new Set(byId.map((row) => row.id)), new Set(some.map((row) => row.id)));
      const byRemote = await all(list, { remote_ids: some.map((row) => row.remote_id) });
      assert.deepEqual(new Set(byRemote.map((row) => row.id)), new Set(some.map((row) => row.id)));
    });
  }
}

const general = client().general;
const integration_id = "personio:acme";
const people = () => all((request) => client(integration_id).hris.getEmployees(request));

async function paged(call) {
  const rows = [];
  let cursor;
  do {
    const { data } = await call({ integration_id, page_size: 3, ...(cursor ? { cursor } : {}) });
    rows.push(...(data.results ?? []));
    cursor = data.next;
  } while (cursor);
  return rows;
}

async function pages(call) {
  const rows = [];
  const answer = await call({ integration_id, page_size: 3 });
  if (answer[Symbol.asyncIterator] === undefined) {
    return paged(call);
  }
  for await (const page of answer) {
    rows.push(...page.result.data.results);
  }
  return rows;
}

test("a field of the tool fills a custom field, and stands among the record's own when it is asked for", async () => {
  const fields = await pages((request) => general.getIntegrationFields(request));
  const color = fields.find((field) => field.key === "color" && field.model === "hris_employees");
  const email = fields.find((field) => field.key === "email" && field.model === "hris_employees");
  assert.deepEqual([color.type, email.type], ["CUSTOM", "DEFAULT"]);
  assert.equal(color.is_passthrough_enabled, false);
  const customs = await pages((request) => general.getCustomFields(request));
  const favourite = customs.find((field) => field.key === "favourite");
  assert.equal(favourite.integration_field, null);

  const map = (integration_field_id) => general.updateCustomFieldMapping(
    { integration_id, custom_field_id: favourite.id, body: { integration_field_id } });
  assert.equal((await map(color.id)).data.integration_field.id, color.id);
  for (const person of await people()) {
    assert.equal(person.custom_fields.favourite, person.custom_fields.color);
  }
  assert.equal((await map(email.id)).data.integration_field.key, "email");
  for (const person of await people()) {
    assert.equal(person.custom_fields.favourite, person.work_email);
  }
  assert.equal((await map(null)).data.integration_field, null);

  const shown = await general.updateIntegrationField(
    { integration_id, integration_field_id: color.id, body: { enable_passthrough: true } });
  assert.equal(shown.data.is_passthrough_enabled, true);
  const raw = await fetch(`${facts.server_url}/hris/employees`, {
    headers: { Authorization: `Bearer ${facts.api_key}`, "X-Integration-Id": integration_id } });
  for (const person of (await raw.json()).data.results) {
    assert.deepEqual(person.integration_fields, [
      { id: color.id, key: "color", type: "CUSTOM", value: person.custom_fields.color, label: null }]);
    assert.equal(person.remote_data["/v2/persons"].id, person.remote_id);
  }
});

test("a mapping that cannot be is a KomboGeneralError", async () => {
  const [custom] = await pages((request) => general.getCustomFields(request));
  const errors = [
    await failure(general.updateCustomFieldMapping(
      { integration_id, custom_field_id: custom.id, body: { integration_field_id: "nonsense" } })),
    await failure(general.updateCustomFieldMapping(
      { integration_id, custom_field_id: "nonsense", body: { integration_field_id: null } })),
    await failure(general.updateIntegrationField(
      { integration_id, integration_field_id: "nonsense", body: { enable_passthrough: true } })),
  ];
  for (const error of errors) {
    assert.ok(error instanceof KomboGeneralError, String(error));
    assert.equal(error.error.code, "PLATFORM.INPUT_INVALID");
  }
});
