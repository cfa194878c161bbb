import { useEffect, useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { useAddress } from "../../kit/address";
import { admin, at } from "../../kit/api";
import { useLatest, useLoad } from "../../kit/load";
import { toast } from "../../kit/toast";
import { Badge, Button, Card, Confirm, Dialog, Empty, Failure, Loading, Note, PageHead, Tabs, TextField } from "../../kit/ui";
import "../../styles/admin.css";
import "../../styles/logs.css";
import type { Models } from "../data/types";
import { Effects } from "../scopes/effects";
import { MakeScope } from "../scopes/make";
import { ScopeModels } from "../scopes/models";
import { SettingOf } from "../scopes/setting";
import { changesOf, draftOf, wishOf, type Draft, type ScopeEffect, type ScopeInFull } from "../scopes/types";
import { useMayWhole } from "../session";

const back = { href: "/scopes", label: "Scopes" };

/* What it would do, and then doing it. */
function SaveDialog({ scope, draft, effect, onClose, onSaved }: {
  scope: ScopeInFull; draft: Draft; effect: ScopeEffect; onClose: () => void; onSaved: () => void;
}) {
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const save = () => {
    setBusy(true);
    admin.put(at`scopes/${scope.name}`, wishOf(draft)).then(onSaved, (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog wide title={`Change ${scope.name}: what it does`} onClose={onClose}>
      <div class="stack">
        <Effects of={effect.effects} used={scope.integrations.length} />
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>Go on changing</Button>
          <Button kind="primary" busy={busy} onClick={save}>Save</Button>
        </div>
      </div>
    </Dialog>
  );
}

function Actions({ table, draft, onChange }: { table: Models["actions"]; draft: Draft; onChange: ((draft: Draft) => void) | undefined }) {
  return (
    <Card title="What may be done at the tool" flush>
      <ul class="scope-list actions-list">
        {table.map((a) => (
          <li key={a.id}>
            <span class="scope-name"><strong>{a.label}</strong> <code class="muted">{a.id}</code></span>
            <SettingOf label={a.label} value={draft.actions[a.id] ?? "disabled"} onValue={onChange && ((to) => onChange({ ...draft, actions: { ...draft.actions, [a.id]: to } }))} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Editor({ scope, table, onSaved, mayChange }: { scope: ScopeInFull; table: Models; onSaved: () => void; mayChange: boolean }) {
  const [address, set] = useAddress();
  const before = useMemo(() => draftOf(scope, table), [scope, table]);
  const [draft, setDraft] = useState(before);
  const [find, setFind] = useState("");
  const [effect, setEffect] = useState<ScopeEffect>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  useEffect(() => setDraft(before), [before]);
  const changes = changesOf(before, draft);
  const categories = [...new Set(table.models.map((m) => m.category))];
  const isIn = (name: string) => categories.includes(name as "HRIS");
  const usual = categories.find((c) => table.models.some((m) => m.category === c && draft.models[m.name]?.state !== "disabled")) ?? "HRIS";
  const category = isIn(address.part ?? "") ? address.part : usual;
  const onChange = mayChange ? (to: Draft) => { setError(undefined); setDraft(to); } : undefined;
  const actions = table.actions.filter((a) => a.category === category);
  const count = (c: string) => table.models.filter((m) => m.category === c && draft.models[m.name]?.state !== "disabled").length;

  const now = useLatest(draft); // an effect that comes late is of what is not wanted any more
  const look = () => {
    setBusy(true);
    setError(undefined);
    admin.put<ScopeEffect>(at`scopes/${scope.name}`, { ...wishOf(draft), dry_run: true })
      .then((answer) => { if (now.current === draft) { setEffect(answer); } }, setError).finally(() => setBusy(false));
  };
  const words: Record<string, string> = { HRIS: "People", ATS: "Recruiting" };
  return (
    <>
      <Tabs label="Kinds of models" current={category ?? usual} onPick={(part) => set({ part })}
        tabs={categories.map((c): [string, preact.ComponentChildren] => [c, <>{words[c] ?? c} <Badge>{count(c)}</Badge></>])} />
      <Card title="What is read" flush actions={<div class="find-field"><TextField label="Find a model or a field" type="search" value={find} onValue={setFind} maxLength={100} /></div>}>
        <ScopeModels models={table.models.filter((m) => m.category === category)} draft={draft} onChange={onChange} find={find} />
      </Card>
      {actions.length > 0 && <Actions table={actions} draft={draft} onChange={onChange} />}
      {changes.length > 0 && (
        <div class="save-bar" role="region" aria-label="Changes that are not saved">
          <div class="grow">
            <strong role="status">{changes.length} change{changes.length === 1 ? "" : "s"}, not saved</strong>
            <div class="muted small-text">{changes.slice(0, 4).join(", ")}{changes.length > 4 && ` and ${changes.length - 4} more`}</div>
            <Failure error={error} />
          </div>
          <Button onClick={() => setDraft(before)}>Discard</Button>
          <Button kind="primary" busy={busy} onClick={look}>See what it does</Button>
        </div>
      )}
      {effect && <SaveDialog scope={scope} draft={draft} effect={effect} onClose={() => setEffect(undefined)}
        onSaved={() => { setEffect(undefined); toast.done(`${scope.name} is saved`); onSaved(); }} />}
    </>
  );
}

export function Scope({ params }: { params: { name: string } }) {
  const name = decodeURIComponent(params.name);
  const mayAdmin = useMayWhole("admin");
  const [, go] = useLocation();
  const [open, setOpen] = useState<"remove" | "copy">();
  const { data: scope, error, reload } = useLoad<ScopeInFull>(at`scopes/${name}`);
  const table = useLoad<Models>("models");

  if (!scope || !table.data) {
    const failure = error ?? table.error;
    return (
      <>
        <PageHead back={back} title={<bdi>{name.slice(0, 100)}</bdi>} />
        {error?.status === 404 ? <Card><Empty title="There is no such scope"><a href="/scopes">To all scopes</a></Empty></Card>
          : failure ? <Failure error={failure} again={() => { reload(); table.reload(); }} /> : <Card><Loading lines={6} /></Card>}
      </>
    );
  }
  const isOwn = scope.kept_in === "store";
  const isUsed = scope.integrations.length > 0;
  return (
    <>
      <PageHead back={back} title={scope.name}
        lead={isUsed
          ? <>Of {scope.integrations.slice(0, 6).map((id, i) => <span key={id}>{i > 0 && ", "}<Link href={at`/integrations/${id}`}><bdi>{id}</bdi></Link></span>)}{scope.integrations.length > 6 && ` and ${scope.integrations.length - 6} more`}</>
          : "No integration has it yet: an integration is given it on its page."}
        actions={mayAdmin && (
          <>
            <Button icon="copy" onClick={() => setOpen("copy")}>Copy it</Button>
            {isOwn && <Button kind="danger" icon="trash" disabled={isUsed} title={isUsed ? "Integrations have it: give them another scope first" : undefined} onClick={() => setOpen("remove")}>Delete</Button>}
          </>
        )} />
      {!isOwn && <Note title="It stands in the configuration file.">Change it there, then run <code>weir reload</code>. {mayAdmin && "A copy of it can be changed here, and given to integrations."}</Note>}
      {isOwn && mayAdmin && isUsed && <p class="muted">To delete it, give its integrations another scope first.</p>}
      <Editor scope={scope} table={table.data} mayChange={mayAdmin && isOwn} onSaved={reload} />
      {open === "copy" && <MakeScope copyOf={scope.name} onClose={() => setOpen(undefined)} onMade={(made) => { setOpen(undefined); go(at`/scopes/${made}`); }} />}
      {open === "remove" && (
        <Confirm title={`Delete ${scope.name}?`} action="Delete" onClose={() => setOpen(undefined)}
          run={() => admin.del(at`scopes/${scope.name}`).then(() => { toast.done("Deleted"); go("/scopes"); })}>
          <p>No integration has it, so nothing that is read changes.</p>
        </Confirm>
      )}
    </>
  );
}
