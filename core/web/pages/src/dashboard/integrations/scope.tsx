import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { admin, at, type Page } from "../../kit/api";
import { useLatest, useLoad } from "../../kit/load";
import { count } from "../../kit/time";
import { toast } from "../../kit/toast";
import { Badge, Button, Card, Failure, Loading, Note, SelectField } from "../../kit/ui";
import { useMay } from "../session";
import type { Integration, ScopeEffect, ScopeRow } from "./types";

function Effect({ of }: { of: ScopeEffect }) {
  const effect = of.effects[0];
  if (!effect) {
    return <Note tone="plain">It would change nothing.</Note>;
  }
  const models = (change: string) => effect.models.filter((m) => m.change === change);
  const gone = models("removed");
  const empty = gone.filter((m) => m.records === 0);
  const events = (names: string[]) => names.map((name) => <span class="chip" key={name}>{name}</span>);
  return (
    <div class="effect" aria-live="polite">
      <h3>What it would do</h3>
      <ul>
        {models("added").map((m) => <li key={m.model}><Badge tone="good">read</Badge> <code>{m.model}</code></li>)}
        {gone.filter((m) => m.records > 0).map((m) => <li key={m.model}><Badge tone="bad">not read</Badge> <code>{m.model}</code>, {count(m.records)} records are shown no more</li>)}
        {empty.length > 0 && <li><Badge tone="bad">not read</Badge> {empty.length} models without a record: <span class="muted">{empty.map((m) => m.model).join(", ")}</span></li>}
        {models("fields").map((m) => (
          <li key={m.model}><Badge tone="warn">fields</Badge> <code>{m.model}</code>
            {(m.fields_added ?? []).length > 0 && <> with {(m.fields_added ?? []).join(", ")}</>}
            {(m.fields_removed ?? []).length > 0 && <> without {(m.fields_removed ?? []).join(", ")}</>}
          </li>
        ))}
      </ul>
      {effect.events_added.length > 0 && <div>The tool is asked to tell of: <span class="chips">{events(effect.events_added)}</span></div>}
      {effect.events_removed.length > 0 && <div>The tool tells no more of: <span class="chips">{events(effect.events_removed)}</span></div>}
      {effect.full_sync && <Note>A full sync reads what is new.</Note>}
    </div>
  );
}

/** Which scope it has, and another one to give it, with the effect before it counts. */
export function Scope({ of, onChanged }: { of: Integration; onChanged: () => void }) {
  const may = useMay("admin");
  const scopes = useLoad<Page<ScopeRow>>("scopes", { limit: 1000 });
  const [wanted, setWanted] = useState(of.scope);
  const [effect, setEffect] = useState<ScopeEffect>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const rows = scopes.data?.results ?? [];
  const mine = rows.find((s) => s.name === of.scope);
  const now = useLatest(wanted);
  const ask = (dryRun: boolean) => {
    setBusy(true);
    setError(undefined);
    admin.put<ScopeEffect>(at`integrations/${of.id}/scope`, { scope: wanted, dry_run: dryRun }).then((answer) => {
      setBusy(false);
      if (dryRun) {
        setEffect(now.current === wanted ? answer : undefined); // another one may be chosen by now
      } else {
        setEffect(undefined);
        toast.done(`${of.id} has the scope ${wanted}.`);
        onChanged();
        scopes.reload();
      }
    }, (failure: Error) => { setError(failure); setBusy(false); });
  };
  const pick = (name: string) => { setWanted(name); setEffect(undefined); setError(undefined); };
  return (
    <div class="stack">
      <Card title={<>Scope <Badge tone="info">{of.scope}</Badge></>} actions={<Link class="button" href={at`/scopes/${of.scope}`}>See the scope</Link>}>
        <div class="stack">
          <p class="muted">It says which models and fields are read. What it leaves out is not asked for, not kept and not shown.</p>
          <Failure error={scopes.error} again={scopes.reload} />
          {!scopes.data ? !scopes.error && <Loading lines={2} /> : mine
            ? <div class="chips">{mine.enabled.map((model) => <span class="chip" key={model}>{model}</span>)}</div>
            : <p class="muted">That scope is not in the configuration any more.</p>}
        </div>
      </Card>
      {may && rows.length > 1 && (
        <Card title="Give it another scope">
          <div class="stack">
            <SelectField label="Scope" value={wanted} onValue={pick} options={rows.map((s): [string, string] => [s.name, s.name === of.scope ? `${s.name} (now)` : s.name])} />
            {effect && <Effect of={effect} />}
            <Failure error={error} />
            <div class="actions">
              <Button busy={busy && !effect} disabled={wanted === of.scope} onClick={() => ask(true)}>See what it would do</Button>
              <Button kind="primary" busy={busy && !!effect} disabled={wanted === of.scope || !effect} onClick={() => ask(false)}>Give it this scope</Button>
            </div>
          </div>
        </Card>
      )}
      {may && rows.length === 1 && <p class="muted">There is no other scope. <Link href="/scopes">Make one</Link></p>}
    </div>
  );
}
