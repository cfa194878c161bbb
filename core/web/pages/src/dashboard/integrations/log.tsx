import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { at, withQuery, type Page } from "../../kit/api";
import { useEvery, useLoad } from "../../kit/load";
import { count, duration, Stamp } from "../../kit/time";
import { Card, Empty, SelectField, State, Table, type Column } from "../../kit/ui";
import type { Integration } from "./types";

interface Entry {
  at: string;
  kind: string;
  outcome?: string;
  error?: string;
  detail?: string;
  delivery?: number;
  event_count?: number;
  bytes?: number;
  own?: boolean;
  model?: string;
  remote_id?: string;
  fetch_us?: number;
  notification?: string;
  endpoint?: string;
  attempt?: number;
  status?: number;
  ms?: number;
  subscription?: string;
}

function what(e: Entry) {
  switch (e.kind) {
    case "delivery": return <>{e.own ? "The daemon's own look" : "A delivery"} of {count(e.event_count ?? 0)} event{e.event_count === 1 ? "" : "s"}</>;
    case "fetch": return <><code>{e.model}</code> <span class="mono">{e.remote_id}</span> {e.fetch_us !== undefined && <span class="muted">{duration(e.fetch_us / 1000)}</span>}</>;
    case "attempt": return <>to {e.endpoint}, attempt {e.attempt}{e.status ? `: HTTP ${e.status}` : ""} {e.ms !== undefined && <span class="muted">{duration(e.ms)}</span>}</>;
    case "integration": return <>{e.subscription ? `Subscription: ${e.subscription.replaceAll("_", " ")}` : "The integration"}</>;
    default: return <>{e.kind}</>;
  }
}

const traced = (e: Entry) => (e.delivery !== undefined ? String(e.delivery) : e.notification);

const columns: Column<Entry>[] = [
  { head: "When", cell: (e) => <Stamp at={e.at} />, kind: "narrow" },
  { head: "Kind", cell: (e) => e.kind },
  { head: "What", cell: (e) => <>{what(e)}{(e.error ?? e.detail) && <div class="why muted">{e.error ?? e.detail}</div>}</>, kind: "wide" },
  { head: "Outcome", cell: (e) => (e.outcome ? <State of={e.outcome} /> : <span class="muted">–</span>) },
  { head: "Trace", kind: "actions", cell: (e) => traced(e) && <Link class="button small" href={at`/trace/${traced(e) ?? ""}`} aria-label={`Trace ${e.kind} ${traced(e)}`}>Trace</Link> },
];

const kinds: [string, string][] = [
  ["", "All"], ["delivery", "Deliveries"], ["event", "Events"], ["fetch", "Fetches"], ["attempt", "Attempts"], ["sync", "Syncs"], ["integration", "Integration"],
];

/** What happened to it, the newest first. */
export function IntegrationLog({ of }: { of: Integration }) {
  const [kind, setKind] = useState("");
  const [limit, setLimit] = useState(50);
  const { data, error, loading, reload, refresh } = useLoad<Page<Entry>>("log", { integration: of.id, kind, limit });
  useEvery(5000, refresh);
  return (
    <Card title="Log" flush actions={<Link class="button" href={withQuery("/logs", { integration: of.id })}>Open in Logs</Link>}>
      <div class="card-filters"><SelectField label="Kind" value={kind} onValue={setKind} options={kinds} /></div>
      <Table label="Log" columns={columns} rows={data?.results ?? []} rowKey={(e, i) => `${e.at} ${i}`} loading={loading} error={error} again={reload}
        empty={<Empty title="Nothing happened yet">Deliveries, fetches and attempts appear here.</Empty>}
        more={data?.next && limit < 1000 ? () => setLimit((n) => Math.min(n * 2, 1000)) : null} />
    </Card>
  );
}
