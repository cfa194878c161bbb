import { Button, Code, Dialog, Note } from "../../kit/ui";
import type { KeyMade } from "./types";

/** A key that was made: shown this once. */
export function MadeKey({ made, onClose }: { made: KeyMade; onClose: () => void }) {
  return (
    <Dialog keep title={`The key ${made.name}`} onClose={onClose}>
      <div class="stack">
        <Note tone="warn" title="Copy it now.">It is shown this once; only a hash of it is kept.</Note>
        <Code text={made.key} label="The key" />
        <p class="muted">{made.surface === "app" ? <>Your application sends it as <code>Authorization: Bearer …</code>.</> : <>It signs in to these pages, and is what <code>weir --key-file</code> reads.</>}</p>
        <div class="dialog-foot"><Button kind="primary" onClick={onClose}>I have copied it</Button></div>
      </div>
    </Dialog>
  );
}
