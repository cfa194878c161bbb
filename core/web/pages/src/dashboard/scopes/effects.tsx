import { Link } from "wouter-preact";
import { at } from "../../kit/api";
import { count } from "../../kit/time";
import { Badge, Note } from "../../kit/ui";
import type { Effect } from "./types";

const records = (n: number): string => `${count(n)} record${n === 1 ? "" : "s"}`;

function ModelEffect({ of: m }: { of: Effect["models"][number] }) {
  const added = m.fields_added ?? [];
  const removed = m.fields_removed ?? [];
  return (
    <li>
      {m.change === "added" && <><Badge tone="good">begins</Badge> <code>{m.model}</code> is read{m.records > 0 && `, ${records(m.records)} ${m.records === 1 ? "is" : "are"} there from before`}</>}
      {m.change === "removed" && <><Badge tone="bad">ends</Badge> <code>{m.model}</code> is read no more, {records(m.records)} {m.records === 1 ? "is" : "are"} not shown any more</>}
      {m.change === "fields" && (
        <>
          <Badge tone="warn">fields</Badge> <code>{m.model}</code>, {records(m.records)}
          <div class="effect-fields">
            {added.length > 0 && <div class="chips"><span class="muted">with</span> {added.map((f) => <code key={f}>{f}</code>)}</div>}
            {removed.length > 0 && <div class="chips"><span class="muted">without</span> {removed.map((f) => <code key={f}>{f}</code>)}</div>}
          </div>
        </>
      )}
    </li>
  );
}

function Events({ lead, names }: { lead: string; names: string[] }) {
  return names.length === 0 ? null : <div class="effect-events"><span>{lead}</span><div class="chips">{names.map((name) => <code key={name}>{name}</code>)}</div></div>;
}

/** What a change of a scope does to each integration that has it. */
export function Effects({ of, used }: { of: Effect[]; used: number }) {
  if (of.length === 0) {
    return <Note tone="plain">{used === 0 ? "No integration has this scope yet, so nothing changes for anybody." : "For the integrations that have it, nothing changes."}</Note>;
  }
  return (
    <div class="stack">
      {of.map((e) => (
        <section class="effect-on" key={e.integration} aria-label={e.integration}>
          <h3><Link href={at`/integrations/${e.integration}`}><bdi>{e.integration}</bdi></Link></h3>
          {e.models.length > 0 ? <ul class="plain-list">{e.models.map((m) => <ModelEffect of={m} key={m.model} />)}</ul> : <p class="muted">Its customer may refuse otherwise; what is read stays the same.</p>}
          <Events lead="The tool is asked to tell of" names={e.events_added} />
          <Events lead="The tool tells no more of" names={e.events_removed} />
          {e.full_sync && <p class="muted">A full sync begins at once and reads what is new.</p>}
        </section>
      ))}
    </div>
  );
}
