import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { admin, at } from "../../kit/api";
import { Icon } from "../../kit/icons";
import { Json } from "../../kit/json";
import { Stamp, count, duration } from "../../kit/time";
import { act } from "../../kit/toast";
import { Button, Failure } from "../../kit/ui";
import { Outcome } from "../logs/outcome";
import { Answer, Requests } from "../logs/requests";
import { useMay, useMayWhole } from "../session";
import { stageIcons, stageTitle, type Stage } from "./types";

/* ---- what is looked up when it is asked for ---- */

function useAsked<T>(ask: () => Promise<T>) {
  const [state, setState] = useState<{ data?: T; error?: Error; busy?: boolean }>({});
  const run = () => {
    setState({ busy: true });
    ask().then((data) => setState({ data }), (error: Error) => setState({ error }));
  };
  return { ...state, run };
}

/** The message as it was, or will be, sent. */
export function Message({ id }: { id: string }) {
  const { data, error, busy, run } = useAsked(() => admin.get<{ body: unknown }>(at`notifications/${id}`));
  if (data) {
    return <Json value={data.body} label="The message" />;
  }
  return <><Failure error={error} /><div><Button small busy={!!busy} onClick={run}>Show the message</Button></div></>;
}

/* The record as it is now, for those who may read it: the log keeps no values. */
function Values({ integration, stage }: { integration: string; stage: Stage }) {
  const { data, error, busy, run } = useAsked(async () => {
    const page = await admin.get<{ results: Record<string, unknown>[] }>(at`integrations/${integration}/records/${stage.model ?? ""}`,
      { ids: stage.id ?? "", include_deleted: true });
    const record = page.results[0];
    if (!record) {
      throw new Error("The record is not there any more.");
    }
    const fields = stage.fields?.filter((name) => name in record) ?? [];
    return fields.length > 0 ? Object.fromEntries(fields.map((name) => [name, record[name]])) : record;
  });
  if (data) {
    return <><p class="muted">As they are now:</p><Json value={data} label="Values as they are now" /></>;
  }
  return <><Failure error={error} /><div><Button small busy={!!busy} onClick={run}>Show the values of now</Button></div></>;
}

/* ---- what can be done from here ---- */

function Again({ stage, integration, onDone }: { stage: Stage; integration: string | null; onDone: () => void }) {
  if (stage.stage === "received" && stage.delivery !== undefined) {
    return <Button small icon="replay" onClick={() => act(admin.post("deliveries/replay", { number: stage.delivery }), "Its records are looked at again", onDone)}>Replay the delivery</Button>;
  }
  if (stage.stage === "fetch" && integration && stage.remote_id) {
    return <Button small icon="replay" onClick={() => act(admin.post(at`integrations/${integration}/refetch`, { model: stage.model, remote_id: stage.remote_id }), "The record is looked at again", onDone)}>Fetch again</Button>;
  }
  if (stage.stage === "notification" && stage.notification && stage.outcome !== "waiting") {
    return <Button small icon="replay" onClick={() => act(admin.post("notifications/replay", { id: stage.notification, state: "any" }), "It is sent again", onDone)}>Send again</Button>;
  }
  return null;
}

/* ---- one stage ---- */

function line(stage: Stage): ComponentChildren {
  switch (stage.stage) {
    case "received":
      return stage.own ? "Weir asked the tool what it had missed" : <>Delivery {stage.delivery}, {stage.bytes} bytes</>;
    case "verified":
      return "Its signature was right, and it was on disk before it was answered";
    case "event":
      return <><bdi>{stage.type}</bdi> {stage.id && <bdi class="mono muted">{stage.id}</bdi>}</>;
    case "fetch":
      return <>{stage.model} <bdi class="mono">{stage.remote_id}</bdi>{stage.fetch_us !== undefined && <> in {duration(stage.fetch_us / 1000)}</>}
        {(stage.tries ?? 1) > 1 && <>, try {stage.tries}</>}</>;
    case "change":
      return <>{stage.model} <bdi class="mono">{stage.remote_id}</bdi></>;
    case "notification":
      return <>To {stage.endpoint ? <Link href={at`/webhooks/${stage.endpoint}`}>{stage.endpoint}</Link> : "an endpoint that is gone"} <span class="mono muted">{stage.notification}</span></>;
    case "attempt":
      return <>Attempt {stage.attempt} at {stage.endpoint}{stage.status ? `: HTTP ${stage.status}` : ""}{stage.ms !== undefined && <> in {duration(stage.ms)}</>}</>;
    case "sync":
      return stage.count !== undefined ? <>{count(stage.count)} not found any more</> : <>{stage.model}{stage.page !== undefined && <>, page {stage.page}</>}{stage.records !== undefined && <>: {count(stage.records)} records</>}</>;
    default:
      return String(stage.detail ?? stage.type ?? "");
  }
}

export function StageView({ stage, integration, first, onDone }: { stage: Stage; integration: string | null; first: boolean; onDone: () => void }) {
  const mayFetch = useMay("operate");
  const mayReplay = useMayWhole("operate");
  const outcome = stage.outcome === "fetched" ? undefined : stage.outcome ?? stage.change; // "Fetched" says it already
  const error = stage.error === `HTTP ${stage.status}` ? undefined : stage.error;
  const bad = !!stage.error || ["dead", "aside", "refused"].includes(outcome ?? "");
  return (
    <li class={`stage ${bad ? "bad" : ""} ${stage.stage}`}>
      <div class="stage-gap">{first ? "" : stage.after_ms > 0 ? `+${duration(stage.after_ms)}` : "at once"}</div>
      <div class="stage-dot"><Icon name={stageIcons[stage.stage] ?? "next"} size={15} /></div>
      <div class="stage-body">
        <div class="stage-head">
          <h3>{stageTitle(stage.stage)}</h3>
          {outcome && <Outcome of={outcome} />}
          {stage.at && <Stamp at={stage.at} />}
        </div>
        <div class="stage-line">{line(stage)}</div>
        {error && <div class="log-error"><bdi>{error}</bdi></div>}
        {stage.fields && stage.fields.length > 0 && <div class="chips" aria-label="Fields that changed">{stage.fields.map((name) => <code key={name}>{name}</code>)}</div>}
        {stage.answer && <Answer text={stage.answer} />}
        {stage.requests && <Requests of={stage.requests} />}
        {stage.stage === "change" && integration && stage.change !== "gone" && <Values integration={integration} stage={stage} />}
        {stage.stage === "notification" && stage.notification && <Message id={stage.notification} />}
        {(stage.stage === "fetch" ? mayFetch : mayReplay) && <Again stage={stage} integration={integration} onDone={onDone} />}
      </div>
    </li>
  );
}
