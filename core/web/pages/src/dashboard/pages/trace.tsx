import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { pathPart, useAddress } from "../../kit/address";
import { at } from "../../kit/api";
import { useLoad } from "../../kit/load";
import { Ago, Stamp, duration } from "../../kit/time";
import { Button, Card, CopyButton, Empty, Failure, Loading, Note, PageHead, Stat, TextField } from "../../kit/ui";
import "../../styles/logs.css";
import { Outcome } from "../logs/outcome";
import { StageView } from "../trace/stage";
import { stageTitle, type Stage, type TraceData } from "../trace/types";

const back = { href: "/logs", label: "Logs" };
const byWords: Record<string, string> = { delivery: "delivery", event: "event", notification: "notification", record: "record", sync: "sync" };

function FindTrace() {
  const [id, setId] = useState("");
  const [, go] = useLocation();
  return (
    <Card title="Find a trace">
      <form class="row find" onSubmit={(e) => { e.preventDefault(); if (id.trim() !== "") { go(at`/trace/${id.trim()}`); } }}>
        <div class="grow"><TextField label="Id" value={id} onValue={setId} type="search" maxLength={200}
          help="The number of a delivery, or the id of an event (as the tool calls it), a notification, a record or a sync." /></div>
        <Button type="submit" kind="primary">Open</Button>
      </form>
    </Card>
  );
}

const firstOf = (stages: Stage[], ...words: string[]) => stages.find((s) => words.includes(s.stage));

/* How the whole time is shared among its parts. */
function Shares({ trace }: { trace: TraceData }) {
  const time = (s: Stage | undefined) => (s?.at ? Date.parse(s.at) : undefined);
  const delivered = trace.stages.find((s) => s.stage === "attempt" && s.outcome === "delivered");
  const last = delivered ?? trace.stages.filter((s) => s.stage === "attempt").pop();
  const marks: [string, number | undefined][] = [
    ["Received", time(firstOf(trace.stages, "received"))], ["Fetched", time(firstOf(trace.stages, "fetch"))],
    ["Told", time(firstOf(trace.stages, "notification"))], [delivered ? "Delivered" : "Last attempt", time(last)],
  ];
  const met = marks.filter((m): m is [string, number] => m[1] !== undefined);
  const parts = met.slice(1).map(([word, ms], i) => ({ word: `${met[i]?.[0]} → ${word}`, ms: Math.max(ms - (met[i]?.[1] ?? ms), 0) }));
  const total = parts.reduce((sum, part) => sum + part.ms, 0);
  if (parts.length < 2 || total === 0) {
    return null;
  }
  return (
    <div class="shares">
      <div class="shares-bar" aria-hidden="true">{parts.map((part, i) => <span key={part.word} class={`share share-${i}`} style={{ flexGrow: String(Math.max(part.ms / total, 0.01)) }} />)}</div>
      <ul class="shares-words">{parts.map((part, i) => <li key={part.word}><span class={`share-dot share-${i}`} aria-hidden="true" />{part.word} <strong>{duration(part.ms)}</strong></li>)}</ul>
    </div>
  );
}

function Found({ trace, reload }: { trace: TraceData; reload: () => void }) {
  const count = (word: string) => trace.stages.filter((s) => s.stage === word).length;
  const first = trace.stages[0]?.at;
  return (
    <>
      <div class="stats">
        <Stat label="How it ended" value={<Outcome of={trace.end} />} note={trace.integration ? <Link href={at`/integrations/${trace.integration}`}>{trace.integration}</Link> : undefined} />
        <Stat label="From end to end" value={duration(trace.total_ms)} note={first ? <>began <Ago at={first} /></> : undefined} />
        <Stat label="Fetches" value={count("fetch")} note={`${count("change")} changed`} />
        <Stat label="Attempts" value={count("attempt")} note={`${count("notification")} notification${count("notification") === 1 ? "" : "s"}`} />
      </div>
      {!trace.complete && <Note tone="warn" title="This may not be all.">Only so many entries of the log are looked at, and only so many stages shown.</Note>}
      <Card title="Its way" actions={<Button small icon="replay" onClick={reload}>Look again</Button>}>
        <div class="stack">
          <Shares trace={trace} />
          <ol class="stages">{trace.stages.map((stage, i) => <StageView key={`${i}${stage.stage}`} stage={stage} integration={trace.integration} first={i === 0} onDone={reload} />)}</ol>
        </div>
      </Card>
    </>
  );
}

export function Trace() {
  const id = pathPart(2);
  const [address] = useAddress();
  const { data, error, loading, reload } = useLoad<TraceData>(id ? at`trace/${id}` : null, address.by ? { by: address.by } : {});

  if (!id) {
    return <><PageHead back={back} title="Trace" lead="The way of one change: from the tool's delivery to your application's answer." /><FindTrace /></>;
  }
  return (
    <>
      <PageHead back={back} title={<>Trace of <span class="trace-id"><bdi>{id}</bdi></span></>} actions={<CopyButton text={id} label="Copy id" />}
        lead={data ? <>The way of {data.by === "event" ? "an" : "a"} {byWords[data.by] ?? data.by}{data.stages[0]?.at && <>, from <Stamp at={data.stages[0].at} /></>}</> : undefined} />
      {error?.status === 404 ? (
        <>
          <Card><Empty title="The log names nothing with this id">It may be older than what the log keeps, or it has not happened yet.</Empty></Card>
          <FindTrace />
        </>
      ) : <Failure error={error} again={reload} />}
      {!data && loading && <Card><Loading lines={5} /></Card>}
      {data && data.stages.length === 0 && <Card><Empty title="Nothing of it is in the log">{stageTitle("attempt")}s are listed here once they are made.</Empty></Card>}
      {data && data.stages.length > 0 && <Found trace={data} reload={reload} />}
    </>
  );
}
