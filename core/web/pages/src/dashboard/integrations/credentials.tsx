import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { toast } from "../../kit/toast";
import { Badge, Button, Card, Empty, Failure, Note, Switch, TextField } from "../../kit/ui";
import { useMay } from "../session";
import { SettingField } from "./settings";
import type { Integration, SettingState } from "./types";

function Known({ of }: { of: SettingState[] }) {
  const rest = of.filter((s) => !s.set && !s.required).length;
  return (
    <ul class="known">
      {of.filter((s) => s.set || s.required).map((s) => (
        <li key={s.key}>
          <span><strong>{s.label}</strong> {s.secret && <span class="muted">secret</span>}</span>
          {s.set ? <Badge tone="good">set</Badge> : <Badge tone={s.required ? "bad" : "plain"}>not set</Badge>}
        </li>
      ))}
      {rest > 0 && <li class="muted">{rest} optional settings are not set.</li>}
    </ul>
  );
}

/** Write-only: it says what is set, and takes something else. Nothing is ever shown. */
export function Credentials({ of, onChanged }: { of: Integration; onChanged: () => void }) {
  const may = useMay("admin");
  const settings = of.settings ?? [];
  const [values, setValues] = useState<Record<string, string>>({});
  const [gone, setGone] = useState<Record<string, boolean>>({});
  const [baseUrl, setBaseUrl] = useState("");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const change: Record<string, string | null> = Object.fromEntries(Object.entries(values).filter(([key, v]) => v !== "" && !gone[key]));
  Object.keys(gone).filter((key) => gone[key]).forEach((key) => { change[key] = null; });
  if (baseUrl.trim() !== "") {
    change.base_url = baseUrl.trim();
  }
  const save = () => {
    setBusy(true);
    setError(undefined);
    admin.post(at`integrations/${of.id}/settings`, { settings: change }).then(() => {
      setBusy(false);
      setValues({});
      setGone({});
      setBaseUrl("");
      toast.done("The tool takes them: they are in force.");
      onChanged();
    }, (failure: Error) => { setError(failure); setBusy(false); });
  };
  const field = (s: SettingState) => (
    <div class="setting" key={s.key}>
      <SettingField of={s} value={values[s.key] ?? ""} onValue={(v) => setValues((all) => ({ ...all, [s.key]: v }))}
        placeholder={s.set ? "Set. Leave it empty to keep it." : ""} />
      {s.set && !s.required && <Switch label={`Take ${s.label} away`} on={gone[s.key] ?? false} onChange={(on) => setGone((all) => ({ ...all, [s.key]: on }))} />}
    </div>
  );
  const isFile = of.kept_in === "file";
  return (
    <div class="stack">
      <Card title="What is set">
        {settings.length === 0 ? <Empty title="The connector asks for nothing">{of.connector.error ?? ""}</Empty> : <Known of={settings} />}
        {of.base_url && <p class="muted">Its own address of the tool: <code>{of.base_url}</code></p>}
      </Card>
      {isFile && (
        <Note tone="plain" title="It is in the configuration file.">
          Its credentials are changed there: in the file, or in what <code>@env:</code> and <code>@file:</code> name. Then run <code>weir reload</code>.
        </Note>
      )}
      {!isFile && !may && <Note tone="plain">Changing them takes the role admin.</Note>}
      {!isFile && may && settings.length > 0 && (
        <Card title="Change them">
          <form class="stack" onSubmit={(e) => { e.preventDefault(); save(); }}>
            <p class="muted">What is left empty stays as it is. The tool is asked first: when it refuses, nothing is changed.</p>
            {settings.filter((s) => s.set || s.required).map(field)}
            <details class="more-fields">
              <summary>Optional settings and the tool's address</summary>
              <div class="stack">
                {settings.filter((s) => !s.set && !s.required).map(field)}
                <TextField label="Address of the tool" type="url" value={baseUrl} onValue={setBaseUrl} autocomplete="off" placeholder="https://"
                  help="Only where it has another one than the connector knows." />
              </div>
            </details>
            <Failure error={error} />
            <div class="actions"><Button type="submit" kind="primary" busy={busy} disabled={Object.keys(change).length === 0}>Try and save</Button></div>
          </form>
        </Card>
      )}
    </div>
  );
}
