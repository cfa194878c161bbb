import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { Icon } from "../../kit/icons";
import { Button, Card, Code, Note, Tabs } from "../../kit/ui";
import { CreateIntegration } from "../integrations/create";
import { MakeLink } from "../integrations/links";
import { useMay } from "../session";
import type { OverviewData } from "./types";

export const isNew = (of: OverviewData) => of.integrations.count === 0 || of.endpoints.count === 0 || of.last_delivery === null;

const here = () => location.origin;
const curl = (path: string, body: object) =>
  `curl -X POST ${here()}/admin/v1/${path} \\
  -H "Authorization: Bearer $WEIR_ADMIN_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify(body)}'`;

const connectorExample = () => `# in weir.conf, then: weir reload
connectors = { path = [ "/usr/lib/weir/connectors" ]; };`;
const linkExample = () => curl("links", {
  end_user_email: "hr@acme.example", end_user_organization_name: "Acme GmbH", link_type: "MAGIC_LINK",
});
const createExample = () => `weir integrations create personio:acme --organization "Acme GmbH" \\
  client_id=@file:acme.id client_secret=@file:acme.secret \\
  --url ${here()}`;
const endpointExample = () => curl("endpoints", { name: "app", url: "https://app.example.com/weir", events: ["data-changed"] });
const endpointCommand = () => `weir endpoints add app https://app.example.com/weir --url ${here()}`;
const listenExample = () => `weir listen --url ${here()} --forward http://127.0.0.1:3000/weir`;

/** The same in several ways; the first is shown. */
function Ways({ of, label }: { of: [string, string][]; label: string }) {
  const [at, setAt] = useState(of[0]?.[0] ?? "");
  return (
    <div class="ways">
      {of.length > 1 && <Tabs label={label} tabs={of.map(([name]) => [name, name])} current={at} onPick={setAt} />}
      <Code text={of.find(([name]) => name === at)?.[1] ?? ""} label={label} />
    </div>
  );
}

function Step({ number, title, done, next, children }: {
  number: number; title: string; done: boolean; next: boolean; children: ComponentChildren;
}) {
  const [open, setOpen] = useState<boolean>();
  const shown = open ?? next;
  return (
    <li class={`step${done ? " done" : ""}`}>
      <span class="step-mark" aria-hidden="true">{done ? <Icon name="check" size={16} /> : number}</span>
      <div class="grow">
        <h3 class="step-title">
          <button type="button" aria-expanded={shown} onClick={() => setOpen(!shown)}>
            {title} <span class="unseen">{done ? "(done)" : "(to do)"}</span>
          </button>
        </h3>
        {shown && <div class="stack step-body">{children}</div>}
      </div>
    </li>
  );
}

/** What to do with a new daemon, step by step; each ticks itself off when the overview says that it is done. */
export function FirstRun({ of }: { of: OverviewData }) {
  const mayLink = useMay("operate");
  const mayCreate = useMay("admin");
  const [dialog, setDialog] = useState<"link" | "create">();
  const done = [of.connectors.loaded > 0, of.integrations.count > 0, of.endpoints.count > 0, of.last_delivery !== null];
  const next = done.indexOf(false);
  return (
    <Card title="Get going">
      <p class="muted">Four steps to the first change that your application is told of. {done.filter(Boolean).length} of 4 are done.</p>
      <ol class="steps" aria-live="polite">
        <Step number={1} title="Load a connector" done={done[0]!} next={next === 0}>
          <p>A connector knows one tool. Say where their files are; each one found is loaded.</p>
          <Code text={connectorExample()} label="Load connectors" />
          {of.connectors.refused > 0 && <Note tone="warn">A connector was refused. <Link href="/connectors">See why</Link></Note>}
        </Step>
        <Step number={2} title="Connect a customer's tool" done={done[1]!} next={next === 1}>
          <p>Send your customer a link with which they connect their tool themselves, or enter the credentials yourself.</p>
          {(mayLink || mayCreate) && (
            <div class="actions">
              {mayLink && <Button kind="primary" icon="external" onClick={() => setDialog("link")}>Make a connection link</Button>}
              {mayCreate && <Button icon="plus" onClick={() => setDialog("create")}>Enter credentials</Button>}
            </div>
          )}
          <Ways label="Connect a tool" of={[["curl", linkExample()], ["Command line", createExample()]]} />
          {of.public_url === null && <Note tone="warn"><code>public_url</code> is not set in the configuration: without it no link leads here.</Note>}
        </Step>
        <Step number={3} title="Add an endpoint of your application" done={done[2]!} next={next === 2}>
          <p>Weir tells it of each change with a signed request. The secret is shown once, in the answer.</p>
          <div class="actions"><Link class="button" href="/webhooks">Add it under Webhooks</Link></div>
          <Ways label="Add an endpoint" of={[["curl", endpointExample()], ["Command line", endpointCommand()]]} />
        </Step>
        <Step number={4} title="See the first delivery" done={done[3]!} next={next === 3}>
          <p>
            Change somebody's name in the tool: it tells Weir at {of.public_url ? <code>{of.public_url}/hooks/…</code> : "its hooks' address"} within
            seconds, and the change appears here. To see what your application gets on your own machine:
          </p>
          <Code text={listenExample()} label="Listen to notifications" />
        </Step>
      </ol>
      {dialog === "link" && <MakeLink onClose={() => setDialog(undefined)} />}
      {dialog === "create" && <CreateIntegration onClose={() => setDialog(undefined)} />}
    </Card>
  );
}
