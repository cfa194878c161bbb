import type { Tone } from "../../kit/ui";

/** One request that a connector sent; body is a JSON text without its values. */
export interface ToolRequest {
  method: string;
  path: string;
  outcome: string;
  status: number;
  ms: number;
  bytes: number;
  body?: string;
}

/** An entry of the log. The members beside the first three depend on the kind. */
export interface Entry {
  at: string;
  kind: string;
  integration: string | null;
  delivery?: number;
  received_at_ms?: number;
  bytes?: number;
  own?: boolean;
  event_count?: number;
  events?: number | { type: string; id?: string; outcome: string }[];
  refs?: { model: string; remote_id: string; hint?: string }[];
  ref_count?: number;
  unsaid?: number;
  model?: string;
  id?: string;
  remote_id?: string;
  fetch_us?: number;
  tries?: number;
  deliveries?: number[];
  requests?: ToolRequest[];
  changed?: { id: string; fields?: string[] }[];
  notification?: string;
  endpoint?: string;
  attempt?: number;
  status?: number;
  ms?: number;
  next_at_ms?: number;
  subscription?: string;
  repaired?: boolean;
  detail?: string;
  outcome?: string;
  error?: string;
  answer?: string;
  sync?: string;
  page?: number;
  records?: number;
  count?: number;
  [more: string]: unknown;
}

export const kinds: [string, string][] = [
  ["", "Everything"], ["delivery", "Deliveries"], ["fetch", "Fetches"], ["attempt", "Attempts"], ["notification", "Notifications"],
  ["sync", "Syncs"], ["integration", "Integrations"],
];

const kindWords: Record<string, string> = {
  delivery: "Delivery", event: "Event", fetch: "Fetch", notification: "Notification", attempt: "Attempt", sync: "Sync", integration: "Integration",
};
export const kindWord = (kind: string): string => kindWords[kind] ?? kind;

export const outcomes: Record<string, string[]> = {
  delivery: ["read", "aside", "refused", "answered", "unverified"],
  fetch: ["fetched", "again", "aside", "parked"],
  attempt: ["delivered", "retry", "dead"],
  notification: ["replayed", "discarded"],
};

const outcomeTones: Record<string, Tone> = {
  read: "good", fetched: "good", delivered: "good", looked_at: "good", created: "good", active: "good", answered: "info",
  retry: "warn", again: "warn", waiting: "info", replayed: "info", duplicate: "plain", out_of_scope: "plain", nothing_to_do: "plain", unchanged: "plain",
  not_told: "plain", unknown_type: "warn", parked: "warn", manual_setup: "warn", needs_permission: "warn",
  dead: "bad", aside: "bad", refused: "bad", unverified: "bad", failed: "bad", discarded: "plain",
};
export const outcomeTone = (outcome: string): Tone => outcomeTones[outcome] ?? "plain";

const outcomeWords: Record<string, string> = {
  looked_at: "looked at", out_of_scope: "out of scope", nothing_to_do: "nothing to do", unknown_type: "unknown type", aside: "set aside",
  again: "tried again", retry: "tried again", dead: "given up", not_told: "told to nobody", parked: "waits for a person", read: "taken in",
  unverified: "not verified",
};
export const outcomeWord = (outcome: string): string => outcomeWords[outcome] ?? outcome.replaceAll("_", " ");

const some = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** What it is about, in one line. */
export function summary(e: Entry): string {
  switch (e.kind) {
    case "delivery": {
      const events = Array.isArray(e.events) ? e.events : [];
      const types = [...new Set(events.map((one) => one.type))].slice(0, 3).join(", ");
      if (e.delivery === undefined) {
        return `A request of ${some(e.bytes ?? 0, "byte")}`;
      }
      return e.own ? `${some(e.event_count ?? 0, "event")} of our own: ${types || "none"}` : types || some(e.event_count ?? 0, "event");
    }
    case "fetch":
      return `${e.model ?? ""} ${e.remote_id ?? ""}`;
    case "attempt":
      return `Attempt ${e.attempt ?? ""} at ${e.endpoint ?? "an endpoint"}`;
    case "notification":
      return e.notification ? `Notification ${e.notification}` : "Notification";
    case "integration":
      return e.subscription ? `Subscription is ${e.subscription.replaceAll("_", " ")}${e.repaired ? ", repaired" : ""}` : e.outcome ?? e.detail ?? "";
    case "sync":
      return e.count !== undefined ? `Sync: ${some(e.count, "record")} not found any more` : `Sync: ${e.model ?? ""}${e.page !== undefined ? `, page ${e.page}` : ""}${e.records !== undefined ? `, ${some(e.records, "record")}` : ""}`;
    default:
      return e.detail ?? e.outcome ?? "";
  }
}

/** How long it took, in milliseconds. */
export function took(e: Entry): number | undefined {
  return e.ms ?? (e.fetch_us !== undefined ? e.fetch_us / 1000 : undefined);
}

/** The id by which its trace is found, and what it is the id of. */
export function traceOf(e: Entry): { id: string; by: string } | undefined {
  if (e.notification) {
    return { id: e.notification, by: "notification" };
  }
  if (e.kind === "delivery" && e.delivery !== undefined) {
    return { id: String(e.delivery), by: "delivery" };
  }
  if (e.sync) {
    return { id: e.sync, by: "sync" };
  }
  const first = e.deliveries?.[0];
  if (first !== undefined) {
    return { id: String(first), by: "delivery" };
  }
  return e.kind === "fetch" && e.id ? { id: e.id, by: "record" } : undefined;
}

const wordChar = /[A-Za-z0-9_-]/;
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!wordChar.test(text[at - 1] ?? " ") && !wordChar.test(text[at + word.length] ?? " ")) {
      return true;
    }
  }
  return false;
}

/** Does it fit what is searched for? As the daemon decides for what it lists; the live tail brings everything. */
export function fits(e: Entry, want: Record<string, string | undefined>): boolean {
  const text = want.text || want.id ? JSON.stringify(e) : "";
  return (!want.kind || want.kind.split(",").includes(e.kind))
    && (!want.integration || e.integration === want.integration)
    && (!want.tool || (e.integration ?? "").startsWith(`${want.tool}:`))
    && (!want.endpoint || e.endpoint === want.endpoint)
    && (!want.outcome || e.outcome === want.outcome)
    && (!want.errors || !!e.error)
    && (!want.id || holdsWord(text, want.id))
    && (!want.text || text.toLowerCase().includes(want.text.toLowerCase()));
}
