import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { at } from "../../kit/api";
import { useList, useLoad } from "../../kit/load";
import { Button, Card, Empty, PageHead, Table, type Column } from "../../kit/ui";
import "../../styles/admin.css";
import type { Models } from "../data/types";
import { MakeScope } from "../scopes/make";
import type { ScopeRow } from "../scopes/types";
import { useMayWhole } from "../session";

function Users({ of }: { of: string[] }) {
  if (of.length === 0) {
    return <span class="muted">none</span>;
  }
  return (
    <span class="users">
      {of.slice(0, 3).map((id) => <Link key={id} href={at`/integrations/${id}`}><bdi>{id}</bdi></Link>)}
      {of.length > 3 && <span class="muted">and {of.length - 3} more</span>}
    </span>
  );
}

export function Scopes() {
  const mayMake = useMayWhole("admin");
  const [, go] = useLocation();
  const [making, setMaking] = useState(false);
  const list = useList<ScopeRow>("scopes", { limit: 100 });
  const table = useLoad<Models>("models").data;
  const label = (name: string) => table?.models.find((m) => m.name === name)?.label ?? name;
  const columns: Column<ScopeRow>[] = [
    { head: "Scope", kind: "narrow", cell: (s) => <Link href={at`/scopes/${s.name}`}><strong>{s.name}</strong></Link> },
    { head: "What is read", kind: "wide", cell: (s) => (
      <div class="two-lines">
        <span>{table && s.enabled.length === table.models.length ? "All models" : `${s.enabled.length} model${s.enabled.length === 1 ? "" : "s"}`}</span>
        {table && s.enabled.length < table.models.length && <span class="muted small-text">{s.enabled.slice(0, 8).map(label).join(", ")}{s.enabled.length > 8 && ` and ${s.enabled.length - 8} more`}</span>}
      </div>) },
    { head: "Integrations", cell: (s) => <Users of={s.integrations} /> },
    { head: "Kept in", kind: "narrow", cell: (s) => (s.kept_in === "file" ? "configuration" : "store") },
  ];
  return (
    <>
      <PageHead title="Scopes" lead="A scope says which models and fields of an integration are read. What it leaves out is not asked for, not kept, and not shown."
        actions={mayMake && <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>Make a scope</Button>} />
      <Card flush>
        <Table label="Scopes" columns={columns} rows={list.rows} rowKey={(s) => s.name} loading={list.loading} error={list.error} again={list.reload} more={list.more}
          empty={<Empty title="No scope yet">Without one, everything that a connector delivers is read.</Empty>} />
      </Card>
      {making && <MakeScope onClose={() => setMaking(false)} onMade={(name) => go(at`/scopes/${name}`)} />}
    </>
  );
}
