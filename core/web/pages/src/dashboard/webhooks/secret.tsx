import { Code, Button, Dialog, Note } from "../../kit/ui";

/** A secret that was made: shown this once. */
export function SecretDialog({ name, secret, rotatedUntil, onClose }: { name: string; secret: string; rotatedUntil?: string; onClose: () => void }) {
  return (
    <Dialog keep title={`The signing secret of ${name}`} onClose={onClose}>
      <div class="stack">
        <Note tone="warn" title="Copy it now.">It is shown this once. Weir never shows it again; you can rotate it at any time.</Note>
        <Code text={secret} label="Signing secret" />
        <p class="muted">Your application checks with it that a message is Weir’s: give it to a library for <a href="https://www.standardwebhooks.com" rel="noreferrer" target="_blank">Standard Webhooks</a>,
          or to <code>@kombo-api/sdk</code>.{rotatedUntil && <> Until {new Date(rotatedUntil).toLocaleString()} messages are signed with the former one, too.</>}</p>
        <div class="dialog-foot"><Button kind="primary" onClick={onClose}>I have copied it</Button></div>
      </div>
    </Dialog>
  );
}
