import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { admin, at } from "../../kit/api";
import { Json } from "../../kit/json";
import { Stamp, duration } from "../../kit/time";
import { act } from "../../kit/toast";
import { Button, CopyButton, Dialog, Facts, Failure, Note } from "../../kit/ui";
import { useMay, useMayWhole } from "../session";
import { kindWord, summary, took, traceOf, type Entry } from "./entry";
import { Outcome } from "./outcome";
import { Requests } from "./requests";

export const traceHref = (id: string, by?: string) => at`/trace/${id}` + (by ? `?by=${by}` : "");

function facts(e: Entry): [string, ComponentChildren][] {
  const ms = took(e);
  const all: [string, ComponentChildren][] = [["Time", <Stamp at={e.at} />], ["Outcome", <Outcome of={e.outcome} />]];
  const add = (name: string, value: ComponentChildren) => {
    if (value !== undefined && value !== null && value !== "") {
      all.push([name, value]);
    }
  };
  add("Integration", e.integration && <Link href={at`/integrations/${e.integration}`}>{e.integration}</Link>);
  add("Delivery", e.delivery);
  add("Size", e.bytes !== undefined && e.kind === "delivery" ? `${e.bytes} bytes` : undefined);
  add("Record", e.kind === "fetch" && e.id ? <span class="mono">{e.id}</span> : undefined);
  add("Model", e.model);
  add("Id at the tool", e.remote_id && <bdi class="mono">{e.remote_id}</bdi>);
  add("Try", e.tries);
  add("Endpoint", e.endpoint && <Link href={at`/webhooks/${e.endpoint}`}>{e.endpoint}</Link>);
  add("Notification", e.notification && <span class="mono">{e.notification}</span>);
  add("Attempt", e.attempt);
  add("Status", e.status || undefined);
  add("Took", ms !== undefined ? duration(ms) : undefined);
  add("Next attempt", e.next_at_ms ? <Stamp at={new Date(e.next_at_ms).toISOString()} /> : undefined);
  add("Further ones before it", e.unsaid || undefined);
  return all;
}

function Events({ of }: { of: { type: string; id?: string; outcome: string }[] }) {
  return (
    <ul class="plain-list">
      {of.map((one, i) => (
        <li key={i}><Outcome of={one.outcome} /> <bdi>{one.type}</bdi>
          {one.id && <> <Link class="mono" href={traceHref(one.id, "event")}>{one.id}</Link></>}</li>
      ))}
    </ul>
  );
}

export function Details({ of: e, onClose, onDone }: { of: Entry; onClose: () => void; onDone: () => void }) {
  const mayFetch = useMay("operate");
  const mayReplay = useMayWhole("operate");
  const [error, setError] = useState<Error>();
  const trace = traceOf(e);
  const done = () => { onClose(); onDone(); };
  const run = (task: Promise<unknown>, said: string) => act(task, said, done, setError);
  const again = () => {
    if (e.kind === "delivery" && e.delivery !== undefined) {
      run(admin.post("deliveries/replay", { number: e.delivery }), "Its records are looked at again");
    } else if (e.kind === "fetch" && e.integration) {
      run(admin.post(at`integrations/${e.integration}/refetch`, { model: e.model, remote_id: e.remote_id }), "The record is looked at again");
    } else if (e.notification) {
      run(admin.post("notifications/replay", { id: e.notification, state: "any" }), "It is sent again");
    }
  };
  const canAgain = e.kind === "fetch" ? mayFetch && !!e.remote_id : mayReplay && ((e.kind === "delivery" && e.delivery !== undefined) || !!e.notification);
  const verb = e.kind === "delivery" ? "Replay the delivery" : e.kind === "fetch" ? "Fetch again" : "Send again";

  return (
    <Dialog wide title={`${kindWord(e.kind)}: ${summary(e).slice(0, 120)}`} onClose={onClose}>
      <div class="stack">
        {e.error && <Note tone="bad"><bdi>{e.error}</bdi></Note>}
        <Facts of={facts(e)} />
        {Array.isArray(e.events) && e.events.length > 0 && <section class="stack tight"><h3>Events</h3><Events of={e.events} /></section>}
        {e.answer && <section class="stack tight"><h3>Answer</h3><Json value={e.answer} label="Answer" /></section>}
        {e.requests && e.requests.length > 0 && <section class="stack tight"><h3>Requests to the tool</h3><Requests of={e.requests} /></section>}
        {e.changed && e.changed.length > 0 && (
          <section class="stack tight">
            <h3>Changed</h3>
            <ul class="plain-list">{e.changed.map((c) => (
              <li key={c.id}><Link class="mono" href={traceHref(c.id, "record")}>{c.id}</Link> <span class="muted">{c.fields?.join(", ")}</span></li>
            ))}</ul>
          </section>
        )}
        <details><summary>The whole entry</summary><Json value={e} label="The whole entry" /></details>
        <Failure error={error} />
        <div class="dialog-foot">
          {trace && <CopyButton text={trace.id} label="Copy id" />}
          {canAgain && <Button icon="replay" onClick={again}>{verb}</Button>}
          {trace && <Link class="button primary" href={traceHref(trace.id, trace.by)}>Open its trace</Link>}
        </div>
      </div>
    </Dialog>
  );
}
