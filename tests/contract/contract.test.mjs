// The application's side of the contract, with the client and the signature library that it would use.
// test_contract.py starts the daemon and says by a file where it is and what it holds.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import test from "node:test";

import { Kombo } from "@kombo-api/sdk";
import { dataChangedWebhookPayloadFromJSON, syncFinishedWebhookPayloadFromJSON } from "@kombo-api/sdk/models";
import { KomboAtsError, KomboGeneralError, KomboHrisError } from "@kombo-api/sdk/models/errors";
import { Webhook } from "standardwebhooks";

const facts = JSON.parse(fs.readFileSync(process.env.WEIR_FACTS, "utf8"));
const EPOCH = new Date(0);

function client(integration_id, api_key = facts.api_key) {
  return new Kombo({ server_url: facts.server_url, api_key, ...(integration_id ? { integration_id } : {}) });
}

const acme = client("personio:acme");

const LISTS = {
  employees: "getEmployees",
  employments: "getEmployments",
  groups: "getGroups",
  locations: "getLocations",
  "legal-entities": "getLegalEntities",
  "absence-types": "getAbsenceTypes",
  absences: "getAbsences",
};

const ATS_LISTS = {
  candidates: "getCandidates",
  applications: "getApplications",
  jobs: "getJobs",
  "application-stages": "getApplicationStages",
  offers: "getOffers",
  interviews: "getInterviews",
  users: "getUsers",
  roles: "getRoles",
  tags: "getTags",
  "rejection-reasons": "getRejectionReasons",
};

// Everything of a list, and how many pages it took. The client throws at a page that is not as its schema says.
async function all(kombo, method, request, category = "hris") {
  const rows = [];
  let pages = 0;
  for await (const page of await kombo[category][method](request)) {
    rows.push(...page.result.data.results);
    pages++;
  }
  return { rows, pages };
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("the call should have failed");
}

for (const integration of ["personio:acme", "personio:odd"]) {
  for (const [path, method] of Object.entries(LISTS)) {
    test(`every page of ${path} of ${integration} is as the client wants it`, async () => {
      const kombo = client(integration);
      const wanted = facts.counts[integration][path];
      const small = await all(kombo, method, { page_size: 3 });
      const whole = await all(kombo, method);
      assert.equal(small.rows.length, wanted);
      assert.equal(small.pages, Math.max(1, Math.ceil(wanted / 3)));
      assert.equal(new Set(small.rows.map((row) => row.id)).size, wanted);
      assert.deepEqual(new Set(whole.rows.map((row) => row.id)), new Set(small.rows.map((row) => row.id)));
      for (const row of small.rows) {
        assert.match(row.id, /^[1-9A-HJ-NP-Za-km-z]{24}$/);
      }
    });
  }
}

const hiring = client("hiring:jobs");
const allAts = (method, request) => all(hiring, method, request, "ats");

for (const [path, method] of Object.entries(ATS_LISTS)) {
  test(`every page of ${path} of recruiting is as the client wants it`, async () => {
    const wanted = facts.ats_counts[path];
    const small = await allAts(method, { page_size: 1, include_deleted: true, updated_after: EPOCH });
    const whole = await allAts(method);
    assert.ok(wanted > 0);
    assert.equal(whole.rows.length, wanted);
    assert.equal(small.pages, wanted);
    assert.deepEqual(new Set(small.rows.map((row) => row.id)), new Set(whole.rows.map((row) => row.id)));
  });
}

test("an application, its candidate, its job and its interview show one another", async () => {
  const one = async (method, remote_id) => (await allAts(method, { remote_ids: [remote_id] })).rows[0];
  const [application, candidate, job, interview, offer] = await Promise.all([one("getApplications", "a1"),
    one("getCandidates", "c1"), one("getJobs", "j1"), one("getInterviews", "i1"), one("getOffers", "o1")]);
  assert.equal(application.candidate.id, candidate.id);
  assert.deepEqual(application.candidate.tags.map((tag) => tag.name).sort(), ["night shift", "referral"]);
  assert.equal(application.current_stage.index, 1);
  assert.equal(application.job.id, job.id);
  assert.equal(application.interviews[0].id, interview.id);
  assert.equal(application.offers[0].id, offer.id);
  assert.deepEqual(application.screening_question_answers.map((entry) => entry.question.type),
    ["TEXT", "DATE", "MULTI_SELECT", "UNKNOWN"]);
  assert.ok(application.screening_question_answers[1].answer.date instanceof Date);
  assert.equal(candidate.applications[0].current_stage.name, "Phone screen");
  assert.deepEqual(candidate.email_addresses, [{ email_address: "ada@mail.example", type: "PERSONAL" }]);
  assert.equal(interview.application.candidate.first_name, "Ada");
  assert.equal(interview.users[0].email, "lena.fuchs@northwind.example");
  assert.equal(offer.application.job.name, "Backend Developer");
  assert.deepEqual(job.stages.map((stage) => stage.name).sort(), ["Offer", "Phone screen"]);
  assert.deepEqual(new Set(job.screening_questions.map((question) => question.format.type)),
    new Set(["BOOLEAN", "SINGLE_SELECT", "UNKNOWN", "FILE"]));
  assert.equal(job.job_postings[0].visibility, "PUBLIC");
  assert.equal(job.employment_type, "Gig");
  const lena = job.hiring_team.find((user) => user.first_name === "Lena");
  assert.deepEqual(lena.hiring_team_roles, ["RECRUITER"]);
  assert.deepEqual(lena.job_roles.map((role) => [role.remote_label, role.scope]), [["Recruiter", "JOB"]]);
  const user = await one("getUsers", "u1");
  assert.deepEqual(user.system_roles.map((role) => [role.unified_type, role.scope]), [["ADMIN", "SYSTEM"]]);
});

test("the filters of recruiting choose", async () => {
  const chosen = async (method, request) =>
    (await allAts(method, request)).rows.map((row) => row.remote_id).sort();
  const [job] = (await allAts("getJobs", { job_codes: ["BE-1"] })).rows;
  assert.equal(job.remote_id, "j1");
  assert.deepEqual(await chosen("getCandidates", { email: "ADA@mail.example" }), ["c1"]);
  assert.deepEqual(await chosen("getCandidates", { first_name: "bo" }), ["c2"]);
  assert.deepEqual(await chosen("getCandidates", { job_ids: [job.id] }), ["c1"]);
  assert.deepEqual(await chosen("getApplications", { outcomes: ["PENDING", "HIRED"] }), ["a1", "a3"]);
  assert.deepEqual(await chosen("getApplications", { job_remote_ids: ["j1", "j9"] }), ["a1"]);
  assert.deepEqual(await chosen("getInterviews", { job_ids: [job.id] }), ["i1"]);
  assert.deepEqual(await chosen("getJobs", { statuses: ["OPEN"], name_contains: "backend" }), ["j1"]);
  assert.deepEqual(await chosen("getUsers", { emails: ["LENA.FUCHS@northwind.example"] }), ["u1"]);
  assert.deepEqual(await chosen("getRoles", { scopes: ["JOB"] }), ["r2"]);
});

test("what recruiting cannot answer is a KomboAtsError", async () => {
  const errors = [
    [await failure(acme.ats.getCandidates()), 501, "INTEGRATION.MODEL_NOT_AVAILABLE"],
    [await failure(client("hiring:nobody").ats.getJobs()), 404, "PLATFORM.INTEGRATION_NOT_FOUND"],
    [await failure(hiring.ats.getTags({ cursor: "nonsense" })), 400, "PLATFORM.INPUT_INVALID"],
    [await failure(client().ats.getUsers()), 400, "PLATFORM.INPUT_INVALID"],
    [await failure(client("hiring:jobs", "not-the-right-key").ats.getUsers()), 401, "PLATFORM.AUTHENTICATION_INVALID"],
  ];
  for (const [error, status, code] of errors) {
    assert.ok(error instanceof KomboAtsError, String(error));
    assert.deepEqual([error.statusCode, error.error.code], [status, code]);
  }
  const error = await failure(hiring.hris.getEmployees());
  assert.ok(error instanceof KomboHrisError, String(error));
  assert.equal(error.error.code, "INTEGRATION.MODEL_NOT_AVAILABLE");
});

test("every list but the optional ones has something to read", () => {
  for (const [path, count] of Object.entries(facts.counts["personio:acme"])) {
    assert.ok(count > 0, path);
  }
});

test("an employee shows who they are, with what belongs to them", async () => {
  const { rows } = await all(acme, "getEmployees", { remote_ids: [facts.first_person] });
  assert.equal(rows.length, 1);
  assert.equal(rows[0].first_name, "Zoë");
  assert.ok(rows[0].employments.length >= 1 && rows[0].groups.length >= 1);
  assert.ok(rows[0].work_location.name && rows[0].legal_entity.name);
  assert.equal(rows[0].time_off_balances.length, 0);
  assert.ok(rows[0].changed_at instanceof Date && rows[0].start_date instanceof Date);
});

test("references lead to records that are there", async () => {
  const [people, groups, types] = await Promise.all(
    ["getEmployees", "getGroups", "getAbsenceTypes"].map((method) => all(acme, method)));
  const ids = (list) => new Set(list.rows.map((row) => row.id));
  for (const absence of (await all(acme, "getAbsences")).rows) {
    assert.ok(ids(people).has(absence.employee_id));
    assert.ok(ids(types).has(absence.type_id));
  }
  for (const person of people.rows) {
    assert.ok(person.manager_id === null || ids(people).has(person.manager_id));
    for (const group of person.groups) {
      assert.ok(ids(groups).has(group.id));
    }
  }
});

test("filters choose, and are ANDed", async () => {
  const { rows } = await all(acme, "getEmployees");
  const [one, two] = rows;
  const chosen = async (request) => (await all(acme, "getEmployees", request)).rows.map((row) => row.id).sort();
  assert.deepEqual(await chosen({ ids: [one.id, two.id], page_size: 1 }), [one.id, two.id].sort());
  assert.deepEqual(await chosen({ remote_ids: [two.remote_id] }), [two.id]);
  assert.deepEqual(await chosen({ ids: [one.id], remote_ids: [two.remote_id] }), []);
  assert.deepEqual(await chosen({ work_emails: [one.work_email.toUpperCase()] }), [one.id]);
  assert.deepEqual(await chosen({ group_ids: [one.groups[0].id] }),
    rows.filter((row) => row.groups.some((group) => group.id === one.groups[0].id)).map((row) => row.id).sort());
  assert.deepEqual(await chosen({ employment_statuses: ["ACTIVE"] }),
    rows.filter((row) => row.employment_status === "ACTIVE").map((row) => row.id).sort());
  assert.deepEqual(await chosen({ custom_fields: JSON.stringify({ color: "Red" }) }),
    rows.filter((row) => row.custom_fields?.color === "Red").map((row) => row.id).sort());
});

test("a deleted person is shown only when asked for", async () => {
  const without = await all(acme, "getEmployees");
  const withDeleted = await all(acme, "getEmployees", { include_deleted: true, page_size: 5 });
  assert.equal(withDeleted.rows.length, without.rows.length + 1);
  const gone = withDeleted.rows.filter((row) => row.remote_deleted_at !== null);
  assert.equal(gone.length, 1);
  assert.ok(gone[0].remote_deleted_at instanceof Date);
});

test("the published recipe finds a change: updated_after with include_deleted, to the last page", async () => {
  const recipe = { page_size: 250, include_deleted: true };
  assert.equal((await all(acme, "getEmployees", { ...recipe, updated_after: new Date("2100-01-01") })).rows.length, 0);
  const total = (await all(acme, "getEmployees", { ...recipe, updated_after: EPOCH })).rows.length;
  assert.equal(total, (await all(acme, "getEmployees", recipe)).rows.length);
  const started = new Date();
  const answer = await fetch(`${facts.tool_url}/__sim/persons/${facts.first_person}`, {
    method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ first_name: "Ødger" }),
  });
  assert.equal(answer.status, 200);
  for (let tries = 0; ; tries++) {
    const { rows } = await all(acme, "getEmployees", { ...recipe, updated_after: started });
    if (rows.some((row) => row.first_name === "Ødger")) {
      break;
    }
    assert.ok(tries < 200, "the change did not arrive");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

test("the key is checked", async () => {
  assert.equal((await client().general.checkApiKey()).data.environment_id, "env_production");
  const error = await failure(client(undefined, "not-the-right-key").general.checkApiKey());
  assert.ok(error instanceof KomboGeneralError, String(error));
  assert.equal(error.error.code, "PLATFORM.AUTHENTICATION_INVALID");
  assert.equal(error.statusCode, 401);
});

test("an integration tells its details", async () => {
  const { data } = await client().general.getIntegrationDetails({ integration_id: "personio:acme" });
  assert.equal(data.id, "personio:acme");
  assert.equal(data.tool.id, "personio");
  assert.equal(data.status, "ACTIVE");
  assert.equal(data.setup_status, "COMPLETED");
  assert.equal(data.end_user.organization_name, 'Äcme "Söhne" \\ Łódź / GmbH');
  assert.equal(data.end_user.origin_id, "cust-42");
  const models = Object.fromEntries(data.read_models.map((model) => [model.id, model]));
  assert.equal(models.hris_employees.is_available, true);
  assert.equal(models.hris_employees.fields.find((field) => field.id === "first_name").is_available, true);
  assert.equal(models.hris_timesheets.is_available, false);
  const narrow = (await client().general.getIntegrationDetails({ integration_id: "personio:narrow" })).data;
  const absences = narrow.read_models.find((model) => model.id === "hris_absences");
  assert.deepEqual([absences.is_available, absences.scope_config_setting], [false, "DISABLED"]);
  const pending = (await client().general.getIntegrationDetails({ integration_id: "personio:pending" })).data;
  assert.notEqual(pending.setup_status, "COMPLETED");
});

test("a sync can be asked for, and a second request gets the same one or a later one", async () => {
  const first = (await acme.general.triggerSync({ type: "FULL" })).data;
  assert.equal(first.already_queued, false);
  assert.equal(first.type, "FULL");
  const second = (await acme.general.triggerSync({})).data;
  assert.equal(second.already_queued, second.sync_id === first.sync_id);
});

test("requests are passed through, and forms with files", async () => {
  const pass = (api, body) => acme.general.sendPassthroughRequest({ tool: "personio", api, body });
  const read = await pass("personnelv2", { method: "GET", path: "/persons", params: { limit: "1" } });
  assert.equal(read.data.status, 200);
  assert.deepEqual(read.warnings, []);
  const [person] = read.data.data._data;

  const filed = await pass("personnel", {
    method: "POST",
    path: "/company/documents",
    headers: { "Content-Type": "multipart/form-data" },
    multipart_form_data: [
      { name: "title", value: "Contract" },
      { name: "employee_id", value: person.id },
      { name: "category_id", value: "7" },
      { name: "file", value: { name: "contract.pdf", content_type: "application/pdf", data: "JVBERg==" } },
    ],
  });
  assert.equal(filed.data.status, 201, JSON.stringify(filed.data));

  const fetched = await failure(pass("personnel", {
    method: "POST",
    path: "/company/documents",
    multipart_form_data: [{ name: "file", value: { name: "a.pdf", data_url: "https://files.example/a.pdf" } }],
  }));
  assert.ok(fetched instanceof KomboGeneralError);
  assert.equal(fetched.error.code, "PLATFORM.INPUT_INVALID");
});

test("tools of a category are listed", async () => {
  for (const [category, id] of [["hris", "personio"], ["ats", "hiring"]]) {
    const { data } = await client().general.getTools({ category });
    const tools = data.tools ?? data;
    assert.ok(tools.some((tool) => tool.id === id));
    assert.ok(!tools.some((tool) => tool.id === (id === "hiring" ? "personio" : "hiring")));
  }
});

const HRIS_FAILURES = [
  ["a wrong key", client("personio:acme", "not-the-right-key"), "getEmployees", undefined, 401,
    "PLATFORM.AUTHENTICATION_INVALID"],
  ["an unknown integration", client("personio:nobody"), "getEmployees", undefined, 404,
    "PLATFORM.INTEGRATION_NOT_FOUND"],
  ["no integration", client(), "getEmployees", undefined, 400, "PLATFORM.INPUT_INVALID"],
  ["a first sync that runs", client("personio:pending"), "getEmployees", undefined, 409,
    "INTEGRATION.SETUP_SYNC_PENDING"],
  ["a model that is off", client("personio:narrow"), "getAbsences", undefined, 403, "INTEGRATION.MODEL_DISABLED"],
  ["a model that the connector lacks", acme, "getTimesheets", undefined, 501, "INTEGRATION.MODEL_NOT_AVAILABLE"],
  ["a cursor that is none", acme, "getEmployees", { cursor: "nonsense" }, 400, "PLATFORM.INPUT_INVALID"],
];
for (const [what, kombo, method, request, status, code] of HRIS_FAILURES) {
  test(`${what} is a KomboHrisError with the code ${code}`, async () => {
    const error = await failure(kombo.hris[method](request));
    assert.ok(error instanceof KomboHrisError, String(error));
    assert.equal(error.error.code, code);
    assert.equal(error.statusCode, status);
    assert.ok(error.error.message.length > 0);
  });
}

test("a cursor of another list or of other parameters is refused", async () => {
  const page = await acme.hris.getEmployees({ page_size: 1 });
  const { next } = page.result.data;
  const errors = [
    await failure(acme.hris.getGroups({ cursor: next })),
    await failure(client("personio:odd").hris.getEmployees({ cursor: next })),
  ];
  for (const error of errors) {
    assert.ok(error instanceof KomboHrisError, String(error));
    assert.equal(error.error.code, "PLATFORM.INPUT_INVALID");
  }
});

test("general errors are KomboGeneralErrors", async () => {
  const errors = [
    await failure(client().general.getIntegrationDetails({ integration_id: "personio:nobody" })),
    await failure(client("personio:nobody").general.triggerSync({})),
  ];
  for (const error of errors) {
    assert.ok(error instanceof KomboGeneralError, String(error));
    assert.equal(error.error.code, "PLATFORM.INTEGRATION_NOT_FOUND");
  }
});

test("a write action is refused in a form that the client understands", async () => {
  const error = await failure(acme.hris.deleteAbsence({ absence_id: "x2tsSmXYiCKPVQJD23L7KzBA", body: {} }));
  assert.ok(error instanceof KomboHrisError, String(error));
});

test("every message is signed both ways and parses", () => {
  const types = new Set();
  assert.ok(facts.messages.length > 0);
  for (const { headers, body } of facts.messages) {
    assert.ok(new Webhook(facts.secret).verify(body, headers));
    const kombo = crypto.createHmac("sha256", facts.secret).update(body).digest("base64url");
    assert.equal(headers["x-kombo-signature"], kombo);
    assert.equal(JSON.stringify(JSON.parse(body)), body, "a consumer that prints it anew signs the same bytes");
    const { type } = JSON.parse(body);
    types.add(type);
    const parse = { "data-changed": dataChangedWebhookPayloadFromJSON,
      "sync-finished": syncFinishedWebhookPayloadFromJSON }[type];
    const parsed = parse(body);
    assert.ok(parsed.ok, String(parsed.error));
    assert.equal(parsed.value.id, headers["webhook-id"]);
  }
  assert.deepEqual(types, new Set(["data-changed", "sync-finished"]));
});

test("a message that was changed on the way is refused", () => {
  const { headers, body } = facts.messages[0];
  assert.throws(() => new Webhook(facts.secret).verify(body + " ", headers));
});
