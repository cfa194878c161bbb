// Two libraries of consumers verify what an endpoint made at run time was sent: before, during and after its secret
// is replaced. test_signatures.py takes the messages from a running daemon, and says which secrets are to fit which.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import fs from "node:fs";
import test from "node:test";

import { dataChangedWebhookPayloadFromJSON } from "@kombo-api/sdk/models";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";

const facts = JSON.parse(fs.readFileSync(process.env.WEIR_FACTS, "utf8"));

for (const { when, headers, body, fits, refused, newest } of facts.messages) {
  for (const [library, Webhook] of [["standardwebhooks", Standard], ["svix", Svix]]) {
    test(`${library} verifies a message ${when}`, () => {
      for (const secret of fits) {
        assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
        assert.throws(() => new Webhook(secret).verify(body + " ", headers));
      }
      for (const secret of refused) assert.throws(() => new Webhook(secret).verify(body, headers));
    });
  }
  test(`X-Kombo-Signature is the newest secret's ${when}`, () => {
    assert.equal(headers["x-kombo-signature"], crypto.createHmac("sha256", newest).update(body).digest("base64url"));
  });
  test(`the published client takes a message ${when}`, () => {
    const parsed = dataChangedWebhookPayloadFromJSON(body);
    assert.ok(parsed.ok, String(parsed.error));
  });
}
