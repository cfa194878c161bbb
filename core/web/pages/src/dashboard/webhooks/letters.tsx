import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { admin } from "../../kit/api";
import { useList } from "../../kit/load";
import { Ago, count } from "../../kit/time";
import { toast } from "../../kit/toast";
import { Button, Card, Dialog, Empty, Failure, Note, Table, TextField, type Column } from "../../kit/ui";
import { traceHref } from "../logs/details";
import { Ref } from "../logs/outcome";
import { useMay } from "../session";
import { NotificationDialog } from "./notification";
import type { Notification } from "./types";

type Which = { ids: string[] } | { endpoint: string } | { all: true };
type Verb = "replay" | "discard";

const some = (n: number): string => `${count(n)} notification${n === 1 ? "" : "s"}`;

/* All of a kind are one request; single ones are sent one by one. */
async function run(verb: Verb, which: Which, state: string, reason: string): Promise<number> {
  const more = verb === "discard" ? { reason } : { state };
  if (!("ids" in which)) {
    const done = await admin.post<{ replayed?: number; discarded?: number }>(`notifications/${verb}`, { ...which, ...more });
    return done.replayed ?? done.discarded ?? 0;
  }
  let n = 0;
  for (const id of which.ids) {
    await admin.post(`notifications/${verb}`, { id, ...more });
    n++;
  }
  return n;
}

/** Says how many it would be, and does it. */
function ManyDialog({ verb, which, state, onClose, onDone }: { verb: Verb; which: Which; state: string; onClose: () => void; onDone: () => void }) {
  const [n, setN] = useState<number | undefined>("ids" in which ? which.ids.length : undefined);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (!("ids" in which)) {
      const more = verb === "discard" ? { reason: "preview" } : { state };
      admin.post<{ count: number }>(`notifications/${verb}`, { ...which, ...more, dry_run: true }).then((got) => setN(got.count), setError);
    }
  }, []);
  const go = () => {
    setBusy(true);
    setError(undefined);
    run(verb, which, state, reason.trim()).then((done) => {
      toast.done(verb === "replay" ? `${some(done)} ${done === 1 ? "is" : "are"} sent again` : `${some(done)} discarded`);
      onClose();
      onDone();
    }, (failure: Error) => { setError(failure); setBusy(false); onDone(); });
  };
  return (
    <Dialog title={verb === "replay" ? "Send again" : "Discard"} onClose={onClose}>
      <form class="stack" onSubmit={(e) => { e.preventDefault(); go(); }}>
        <div aria-live="polite">{n === undefined ? "Counting …" : <Note tone={n === 0 ? "plain" : "info"} title={some(n)}>{" "}{verb === "replay" ? "would be sent again, with the same id and a fresh budget of attempts." : "would be forgotten for good. Your application is not told of these changes; it still finds them in the API."}</Note>}</div>
        {verb === "discard" && <TextField label="Why" value={reason} onValue={setReason} required maxLength={300} help="It stays in the log." />}
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind={verb === "replay" ? "primary" : "danger"} busy={busy} disabled={!n || (verb === "discard" && reason.trim() === "")}>
            {verb === "replay" ? "Send" : "Discard"} {n === undefined ? "" : count(n)}</Button>
        </div>
      </form>
    </Dialog>
  );
}

const emptyTexts: Record<string, [string, string]> = {
  dead: ["No dead letters", "What is given up after its last attempt is here, until it is sent again or discarded."],
  waiting: ["Nothing waits", "What could not be delivered yet waits here for its next attempt."],
  delivered: ["No delivered message is kept", "The configuration says how long they are (retention)."],
};

/** Notifications that are dead, wait, or were delivered; of one endpoint, or of all. */
export function Letters({ state, endpoint }: { state: "dead" | "waiting" | "delivered"; endpoint?: string }) {
  const may = useMay("operate");
  const list = useList<Notification>("notifications", { state, endpoint, limit: 50 });
  const [picked, setPicked] = useState<string[]>([]);
  const [shown, setShown] = useState<string>();
  const [doing, setDoing] = useState<{ verb: Verb; which: Which }>();
  const canPick = may && state !== "waiting";
  const reload = () => { setPicked([]); list.reload(); };
  const which: Which = picked.length > 0 ? { ids: picked } : endpoint ? { endpoint } : { all: true };
  const time = { dead: ["Given up", (n: Notification) => n.died_at], waiting: ["Next attempt", (n: Notification) => n.due_at], delivered: ["Delivered", (n: Notification) => n.delivered_at] } as const;

  const columns: Column<Notification>[] = [
    ...(canPick ? [{ head: "Pick", kind: "narrow" as const, cell: (n: Notification) => (
      <input type="checkbox" aria-label={`Pick ${n.id}`} checked={picked.includes(n.id)}
        onChange={(e) => setPicked((ids) => (e.currentTarget.checked ? [...ids, n.id] : ids.filter((id) => id !== n.id)))} />) }] : []),
    { head: "Notification", kind: "narrow", cell: (n) => (
      <div><button type="button" class="link mono" onClick={() => setShown(n.id)}>{n.id}</button>
        <div class="muted small">{n.type}{!endpoint && <> to {n.endpoint ?? "an endpoint that is gone"}</>}</div></div>) },
    { head: "Integration", cell: (n) => <Ref of={n.integration} /> },
    { head: "Attempts", kind: "number", cell: (n) => n.attempts },
    { head: "Last error", kind: "wide", cell: (n) => (n.last_error && state !== "delivered" ? <div class="log-error"><bdi>{n.last_error}</bdi></div> : <span class="muted">–</span>) },
    { head: time[state][0], kind: "narrow", cell: (n) => <Ago at={time[state][1](n)} /> },
    { head: "Trace", kind: "actions", cell: (n) => <Link class="button small" href={traceHref(n.id, "notification")} aria-label={`Trace of ${n.id}`}>Trace</Link> },
  ];
  return (
    <>
      {canPick && list.rows.length > 0 && (
        <div class="row bulk" role="group" aria-label="In bulk">
          <span class="muted grow">{picked.length > 0 ? `${count(picked.length)} picked` : "Pick some, or take all"}</span>
          <Button icon="replay" onClick={() => setDoing({ verb: "replay", which })}>Send {picked.length > 0 ? "these" : "all"} again …</Button>
          {state === "dead" && <Button kind="danger" icon="trash" onClick={() => setDoing({ verb: "discard", which })}>Discard {picked.length > 0 ? "these" : "all"} …</Button>}
        </div>
      )}
      <Card flush>
        <Table label={state === "dead" ? "Dead letters" : state === "waiting" ? "Waiting notifications" : "Delivered notifications"} columns={columns} rows={list.rows} rowKey={(n) => n.id}
          loading={list.loading} error={list.error} again={list.reload} more={list.more}
          empty={<Empty title={emptyTexts[state]?.[0] ?? ""}>{emptyTexts[state]?.[1]}</Empty>} />
      </Card>
      {shown && <NotificationDialog id={shown} onClose={() => setShown(undefined)} onDone={reload}
        onDiscard={() => { setDoing({ verb: "discard", which: { ids: [shown] } }); setShown(undefined); }} />}
      {doing && <ManyDialog verb={doing.verb} which={doing.which} state={state} onClose={() => setDoing(undefined)} onDone={reload} />}
    </>
  );
}
