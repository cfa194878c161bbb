import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useAddress } from "../../kit/address";
import { at } from "../../kit/api";
import { useEvery, useLoad } from "../../kit/load";
import { Ago, count } from "../../kit/time";
import { Badge, Button, Card, Empty, Facts, Failure, Loading, Note, PageHead, Stat, Tabs } from "../../kit/ui";
import "../../styles/admin.css";
import "../../styles/logs.css";
import { Offers, type Part } from "../connectors/offers";
import { ReloadDialog } from "../connectors/reload";
import { failedShare, type ConnectorInFull } from "../connectors/types";
import { Users } from "../connectors/users";
import { useMayWhole } from "../session";

const back = { href: "/connectors", label: "Connectors" };
const REFRESH_MS = 15000;

const outcomeWords: Record<string, string> = {
  ok: "went well", accepted: "accepted", handshake: "shook hands", none: "not there", later: "tool in trouble", limit: "throttled", auth: "credentials refused",
  permission: "permission missing", invalid: "input refused", reject: "not understood", io: "no connection", refused: "delivery refused", misbehaved: "broke the contract",
};
const fine = new Set(["ok", "accepted", "handshake", "none", "unsupported", "stopping", "refused"]);

/* How calls ended, each as wide as its share. */
function Outcomes({ of }: { of: Record<string, number> }) {
  const rows = Object.entries(of).sort((a, b) => b[1] - a[1]);
  const all = rows.reduce((sum, [, n]) => sum + n, 0);
  if (all === 0) {
    return <p class="muted">It was not called yet.</p>;
  }
  return (
    <ul class="bars">
      {rows.map(([word, n]) => (
        <li key={word}>
          <span class="bar-word">{outcomeWords[word] ?? word.replaceAll("_", " ")}</span>
          <span class="bar" aria-hidden="true"><span class={fine.has(word) ? "good" : "bad"} style={{ width: `${Math.max((n / all) * 100, 0.5)}%` }} /></span>
          <span class="bar-count">{count(n)}</span>
        </li>
      ))}
    </ul>
  );
}

function subscribing(c: ConnectorInFull): string {
  const o = c.offers;
  if (!o) {
    return "–";
  }
  return o.subscribe ? `made and repaired by itself${o.missed ? "; what was missed is asked for" : ""}`
    : o.steps > 0 ? `set up by hand in ${o.steps} steps` : "none: the tool is only read";
}

function Overview({ of: c }: { of: ConnectorInFull }) {
  const file: [string, ComponentChildren] = ["File", <code class="path">{c.path}</code>];
  if (!c.loaded) {
    return <Card title="What it is"><Facts of={[file]} /></Card>;
  }
  const facts: [string, ComponentChildren][] = [
    ["Version", c.version ?? "–"],
    ["Contract", c.contract ?? "–"],
    ["Generation", c.generation > 0 ? `${c.generation}${c.behind > 0 ? `, ${c.behind} on an earlier one` : ""}` : "–"],
    ["Real-time updates", subscribing(c)],
    ["Isolation", "Within the daemon; each call has a deadline, and one at a time works for an integration"],
    ["The tool's address", c.base_url ? <code>{c.base_url}</code> : <span class="muted">of each integration its own</span>],
    file,
  ];
  return (
    <>
      <div class="stats">
        <Stat label="Integrations" value={count(c.integrations)} {...(c.behind > 0 ? { note: `${c.behind} on an earlier generation`, tone: "warn" as const } : {})} />
        <Stat label="Calls since the start" value={count(c.calls)} />
        <Stat label="Of them failed" value={failedShare(c)} note={`${count(c.failures)} calls`} />
        <Stat label="Broke the contract" value={count(c.misbehaved)} {...(c.misbehaved > 0 ? { tone: "bad" as const } : {})} />
      </div>
      <Card title="What it is"><Facts of={facts} /></Card>
      <Card title="How its calls ended">
        <div class="stack">
          <Outcomes of={c.outcomes} />
          {c.last_failure && <Note tone="plain" title={`Last failure, in ${c.last_failure.call}:`}><bdi>{c.last_failure.message}</bdi> <span class="muted"><Ago at={c.last_failure.at} /></span></Note>}
        </div>
      </Card>
    </>
  );
}

export function ConnectorPage({ params }: { params: { tool: string } }) {
  const tool = decodeURIComponent(params.tool);
  const [address, set] = useAddress();
  const mayReload = useMayWhole("admin");
  const [reloading, setReloading] = useState(false);
  const { data: c, error, reload } = useLoad<ConnectorInFull>(at`connectors/${tool}`);
  const tab = address.tab ?? "overview";
  useEvery(REFRESH_MS, () => { if (!reloading) { reload(); } });

  if (!c) {
    return (
      <>
        <PageHead back={back} title={<bdi>{tool.slice(0, 60)}</bdi>} />
        {error?.status === 404 ? <Card><Empty title="There is no such connector"><a href="/connectors">To all connectors</a></Empty></Card> : error ? <Failure error={error} again={reload} /> : <Card><Loading lines={5} /></Card>}
      </>
    );
  }
  const number = (n: number | undefined) => n !== undefined && n > 0 ? <Badge>{n}</Badge> : null;
  const parts: [string, ComponentChildren][] = c.models === undefined ? [] : [
    ["models", <>Models {number(c.models.length)}</>], ["events", <>Events {number(c.events?.length)}</>], ["settings", <>Settings {number(c.settings?.length)}</>],
    ["actions", <>Actions and passthrough {number((c.actions?.length ?? 0) + (c.apis?.length ?? 0))}</>],
  ];
  return (
    <>
      <PageHead back={back} title={<span class="row">{c.label ?? c.tool} {c.loaded ? <Badge tone="good">loaded</Badge> : <Badge tone="bad">not loaded</Badge>}</span>}
        lead={c.category ? <><code>{c.tool}</code>, {c.category === "HRIS" ? "a tool for people" : "a tool for recruiting"}</> : <code>{c.tool}</code>}
        actions={mayReload && <Button icon="replay" onClick={() => setReloading(true)}>Reload</Button>} />
      {c.error && <Note tone="bad" title={c.loaded ? "A newer file is refused; the earlier one goes on." : "It is not loaded, so its integrations stand still."}><bdi>{c.error}</bdi></Note>}
      <Tabs label="Parts of the connector" current={tab} onPick={(to) => set({ tab: to === "overview" ? null : to })}
        tabs={[["overview", "Overview"], ...parts, ["integrations", <>Integrations {number(c.on_it.length)}</>]]} />
      {tab === "integrations" ? <Users of={c.on_it} generation={c.generation} />
        : parts.some(([part]) => part === tab) ? <Offers of={c} part={tab as Part} /> : <Overview of={c} />}
      {reloading && <ReloadDialog tool={tool} onClose={() => { setReloading(false); reload(); }} />}
    </>
  );
}
