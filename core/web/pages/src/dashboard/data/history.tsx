import { Link } from "wouter-preact";
import { at } from "../../kit/api";
import { useList } from "../../kit/load";
import { Ago, Stamp } from "../../kit/time";
import { Badge, Card, Empty, Table, type Column, type Tone } from "../../kit/ui";
import type { Change } from "./types";

const tones: Record<string, Tone> = { created: "good", updated: "info", deleted: "bad" };

function Cause({ of: c }: { of: Change }) {
  if (c.by === "sync") {
    return <div class="two-lines"><span>{c.sync_type === "FULL" ? "Full sync" : c.sync_type === "DELTA" ? "Delta sync" : "A sync"}</span><span class="mono muted">{c.sync}</span></div>;
  }
  if (c.by === "fetch" && c.deliveries && c.deliveries.length > 0) {
    return <>Deliver{c.deliveries.length === 1 ? "y" : "ies"} {c.deliveries.slice(0, 5).map((n, i) => <span key={n}>{i > 0 && ", "}<Link href={`${at`/trace/${String(n)}`}?by=delivery`}>{n}</Link></span>)}</>;
  }
  return c.by === "fetch" ? <>It was fetched again by hand</> : <span class="muted">Not known any more</span>;
}

function Fields({ of: c }: { of: Change }) {
  if (c.fields && c.fields.length > 0) {
    return <div class="chips">{c.fields.map((name) => <code key={name}>{name}</code>)}</div>;
  }
  return <span class="muted">{c.change !== "updated" ? "All of it" : c.fields === null ? "None of its own: a record it refers to" : "–"}</span>;
}

/** When a record changed, and what brought it. */
export function History({ integration, id }: { integration: string; id: string }) {
  const list = useList<Change>(at`integrations/${integration}/changes/${id}`, { limit: 25 });
  const newestAsked = list.rows.findIndex((c) => c.by === "fetch");
  const trace = (c: Change, i: number) => {
    const first = c.deliveries?.[0];
    if (c.by === "sync" && c.sync) {
      return `${at`/trace/${c.sync}`}?by=sync`;
    }
    return first !== undefined ? `${at`/trace/${String(first)}`}?by=delivery` : i === newestAsked ? `${at`/trace/${id}`}?by=record` : undefined;
  };
  const rows = list.rows.map((change, i) => ({ change, i }));
  const columns: Column<{ change: Change; i: number }>[] = [
    { head: "When", kind: "narrow", cell: ({ change: c }) => <div class="two-lines"><Ago at={c.at} /><Stamp at={c.at} /></div> },
    { head: "Change", kind: "narrow", cell: ({ change: c }) => <Badge tone={tones[c.change] ?? "plain"}>{c.change}</Badge> },
    { head: "Fields", kind: "wide", cell: ({ change: c }) => <Fields of={c} /> },
    { head: "Brought by", cell: ({ change: c }) => <Cause of={c} /> },
    { head: "Trace", kind: "actions", cell: ({ change: c, i }) => {
      const href = trace(c, i);
      return href && <Link class="button small" href={href} aria-label={`Trace of the change at ${c.at}`}>Trace</Link>;
    } },
  ];
  return (
    <Card title="Changes" flush>
      <Table label="Changes" columns={columns} rows={rows} rowKey={(row) => `${row.change.at}${row.i}`} loading={list.loading} error={list.error} again={list.reload} more={list.more}
        empty={<Empty title="No change is kept any more">Changes are kept for some weeks. What happens to the record from now on is listed here.</Empty>} />
    </Card>
  );
}
