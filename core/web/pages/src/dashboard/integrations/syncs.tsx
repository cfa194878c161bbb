import { useState } from "preact/hooks";
import { admin, at, type Page } from "../../kit/api";
import { useEvery, useLoad } from "../../kit/load";
import { Ago, count, duration } from "../../kit/time";
import { act } from "../../kit/toast";
import { Button, Card, Empty, State, Table, type Column } from "../../kit/ui";
import { useMay } from "../session";
import { everyWord, isUnderWay, whyWord, type Integration, type Sync } from "./types";

function took(sync: Sync): string {
  return sync.started_at && sync.ended_at ? duration(Date.parse(sync.ended_at) - Date.parse(sync.started_at)) : "–";
}

function Progress({ of }: { of: Sync }) {
  const hoped = of.records_expected ?? 0;
  const part = hoped > 0 ? Math.min(of.records / hoped, 0.99) : undefined;
  const said = part !== undefined ? `${Math.round(part * 100)} %, ${count(of.records)} of about ${count(hoped)} records` : `${count(of.records)} records`;
  return (
    <div class="progress">
      <progress aria-label="How far the sync is" max={1} {...(part !== undefined ? { value: part } : {})} />
      <div role="status">
        {of.state === "QUEUED" ? "Waits for its turn" : <>{said}{of.records_per_s ? `, ${count(of.records_per_s)} a second` : ""}{of.model ? <>; reads <code>{of.model}</code></> : ""}</>}
      </div>
    </div>
  );
}

const columns: Column<Sync>[] = [
  { head: "Started", cell: (s) => <Ago at={s.started_at} />, kind: "narrow" },
  { head: "Kind", cell: (s) => (s.type === "FULL" ? "Full" : "Delta") },
  { head: "State", cell: (s) => <><State of={s.state} />{s.message && <div class="muted why">{s.message}</div>}</> },
  { head: "Records", cell: (s) => count(s.records), kind: "number" },
  { head: "Changed", cell: (s) => count(s.changed), kind: "number" },
  { head: "Gone", cell: (s) => count(s.gone), kind: "number" },
  { head: "Set aside", cell: (s) => count(s.set_aside), kind: "number" },
  { head: "Took", cell: took, kind: "number" },
];

/** Syncs, with the one that is under way as it goes on. */
export function Syncs({ of, onChanged }: { of: Integration; onChanged: () => void }) {
  const may = useMay("operate");
  const [limit, setLimit] = useState(20);
  const { data, error, loading, reload, refresh } = useLoad<Page<Sync>>("syncs", { integration: of.id, limit });
  const rows = data?.results ?? [];
  const current = rows.find(isUnderWay);
  useEvery(current ? 1000 : 8000, () => { refresh(); if (current) { onChanged(); } });
  const start = (type: "FULL" | "DELTA") =>
    act(admin.post(at`integrations/${of.id}/sync`, { type }), type === "FULL" ? "A full sync begins." : "A delta sync begins.", reload);
  const cancel = () => act(admin.post(at`integrations/${of.id}/sync/cancel`), "The sync ends; what it has read stays.", reload);
  const isOff = of.state !== "ACTIVE";
  return (
    <div class="stack">
      <Card title={current ? `A ${current.type === "FULL" ? "full" : "delta"} sync is under way` : "Syncs"}
        actions={may && (current
          ? <Button kind="danger" icon="close" onClick={cancel}>Cancel it</Button>
          : <>
              <Button icon="play" disabled={isOff} onClick={() => start("DELTA")}>Delta sync now</Button>
              <Button icon="play" disabled={isOff} onClick={() => start("FULL")}>Full sync now</Button>
            </>)}>
        {current ? <Progress of={current} /> : (
          <p>
            {isOff ? "It is not synced. " : <>The next one is due <strong><Ago at={of.sync.next_at} none="soon" /></strong>, {everyWord(of.sync.every_s)}. </>}
            <span class="muted">{whyWord(of.sync)}</span>
          </p>
        )}
      </Card>
      <Card title="Past syncs" flush>
        <Table label="Syncs" columns={columns} rows={rows.filter((s) => !isUnderWay(s))} rowKey={(s) => s.id} loading={loading} error={error} again={reload}
          empty={<Empty title="No sync has ended yet" />} more={data?.next && limit < 1000 ? () => setLimit((n) => Math.min(n * 2, 1000)) : null} />
      </Card>
    </div>
  );
}
