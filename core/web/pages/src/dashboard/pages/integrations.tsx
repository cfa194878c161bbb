import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useAddress } from "../../kit/address";
import { at, type Page } from "../../kit/api";
import { TypedField } from "../../kit/fields";
import { useList, useLoad } from "../../kit/load";
import { Ago } from "../../kit/time";
import { Badge, Button, Card, Empty, PageHead, SelectField, State, Table, type Column } from "../../kit/ui";
import "../../styles/operate.css";
import { CreateIntegration } from "../integrations/create";
import { MakeLink } from "../integrations/links";
import { everyWord, lastSync, subscriptionWord, whyWord, type Connector, type Integration } from "../integrations/types";
import { useMay, useMayWhole } from "../session";

function Name({ of }: { of: Integration }) {
  return (
    <div class="named name">
      <Link href={at`/integrations/${of.id}`} title={of.organization ?? ""}><bdi>{of.organization || of.id}</bdi></Link>
      <span class="mono muted"><bdi>{of.id}</bdi></span>
    </div>
  );
}

function States({ of }: { of: Integration }) {
  return (
    <div class="badges">
      <State of={of.state} />
      {of.qa_status === "FAILED" && <Badge tone="bad">quality check failed</Badge>}
      {of.setup_status !== "COMPLETED" && <Badge tone="warn">set-up open</Badge>}
      {of.connector.error && <Badge tone="bad">no connector</Badge>}
      {of.problem && of.state === "ACTIVE" && <Badge tone="warn">problem</Badge>}
    </div>
  );
}

function Updates({ of }: { of: Integration }) {
  const word = subscriptionWord(of.subscription.state);
  return <Badge tone={word.tone}>{word.text}</Badge>;
}

function NextSync({ of }: { of: Integration }) {
  return (
    <div class="named">
      {of.state === "ACTIVE" ? <span><Ago at={of.sync.next_at} none="soon" /> <span class="muted">({everyWord(of.sync.every_s)})</span></span> : <span class="muted">not synced</span>}
      {of.sync.why && <span class="muted why">{whyWord(of.sync)}</span>}
    </div>
  );
}

const columns: Column<Integration>[] = [
  { head: "Integration", cell: (i) => <Name of={i} /> },
  { head: "Tool", cell: (i) => i.label, kind: "narrow" },
  { head: "State", cell: (i) => <States of={i} /> },
  { head: "Real-time updates", cell: (i) => <Updates of={i} /> },
  { head: "Last delivery", cell: (i) => <Ago at={i.last_delivery} none="never" />, kind: "narrow" },
  { head: "Last sync", cell: (i) => <Ago at={lastSync(i)} none="never" />, kind: "narrow" },
  { head: "Next sync, and why", cell: (i) => <NextSync of={i} />, kind: "wide" },
];

export function Integrations() {
  const mayLink = useMay("operate");
  const isWhole = useMayWhole("read");
  const mayCreate = useMayWhole("admin");
  const [address, set] = useAddress();
  const text = address.text ?? "";
  const tool = address.tool ?? "";
  const state = address.state ?? "any";
  const [dialog, setDialog] = useState<"link" | "create">();
  const connectors = useLoad<Page<Connector>>(isWhole ? "connectors" : null, { limit: 1000 });
  const list = useList<Integration>("integrations", { text, tool, state, limit: 50 });
  const isFiltered = text !== "" || tool !== "" || state !== "any";
  const clear = () => set({ text: null, tool: null, state: null });
  return (
    <>
      <PageHead title="Integrations" lead="Each is one customer's account of a tool."
        actions={(mayLink || mayCreate) && (
          <>
            {mayCreate && <Button icon="plus" onClick={() => setDialog("create")}>Create</Button>}
            {mayLink && <Button kind="primary" icon="external" onClick={() => setDialog("link")}>Make a connection link</Button>}
          </>
        )} />
      <div class="filters">
        <TypedField search label="Search" value={text} onValue={(to) => set({ text: to })} placeholder="Customer, id, your own id, tool" />
        {isWhole && <SelectField label="Tool" value={tool} onValue={(to) => set({ tool: to })}
          options={[["", "All"], ...(connectors.data?.results ?? []).map((c): [string, string] => [c.tool, c.label ?? c.tool])]} />}
        <SelectField label="State" value={state} onValue={(to) => set({ state: to === "any" ? null : to })}
          options={[["any", "All"], ["ACTIVE", "Active"], ["INVALID", "Credentials refused"], ["INACTIVE", "Switched off"]]} />
      </div>
      <Card flush>
        <div class="dense"><Table label="Integrations" columns={columns} rows={list.rows} rowKey={(i) => i.id} loading={list.loading} more={list.more} error={list.error} again={list.reload}
          empty={isFiltered
            ? <Empty title="None fits">Nothing has that text, tool and state. <Button small onClick={clear}>Show all</Button></Empty>
            : <Empty title="No integration yet">{mayLink ? "Make a connection link and send it to a customer." : "Somebody who may has to connect a customer's tool."} <Link href="/">What to do first</Link></Empty>} /></div>
      </Card>
      {dialog === "link" && <MakeLink onClose={() => setDialog(undefined)} />}
      {dialog === "create" && <CreateIntegration onClose={() => setDialog(undefined)} />}
    </>
  );
}
