import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useAddress } from "../../kit/address";
import { at } from "../../kit/api";
import { useEvery, useList } from "../../kit/load";
import { Ago, count, duration } from "../../kit/time";
import { Badge, Button, Card, Empty, PageHead, Table, Tabs, type Column } from "../../kit/ui";
import "../../styles/logs.css";
import "../../styles/webhooks.css";
import { useMay } from "../session";
import { EndpointForm } from "../webhooks/form";
import { Letters } from "../webhooks/letters";
import { SecretDialog } from "../webhooks/secret";
import { stateTone, stateWord, type Endpoint, type Hour } from "../webhooks/types";

const REFRESH_MS = 15000;

/* A day in 24 columns: how much, and how much of it failed. */
function Pulse({ hours }: { hours: Hour[] }) {
  const most = Math.max(1, ...hours.map((h) => h.delivered + h.failed));
  const tall = (n: number) => (n === 0 ? 0 : Math.max(2, (n / most) * 24));
  return (
    <svg class="pulse" width="120" height="26" viewBox="0 0 120 26" aria-hidden="true">
      {hours.map((h, i) => {
        const all = tall(h.delivered + h.failed);
        const bad = h.failed > 0 ? Math.max(2, all * (h.failed / (h.delivered + h.failed))) : 0;
        return (
          <g key={h.at}>
            <rect class="none" x={i * 5} y={24} width="4" height="1" />
            {all > 0 && <rect class="good" x={i * 5} y={25 - all} width="4" height={all} />}
            {bad > 0 && <rect class="bad" x={i * 5} y={25 - bad} width="4" height={bad} />}
          </g>
        );
      })}
    </svg>
  );
}

export function Webhooks() {
  const [address, set] = useAddress();
  const mayAdmin = useMay("admin");
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Endpoint>();
  const list = useList<Endpoint>("endpoints", { limit: 100 });
  const tab = address.tab ?? "endpoints";
  const columns: Column<Endpoint>[] = [
    { head: "Endpoint", kind: "wide", cell: (e) => <div class="endpoint-cell"><div class="row"><Link href={at`/webhooks/${e.name}`}><strong>{e.name}</strong></Link>{e.kept_in === "file" && <span class="muted small">in the configuration</span>}</div><div class="muted mono"><bdi>{e.url}</bdi></div></div> },
    { head: "State", kind: "narrow", cell: (e) => <Badge tone={stateTone[e.state]}>{stateWord[e.state] ?? e.state}</Badge> },
    { head: "Last 24 hours", kind: "narrow", cell: (e) => <Pulse hours={e.hours} /> },
    { head: "Success", kind: "number", cell: (e) => (e.last_24_hours.success_percent === null ? <span class="muted">–</span> : `${e.last_24_hours.success_percent} %`) },
    { head: "95 of 100", kind: "number", cell: (e) => (e.last_24_hours.p95_ms === null ? <span class="muted">–</span> : `≤ ${duration(e.last_24_hours.p95_ms)}`) },
    { head: "Waiting", kind: "number", cell: (e) => count(e.waiting) },
    { head: "Last delivered", kind: "narrow", cell: (e) => <Ago at={e.last_delivered_at} none="never" /> },
  ];
  const add = mayAdmin && <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>Add an endpoint</Button>;
  useEvery(REFRESH_MS, () => { if (tab === "endpoints" && !adding && made === undefined && list.more === null) { list.reload(); } });

  return (
    <>
      <PageHead title="Webhooks" lead="Where your application is told of changes. Each message is signed, tried again, and kept when it is given up." actions={add} />
      <Tabs label="Parts" current={tab} onPick={(to) => set({ tab: to === "endpoints" ? null : to })}
        tabs={[["endpoints", "Endpoints"], ["dead", "Dead letters"], ["waiting", "Waiting"], ["delivered", "Delivered"]]} />
      {tab === "endpoints" ? (
        <Card flush>
          <Table label="Endpoints" columns={columns} rows={list.rows} rowKey={(e) => e.name} loading={list.loading} error={list.error} again={list.reload} more={list.more}
            empty={<Empty title="No endpoint yet">Add the address of your application: from then on it is told of each change within seconds.{add}</Empty>} />
        </Card>
      ) : (tab === "dead" || tab === "waiting" || tab === "delivered") && <Letters key={tab} state={tab} />}
      {adding && <EndpointForm onClose={() => setAdding(false)} onSaved={(saved) => { setAdding(false); setMade(saved); list.reload(); }} />}
      {made?.secret && <SecretDialog name={made.name} secret={made.secret} onClose={() => setMade(undefined)} />}
    </>
  );
}
