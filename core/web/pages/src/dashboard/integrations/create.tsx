import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { admin, at, type Page } from "../../kit/api";
import { useLoad } from "../../kit/load";
import { toast } from "../../kit/toast";
import { Button, Dialog, Empty, Failure, Loading, SelectField, Switch, TextField } from "../../kit/ui";
import { SettingField } from "./settings";
import type { Connector, ConnectorInFull, ScopeRow } from "./types";

function Form({ tool, scopes, onClose }: { tool: ConnectorInFull; scopes: ScopeRow[]; onClose: () => void }) {
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const [organization, setOrganization] = useState("");
  const [origin, setOrigin] = useState("");
  const [scope, setScope] = useState("");
  const [baseUrl, setBaseUrl] = useState("");
  const [isPrivate, setPrivate] = useState(false);
  const [values, setValues] = useState<Record<string, string>>({});
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const settings = tool.settings ?? [];
  const optional = settings.filter((s) => !s.required);
  const field = (s: (typeof settings)[number]) => (
    <SettingField key={s.key} of={s} value={values[s.key] ?? ""} required={s.required} onValue={(v) => setValues((all) => ({ ...all, [s.key]: v }))} />
  );
  const make = () => {
    setBusy(true);
    setError(undefined);
    const id = `${tool.tool}:${name.trim()}`;
    admin.post<{ id: string }>("integrations", {
      id, organization: organization.trim(), allow_private: isPrivate,
      settings: Object.fromEntries(Object.entries(values).filter(([, v]) => v !== "")),
      ...(origin.trim() ? { origin_id: origin.trim() } : {}), ...(scope ? { scope } : {}), ...(baseUrl.trim() ? { base_url: baseUrl.trim() } : {}),
    }).then(() => {
      toast.done(`${id} is made; its first sync begins.`);
      onClose();
      go(at`/integrations/${id}`);
    }, (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <form class="stack" onSubmit={(e) => { e.preventDefault(); make(); }}>
      <TextField label="Customer" value={organization} onValue={setOrganization} required autocomplete="off" />
      <TextField label="Name" value={name} onValue={setName} required autocomplete="off"
        help={<>Letters, digits, dots and dashes: the id will be <code>{tool.tool}:{name.trim() || "acme"}</code>.</>} />
      <div class="fields">
        <SelectField label="Scope" value={scope} onValue={setScope} options={[["", "The default"], ...scopes.map((s): [string, string] => [s.name, s.name])]} />
        <TextField label="Your own id of the customer" value={origin} onValue={setOrigin} autocomplete="off" />
      </div>
      {settings.filter((s) => s.required).map(field)}
      {optional.length > 0 && <details class="more-fields"><summary>{optional.length} optional settings</summary><div class="stack">{optional.map(field)}</div></details>}
      <details class="more-fields">
        <summary>Another address of the tool</summary>
        <div class="stack">
          <TextField label="Address" type="url" value={baseUrl} onValue={setBaseUrl} autocomplete="off" placeholder={tool.base_url ?? "https://"} />
          <Switch label="It runs in our own network" on={isPrivate} onChange={setPrivate} />
        </div>
      </details>
      <Failure error={error} />
      <div class="dialog-foot"><Button onClick={onClose}>Cancel</Button><Button type="submit" kind="primary" busy={busy}>Try and create</Button></div>
    </form>
  );
}

/** An integration made by hand: the form is made of what its connector asks for. */
export function CreateIntegration({ onClose }: { onClose: () => void }) {
  const connectors = useLoad<Page<Connector>>("connectors", { limit: 1000 });
  const scopes = useLoad<Page<ScopeRow>>("scopes", { limit: 1000 });
  const [tool, setTool] = useState("");
  const chosen = useLoad<ConnectorInFull>(tool ? at`connectors/${tool}` : null);
  const loaded = (connectors.data?.results ?? []).filter((c) => c.loaded);
  return (
    <Dialog title="Create an integration" onClose={onClose}>
      <div class="stack">
        <p class="muted">The credentials are tried at the tool first. They are kept sealed and never shown again.</p>
        <Failure error={connectors.error ?? chosen.error} />
        {connectors.loading && !connectors.data ? <Loading /> : loaded.length === 0
          ? <Empty title="No connector is loaded">Load one first: the overview says how.</Empty>
          : <SelectField label="Tool" value={tool} onValue={setTool}
              options={[["", "Choose…"], ...loaded.map((c): [string, string] => [c.tool, c.label ?? c.tool])]} />}
        {tool && (chosen.data?.tool === tool
          ? <Form key={tool} tool={chosen.data} scopes={scopes.data?.results ?? []} onClose={onClose} />
          : !chosen.error && <Loading />)}
      </div>
    </Dialog>
  );
}
