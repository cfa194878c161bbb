import { useState } from "preact/hooks";
import { admin, at, type Page } from "../../kit/api";
import { useLoad } from "../../kit/load";
import { Button, Dialog, Failure, SelectField, Switch, TextField } from "../../kit/ui";
import { eventTypes, orders, type Endpoint } from "./types";

interface Header { name: string; value: string; kept: boolean }

function Checks({ legend, help, options, picked, onPick }: {
  legend: string; help?: string; options: [string, string][]; picked: string[]; onPick: (picked: string[]) => void;
}) {
  return (
    <fieldset class="checks">
      <legend>{legend}</legend>
      {help && <p class="field-note">{help}</p>}
      <div class="checks-list">
        {options.map(([value, text]) => (
          <label class="check" key={value}>
            <input type="checkbox" checked={picked.includes(value)}
              onChange={(e) => onPick(e.currentTarget.checked ? [...picked, value] : picked.filter((one) => one !== value))} />
            <span><code>{value}</code>{text && <span class="muted"> {text}</span>}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Headers({ headers, onChange }: { headers: Header[]; onChange: (headers: Header[]) => void }) {
  const put = (i: number, part: Partial<Header>) => onChange(headers.map((h, n) => (n === i ? { ...h, ...part } : h)));
  return (
    <fieldset class="checks">
      <legend>Further headers</legend>
      <p class="field-note">Sent with each message, say for a gateway. Their values are never shown again.</p>
      {headers.map((h, i) => (
        <div class="header-row" key={i}>
          <TextField label={`Name of header ${i + 1}`} value={h.name} onValue={(name) => put(i, { name })} disabled={h.kept} autocomplete="off" />
          <TextField label={`Value of header ${i + 1}`} value={h.value} onValue={(value) => put(i, { value })} autocomplete="off" {...(h.kept ? { placeholder: "unchanged" } : {})} />
          <Button kind="quiet" icon="trash" aria-label={`Take out header ${i + 1}`} onClick={() => onChange(headers.filter((_, n) => n !== i))} />
        </div>
      ))}
      <div><Button small icon="plus" onClick={() => onChange([...headers, { name: "", value: "", kept: false }])}>Add a header</Button></div>
    </fieldset>
  );
}

/** Make an endpoint, or change one. */
export function EndpointForm({ endpoint, onClose, onSaved }: { endpoint?: Endpoint; onClose: () => void; onSaved: (saved: Endpoint) => void }) {
  const [name, setName] = useState(endpoint?.name ?? "");
  const [url, setUrl] = useState(endpoint?.url ?? "");
  const [events, setEvents] = useState(endpoint?.events ?? ["data-changed"]);
  const [ofAll, setOfAll] = useState(!endpoint || endpoint.integrations.length === 0);
  const [integrations, setIntegrations] = useState(endpoint?.integrations ?? []);
  const [order, setOrder] = useState(endpoint?.order ?? "none");
  const [concurrency, setConcurrency] = useState(String(endpoint?.concurrency ?? 4));
  const [timeout, setTimeoutS] = useState(endpoint && endpoint.timeout_ms > 0 ? String(endpoint.timeout_ms / 1000) : "");
  const [isPrivate, setPrivate] = useState(endpoint?.allow_private ?? false);
  const [headers, setHeaders] = useState<Header[]>((endpoint?.headers ?? []).map((one) => ({ name: one, value: "", kept: true })));
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const known = useLoad<Page<{ id: string; organization: string | null }>>("integrations", { limit: 1000 });

  const wish = () => {
    const given: Record<string, string | null> = {};
    for (const gone of endpoint?.headers ?? []) {
      if (!headers.some((h) => h.kept && h.name === gone)) {
        given[gone] = null;
      }
    }
    for (const h of headers) {
      if (h.name.trim() !== "" && !(h.kept && h.value === "")) {
        given[h.name.trim()] = h.value;
      }
    }
    return {
      url: url.trim(), events, integrations: ofAll ? [] : integrations, order, concurrency: Number(concurrency), allow_private: isPrivate,
      timeout_ms: Math.round(Number(timeout) * 1000), // empty is 0: as the daemon's
      ...(Object.keys(given).length > 0 ? { headers: given } : {}),
    };
  };
  const save = () => {
    setBusy(true);
    setError(undefined);
    (endpoint ? admin.patch<Endpoint>(at`endpoints/${endpoint.name}`, wish()) : admin.post<Endpoint>("endpoints", { name: name.trim(), ...wish() }))
      .then(onSaved, (failure: Error) => { setError(failure); setBusy(false); });
  };
  const ready = (endpoint || name.trim() !== "") && url.trim() !== "" && events.length > 0 && (ofAll || integrations.length > 0);

  return (
    <Dialog wide title={endpoint ? `Change ${endpoint.name}` : "Add an endpoint"} onClose={onClose}>
      <form class="stack" onSubmit={(e) => { e.preventDefault(); save(); }}>
        {!endpoint && <TextField label="Name" value={name} onValue={setName} required maxLength={64} placeholder="app" autocomplete="off" help="Letters, digits, “.”, “_” and “-”. It stays as it is." />}
        <TextField label="URL" type="url" value={url} onValue={setUrl} required maxLength={1000} placeholder="https://app.example.com/weir" autocomplete="off" help="Messages are POSTed here. Redirects are not followed." />
        <Checks legend="Event types" options={eventTypes} picked={events} onPick={setEvents} />
        <Switch label="Of all integrations, those that come later included" on={ofAll} onChange={setOfAll} />
        {!ofAll && <Checks legend="Integrations" options={(known.data?.results ?? []).map((it): [string, string] => [it.id, it.organization ?? ""])} picked={integrations} onPick={setIntegrations} />}
        <details class="more-settings">
          <summary>Order, speed and headers</summary>
          <div class="stack">
            <SelectField label="Order" value={order} onValue={setOrder} options={orders} help="Where it is kept, one that fails holds back those behind it." />
            <div class="grid two">
              <TextField label="At once, at most" type="number" value={concurrency} onValue={setConcurrency} />
              <TextField label="Seconds to wait for an answer" type="number" min={0} step="any" value={timeout} onValue={setTimeoutS} placeholder="as the daemon’s" />
            </div>
            <Switch label="It is in a private network (allow private addresses)" on={isPrivate} onChange={setPrivate} />
            <Headers headers={headers} onChange={setHeaders} />
          </div>
        </details>
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!ready}>{endpoint ? "Save" : "Add"}</Button>
        </div>
      </form>
    </Dialog>
  );
}
