import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { useLoad } from "../../kit/load";
import { Button, Code, Dialog, Failure, Note, SelectField, TextField } from "../../kit/ui";
import type { Page } from "../../kit/api";
import { useMayWhole } from "../session";
import type { Connector, ScopeRow } from "./types";

const lives: [string, string][] = [["MAGIC_LINK", "A year, to send by e-mail"], ["EMBEDDED", "An hour, to open in your own pages"]];
const languages: [string, string][] = [["en", "English"], ["de", "German"]];

/** The link that was made: it is a secret, and is shown this once. */
function Made({ link, life, onClose }: { link: string; life: string; onClose: () => void }) {
  return (
    <div class="stack">
      <Note tone="good" title="The link is made.">It works for {life === "EMBEDDED" ? "one hour" : "one year"}. Whoever has it can use it: send it to your customer alone.</Note>
      <Code text={link} label="The link" />
      <div class="dialog-foot">
        <a class="button" href={link} target="_blank" rel="noopener noreferrer">Open it</a>
        <Button kind="primary" onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}

/** A link with which a customer connects a tool. */
export function MakeLink({ onClose }: { onClose: () => void }) {
  const connectors = useLoad<Page<Connector>>(useMayWhole("read") ? "connectors" : null, { limit: 1000 });
  const scopes = useLoad<Page<ScopeRow>>("scopes", { limit: 1000 });
  const [email, setEmail] = useState("");
  const [organization, setOrganization] = useState("");
  const [origin, setOrigin] = useState("");
  const [category, setCategory] = useState("HRIS");
  const [tool, setTool] = useState("");
  const [scope, setScope] = useState("");
  const [life, setLife] = useState("MAGIC_LINK");
  const [language, setLanguage] = useState("en");
  const [link, setLink] = useState<string>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const tools = (connectors.data?.results ?? []).filter((c) => c.loaded && c.category === category);
  const make = () => {
    setBusy(true);
    setError(undefined);
    admin.post<{ link: string }>("links", {
      end_user_email: email.trim(), end_user_organization_name: organization.trim(), integration_category: category, link_type: life, language,
      ...(origin.trim() ? { end_user_origin_id: origin.trim() } : {}), ...(tool ? { integration_tool: tool } : {}), ...(scope ? { scope_config_id: scope } : {}),
    }).then((made) => setLink(made.link), (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog title="Make a connection link" onClose={onClose}>
      {link ? <Made link={link} life={life} onClose={onClose} /> : (
        <form class="stack" onSubmit={(e) => { e.preventDefault(); make(); }}>
          <p class="muted">With it your customer chooses what is read, enters the credentials and sees that they work.</p>
          <TextField label="Customer" value={organization} onValue={setOrganization} required autocomplete="off" help="The name of the company, as the customer writes it." />
          <TextField label="E-mail of who connects" type="email" value={email} onValue={setEmail} required autocomplete="off" />
          <TextField label="Your own id of the customer" value={origin} onValue={setOrigin} autocomplete="off" help="Optional. It comes back in the API." />
          <div class="fields">
            <SelectField label="Kind" value={category} onValue={(v) => { setCategory(v); setTool(""); }} options={[["HRIS", "HR system"], ["ATS", "Recruiting"]]} />
            <SelectField label="Tool" value={tool} onValue={setTool} options={[["", "The customer chooses"], ...tools.map((c): [string, string] => [c.tool, c.label ?? c.tool])]} />
            <SelectField label="Scope" value={scope} onValue={setScope}
              options={[["", "The default"], ...(scopes.data?.results ?? []).map((s): [string, string] => [s.name, s.name])]} />
            <SelectField label="Language" value={language} onValue={setLanguage} options={languages} />
          </div>
          <SelectField label="It works for" value={life} onValue={setLife} options={lives} />
          <Failure error={error} />
          <div class="dialog-foot"><Button onClick={onClose}>Cancel</Button><Button type="submit" kind="primary" busy={busy}>Make the link</Button></div>
        </form>
      )}
    </Dialog>
  );
}

/** A link to renew the credentials of an integration, or to its set-up steps. */
export function LinkFor({ id, kind, onClose }: { id: string; kind: "relink" | "setup-link"; onClose: () => void }) {
  const [life, setLife] = useState("MAGIC_LINK");
  const [language, setLanguage] = useState("en");
  const [link, setLink] = useState<string>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const make = () => {
    setBusy(true);
    setError(undefined);
    admin.post<{ link: string }>(at`integrations/${id}/` + kind, { link_type: life, language })
      .then((made) => setLink(made.link), (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog title={kind === "relink" ? "Make a reconnect link" : "Make a link to the set-up steps"} onClose={onClose}>
      {link ? <Made link={link} life={life} onClose={onClose} /> : (
        <form class="stack" onSubmit={(e) => { e.preventDefault(); make(); }}>
          <p class="muted">
            {kind === "relink" ? "With it your customer enters new credentials. Its data and its id stay." : "It leads through the steps at the tool, and says when they are done."}
          </p>
          <SelectField label="It works for" value={life} onValue={setLife} options={lives} />
          <SelectField label="Language" value={language} onValue={setLanguage} options={languages} />
          <Failure error={error} />
          <div class="dialog-foot"><Button onClick={onClose}>Cancel</Button><Button type="submit" kind="primary" busy={busy}>Make the link</Button></div>
        </form>
      )}
    </Dialog>
  );
}
