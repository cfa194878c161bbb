import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { useEvery, useLoad } from "../../kit/load";
import { sentence } from "../../kit/text";
import { Ago, count, duration } from "../../kit/time";
import { act } from "../../kit/toast";
import { Badge, Button, Card, Confirm, CopyButton, Empty, Facts, Failure, Loading, Note } from "../../kit/ui";
import { useMay } from "../session";
import { LinkFor } from "./links";
import { subscriptionWord, type Integration, type Subscription } from "./types";

function Callback({ url }: { url: string }) {
  return <div class="copy-row"><code>{url}</code><CopyButton text={url} label="Copy the address" /></div>;
}

function Steps({ of, onLink }: { of: Subscription; onLink: (() => void) | null }) {
  const open = of.state !== "active";
  return (
    <Card title="Set-up steps at the tool" actions={onLink && <Button icon="external" onClick={onLink}>Open the set-up steps</Button>}>
      <p class="muted">
        {open ? "A person has to do these at the tool. The set-up page leads through them, takes what has to be pasted back, and waits for the first delivery."
          : "They are done: deliveries come in."}
      </p>
      <ol class="setup-steps">
        {of.steps.map((step, i) => (
          <li key={i}>
            <strong>{step.title}</strong>
            <div class="muted">{step.text}</div>
            {step.copy && <div class="copy-row"><span>{step.copy}:</span>
              {step.value ? <><code>{step.value}</code><CopyButton text={step.value} /></> : <span class="muted">a secret, shown on the set-up page</span>}</div>}
            {step.paste && <div class="muted">What the tool shows is pasted on the set-up page.</div>}
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The tool's subscription: what it was asked to tell, and whether it does. */
export function Updates({ of }: { of: Integration }) {
  const may = useMay("operate");
  const { data, error, reload, refresh } = useLoad<Subscription>(at`subscriptions/${of.id}`);
  const [removing, setRemoving] = useState(false);
  const [linking, setLinking] = useState(false);
  useEvery(5000, refresh);
  if (!data) {
    return error ? <Failure error={error} again={reload} /> : <Card><Loading /></Card>;
  }
  const word = subscriptionWord(data.state);
  const ensure = () => act(admin.post(at`subscriptions/${of.id}/ensure`), "It is looked at now, and put right if it has to be.", reload);
  const isThere = data.state !== "none" && data.state !== "removed";
  return (
    <div class="stack">
      <Card title={<>Webhook at {of.label} <Badge tone={word.tone}>{word.text}</Badge> <Badge>{data.automatic ? "automatic" : "manual"}</Badge></>}
        actions={may && (
          <>
            {data.automatic && <Button icon="replay" onClick={ensure}>{isThere ? "Check and repair now" : "Make it now"}</Button>}
            {data.automatic && isThere && <Button kind="danger" icon="trash" onClick={() => setRemoving(true)}>Remove</Button>}
          </>
        )}>
        <div class="stack">
          {data.reason && <Note tone={word.tone === "good" ? "plain" : word.tone}>{sentence(data.reason)}</Note>}
          {data.state === "removed" && <Note tone="warn">It was removed by a person and stays so until it is made again. Until then the tool is synced every 3 hours.</Note>}
          <Facts of={[
            ["Active since", <Ago at={data.active_since} />],
            ["Last delivery", <Ago at={data.last_delivery} none="none yet" />],
            ["Last checked", <Ago at={data.checked_at} none="not yet" />],
            ["Silence is unusual from", data.silent_at
              ? <><Ago at={data.silent_at} /> {data.usual_pause_ms > 0 && <span class="muted">usually a delivery every {duration(data.usual_pause_ms)}</span>}</> : <span class="muted">not learned yet</span>],
            ["Missed changes", <>{count(data.missed_changes)} <span class="muted">found by a sync, told by no delivery</span></>],
            ["Its id at the tool", data.remote_id ? <span class="mono">{data.remote_id}</span> : <span class="muted">–</span>],
          ]} />
          <div><h3>Deliveries go to</h3><Callback url={data.callback_url} /></div>
          <div>
            <h3>Events ({data.events.length})</h3>
            {data.events.length === 0 ? <p class="muted">The scope needs none of the tool's events.</p>
              : <div class="chips">{data.events.map((event) => <span class="chip" key={event}>{event}</span>)}</div>}
          </div>
        </div>
      </Card>
      {data.steps.length > 0 ? <Steps of={data} onLink={may ? () => setLinking(true) : null} />
        : !data.automatic && <Card><Empty title="This tool has no webhooks">Its data is kept up to date by syncs alone.</Empty></Card>}
      {linking && <LinkFor id={of.id} kind="setup-link" onClose={() => setLinking(false)} />}
      {removing && (
        <Confirm title="Remove the webhook?" action="Remove it" onClose={() => setRemoving(false)}
          run={() => admin.post(at`subscriptions/${of.id}/remove`).then(reload)}>
          {of.label} tells nothing any more: changes are found by a sync every 3 hours. It can be made again at any time.
        </Confirm>
      )}
    </div>
  );
}
