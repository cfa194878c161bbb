import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { at } from "../../kit/api";
import { useEvery, useList } from "../../kit/load";
import { Ago, count } from "../../kit/time";
import { Badge, Button, Card, Empty, PageHead, Table, type Column } from "../../kit/ui";
import "../../styles/admin.css";
import "../../styles/logs.css";
import { ReloadDialog } from "../connectors/reload";
import { failedShare, type Connector } from "../connectors/types";
import { useMayWhole } from "../session";

const REFRESH_MS = 15000;

function LoadState({ of: c }: { of: Connector }) {
  return c.loaded
    ? c.error ? <Badge tone="warn">newer file refused</Badge> : <Badge tone="good">loaded</Badge>
    : <Badge tone="bad">not loaded</Badge>;
}

/* The path is on the connector's own page. */
const why = (c: Connector): string => (c.error?.startsWith(c.path) ? c.error.slice(c.path.length).trim() : c.error ?? "");

const columns: Column<Connector>[] = [
  { head: "Connector", cell: (c) => (
    <div class="named name"><Link href={at`/connectors/${c.tool}`}>{c.label ?? c.tool}</Link><span class="mono muted">{c.tool}</span>
      {c.error && <div class="log-error"><bdi>{why(c)}</bdi></div>}</div>) },
  { head: "State", kind: "narrow", cell: (c) => <LoadState of={c} /> },
  { head: "Version", kind: "narrow", cell: (c) => c.version ?? <span class="muted">–</span> },
  { head: "Contract", kind: "narrow", cell: (c) => c.contract ?? <span class="muted">–</span> },
  { head: "Integrations", kind: "number", cell: (c) => <>{count(c.integrations)} {c.behind > 0 && <Badge tone="warn">{c.behind} behind</Badge>}</> },
  { head: "Calls", kind: "number", cell: (c) => count(c.calls) },
  { head: "Failed", kind: "number", cell: (c) => failedShare(c) },
  { head: "Last failure", kind: "narrow", cell: (c) => <Ago at={c.last_failure?.at} none="none" /> },
];

export function Connectors() {
  const mayReload = useMayWhole("admin");
  const [reloading, setReloading] = useState(false);
  const list = useList<Connector>("connectors", { limit: 200 });
  useEvery(REFRESH_MS, () => { if (!reloading && list.more === null) { list.reload(); } });
  return (
    <>
      <PageHead title="Connectors" lead="Each is a file that knows one tool. A newer file is taken up without a restart; one that does not fit is refused, and the earlier one goes on."
        actions={mayReload && <Button icon="replay" onClick={() => setReloading(true)}>Reload all</Button>} />
      <Card flush>
        <Table label="Connectors" columns={columns} rows={list.rows} rowKey={(c) => c.path} loading={list.loading} error={list.error} again={list.reload} more={list.more}
          empty={<Empty title="No connector is there">Put their <code>.so</code> files into one of <code>connectors.path</code> of the configuration, then reload.</Empty>} />
      </Card>
      {reloading && <ReloadDialog onClose={() => { setReloading(false); list.reload(); }} />}
    </>
  );
}
