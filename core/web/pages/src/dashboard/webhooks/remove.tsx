import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { count } from "../../kit/time";
import { toast } from "../../kit/toast";
import { Confirm, Note } from "../../kit/ui";
import type { Endpoint } from "./types";

/** Says what waits for it: that becomes dead letters, which stay and can be sent to no one else. */
export function RemoveDialog({ endpoint, onClose, onRemoved }: { endpoint: Endpoint; onClose: () => void; onRemoved: () => void }) {
  const [waiting] = useState(endpoint.waiting);
  const run = async () => {
    const gone = await admin.del<{ dead_letters: number }>(at`endpoints/${endpoint.name}`, waiting > 0 ? { force: true } : {});
    toast.done(gone.dead_letters > 0 ? `Removed. ${count(gone.dead_letters)} became dead letters.` : "Removed");
    onRemoved();
  };
  return (
    <Confirm title={`Remove ${endpoint.name}?`} action="Remove" word={endpoint.name} onClose={onClose} run={run}>
      <div class="stack">
        <p>It is sent nothing any more, and its secret is forgotten.</p>
        {waiting > 0 && <Note tone="warn" title={`${count(waiting)} notification${waiting === 1 ? "" : "s"} wait${waiting === 1 ? "s" : ""} for it`}> and become{waiting === 1 ? "s a dead letter" : " dead letters"}. An endpoint of the same name can be sent them again.</Note>}
      </div>
    </Confirm>
  );
}
