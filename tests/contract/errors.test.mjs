// Every error that the application's own client can be answered with arrives as the class and code that it knows.
// First those that a running daemon can be brought to, then each that the daemon's OpenAPI file names, from a stand-in
// that answers in the daemon's form: a code that the client does not know would be no clean error there.
// test_errors.py starts the daemon and says by a file where it is.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import test, { after, before } from "node:test";

import { Kombo } from "@kombo-api/sdk";
import { KomboAtsError, KomboGeneralError, KomboHrisError } from "@kombo-api/sdk/models/errors";

const facts = JSON.parse(fs.readFileSync(process.env.WEIR_FACTS, "utf8"));

function client(integration_id, api_key = facts.api_key, server_url = facts.server_url) {
  return new Kombo({ server_url, api_key, ...(integration_id ? { integration_id } : {}) });
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("the call should have failed");
}

// ---- the daemon ----

const STATES = [
  ["a wrong key", client("personio:fine", "not-the-right-key"), 401, "PLATFORM.AUTHENTICATION_INVALID"],
  ["an unknown integration", client("personio:nobody"), 404, "PLATFORM.INTEGRATION_NOT_FOUND"],
  ["no integration", client(), 400, "PLATFORM.INPUT_INVALID"],
  ["a first sync that runs", client("personio:pending"), 409, "INTEGRATION.SETUP_SYNC_PENDING"],
  ["an integration that is switched off", client("personio:off"), 409, "INTEGRATION.INACTIVE"],
  ["credentials that are refused", client("personio:acme"), 409, "INTEGRATION.AUTHENTICATION_INVALID"],
  ["a model that is off", client("personio:narrow"), 403, "INTEGRATION.MODEL_DISABLED"],
];
for (const [what, kombo, status, code] of STATES) {
  test(`${what}: ${code}`, async () => {
    const error = await failure(kombo.hris.getAbsences());
    assert.ok(error instanceof KomboHrisError, String(error));
    assert.deepEqual([error.statusCode, error.error.code], [status, code]);
    assert.ok(error.error.message.length > 0 && error.error.title.length > 0);
  });
}

test("what an integration cannot do is no general error with a code of integrations", async () => {
  for (const one of ["personio:off", "personio:acme"]) {
    const error = await failure(client(one).general.triggerSync({}));
    assert.ok(error instanceof KomboGeneralError, String(error));
    assert.deepEqual([error.statusCode, error.error.code], [409, null]);
  }
});

test("what is not available: INTEGRATION.MODEL_NOT_AVAILABLE", async () => {
  const hris = await failure(client("personio:fine").hris.getTimesheets());
  const ats = await failure(client("personio:fine").ats.getJobs());
  assert.ok(hris instanceof KomboHrisError && ats instanceof KomboAtsError);
  for (const error of [hris, ats]) {
    assert.deepEqual([error.statusCode, error.error.code], [501, "INTEGRATION.MODEL_NOT_AVAILABLE"]);
  }
});

// ---- the stand-in ----

const integration_id = "personio:acme";
const CALLS = {
  checkApiKey: (kombo) => kombo.general.checkApiKey(),
  triggerSync: (kombo) => kombo.general.triggerSync({}),
  getIntegrationDetails: (kombo) => kombo.general.getIntegrationDetails({ integration_id }),
  getCustomFields: (kombo) => kombo.general.getCustomFields({ integration_id }),
  getIntegrationFields: (kombo) => kombo.general.getIntegrationFields({ integration_id }),
  getTools: (kombo) => kombo.general.getTools({ category: "hris" }),
  deleteIntegration: (kombo) => kombo.general.deleteIntegration({ integration_id, body: {} }),
  setIntegrationEnabled: (kombo) => kombo.general.setIntegrationEnabled({ integration_id, body: { value: true } }),
  createReconnectionLink: (kombo) => kombo.general.createReconnectionLink({ integration_id, body: {} }),
  createSetupLink: (kombo) => kombo.general.createSetupLink({ integration_id, body: { link_type: "EMBEDDED" } }),
  sendPassthroughRequest: (kombo) => kombo.general.sendPassthroughRequest(
    { tool: "personio", api: "personnelv2", body: { method: "GET", path: "/persons" } }),
  createConnectionLink: (kombo) => kombo.connect.createConnectionLink(
    { end_user_email: "hr@acme.example", end_user_organization_name: "Acme GmbH" }),
  getIntegrationByToken: (kombo) => kombo.connect.getIntegrationByToken({ token: "t" }),
  createAbsence: (kombo) => kombo.hris.createAbsence({ employee_id: "e", absence_type_id: "t", employee_note: null,
    start_date: new Date("2026-03-09"), end_date: new Date("2026-03-11") }),
  deleteAbsence: (kombo) => kombo.hris.deleteAbsence({ absence_id: "a", body: {} }),
  getEmployeeForm: (kombo) => kombo.hris.getEmployeeForm(),
  getAssessmentOrders: (kombo) => kombo.assessment.getAssessmentOrders(),
  getPackages: (kombo) => kombo.assessment.getPackages(),
  getApplicationAttachments: (kombo) => kombo.ats.getApplicationAttachments({ application_id: "a" }),
  getCandidateAttachments: (kombo) => kombo.ats.getCandidateAttachments({ candidate_id: "c" }),
};
const LISTS = ["hris", "ats"].flatMap((category) => Object.getOwnPropertyNames(
  Object.getPrototypeOf(client()[category])).filter((name) => name.startsWith("get")).map((name) => [category, name]));

// Whose bodies differ by tool; the errors are those of the other actions.
const UNCALLED = new Set(["getOpenapi", "updateCustomFieldMapping", "updateIntegrationField", "createEmployeeWithForm",
  "addEmployeeDocument", "updateOrderResult", "setPackages", "addApplicationAttachment", "addApplicationNote",
  "rejectApplication", "addApplicationResultLink", "moveApplicationToStage", "createCandidate",
  "addCandidateAttachment", "addCandidateResultLink", "removeCandidateTag", "addCandidateTag",
  "importTrackedApplication", "createApplication"]);

// "/v1/hris/absence-types" is getAbsenceTypes.
function listCall(path) {
  const [, , category, name] = path.split("/");
  const method = "get" + name.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join("");
  assert.ok(LISTS.some(([of, one]) => of === category && one === method), `${path}: the client has no ${method}`);
  return (kombo) => kombo[category][method]();
}

let standIn;
let next;
before(async () => {
  standIn = http.createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.writeHead(next.status, { "Content-Type": "application/json", "Retry-After": "1" });
      response.end(JSON.stringify({ status: "error",
        error: { code: next.code, title: "Title", message: "Message.", log_url: null } }));
    });
  });
  await new Promise((resolve) => standIn.listen(0, "127.0.0.1", resolve));
});
after(() => standIn.close());

test("each error that the OpenAPI file names is one that the client knows", async () => {
  const answer = await fetch(`${facts.server_url}/openapi.json`, { headers: { Authorization: `Bearer ${facts.api_key}` } });
  const file = await answer.json();
  const kombo = client(integration_id, "key", `http://127.0.0.1:${standIn.address().port}/v1`);
  const statuses = new Set();
  const met = new Set();
  let count = 0;
  for (const [path, methods] of Object.entries(file.paths)) {
    for (const { operationId, deprecated, responses, tags } of Object.values(methods)) {
      if (deprecated || ["Changes", "Links"].includes(tags[0]) /* the client has no feed, and browsers follow links */ || UNCALLED.has(operationId)) {
        met.add(operationId);
        continue;
      }
      const call = operationId.startsWith("list_") ? listCall(path) : CALLS[operationId];
      assert.ok(call, `${operationId} is not called here`);
      met.add(operationId);
      const kind = { HRIS: KomboHrisError, ATS: KomboAtsError, Assessment: KomboAtsError }[tags[0]] ?? KomboGeneralError;
      for (const [status, response] of Object.entries(responses)) {
        for (const code of response["x-codes"] ?? []) {
          next = { status: Number(status), code };
          const error = await failure(call(kombo));
          assert.ok(error instanceof kind, `${operationId} ${status} ${code}: ${error}`);
          assert.deepEqual([error.statusCode, error.error.code], [Number(status), code]);
          statuses.add(Number(status));
          count++;
        }
      }
    }
  }
  for (const one of [...UNCALLED, ...Object.keys(CALLS)]) {
    assert.ok(met.has(one), `${one} is not in the file any more`);
  }
  for (const status of [400, 401, 403, 404, 409, 429, 500, 501, 503]) {
    assert.ok(statuses.has(status), `no ${status}`);
  }
  assert.ok(count > 300, String(count));
});
