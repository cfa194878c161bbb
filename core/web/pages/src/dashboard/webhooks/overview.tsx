import type { ComponentChild } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { at } from "../../kit/api";
import { Chart } from "../../kit/chart";
import { Ago, count, duration } from "../../kit/time";
import { Badge, Button, Card, Empty, Facts, Note, Stat } from "../../kit/ui";
import { EndpointForm } from "./form";
import { orders, type Endpoint } from "./types";

function Charts({ of: e }: { of: Endpoint }) {
  const at_s = useMemo(() => e.hours.map((h) => Date.parse(h.at) / 1000), [e.hours]);
  const attempts = useMemo(() => [
    { label: "Delivered", color: "--chart-1", values: e.hours.map((h) => h.delivered) },
    { label: "Failed", color: "--chart-3", values: e.hours.map((h) => h.failed) },
  ], [e.hours]);
  const rate = useMemo(() => [{ label: "Success rate", color: "--chart-1", unit: "%", values: e.hours.map((h) => (h.delivered + h.failed > 0 ? (100 * h.delivered) / (h.delivered + h.failed) : null)) }], [e.hours]);
  const latency = useMemo(() => [
    { label: "Half", color: "--chart-4", values: e.hours.map((h) => h.p50_ms) },
    { label: "95 of 100", color: "--chart-2", values: e.hours.map((h) => h.p95_ms) },
  ], [e.hours]);
  if (e.last_24_hours.attempts === 0) {
    return <Card title="The last 24 hours"><Empty title="Nothing was sent in the last 24 hours">Counted since the daemon began. Each attempt is in the log for longer.</Empty></Card>;
  }
  return (
    <div class="grid three">
      <Card title="Attempts per hour"><Chart label="Attempts per hour" at={at_s} series={attempts} format={(v) => count(Math.round(v))} /></Card>
      <Card title="Success rate"><Chart label="Success rate per hour" at={at_s} series={rate} format={(v) => `${Math.round(v)}`} /></Card>
      <Card title="Time to the answer"><Chart label="Time to the answer per hour" at={at_s} series={latency} format={(v) => duration(v)} /></Card>
    </div>
  );
}

/** How an endpoint fares, and how it is set up. */
export function EndpointOverview({ of: e, mayChange, onSaved }: { of: Endpoint; mayChange: boolean; onSaved: () => void }) {
  const [editing, setEditing] = useState(false);
  const day = e.last_24_hours;
  const tone = day.success_percent === null ? undefined : day.success_percent >= 99 ? "good" : day.success_percent >= 90 ? "warn" : "bad";
  return (
    <>
      <div class="stats">
        <Stat label="Delivered, last 24 hours" value={count(day.delivered)} note={`of ${count(day.attempts)} attempt${day.attempts === 1 ? "" : "s"}`} />
        <Stat label="Success rate" value={day.success_percent === null ? "–" : `${day.success_percent} %`} {...(tone ? { tone } : {})} note={e.failures > 0 ? `${count(e.failures)} failures in a row` : "last 24 hours"} />
        <Stat label="Time to the answer" value={day.p95_ms === null ? "–" : `≤ ${duration(day.p95_ms)}`} note={day.p50_ms === null ? "95 of 100" : `95 of 100; half ≤ ${duration(day.p50_ms)}`} />
        <Stat label="Waiting" value={count(e.waiting)} note={e.in_flight > 0 ? `${count(e.in_flight)} on their way` : "for their next attempt"} {...(e.waiting > 1000 ? { tone: "warn" as const } : {})} />
      </div>
      <Charts of={e} />
      <Card title="How it is set up" actions={mayChange && <Button small onClick={() => setEditing(true)}>Change</Button>}>
        <div class="stack">
          {e.kept_in === "file" && <Note tone="plain" title="It is in the configuration file.">{" "}Change, rotate or remove it there, then run <code>weir reload</code>. What is made here lives in the store.</Note>}
          <Facts of={[
            ["URL", <bdi class="mono">{e.url}</bdi>],
            ["Event types", <span class="chips">{e.events.map((type) => <Badge key={type}>{type}</Badge>)}</span>],
            ["Integrations", e.integrations.length === 0 ? "All" : <span class="chips">{e.integrations.map((id) => <Link key={id} href={at`/integrations/${id}`}>{id}</Link>)}</span>],
            ["Further headers", e.headers.length === 0 ? "None" : e.headers.join(", ")],
            ["Order", (orders.find(([value]) => value === e.order)?.[1] ?? e.order).split(":")[0]],
            ["At once, at most", e.concurrency],
            ["Waits for an answer", e.timeout_ms > 0 ? duration(e.timeout_ms) : "As the daemon’s setting"],
            ["Private addresses", e.allow_private ? "Allowed" : "Not allowed"],
            ["Secrets that sign", <>{e.secrets.length === 1 ? "One" : e.secrets.length}{e.secrets.filter((s) => !s.newest).map((s, i) => <div class="muted" key={i}>a former one {s.valid_until ? <>ends <Ago at={s.valid_until} /></> : "has no end"}</div>)}</>],
            ["Last delivered", <Ago at={e.last_delivered_at} none="never" />],
            ["Last failed", <Ago at={e.last_failed_at} none="never" />],
            ...(e.created_at ? [["Made", <Ago at={e.created_at} />] as [string, ComponentChild]] : []),
          ]} />
        </div>
      </Card>
      {editing && <EndpointForm endpoint={e} onClose={() => setEditing(false)} onSaved={() => { setEditing(false); onSaved(); }} />}
    </>
  );
}
