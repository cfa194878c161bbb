import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { Button, Card, Code, Failure, Field, Note, Tabs, TextField } from "../../kit/ui";

interface Proof { valid: boolean; scheme: "standard" | "kombo" | null; secret: "newest" | "former" | "ended" | null; hint: string }

const OLD_S = 300;

const snippets: Record<string, string> = {
  js: `import { Webhook } from "standardwebhooks";

// The raw body, before anything parses it: with Express, express.raw({ type: "application/json" }).
app.post("/weir", express.raw({ type: "application/json" }), (req, res) => {
  const message = new Webhook(process.env.WEIR_HOOK_SECRET).verify(req.body, req.headers); // throws if it is not right
  res.sendStatus(200); // first say yes, then work
});`,
  python: `from standardwebhooks.webhooks import Webhook

@app.post("/weir")
async def weir(request: Request):
    body = await request.body()  # raw: do not parse and print it again
    message = Webhook(os.environ["WEIR_HOOK_SECRET"]).verify(body, request.headers)  # raises if it is not right
    return Response(status_code=200)`,
  shell: `# id, timestamp: from the headers webhook-id and webhook-timestamp; body.json: as it came, to the byte
key=$(printf %s "\${SECRET#whsec_}" | base64 -d | xxd -p -c 256)
{ printf '%s.%s.' "$id" "$timestamp"; cat body.json; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64
# the same text has to stand in webhook-signature, behind "v1,"`,
};

function verdict(proof: Proof, age_s: number | undefined) {
  const scheme = proof.scheme === "kombo" ? "X-Kombo-Signature" : "webhook-signature";
  if (proof.valid) {
    return (
      <Note tone="good" title="The signature is right.">
        {" "}It is that of {scheme}, made with the {proof.secret === "former" ? "former secret, which is still valid: give your application the new one" : "secret in force"}.
        {age_s !== undefined && age_s > OLD_S && <> The message is {Math.round(age_s / 60)} minutes old: libraries refuse what is older than five.</>}
      </Note>
    );
  }
  if (proof.secret === "ended") {
    return <Note tone="bad" title="It was signed with a former secret,"> whose time is over.</Note>;
  }
  const why: Record<string, string> = {
    whitespace: "Without the white space around the body it would be right. Check the raw body, as it came: a blank or a line feed was added.",
    milliseconds: "The time has to be in seconds, as in the header: it would be right then.",
  };
  return (
    <Note tone="bad" title="The signature is not right.">
      {" "}{why[proof.hint] ?? "The usual reasons: the body was parsed and printed again, it is another message’s, or another endpoint’s secret was used."}
    </Note>
  );
}

/** "Is my signature right?": what an application got, held against the secrets. They stay in the daemon. */
export function Verify({ name }: { name: string }) {
  const [id, setId] = useState("");
  const [timestamp, setTimestamp] = useState("");
  const [signature, setSignature] = useState("");
  const [body, setBody] = useState("");
  const [proof, setProof] = useState<Proof>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const [language, setLanguage] = useState("js");
  const age_s = /^\d{9,11}$/.test(timestamp.trim()) ? Date.now() / 1000 - Number(timestamp.trim()) : undefined;

  const check = () => {
    setBusy(true);
    setProof(undefined);
    setError(undefined);
    admin.post<Proof>(at`endpoints/${name}/verify`, { id: id.trim(), timestamp: timestamp.trim(), signature: signature.trim(), body })
      .then(setProof, setError).finally(() => setBusy(false));
  };
  return (
    <div class="grid two">
      <Card title="Is my signature right?">
        <form class="stack" onSubmit={(e) => { e.preventDefault(); check(); }}>
          <p class="muted">Paste what your application got. The secret stays in Weir.</p>
          <TextField label="webhook-id" value={id} onValue={setId} maxLength={200} autocomplete="off" />
          <TextField label="webhook-timestamp" value={timestamp} onValue={setTimestamp} maxLength={40} autocomplete="off" />
          <TextField label="webhook-signature" value={signature} onValue={setSignature} required maxLength={2000} autocomplete="off" help="Or X-Kombo-Signature: that one needs neither id nor timestamp." />
          <Field label="Body" help="As it came, to the byte.">
            {(field, note) => <textarea id={field} aria-describedby={note} value={body} rows={7} spellcheck={false} required onInput={(e) => { setBody(e.currentTarget.value); }} />}
          </Field>
          <div aria-live="polite">{proof && verdict(proof, age_s)}<Failure error={error} /></div>
          <div class="dialog-foot"><Button type="submit" kind="primary" busy={busy} disabled={signature.trim() === "" || body === ""}>Check</Button></div>
        </form>
      </Card>
      <Card title="How to check it in your application">
        <div class="stack">
          <p>Each message has the headers of <a href="https://www.standardwebhooks.com" rel="noreferrer" target="_blank">Standard Webhooks</a>. The signature is an HMAC-SHA256 over <code>webhook-id.webhook-timestamp.body</code>.</p>
          <Tabs label="Language" current={language} onPick={setLanguage} tabs={[["js", "JavaScript"], ["python", "Python"], ["shell", "Shell"]]} />
          <Code text={snippets[language] ?? ""} label="How to verify" />
          <ul class="hints muted">
            <li>Sign over the raw body, not over what a parser prints.</li>
            <li>While a secret is being rotated there are two signatures, with a blank between them: one that fits is enough.</li>
            <li>The id is the same in each attempt: remember it, and a message that comes twice does no harm.</li>
          </ul>
        </div>
      </Card>
    </div>
  );
}
