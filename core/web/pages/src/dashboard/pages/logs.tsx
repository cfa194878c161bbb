import { useEffect, useMemo, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useAddress } from "../../kit/address";
import { useList, useStream } from "../../kit/load";
import { Stamp, duration } from "../../kit/time";
import { Button, Card, Empty, PageHead, Table, Tabs, type Column } from "../../kit/ui";
import "../../styles/logs.css";
import { Details, traceHref } from "../logs/details";
import { fits, kindWord, kinds, summary, took, traceOf, type Entry } from "../logs/entry";
import { Filters } from "../logs/filters";
import { Outcome, Ref } from "../logs/outcome";
import { ReplayDialog } from "../replay";
import { useIsWhole, useMayWhole } from "../session";

const SHOWN_MAX = 500; // of what came live

/* The same entry may come from the list and from the stream. */
const keyOf = (e: Entry) => JSON.stringify(e);

function useTail(on: boolean, paused: boolean, want: Record<string, string | undefined>) {
  const [fresh, setFresh] = useState<Entry[]>([]);
  const [held, setHeld] = useState<Entry[]>([]);
  const search = JSON.stringify(want);
  const state = useStream<Entry>(on ? "log/stream" : null, (entry) => {
    if (fits(entry, want)) {
      (paused ? setHeld : setFresh)((rows) => [entry, ...rows].slice(0, SHOWN_MAX));
    }
  }, ["log"]);

  useEffect(() => { setFresh([]); setHeld([]); }, [search, on]);
  useEffect(() => {
    if (!paused && held.length > 0) {
      setFresh((rows) => [...held, ...rows].slice(0, SHOWN_MAX));
      setHeld([]);
    }
  }, [paused]);
  return { fresh, held: held.length, state };
}

function LiveControls({ state, paused, held, onPause, onEnd }: {
  state: string; paused: boolean; held: number; onPause: (paused: boolean) => void; onEnd: () => void;
}) {
  const words: Record<string, string> = { live: "Live", connecting: "Connecting", lost: "Connection lost, trying again" };
  return (
    <>
      <span class={`live-dot ${paused ? "" : state}`} role="status">{paused ? `Paused, ${held} new` : words[state]}</span>
      <Button icon={paused ? "play" : "pause"} onClick={() => onPause(!paused)}>{paused ? "Go on" : "Pause"}</Button>
      <Button kind="quiet" onClick={onEnd}>End live tail</Button>
    </>
  );
}

export function Logs() {
  const [address, set] = useAddress();
  const mayReplay = useMayWhole("operate");
  const [shown, setShown] = useState<Entry>();
  const [replaying, setReplaying] = useState(false);
  const [paused, setPaused] = useState(false);
  const { live, ...want } = address;
  const isLive = live === "1" && !want.until;
  const list = useList<Entry>("log", { ...want, limit: 50 });
  const tail = useTail(isLive, paused, want);
  const mayListen = useIsWhole();

  const rows = useMemo(() => {
    const known = new Set(list.rows.map(keyOf));
    return [...tail.fresh.filter((e) => !known.has(keyOf(e))), ...list.rows];
  }, [list.rows, tail.fresh]);
  const columns: Column<Entry>[] = [
    { head: "Time", kind: "narrow", cell: (e) => <Stamp at={e.at} /> },
    { head: "Kind", kind: "narrow", cell: (e) => kindWord(e.kind) },
    { head: "What", kind: "wide", cell: (e) => (
      <div class="log-what">
        <button type="button" class="link" onClick={() => setShown(e)}><bdi>{summary(e) || kindWord(e.kind)}</bdi></button>
        {e.error && <div class="log-error"><bdi>{e.error}</bdi></div>}
      </div>) },
    { head: "Integration", cell: (e) => <Ref of={e.integration} /> },
    { head: "Outcome", kind: "narrow", cell: (e) => <Outcome of={e.outcome} /> },
    { head: "Took", kind: "number", cell: (e) => { const ms = took(e); return ms === undefined ? <span class="muted">–</span> : duration(ms); } },
    { head: "Trace", kind: "actions", cell: (e) => {
      const trace = traceOf(e);
      return trace ? <Link class="button small" href={traceHref(trace.id, trace.by)} aria-label={`Trace of ${summary(e).slice(0, 80)}`}>Trace</Link> : null;
    } },
  ];
  const searched = Object.keys(want).some((key) => want[key]);

  return (
    <>
      <PageHead title="Logs" lead="What the tools sent, what was fetched, and what your application was told."
        actions={
          <>
            {isLive
              ? <LiveControls state={tail.state} paused={paused} held={tail.held} onPause={setPaused} onEnd={() => { setPaused(false); set({ live: null }); }} />
              : mayListen && <Button icon="play" onClick={() => { list.reload(); set({ live: "1", until: null }); }}>Live tail</Button>}
            {mayReplay && <Button icon="replay" onClick={() => setReplaying(true)}>Replay …</Button>}
          </>
        } />
      <Tabs label="Kinds of entries" tabs={kinds} current={kinds.some(([kind]) => kind === want.kind) ? want.kind ?? "" : ""}
        onPick={(kind) => set({ kind, outcome: null })} />
      <Filters address={want} set={set} />
      {want.id && <p class="muted">Looking for one change? <Link href={traceHref(want.id)}>Open the trace of <bdi class="mono">{want.id}</bdi></Link></p>}
      <Card flush>
        <Table label="Log" columns={columns} rows={rows} rowKey={(e, i) => `${e.at}${rows.length - i}`} loading={list.loading} error={list.error}
          again={list.reload} more={list.more}
          empty={isLive
            ? <Empty title="Nothing yet">What happens from now on, and fits, appears here by itself.</Empty>
            : searched
            ? <Empty title="Nothing fits">Search a longer time, or clear the filters.{list.more && <Button onClick={list.more}>Search further back</Button>}</Empty>
            : <Empty title="Nothing happened yet">As soon as a tool sends something, or is read, it is here.</Empty>} />
      </Card>
      {shown && <Details of={shown} onClose={() => setShown(undefined)} onDone={list.reload} />}
      {replaying && <ReplayDialog what={want.kind === "attempt" || want.kind === "notification" ? "notifications" : "deliveries"} onClose={() => setReplaying(false)} onDone={list.reload}
        {...(want.integration ? { integration: want.integration } : {})} {...(want.endpoint ? { endpoint: want.endpoint } : {})}
        {...(want.since ? { since: want.since } : {})} {...(want.until ? { until: want.until } : {})} />}
    </>
  );
}
