import { Link } from "wouter-preact";
import { at } from "../../kit/api";
import { count } from "../../kit/time";
import { Badge, Card, Empty, State, Table, type Column } from "../../kit/ui";
import { failedShare, type OnIt } from "./types";

/** The integrations that run on a connector, and those that still run on an earlier one. */
export function Users({ of, generation }: { of: OnIt[]; generation: number }) {
  const columns: Column<OnIt>[] = [
    { head: "Integration", cell: (i) => <Link href={at`/integrations/${i.id}`}><bdi>{i.id}</bdi></Link> },
    { head: "State", kind: "narrow", cell: (i) => <State of={i.state} /> },
    { head: "Runs on", cell: (i) => (
      <div class="two-lines"><span>{i.version ?? "–"} {i.generation < generation && <Badge tone="warn">generation {i.generation} of {generation}</Badge>}</span>
        {i.held_back && <span class="muted small-text"><bdi>{i.held_back}</bdi></span>}</div>) },
    { head: "Calls", kind: "number", cell: (i) => count(i.calls) },
    { head: "Failed", kind: "number", cell: (i) => failedShare(i) },
    { head: "Last failure", kind: "wide", cell: (i) => (i.last_failure ? <div class="two-lines"><code>{i.last_failure.call}</code><span class="small-text"><bdi>{i.last_failure.message}</bdi></span></div> : <span class="muted">none</span>) },
  ];
  return (
    <Card flush>
      <Table label="Integrations on it" columns={columns} rows={of} rowKey={(i) => i.id}
        empty={<Empty title="No integration runs on it">Connect a customer's tool under <Link href="/integrations">Integrations</Link>.</Empty>} />
    </Card>
  );
}
