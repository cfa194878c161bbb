import { Link } from "wouter-preact";
import { Chart } from "../../kit/chart";
import { count, duration } from "../../kit/time";
import { Card, Stat } from "../../kit/ui";
import type { Latency, OverviewData, Queue, Rate } from "./types";

const perMinute = (rate: Rate) => `in the last hour, ${rate.per_minute.toFixed(rate.per_minute < 1 ? 2 : rate.per_minute < 10 ? 1 : 0)} a minute`;

export function Rates({ of }: { of: OverviewData }) {
  const hour = of.last_hour;
  return (
    <div class="stats">
      <Stat label="Deliveries" value={count(hour.deliveries.count)} note={perMinute(hour.deliveries)} />
      <Stat label="Events" value={count(hour.events.count)} note={perMinute(hour.events)} />
      <Stat label="Changes" value={count(hour.changes.count)} note={perMinute(hour.changes)} />
      <Stat label="Notifications" value={count(hour.notifications.count)} note={perMinute(hour.notifications)} />
    </div>
  );
}

/** Per minute over the last hour. */
export function Charts({ of }: { of: OverviewData }) {
  const now = Math.floor(Date.parse(of.at) / 60000) * 60;
  const minutes = of.last_hour.deliveries.minutes.map((_, i, all) => now - (all.length - 1 - i) * 60);
  return (
    <div class="grid two">
      <Card title="Coming in, per minute">
        <Chart label="Deliveries and events per minute" at={minutes} series={[
          { label: "Deliveries", color: "--chart-1", values: of.last_hour.deliveries.minutes },
          { label: "Events", color: "--chart-2", values: of.last_hour.events.minutes },
        ]} />
      </Card>
      <Card title="Going out, per minute">
        <Chart label="Changes and notifications per minute" at={minutes} series={[
          { label: "Changes", color: "--chart-3", values: of.last_hour.changes.minutes },
          { label: "Notifications", color: "--chart-4", values: of.last_hour.notifications.minutes },
        ]} />
      </Card>
    </div>
  );
}

function LatencyRow({ name, what, of }: { name: string; what: string; of: Latency }) {
  const shown = (ms: number | null) => (ms === null ? <span class="muted">–</span> : duration(ms));
  return (
    <tr>
      <th scope="row">{name}<div class="muted">{what}</div></th>
      <td class="number" data-head="Half within">{shown(of.p50_ms)}</td>
      <td class="number" data-head="95 % within">{shown(of.p95_ms)}</td>
      <td class="number" data-head="Count">{count(of.count)}</td>
    </tr>
  );
}

export function Latencies({ of }: { of: OverviewData["latency"] }) {
  return (
    <Card title="How long it takes, in the last hour" flush>
      <div class="table-box plain-rows" tabIndex={0} role="region" aria-label="How long it takes">
        <table>
          <thead><tr><th scope="col">From a tool's delivery until</th><th scope="col" class="number">Half within</th>
            <th scope="col" class="number">95 % within</th><th scope="col" class="number">Count</th></tr></thead>
          <tbody>
            <LatencyRow name="Acknowledged" what="it is on disk and answered" of={of.acknowledged} />
            <LatencyRow name="Stored" what="what changed was fetched and stored" of={of.stored} />
            <LatencyRow name="End to end" what="an endpoint took the notification" of={of.told} />
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const age = (queue: Queue) => (queue.count === 0 ? "nothing waits" : `the oldest for ${duration(queue.oldest_s * 1000)}`);
const isOld = (queue: Queue) => queue.count > 0 && queue.oldest_s > 300;

export function Queues({ of }: { of: OverviewData }) {
  return (
    <Card title="What waits">
      <div class="waits">
        <Stat label="Inbox" value={count(of.inbox.count)} note={age(of.inbox)} {...(isOld(of.inbox) ? { tone: "warn" as const } : {})} />
        <Stat label="Outbox" value={count(of.outbox.count)} note={age(of.outbox)} {...(isOld(of.outbox) ? { tone: "warn" as const } : {})} />
        <Stat label="Dead letters" value={count(of.dead_letters)} note={<Link href="/webhooks?tab=dead">given up, can be sent again</Link>}
          {...(of.dead_letters > 0 ? { tone: "bad" as const } : {})} />
        <Stat label="Set aside" value={count(of.set_aside)} note={<Link href="/logs?outcome=aside">what could not be dealt with</Link>} {...(of.set_aside > 0 ? { tone: "warn" as const } : {})} />
      </div>
    </Card>
  );
}

export function Fleet({ of }: { of: OverviewData }) {
  const part = (good: number, what: string, bad: number, worse: string) =>
    `${count(good)} ${what}${bad > 0 ? `, ${count(bad)} ${worse}` : ""}`;
  return (
    <div class="stats">
      <Stat label={<Link href="/integrations">Integrations</Link>} value={count(of.integrations.count)}
        note={part(of.integrations.active, "active", of.integrations.invalid, "with refused credentials")} />
      <Stat label={<Link href="/webhooks">Endpoints</Link>} value={count(of.endpoints.count)}
        note={part(of.endpoints.working, "working", of.endpoints.failing, "failing")} />
      <Stat label={<Link href="/connectors">Connectors</Link>} value={count(of.connectors.count)}
        note={part(of.connectors.loaded, "loaded", of.connectors.refused, "refused")} />
      <Stat label={<Link href="/data">Records</Link>} value={count(of.records)} note="kept, deleted ones included" />
    </div>
  );
}
