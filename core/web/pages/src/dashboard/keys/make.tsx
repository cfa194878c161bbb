import { useState } from "preact/hooks";
import { admin } from "../../kit/api";
import { Button, Dialog, Failure, SelectField, TextField } from "../../kit/ui";
import { roleHelp, type Key, type KeyMade } from "./types";

const ends: [string, string][] = [["", "Never"], ["30", "In 30 days"], ["90", "In 90 days"], ["365", "In a year"]];

export function MakeKey({ onClose, onMade }: { onClose: () => void; onMade: (made: KeyMade) => void }) {
  const [name, setName] = useState("");
  const [surface, setSurface] = useState<Key["surface"]>("app");
  const [role, setRole] = useState<Key["role"]>("read");
  const [only, setOnly] = useState("");
  const [days, setDays] = useState("365");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const roles: [string, string][] = [["read", "read"], ["operate", "operate"], ...(surface === "admin" ? [["admin", "admin"] as [string, string]] : [])];
  const pickSurface = (to: string) => {
    setSurface(to as Key["surface"]);
    if (to === "app" && role === "admin") {
      setRole("operate");
    }
  };
  const make = () => {
    const integrations = only.split(/[\s,]+/).filter((one) => one !== "");
    setBusy(true);
    setError(undefined);
    admin.post<KeyMade>("keys", {
      name: name.trim(), surface, role, ...(integrations.length > 0 ? { integrations } : {}), ...(days === "" ? {} : { expires_in_days: Number(days) }),
    }).then(onMade, (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog title="Make a key" onClose={onClose}>
      <form class="stack" onSubmit={(e) => { e.preventDefault(); make(); }}>
        <TextField label="Name" value={name} onValue={setName} required maxLength={63} autocomplete="off" placeholder="reporting" help="Of whoever will have it: it stands in the audit log. Letters, digits, “.”, “_” and “-”." />
        <SelectField label="It is for" value={surface} onValue={pickSurface} options={[["app", "Your application (/v1)"], ["admin", "Administration (these pages, /admin/v1)"]]} />
        <SelectField label="Role" value={role} onValue={(to) => setRole(to as Key["role"])} options={roles} help={roleHelp[`${surface} ${role}`]} />
        <TextField label="Only for these integrations" value={only} onValue={setOnly} maxLength={2000} autocomplete="off" placeholder="all" help={<>Ids or patterns, with commas: <code>personio:acme, okta:*</code>. Left empty, it is for all.</>} />
        <SelectField label="It ends" value={days} onValue={setDays} options={ends} />
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={name.trim() === ""}>Make it</Button>
        </div>
      </form>
    </Dialog>
  );
}
