import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useAddress } from "../../kit/address";
import { admin, at, withQuery, type Page } from "../../kit/api";
import { Choice } from "../../kit/choice";
import { Json } from "../../kit/json";
import { useLoad } from "../../kit/load";
import { Readable, isEmpty } from "../../kit/readable";
import { Ago } from "../../kit/time";
import { act } from "../../kit/toast";
import { Badge, Button, Card, CopyButton, Empty, Facts, Failure, Loading, PageHead, Switch, Tabs } from "../../kit/ui";
import "../../styles/admin.css";
import "../../styles/logs.css";
import { History } from "../data/history";
import { titleOf, type Models, type Row } from "../data/types";
import { useMay } from "../session";

/* What every record has is told apart from what it says. */
function ownMembers(row: Row): Record<string, unknown> {
  const { id: _id, remote_id: _remote, changed_at: _changed, remote_deleted_at: _deleted, ...own } = row;
  return own;
}

function Content({ row }: { row: Row }) {
  const [as, setAs] = useState("readable");
  const [full, setFull] = useState(false);
  const own = ownMembers(row);
  const empty = Object.values(own).filter(isEmpty).length;
  return (
    <Card title="As the API gives it" actions={(
      <>
        {as === "readable" && empty > 0 && <Switch label="Empty fields, too" on={full} onChange={setFull} />}
        <Choice label="How it is shown" value={as} onValue={setAs} options={[["readable", "Readable"], ["json", "JSON"]]} />
      </>
    )}>
      {as === "json" ? <Json value={row} label="The record as JSON" /> : <Readable value={own} full={full} />}
    </Card>
  );
}

/** One record as the API gives it, and how it became so. */
export function Record({ params }: { params: { integration: string; model: string; id: string } }) {
  const [integration, model, id] = [params.integration, params.model, params.id].map(decodeURIComponent) as [string, string, string];
  const mayFetch = useMay("operate");
  const { data, error, loading, reload } = useLoad<Page<Row>>(at`integrations/${integration}/records/${model}`, { ids: id, include_deleted: true });
  const [turn, setTurn] = useState(0);
  const [address, set] = useAddress();
  const tab = address.tab === "changes" ? "changes" : "record";
  const label = useLoad<Models>("models").data?.models.find((m) => m.name === model)?.label ?? model;
  const row = data?.results[0];
  const back = { href: withQuery("/data", { integration, model }), label };
  const again = () => { reload(); setTurn((n) => n + 1); };
  const fetchAgain = () => act(admin.post(at`integrations/${integration}/refetch`, { model, remote_id: row?.remote_id }), "The tool is asked for it again", again);

  return (
    <>
      <PageHead back={back} title={row ? <span class="row"><bdi>{titleOf(row).slice(0, 120)}</bdi> {row.remote_deleted_at && <Badge tone="bad">deleted</Badge>}</span> : label}
        lead={<><code>{model}</code> of <Link href={at`/integrations/${integration}`}><bdi>{integration}</bdi></Link></>}
        actions={row && (
          <>
            <Button icon="replay" onClick={again}>Look again</Button>
            {mayFetch && row.remote_id && <Button icon="replay" kind="primary" onClick={fetchAgain}>Fetch from the tool</Button>}
          </>
        )} />
      <Failure error={error} again={reload} />
      {!data && loading && <Card><Loading lines={6} /></Card>}
      {row && (
        <Card>
          <Facts of={[
            ["Id", <span class="copy-line"><span class="mono">{row.id}</span> <CopyButton text={row.id} /></span>],
            ["Id at the tool", row.remote_id ? <span class="copy-line"><bdi class="mono">{row.remote_id}</bdi> <CopyButton text={row.remote_id} /></span> : <span class="muted">–</span>],
            ["Changed", <Ago at={row.changed_at} />],
            ["Deleted at the tool", <Ago at={row.remote_deleted_at} none="no" />],
          ]} />
        </Card>
      )}
      {(row || data) && <Tabs label="Parts of the record" current={tab} onPick={(to) => set({ tab: to === "record" ? null : to })} tabs={[["record", "Record"], ["changes", "Changes"]]} />}
      {tab === "record" && row && <Content row={row} />}
      {tab === "record" && data && !row && <Card><Empty title="There is no such record">It may have been erased, or its integration was read anew. What is known of its changes is under “Changes”.</Empty></Card>}
      {tab === "changes" && <History key={turn} integration={integration} id={id} />}
    </>
  );
}
