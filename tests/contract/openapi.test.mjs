// Is what `weir openapi` prints valid OpenAPI 3.1, after the published schema? WEIR_PROGRAM names the program.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { Validator } from "@seriousme/openapi-schema-validator";

const printed = (...words) => execFileSync(process.env.WEIR_PROGRAM, ["openapi", ...words], { encoding: "utf8" });

for (const words of [[], ["--admin"]]) {
  test(`weir openapi ${words.join(" ")} prints valid OpenAPI 3.1`, async () => {
    const file = JSON.parse(printed(...words));
    const validator = new Validator();
    const result = await validator.validate(structuredClone(file));
    assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
    assert.equal(validator.version, "3.1");
    assert.equal(printed(...words), printed(...words), "the same bytes each time");
  });
}

test("the validator finds fault with a file that is not valid", async () => {
  const file = JSON.parse(printed());
  file.paths["/v1/hris/employees"].get.parameters.push({ name: "x" });
  assert.equal((await new Validator().validate(file)).valid, false);
});
