import { useEffect, useState } from "preact/hooks";
import { admin, type Page } from "../kit/api";
import { useLatest, useLoad } from "../kit/load";
import { count } from "../kit/time";
import { Button, Dialog, Failure, Note, SelectField, TextField } from "../kit/ui";
import { useIsWhole } from "./session";

export type ReplayWhat = "deliveries" | "notifications" | "events";

const whats: [string, string][] = [["deliveries", "Deliveries"], ["notifications", "Notifications"], ["events", "Events that were set aside"]];
const helps: Record<ReplayWhat, string> = {
  deliveries: "The records that the tools named are looked at again, as they are now.",
  notifications: "They are sent again with the same id, and a fresh budget of attempts.",
  events: "What could not be read or fetched is tried once more.",
};
const spans: [string, string][] = [["15m", "Last 15 minutes"], ["1h", "Last hour"], ["6h", "Last 6 hours"], ["24h", "Last 24 hours"], ["3d", "Last 3 days"], ["7d", "Last 7 days"]];

interface Looked { dry_run: boolean; deliveries: number; records: number; incomplete: number; next: string | null }
interface Counted { count?: number; replayed?: number }
interface Preview { count: number; text: string; more: boolean }

const some = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? "" : "s"}`;

export function ReplayDialog({ what: first, integration: of = "", endpoint: to = "", since: from = "24h", until, onClose, onDone }: {
  what: ReplayWhat; integration?: string; endpoint?: string; since?: string; until?: string; onClose: () => void; onDone: () => void;
}) {
  const isWhole = useIsWhole();
  const [what, setWhat] = useState<ReplayWhat>(isWhole ? first : "deliveries");
  const [integration, setIntegration] = useState(of);
  const [endpoint, setEndpoint] = useState(to);
  const [since, setSince] = useState(from);
  const [state, setState] = useState("dead");
  const [preview, setPreview] = useState<Preview>();
  const [done, setDone] = useState<string>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const integrations = useLoad<Page<{ id: string }>>("integrations", { limit: 1000 });
  const endpoints = useLoad<Page<{ name: string }>>(isWhole ? "endpoints" : null, { limit: 1000 });

  const choice = useLatest([what, integration, endpoint, since, state].join("\n")); // a preview may come when another was made
  useEffect(() => { setPreview(undefined); setDone(undefined); setError(undefined); }, [what, integration, endpoint, since, state]);

  const body = (more: object) => {
    const place = integration ? { integration } : {};
    if (what === "events") {
      return { ...(integration ? place : { all: true }), ...more };
    }
    const time = { since, ...(until && since === from ? { until } : {}) };
    return { ...time, ...place, ...(what === "notifications" ? { state, ...(endpoint ? { endpoint } : {}) } : {}), ...more };
  };
  const run = (task: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    task().catch(setError).finally(() => setBusy(false));
  };
  const look = () => run(async () => {
    const mine = choice.current;
    const show = (it: Preview) => { if (mine === choice.current) { setPreview(it); } };
    if (what === "deliveries") {
      const looked = await admin.post<Looked>("deliveries/replay", body({ dry_run: true }));
      const partly = looked.incomplete > 0 ? ` Of ${count(looked.incomplete)} of them not all records are known any more.` : "";
      show({ count: looked.records, more: looked.next !== null,
        text: `${some(looked.records, "record")} of ${count(looked.deliveries)} ${looked.deliveries === 1 ? "delivery" : "deliveries"}${looked.next ? ", and more" : ""}.${partly}` });
    } else {
      const counted = await admin.post<Counted>(`${what}/replay`, body({ dry_run: true }));
      show({ count: counted.count ?? 0, more: false, text: `${some(counted.count ?? 0, what === "events" ? "event" : "notification")}.` });
    }
  });
  const go = () => run(async () => {
    let n = 0;
    if (what === "deliveries") {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const looked: Looked = await admin.post<Looked>("deliveries/replay", body(cursor ? { cursor } : {}));
        n += looked.records;
        cursor = looked.next;
      }
      setDone(`${some(n, "record")} ${n === 1 ? "is" : "are"} looked at again. What changed follows in the log.`);
    } else {
      n = (await admin.post<Counted>(`${what}/replay`, body({}))).replayed ?? 0;
      setDone(what === "events" ? `${some(n, "event")} ${n === 1 ? "is" : "are"} taken up again.` : `${some(n, "notification")} ${n === 1 ? "is" : "are"} sent again.`);
    }
    onDone();
  });

  return (
    <Dialog title="Replay" onClose={onClose}>
      <form class="stack" onSubmit={(e) => { e.preventDefault(); (preview && !done ? go : look)(); }}>
        <SelectField label="What" value={what} onValue={(v) => setWhat(v as ReplayWhat)} options={isWhole ? whats : whats.slice(0, 1)} help={helps[what]} />
        <SelectField label="Integration" value={integration} onValue={setIntegration}
          options={[["", "All"], ...(integrations.data?.results ?? []).map((it): [string, string] => [it.id, it.id])]} />
        {what === "notifications" && (
          <>
            <SelectField label="Endpoint" value={endpoint} onValue={setEndpoint}
              options={[["", "All"], ...(endpoints.data?.results ?? []).map((e): [string, string] => [e.name, e.name])]} />
            <SelectField label="Which of them" value={state} onValue={setState} help="Delivered ones are kept as long as the configuration says."
              options={[["dead", "Those that were given up"], ["delivered", "Those that were delivered"], ["any", "Both"]]} />
          </>
        )}
        {what !== "events" && (spans.some(([value]) => value === since)
          ? <SelectField label="Since" value={since} onValue={setSince} options={spans} />
          : <TextField label="Since" value={since} onValue={setSince} help="A time, or 2h, 3d." />)}
        {preview && !done && (
          <Note tone={preview.count === 0 ? "plain" : "info"} title={preview.count === 0 ? "Nothing to do:" : "It would be"}> {preview.text}</Note>
        )}
        {done && <Note tone="good">{done}</Note>}
        <Failure error={error} />
        <div class="dialog-foot">
          <Button onClick={onClose}>{done ? "Close" : "Cancel"}</Button>
          {!done && (preview && preview.count > 0
            ? <Button type="submit" kind="primary" icon="replay" busy={busy}>Replay {preview.more ? "all" : count(preview.count)}</Button>
            : <Button type="submit" kind="primary" busy={busy}>Preview</Button>)}
        </div>
      </form>
    </Dialog>
  );
}
