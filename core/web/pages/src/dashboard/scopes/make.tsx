import { useState } from "preact/hooks";
import { admin, at, type Page } from "../../kit/api";
import { useLoad } from "../../kit/load";
import { Button, Dialog, Failure, SelectField, TextField } from "../../kit/ui";
import type { ScopeInFull, ScopeRow } from "./types";

/** Make a scope: a copy of another one, or everything. It is changed on its page, before any integration has it. */
export function MakeScope({ copyOf = "", onClose, onMade }: { copyOf?: string; onClose: () => void; onMade: (name: string) => void }) {
  const [name, setName] = useState("");
  const [from, setFrom] = useState(copyOf);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const scopes = useLoad<Page<ScopeRow>>("scopes", { limit: 1000 });

  const make = async () => {
    const base = from === "" ? {} : await admin.get<ScopeInFull>(at`scopes/${from}`).then(({ models, actions }) => ({ models, actions }));
    await admin.post("scopes", { name: name.trim(), ...base });
    onMade(name.trim());
  };
  const submit = () => {
    setBusy(true);
    setError(undefined);
    make().catch((failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog title="Make a scope" onClose={onClose}>
      <form class="stack" onSubmit={(e) => { e.preventDefault(); submit(); }}>
        <TextField label="Name" value={name} onValue={(to) => { setName(to); setError(undefined); }} required maxLength={64} autocomplete="off" placeholder="lean" help="Letters, digits, “.”, “_” and “-”. It stays as it is." />
        <SelectField label="Begin with" value={from} onValue={setFrom} help="Nothing is read by it until an integration is given it."
          options={[["", "Everything on"], ...(scopes.data?.results ?? []).map((s): [string, string] => [s.name, `A copy of ${s.name}`])]} />
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={name.trim() === ""}>Make it</Button>
        </div>
      </form>
    </Dialog>
  );
}
