import { Badge, Card, Empty, Table, type Column } from "../../kit/ui";
import type { ConnectorInFull } from "./types";

const chips = (names: string[]) => (names.length === 0 ? <span class="muted">–</span> : <div class="chips">{names.map((name) => <code key={name}>{name}</code>)}</div>);
const yes = (on: boolean) => (on ? <Badge tone="good">yes</Badge> : <span class="muted">no</span>);

type Of<K extends keyof ConnectorInFull> = NonNullable<ConnectorInFull[K]> extends (infer T)[] ? T : never;

const models: Column<Of<"models">>[] = [
  { head: "Model", cell: (m) => <code>{m.model}</code> },
  { head: "Fields", kind: "wide", cell: (m) => <details><summary>{m.fields.length} field{m.fields.length === 1 ? "" : "s"}</summary>{chips(m.fields)}</details> },
  { head: "In whole", kind: "narrow", cell: (m) => (m.listed_with ? <span class="muted">with <code>{m.listed_with}</code></span> : yes(m.lists)) },
  { head: "What changed since", kind: "narrow", cell: (m) => yes(m.since) },
  { head: "One by one", kind: "narrow", cell: (m) => yes(m.by_id) },
];
const events: Column<Of<"events">>[] = [
  { head: "Event", cell: (e) => <code>{e.name}</code> },
  { head: "What it may touch", kind: "wide", cell: (e) => chips(e.models) },
];
const settings: Column<Of<"settings">>[] = [
  { head: "Setting", cell: (s) => <div class="two-lines"><strong>{s.label}</strong><code class="muted">{s.key}</code></div> },
  { head: "Where it is found", kind: "wide", cell: (s) => (s.help ? <bdi>{s.help}</bdi> : <span class="muted">–</span>) },
  { head: "Needed", kind: "narrow", cell: (s) => yes(s.required) },
  { head: "Secret", kind: "narrow", cell: (s) => yes(s.secret) },
];
const actions: Column<Of<"actions">>[] = [
  { head: "Action", cell: (a) => <div class="two-lines"><strong>{a.label}</strong><code class="muted">{a.action}</code></div> },
  { head: "Input it makes use of", kind: "wide", cell: (a) => chips(a.fields) },
];
const apis = (tool: string): Column<Of<"apis">>[] => [
  { head: "API", cell: (a) => <strong>{a.label}</strong> },
  { head: "Called at", kind: "wide", cell: (a) => <code>POST /v1/passthrough/{tool}/{a.name}</code> },
];

export type Part = "models" | "events" | "settings" | "actions";

/** One part of what a connector offers. */
export function Offers({ of: c, part }: { of: ConnectorInFull; part: Part }) {
  if (part === "models") {
    return <Card flush><Table label="Models" columns={models} rows={c.models ?? []} rowKey={(m) => m.model} empty={<Empty title="It delivers no model" />} /></Card>;
  }
  if (part === "events") {
    return <Card flush><Table label="Events" columns={events} rows={c.events ?? []} rowKey={(e) => e.name} empty={<Empty title="Its tool tells of nothing">What changes is found by syncs.</Empty>} /></Card>;
  }
  if (part === "settings") {
    return <Card flush><Table label="Settings" columns={settings} rows={c.settings ?? []} rowKey={(s) => s.key} empty={<Empty title="It needs no settings" />} /></Card>;
  }
  return (
    <>
      <Card title="Actions" flush><Table label="Actions" columns={actions} rows={c.actions ?? []} rowKey={(a) => a.action} empty={<Empty title="It only reads">Nothing can be done at the tool with it.</Empty>} /></Card>
      <Card title="Passthrough" flush><Table label="Passthrough" columns={apis(c.tool)} rows={c.apis ?? []} rowKey={(a) => a.name} empty={<Empty title="No passthrough">Your application cannot ask the tool's own API through it.</Empty>} /></Card>
    </>
  );
}
