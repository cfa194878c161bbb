import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useList } from "../../kit/load";
import { Stamp, duration } from "../../kit/time";
import { Card, Empty, SelectField, Table, type Column } from "../../kit/ui";
import { traceHref } from "../logs/details";
import { outcomeWord, type Entry } from "../logs/entry";
import { Outcome } from "../logs/outcome";
import { NotificationDialog } from "./notification";

/** What was tried at an endpoint, the newest first. */
export function Attempts({ endpoint }: { endpoint: string }) {
  const [outcome, setOutcome] = useState("");
  const [shown, setShown] = useState<string>();
  const list = useList<Entry>("attempts", { endpoint, outcome, limit: 50 });
  const columns: Column<Entry>[] = [
    { head: "Time", kind: "narrow", cell: (a) => <Stamp at={a.at} /> },
    { head: "Notification", kind: "narrow", cell: (a) => (
      <div><button type="button" class="link mono" onClick={() => setShown(a.notification)}>{a.notification}</button>
        <div class="muted small">{a.integration ? <>of {a.integration}, </> : ""}attempt {a.attempt}</div></div>) },
    { head: "Answer", kind: "wide", cell: (a) => (
      <div class="log-what"><Outcome of={a.outcome} /> {a.status ? `HTTP ${a.status}` : ""}{a.error && a.error !== `HTTP ${a.status}` && <div class="log-error"><bdi>{a.error}</bdi></div>}</div>) },
    { head: "Took", kind: "number", cell: (a) => (a.ms !== undefined ? duration(a.ms) : "–") },
    { head: "Trace", kind: "actions", cell: (a) => a.notification
      ? <Link class="button small" href={traceHref(a.notification, "notification")} aria-label={`Trace of ${a.notification}`}>Trace</Link> : null },
  ];
  return (
    <>
      <div class="filters">
        <SelectField label="Outcome" value={outcome} onValue={setOutcome}
          options={[["", "All"], ...["delivered", "retry", "dead"].map((o): [string, string] => [o, outcomeWord(o)])]} />
      </div>
      <Card flush>
        <Table label="Attempts" columns={columns} rows={list.rows} rowKey={(a, i) => `${a.at}${i}`} loading={list.loading} error={list.error} again={list.reload} more={list.more}
          empty={<Empty title="No attempt yet">As soon as something changes, it is sent here. Or send a test message: that is no attempt.</Empty>} />
      </Card>
      {shown && <NotificationDialog id={shown} onClose={() => setShown(undefined)} onDone={list.reload} />}
    </>
  );
}
