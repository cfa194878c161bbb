import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { Icon } from "../../kit/icons";
import { sentence } from "../../kit/text";
import { Ago, count } from "../../kit/time";
import { Badge, Button, Card, Note } from "../../kit/ui";
import { ReplayDialog } from "../replay";
import { useMay } from "../session";
import { troubleOf, type Attention as Trouble } from "./types";

const kinds: Record<Trouble["kind"], string> = { integration: "Integration", endpoint: "Endpoint", connector: "Connector", daemon: "Daemon" };

function Row({ of, onReplay }: { of: Trouble; onReplay: (() => void) | null }) {
  const { title, mend, href } = troubleOf(of);
  return (
    <li class="trouble">
      <Icon name="warning" size={18} />
      <div class="grow">
        <div class="trouble-head">
          <strong>{title}</strong>
          <Badge>{kinds[of.kind]}</Badge>
          {of.subject && <bdi class="mono trouble-of">{of.subject}</bdi>}
          {of.since && <span class="muted"><Ago at={of.since} /></span>}
        </div>
        {of.message && <div class="muted trouble-why">{sentence(of.message)}</div>}
      </div>
      {onReplay && <Button small icon="replay" onClick={onReplay}>Take them up again</Button>}
      {href && <Link class="button small" href={href} aria-label={`${mend}: ${of.subject ?? kinds[of.kind]}`}>{mend}</Link>}
    </li>
  );
}

/** What somebody should look at, each with the place where it is mended. */
export function Attention({ rows, total }: { rows: Trouble[]; total: number }) {
  const may = useMay("operate");
  const [replaying, setReplaying] = useState(false);
  if (rows.length === 0) {
    return <Note tone="good" title="Nothing needs you.">All that is configured works.</Note>;
  }
  return (
    <Card title={`Needs attention (${count(total)})`} flush>
      <ul class="troubles" aria-live="polite">
        {rows.map((row) => (
          <Row of={row} key={`${row.kind} ${row.subject} ${row.what}`} onReplay={may && row.what === "set_aside" ? () => setReplaying(true) : null} />
        ))}
      </ul>
      {total > rows.length && <p class="more muted">The first {count(rows.length)} of {count(total)} are shown.</p>}
      {replaying && <ReplayDialog what="events" onClose={() => setReplaying(false)} onDone={() => undefined} />}
    </Card>
  );
}
