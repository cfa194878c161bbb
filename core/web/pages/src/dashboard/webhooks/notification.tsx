import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { admin, at } from "../../kit/api";
import { Json } from "../../kit/json";
import { useList, useLoad } from "../../kit/load";
import { Stamp, duration } from "../../kit/time";
import { act } from "../../kit/toast";
import { Button, CopyButton, Dialog, Facts, Failure, Loading, Note } from "../../kit/ui";
import { traceHref } from "../logs/details";
import type { Entry } from "../logs/entry";
import { Outcome } from "../logs/outcome";
import { Answer } from "../logs/requests";
import { useMay } from "../session";
import type { Notification } from "./types";

interface Shown extends Notification { state: string; body: unknown }

/** One notification: its message, and each attempt with what was answered. */
export function NotificationDialog({ id, onClose, onDone, onDiscard }: { id: string; onClose: () => void; onDone: () => void; onDiscard?: () => void }) {
  const may = useMay("operate");
  const { data, error } = useLoad<Shown>(at`notifications/${id}`);
  const attempts = useList<Entry>("attempts", { notification: id, limit: 50 });
  const again = () => act(admin.post("notifications/replay", { id, state: "any" }), "It is sent again", () => { onClose(); onDone(); });
  return (
    <Dialog wide title="Notification" onClose={onClose}>
      <div class="stack">
        {data?.last_error && data.state !== "delivered" && <Note tone="bad"><bdi>{data.last_error}</bdi></Note>}
        {data ? <Facts of={[
          ["Id", <span class="mono">{id}</span>], ["State", <Outcome of={data.state} />], ["Type", data.type],
          ["Endpoint", data.endpoint ? <Link href={at`/webhooks/${data.endpoint}`}>{data.endpoint}</Link> : "gone"],
          ["Integration", data.integration ?? "–"], ["Made", <Stamp at={data.created_at} />], ["Attempts", data.attempts],
          ...(data.due_at ? [["Due", <Stamp at={data.due_at} />] as [string, ComponentChildren]] : []),
        ]} /> : !error && <Loading />}
        <section class="stack tight">
          <h3>Attempts</h3>
          {attempts.rows.length === 0 && !attempts.loading && <p class="muted">None was made yet.</p>}
          <ul class="plain-list">
            {attempts.rows.map((a) => (
              <li class="attempt-line" key={a.at}><Stamp at={a.at} /> <Outcome of={a.outcome} /> {a.status ? <span>HTTP {a.status}</span> : null}
                {a.ms !== undefined && <span class="muted">{duration(a.ms)}</span>} {a.error && a.error !== `HTTP ${a.status}` && <span class="log-error"><bdi>{a.error}</bdi></span>}
                {a.answer && <Answer text={a.answer} />}</li>
            ))}
          </ul>
        </section>
        <section class="stack tight">
          <h3>Message</h3>
          {error?.status === 404 ? <p class="muted">It was delivered, and messages that were are not kept (<code>retention</code> in the configuration).</p> : <Failure error={error} />}
          {data && <Json value={data.body} label="Message" />}
        </section>
        <div class="dialog-foot">
          <CopyButton text={id} label="Copy id" />
          {may && onDiscard && data?.state === "dead" && <Button kind="danger" icon="trash" onClick={onDiscard}>Discard</Button>}
          {may && data && data.state !== "waiting" && <Button icon="replay" onClick={again}>Send again</Button>}
          <Link class="button primary" href={traceHref(id, "notification")}>Open its trace</Link>
        </div>
      </div>
    </Dialog>
  );
}
