import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { Button, Dialog, Failure, SelectField } from "../../kit/ui";
import type { Endpoint } from "./types";

const overlaps: [string, string][] = [["1", "1 hour"], ["24", "24 hours"], ["72", "3 days"], ["168", "7 days"], ["0", "Not at all: it is void at once"]];

export function RotateDialog({ endpoint, onClose, onRotated }: { endpoint: Endpoint; onClose: () => void; onRotated: (made: Endpoint) => void }) {
  const [hours, setHours] = useState("24");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const go = () => {
    setBusy(true);
    admin.post<Endpoint>(at`endpoints/${endpoint.name}/rotate`, { overlap_hours: Number(hours) })
      .then(onRotated, (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog title={`Rotate the secret of ${endpoint.name}`} onClose={onClose}>
      <form class="stack" onSubmit={(e) => { e.preventDefault(); go(); }}>
        <p>A new secret is made. So that no message is lost, each is signed with the former one, too, for a while: change your application in that time.</p>
        <SelectField label="The former secret stays valid for" value={hours} onValue={setHours} options={overlaps}
          help={<>In <code>webhook-signature</code> both stand side by side. <code>X-Kombo-Signature</code> has room for one: the new one’s, at once.</>} />
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind={hours === "0" ? "danger" : "primary"} busy={busy}>Rotate</Button>
        </div>
      </form>
    </Dialog>
  );
}
