import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useAddress, type Address } from "../../kit/address";
import { TypedField, WhenField } from "../../kit/fields";
import { useList } from "../../kit/load";
import { Stamp } from "../../kit/time";
import { Badge, Button, Card, Empty, PageHead, SelectField, Table, type Column, type Tone } from "../../kit/ui";
import "../../styles/admin.css";
import { actionWord, routes, targetHref, type AuditEntry } from "../audit/words";

const times: [string, string][] = [["", "Any time"], ["1h", "Last hour"], ["24h", "Last 24 hours"], ["7d", "Last 7 days"], ["30d", "Last 30 days"], ["custom", "From … until …"]];
const outcomes: [string, string][] = [["", "All"], ["done", "Done"], ["denied", "Not allowed"], ["refused", "Refused"], ["failed", "Failed"]];
const tones: Record<AuditEntry["outcome"], Tone> = { done: "good", denied: "bad", refused: "warn", failed: "bad" };
const outcomeWords: Record<AuditEntry["outcome"], string> = { done: "done", denied: "not allowed", refused: "refused", failed: "failed" };
const keys = ["who", "target", "route", "outcome", "since", "until"];

function Filters({ address, set }: { address: Address; set: (change: Record<string, string | null>) => void }) {
  const custom = !!address.until || (!!address.since && !times.some(([value]) => value === address.since));
  const [wide, setWide] = useState(custom);
  const isWide = wide || custom;
  const pickTime = (value: string) => {
    setWide(value === "custom");
    set(value === "custom" ? { since: new Date(Date.now() - 86400000).toISOString(), until: null } : { since: value, until: null });
  };
  const known = routes.some(([route]) => route === address.route) || !address.route ? routes : [...routes, [address.route, address.route] as [string, string]];
  return (
    <form class="filters tight" role="search" aria-label="Search the audit log" onSubmit={(e) => e.preventDefault()}>
      <TypedField label="Who" value={address.who ?? ""} onValue={(who) => set({ who })} placeholder="Name of a key" />
      <TypedField label="About" value={address.target ?? ""} onValue={(target) => set({ target })} placeholder="An integration, endpoint, key …" />
      <SelectField label="What" value={address.route ?? ""} onValue={(route) => set({ route })} options={[["", "All"], ...known]} />
      <SelectField label="Outcome" value={address.outcome ?? ""} onValue={(outcome) => set({ outcome })} options={outcomes} />
      <SelectField label="Time" value={isWide ? "custom" : address.since ?? ""} onValue={pickTime} options={times} />
      {isWide && (
        <>
          <WhenField label="From" value={address.since} onValue={(since) => set({ since })} />
          <WhenField label="Until" value={address.until} onValue={(until) => set({ until })} />
        </>
      )}
      {keys.some((key) => address[key]) && (
        <div class="filter-end"><Button small kind="quiet" icon="close" onClick={() => { setWide(false); set(Object.fromEntries(keys.map((key) => [key, null]))); }}>Clear</Button></div>
      )}
    </form>
  );
}

function About({ of: e, onOnly }: { of: AuditEntry; onOnly: (target: string) => void }) {
  const href = targetHref(e);
  if (!e.target) {
    return <span class="muted">–</span>;
  }
  return href ? <Link class="clip" href={href}><bdi>{e.target}</bdi></Link> : <button type="button" class="link clip" onClick={() => onOnly(e.target ?? "")}><bdi>{e.target}</bdi></button>;
}

const called = (e: AuditEntry): string => `${e.method} ${e.route.replace(/^\/admin\/v1/, "")}`;

/** Who did what: all that changed something, or was kept from it. */
export function Audit() {
  const [address, set] = useAddress();
  const list = useList<AuditEntry>("audit", { ...Object.fromEntries(keys.map((key) => [key, address[key]])), limit: 50 });
  const searched = keys.some((key) => address[key]);
  const columns: Column<AuditEntry>[] = [
    { head: "Time", kind: "narrow", cell: (e) => <Stamp at={e.at} /> },
    { head: "Who", cell: (e) => (
      <div class="two-lines who"><button type="button" class="link" onClick={() => set({ who: e.who })} aria-label={`Only what ${e.who} did`}><strong><bdi>{e.who}</bdi></strong></button>
        <span class="muted small-text">{e.through}{e.from && <> from <span class="mono">{e.from}</span></>}</span></div>) },
    { head: "What", kind: "wide", cell: (e) => (
      <div class="two-lines"><span>{actionWord(e) ?? called(e)}</span>{actionWord(e) && <code class="muted">{called(e)}</code>}</div>) },
    { head: "About", cell: (e) => <About of={e} onOnly={(target) => set({ target })} /> },
    { head: "Outcome", kind: "narrow", cell: (e) => <div class="two-lines"><Badge tone={tones[e.outcome] ?? "plain"}>{outcomeWords[e.outcome] ?? e.outcome}</Badge>{e.status >= 400 && <span class="muted small-text">HTTP {e.status}</span>}</div> },
  ];
  return (
    <>
      <PageHead title="Audit log" lead="Who changed what, and who was kept from it. What only reads is not noted; what was in a request is not kept." />
      <Filters address={address} set={set} />
      <Card flush>
        <Table label="Audit log" columns={columns} rows={list.rows} rowKey={(e, i) => `${e.at}${i}`} loading={list.loading} error={list.error} again={list.reload} more={list.more}
          empty={searched
            ? <Empty title="Nothing fits">Look at a longer time, or clear the search.{list.more && <Button onClick={list.more}>Search further back</Button>}</Empty>
            : <Empty title="Nobody changed anything yet">As soon as somebody does, it is here.</Empty>} />
      </Card>
    </>
  );
}
