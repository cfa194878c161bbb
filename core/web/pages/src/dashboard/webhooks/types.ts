export interface Hour { at: string; delivered: number; failed: number; p50_ms: number | null; p95_ms: number | null }
export interface Endpoint {
  name: string;
  url: string;
  state: "ok" | "failing" | "probing" | "disabled";
  enabled: boolean;
  disabled: boolean;
  probing: boolean;
  reason: string | null;
  failures: number;
  failing_since: string | null;
  warned_at: string | null;
  disables_at: string | null;
  last_error: string | null;
  in_flight: number;
  last_24_hours: { attempts: number; delivered: number; failed: number; success_percent: number | null; p50_ms: number | null; p95_ms: number | null };
  last_delivered_at: string | null;
  last_failed_at: string | null;
  kept_in: "store" | "file";
  created_at: string | null;
  events: string[];
  integrations: string[];
  headers: string[];
  order: string;
  concurrency: number;
  timeout_ms: number;
  allow_private: boolean;
  secrets: { newest: boolean; valid_until: string | null }[];
  waiting: number;
  hours: Hour[];
  secret?: string | null;
}

export interface Notification {
  id: string;
  endpoint: string | null;
  integration: string | null;
  type: string;
  created_at: string;
  due_at: string | null;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  delivered_at: string | null;
  died_at: string | null;
}

export interface Tested {
  id: string;
  type: string;
  delivered: boolean;
  outcome: string;
  status: number;
  ms: number;
  detail: string | null;
  answer: string | null;
  request: { method: string; url: string; headers: { name: string; value: string | null }[]; body: string };
}

export const eventTypes: [string, string][] = [
  ["data-changed", "Records of an integration changed"],
  ["sync-finished", "A sync ended"],
  ["integration-created", "A customer connected a tool"],
  ["integration-deleted", "An integration was deleted"],
  ["integration-state-changed", "An integration works again, or does not any more"],
  ["connection-flow-failed", "A customer could not connect"],
  ["endpoint-failing", "An endpoint keeps failing"],
  ["endpoint-disabled", "An endpoint was disabled"],
];

export const orders: [string, string][] = [
  ["none", "None: as fast as possible"], ["integration", "Of each integration: one after the other"], ["strict", "Strict: one after the other"],
];

export const stateTone = { ok: "good", failing: "warn", probing: "bad", disabled: "plain" } as const;
export const stateWord: Record<string, string> = { ok: "works", failing: "failing", probing: "failing, only probed", disabled: "disabled" };
