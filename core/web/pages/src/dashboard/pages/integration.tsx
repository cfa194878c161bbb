import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { pathPart, useAddress } from "../../kit/address";
import { admin, at } from "../../kit/api";
import { useEvery, useLoad } from "../../kit/load";
import { sentence } from "../../kit/text";
import { Ago } from "../../kit/time";
import { act, toast } from "../../kit/toast";
import { Badge, Button, Card, Confirm, Facts, Failure, Loading, Note, PageHead, State, Tabs } from "../../kit/ui";
import "../../styles/operate.css";
import { Credentials } from "../integrations/credentials";
import { LinkFor } from "../integrations/links";
import { IntegrationLog } from "../integrations/log";
import { Scope } from "../integrations/scope";
import { Syncs } from "../integrations/syncs";
import { everyWord, lastSync, whyWord, type Integration as Data } from "../integrations/types";
import { Updates } from "../integrations/updates";
import { useMay } from "../session";

const tabs: [string, string][] = [["updates", "Real-time updates"], ["syncs", "Syncs"], ["scope", "Scope"], ["credentials", "Credentials"], ["log", "Log"]];
const back = { href: "/integrations", label: "Integrations" };

/** What is wrong with it, and what to do. */
function Troubles({ of, onPassed }: { of: Data; onPassed: () => void }) {
  const may = useMay("operate");
  const pass = () => act(admin.post(at`integrations/${of.id}/pass-qa`), "Its data can be read now.", onPassed);
  return (
    <>
      {of.connector.error && <Note tone="bad" title="Its connector is not loaded.">{sentence(of.connector.error)}</Note>}
      {of.state === "INVALID" && <Note tone="bad" title="The tool refuses its credentials.">{sentence(of.problem)} Enter new ones, or send a reconnect link.</Note>}
      {of.state !== "INVALID" && of.problem && <Note tone="warn" title="Something is wrong.">{sentence(of.problem)}</Note>}
      {of.qa_status === "FAILED" && (
        <Note tone="warn" title="The quality check failed, so its data cannot be read.">
          {sentence(of.qa_reason)} {may && <Button small onClick={pass}>Let its data be read</Button>}
        </Note>
      )}
      {of.paused && <Note tone="plain" title="It is switched off.">Its tool is not called; deliveries wait in the inbox.</Note>}
      {of.connector.held_back && <Note tone="warn" title="It stays on an earlier version of its connector.">{sentence(of.connector.held_back)}</Note>}
    </>
  );
}

function Actions({ of, reload }: { of: Data; reload: () => void }) {
  const [, go] = useLocation();
  const mayOperate = useMay("operate");
  const mayAdmin = useMay("admin");
  const [open, setOpen] = useState<"relink" | "delete">();
  const isFile = of.kept_in === "file";
  const turn = (to: "enable" | "disable") =>
    act(admin.post(at`integrations/${of.id}/` + to), to === "enable" ? "It is switched on." : "It is switched off.", reload);
  return (
    <>
      {mayOperate && (of.paused
        ? <Button icon="play" onClick={() => turn("enable")}>Resume</Button>
        : <Button icon="pause" onClick={() => turn("disable")}>Pause</Button>)}
      {mayOperate && !isFile && <Button icon="external" onClick={() => setOpen("relink")}>Reconnect link</Button>}
      {mayAdmin && !isFile && <Button kind="danger" icon="trash" onClick={() => setOpen("delete")}>Delete</Button>}
      {open === "relink" && <LinkFor id={of.id} kind="relink" onClose={() => setOpen(undefined)} />}
      {open === "delete" && (
        <Confirm title="Delete this integration?" action="Delete it" word={of.id} onClose={() => setOpen(undefined)}
          run={() => admin.del(at`integrations/${of.id}`).then(() => { toast.done(`${of.id} is deleted.`); go("/integrations"); })}>
          Its webhook at {of.label} is removed, its credentials are erased, and your application is told. Its data can be read no more and is erased 14 days later.
        </Confirm>
      )}
    </>
  );
}

function Summary({ of }: { of: Data }) {
  return (
    <Card>
      <Facts of={[
        ["Tool", <>{of.label} <span class="muted">{of.connector.version ? `connector ${of.connector.version}` : ""}</span></>],
        ["Last delivery", <Ago at={of.last_delivery} none="none yet" />],
        ["Last sync", <Ago at={lastSync(of)} none="none yet" />],
        ["Next sync", of.state === "ACTIVE" ? <><Ago at={of.sync.next_at} none="soon" />, <span class="muted">{everyWord(of.sync.every_s)}</span></> : <span class="muted">not synced</span>],
        ["Why then", <span class="muted">{whyWord(of.sync) || "–"}</span>],
        ["Made", <><Ago at={of.created_at} />, <span class="muted">kept in the {of.kept_in === "file" ? "configuration file" : "store"}</span></>],
      ]} />
    </Card>
  );
}

export function Integration() {
  const id = pathPart(2);
  const [address, set] = useAddress();
  const current = tabs.find(([tab]) => tab === address.tab)?.[0] ?? "updates";
  const { data, error, reload, refresh } = useLoad<Data>(at`integrations/${id}`);
  useEvery(5000, refresh);
  if (!data) {
    return <><PageHead title={id} back={back} />{error ? <Failure error={error} again={reload} /> : <Loading lines={6} />}</>;
  }
  return (
    <>
      <PageHead back={back} title={<bdi title={data.organization ?? ""}>{data.organization || data.id}</bdi>}
        lead={<span class="badges"><span class="mono">{data.id}</span> <State of={data.state} />
          {data.setup_status !== "COMPLETED" && <Badge tone="warn">set-up open</Badge>}{data.qa_status === "FAILED" && <Badge tone="bad">quality check failed</Badge>}</span>}
        actions={<Actions of={data} reload={reload} />} />
      <Failure error={error} again={reload} />
      {data.kept_in === "file" && (
        <Note tone="plain" title="It is in the configuration file.">
          So its credentials are changed and it is deleted there: edit the file, then run <code>weir reload</code>.
        </Note>
      )}
      <Troubles of={data} onPassed={reload} />
      <Summary of={data} />
      <Tabs label="Of this integration" tabs={tabs} current={current} onPick={(tab) => set({ tab: tab === "updates" ? null : tab })} />
      <div role="tabpanel" aria-label={tabs.find(([tab]) => tab === current)?.[1] ?? ""}>
        {current === "updates" && <Updates of={data} />}
        {current === "syncs" && <Syncs of={data} onChanged={refresh} />}
        {current === "scope" && <Scope key={data.scope} of={data} onChanged={reload} />}
        {current === "credentials" && <Credentials of={data} onChanged={reload} />}
        {current === "log" && <IntegrationLog of={data} />}
      </div>
    </>
  );
}
