import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { pathPart, useAddress } from "../../kit/address";
import { admin, at } from "../../kit/api";
import { useEvery, useLoad } from "../../kit/load";
import { Ago, count } from "../../kit/time";
import { act } from "../../kit/toast";
import { Badge, Button, Card, Empty, Failure, Loading, Note, PageHead, Tabs } from "../../kit/ui";
import "../../styles/logs.css";
import "../../styles/webhooks.css";
import { useMay } from "../session";
import { Attempts } from "../webhooks/attempts";
import { Letters } from "../webhooks/letters";
import { EndpointOverview } from "../webhooks/overview";
import { RemoveDialog } from "../webhooks/remove";
import { RotateDialog } from "../webhooks/rotate";
import { SecretDialog } from "../webhooks/secret";
import { TestDialog } from "../webhooks/test";
import { stateTone, stateWord, type Endpoint } from "../webhooks/types";
import { Verify } from "../webhooks/verify";

const back = { href: "/webhooks", label: "Webhooks" };
const REFRESH_MS = 10000;

function Trouble({ of: e }: { of: Endpoint }) {
  if (e.state === "disabled") {
    return <Note tone="warn" title={e.reason ? "It is disabled:" : "It is disabled."}>{" "}{e.reason && <><bdi>{e.reason}</bdi>.</>} What is due for it waits{e.waiting > 0 && <>: {count(e.waiting)} so far</>}.</Note>;
  }
  if (e.failures > 0) {
    return (
      <Note tone={e.probing ? "bad" : "warn"} title={`${count(e.failures)} attempt${e.failures === 1 ? "" : "s"} in a row failed${e.failing_since ? "," : "."}`}>
        {e.failing_since && <> since <Ago at={e.failing_since} />.</>} {e.last_error && <bdi>{e.last_error}.</bdi>}
        {e.probing && <> It is only probed until it answers again.</>}
        {e.disables_at && <> If it goes on, it is disabled <Ago at={e.disables_at} />.</>}
      </Note>
    );
  }
  return null;
}

type Open = "test" | "rotate" | "remove" | { secret: string; until?: string };

export function Webhook() {
  const name = pathPart(2);
  const [address, set] = useAddress();
  const [, go] = useLocation();
  const [open, setOpen] = useState<Open>();
  const mayOperate = useMay("operate");
  const mayAdmin = useMay("admin");
  const { data: e, error, reload } = useLoad<Endpoint>(at`endpoints/${name}`);
  const tab = address.tab ?? "overview";
  useEvery(REFRESH_MS, () => { if (tab === "overview" && open === undefined) { reload(); } });

  if (!e) {
    return (
      <>
        <PageHead back={back} title={name} />
        {error?.status === 404 ? <Card><Empty title="There is no such endpoint"><a href="/webhooks">To all endpoints</a></Empty></Card> : error ? <Failure error={error} again={reload} /> : <Card><Loading lines={5} /></Card>}
      </>
    );
  }
  const isOwn = e.kept_in === "store";
  const isOn = e.enabled && !e.disabled;
  return (
    <>
      <PageHead back={back} title={<span class="row"><bdi>{e.name}</bdi> <Badge tone={stateTone[e.state]}>{stateWord[e.state] ?? e.state}</Badge></span>} lead={<bdi class="mono">{e.url}</bdi>}
        actions={mayOperate && (
          <>
            <Button kind="primary" icon="play" onClick={() => setOpen("test")}>Send a test</Button>
            <Button onClick={() => act(admin.post(at`endpoints/${name}/${isOn ? "disable" : "enable"}`), isOn ? "Disabled. What is due waits." : "Enabled", reload)}>{isOn ? "Disable" : "Enable"}</Button>
            {mayAdmin && isOwn && <Button icon="keys" onClick={() => setOpen("rotate")}>Rotate the secret</Button>}
            {mayAdmin && isOwn && <Button kind="danger" icon="trash" onClick={() => setOpen("remove")}>Remove</Button>}
          </>
        )} />
      <Trouble of={e} />
      <Tabs label="Parts of the endpoint" current={tab} onPick={(to) => set({ tab: to === "overview" ? null : to })}
        tabs={[["overview", "Overview"], ["attempts", "Attempts"], ["waiting", <>Waiting {e.waiting > 0 && <Badge>{count(e.waiting)}</Badge>}</>], ["dead", "Dead letters"], ["delivered", "Delivered"], ["verify", "Check a signature"]]} />
      {tab === "overview" && <EndpointOverview of={e} mayChange={mayAdmin && isOwn} onSaved={reload} />}
      {tab === "attempts" && <Attempts endpoint={name} />}
      {(tab === "waiting" || tab === "dead" || tab === "delivered") && <Letters key={tab} state={tab} endpoint={name} />}
      {tab === "verify" && <Verify name={name} />}
      {open === "test" && <TestDialog name={name} onClose={() => { setOpen(undefined); reload(); }} />}
      {open === "remove" && <RemoveDialog endpoint={e} onClose={() => setOpen(undefined)} onRemoved={() => go("/webhooks")} />}
      {open === "rotate" && <RotateDialog endpoint={e} onClose={() => setOpen(undefined)} onRotated={(made) => {
        const until = made.secrets.find((s) => !s.newest)?.valid_until;
        setOpen(made.secret ? { secret: made.secret, ...(until ? { until } : {}) } : undefined);
        reload();
      }} />}
      {typeof open === "object" && <SecretDialog name={name} secret={open.secret} {...(open.until ? { rotatedUntil: open.until } : {})} onClose={() => setOpen(undefined)} />}
    </>
  );
}
