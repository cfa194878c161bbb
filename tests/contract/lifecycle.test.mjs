// An integration's life with the application's own client: links, switching, deleting, and what it is told meanwhile.
// test_lifecycle_client.py starts the daemon and plays the customer.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";

import { Kombo } from "@kombo-api/sdk";
import * as models from "@kombo-api/sdk/models";
import { KomboGeneralError, KomboHrisError } from "@kombo-api/sdk/models/errors";

const facts = JSON.parse(fs.readFileSync(process.env.WEIR_FACTS, "utf8"));
const kombo = new Kombo({ server_url: facts.server_url, api_key: facts.api_key });
const of = (integration_id) => new Kombo({ server_url: facts.server_url, api_key: facts.api_key, integration_id });

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  assert.fail("the call should have failed");
}

async function until(what) {
  for (let tries = 0; tries < 300; tries++) {
    const value = await what();
    if (value) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("it did not become true");
}

async function submit(link, body) {
  const answer = await fetch(`${link}/submit`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return { ...(await answer.json()), status: answer.status };
}

const customer = {
  end_user_email: "hr@kreisel.example", end_user_organization_name: "Kreisel GmbH", end_user_origin_id: "cust-77",
};
let made;

test("a link leads to an integration, and its token to the integration's id", async () => {
  const { data } = await kombo.connect.createConnectionLink({ ...customer, language: "de", link_type: "MAGIC_LINK" });
  assert.match(data.link, /\/connect\/[A-Za-z0-9_-]{43}$/);
  const refused = await submit(data.link, { tool: "by_hand", settings: { password: "wrong sesame" } });
  assert.equal(refused.status, 400);
  const done = await submit(data.link, { tool: "by_hand", settings: { password: "open sesame" } });
  assert.equal(done.data.stage, "steps");
  made = (await kombo.connect.getIntegrationByToken({ token: done.data.token })).data;
  assert.equal(made.tool, "by_hand");
  assert.equal(made.end_user_origin_id, "cust-77");
  assert.equal(made.end_user_email, "hr@kreisel.example");
  assert.equal(made.setup_status, "INCOMPLETE");
  const error = await failure(kombo.connect.getIntegrationByToken({ token: done.data.token }));
  assert.ok(error instanceof KomboGeneralError, String(error));
  assert.equal(error.error.code, "PLATFORM.INPUT_INVALID");
  const open = await failure(of(made.id).hris.getEmployees());
  assert.ok(open instanceof KomboHrisError, String(open));
  assert.deepEqual([open.statusCode, open.error.code], [409, "INTEGRATION.SETUP_INCOMPLETE"]);
});

test("a setup link ends what is left to do", async () => {
  const { data } = await kombo.general.createSetupLink({
    integration_id: made.id, body: { link_type: "EMBEDDED", language: "fr" } });
  assert.equal((await submit(data.link, { done: true })).data.stage, "done");
  const details = async () => (await kombo.general.getIntegrationDetails({ integration_id: made.id })).data;
  await until(async () => (await details()).setup_status === "COMPLETED");
  const page = await of(made.id).hris.getEmployees();
  assert.equal(page.result.data.results[0].first_name, "Ada");
  const none = await failure(kombo.general.createSetupLink({
    integration_id: "personio:acme", body: { link_type: "EMBEDDED" } }));
  assert.ok(none instanceof KomboGeneralError, String(none));
  assert.equal(none.error.code, "PLATFORM.INPUT_INVALID");
});

test("a reconnection link takes new credentials", async () => {
  const { data } = await kombo.general.createReconnectionLink({ integration_id: made.id, body: {} });
  assert.equal((await submit(data.link, { settings: { password: "wrong sesame" } })).status, 400);
  assert.equal((await submit(data.link, { settings: { password: "open sesame" } })).data.stage, "done");
  assert.equal((await submit(data.link, {})).status, 410);
  const error = await failure(kombo.general.createReconnectionLink({ integration_id: "personio:nobody", body: {} }));
  assert.equal(error.error.code, "PLATFORM.INTEGRATION_NOT_FOUND");
});

test("an integration is switched off and on", async () => {
  for (const [value, status] of [[false, "INACTIVE"], [true, "ACTIVE"]]) {
    const { data } = await kombo.general.setIntegrationEnabled({ integration_id: made.id, body: { value } });
    assert.deepEqual(data, {});
    assert.equal((await kombo.general.getIntegrationDetails({ integration_id: made.id })).data.status, status);
    if (!value) {
      const error = await failure(of(made.id).hris.getEmployees());
      assert.ok(error instanceof KomboHrisError, String(error));
      assert.equal(error.error.code, "INTEGRATION.INACTIVE");
    }
  }
});

test("a company without people fails the quality check", async () => {
  const error = await failure(of("personio:empty").hris.getEmployees());
  assert.ok(error instanceof KomboHrisError, String(error));
  assert.deepEqual([error.statusCode, error.error.code], [409, "INTEGRATION.QA_FAILED"]);
});

test("an integration is deleted, and one of the file is not", async () => {
  const { data } = await kombo.general.deleteIntegration({ integration_id: made.id, body: {} });
  assert.deepEqual(data, {});
  const gone = await failure(kombo.general.getIntegrationDetails({ integration_id: made.id }));
  assert.equal(gone.error.code, "PLATFORM.INTEGRATION_NOT_FOUND");
  const kept = await failure(kombo.general.deleteIntegration({ integration_id: "personio:acme", body: {} }));
  assert.ok(kept instanceof KomboGeneralError, String(kept));
  assert.equal(kept.error.code, "PLATFORM.INPUT_INVALID");
});

const PARSERS = {
  "integration-created": models.integrationCreatedWebhookPayloadFromJSON,
  "integration-deleted": models.integrationDeletedWebhookPayloadFromJSON,
  "integration-state-changed": models.integrationStateChangedWebhookPayloadFromJSON,
  "connection-flow-failed": models.connectionFlowFailedWebhookPayloadFromJSON,
};

test("each of it was told in a form that the client parses", async () => {
  const messages = await until(async () => {
    const all = (await (await fetch(facts.messages_url)).json()).map((message) => JSON.parse(message.body));
    return Object.keys(PARSERS).every((type) => all.some((message) => message.type === type)) && all;
  });
  const told = {};
  for (const message of messages.filter(({ type }) => type in PARSERS)) {
    const parsed = PARSERS[message.type](JSON.stringify(message));
    assert.ok(parsed.ok, `${message.type}: ${parsed.error}`);
    (told[message.type] ??= []).push(message.data);
  }
  assert.deepEqual(told["integration-created"].map((data) => data.id), [made.id]);
  assert.deepEqual(told["integration-deleted"].map((data) => data.id), [made.id]);
  const states = told["integration-state-changed"].filter((data) => data.integration_id === made.id);
  assert.ok(states.some((data) => data.state === "INACTIVE") && states.some((data) => data.setup_status === "COMPLETED"));
  assert.ok(told["integration-state-changed"].some((data) => data.qa_status === "FAILED"));
  assert.equal(told["connection-flow-failed"][0].end_user.origin_id, "cust-77");
});
