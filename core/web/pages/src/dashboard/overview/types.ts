import { at } from "../../kit/api";

export interface Rate {
  count: number;
  per_minute: number;
  minutes: number[]; // sixty, the oldest first
}
export interface Latency {
  count: number;
  p50_ms: number | null;
  p95_ms: number | null;
}
export interface Queue {
  count: number;
  oldest_at: string | null;
  oldest_s: number;
}
export interface Attention {
  kind: "integration" | "endpoint" | "connector" | "daemon";
  subject: string | null;
  what: string;
  message: string | null;
  since: string | null;
}
export interface OverviewData {
  at: string;
  ready: boolean;
  public_url: string | null;
  integrations: { count: number; active: number; invalid: number };
  endpoints: { count: number; working: number; failing: number };
  connectors: { count: number; loaded: number; refused: number };
  last_hour: { deliveries: Rate; events: Rate; changes: Rate; notifications: Rate };
  latency: { acknowledged: Latency; stored: Latency; told: Latency };
  last_delivery: string | null;
  inbox: Queue;
  outbox: Queue;
  dead_letters: number;
  set_aside: number;
  records: number;
  disk_full: boolean;
  attention_count: number;
  attention: Attention[];
}

const tool = (integration: string) => integration.split(":")[0] ?? "";

/** What each kind of trouble is called, and where it is mended. */
const troubles: Record<string, { title: string; mend?: string; href?: (subject: string) => string }> = {
  connector_missing: { title: "Its connector is not loaded", mend: "See the connector", href: (s) => at`/connectors/${tool(s)}` },
  credentials_refused: { title: "The tool refuses its credentials", mend: "Renew them", href: (s) => at`/integrations/${s}` + "?tab=credentials" },
  problem: { title: "Something is wrong", mend: "Look at it", href: (s) => at`/integrations/${s}` },
  not_subscribed: { title: "Real-time updates do not work", mend: "Set them up", href: (s) => at`/integrations/${s}` + "?tab=updates" },
  held_back: { title: "Stays on an earlier connector", mend: "See the connector", href: (s) => at`/connectors/${tool(s)}` },
  disabled: { title: "The endpoint is disabled", mend: "See the endpoint", href: (s) => at`/webhooks/${s}` },
  failing: { title: "The endpoint keeps failing", mend: "See the endpoint", href: (s) => at`/webhooks/${s}` },
  newer_refused: { title: "A newer file is refused", mend: "See the connector", href: (s) => at`/connectors/${s}` },
  not_loaded: { title: "The connector is not loaded", mend: "See the connector", href: (s) => at`/connectors/${s}` },
  not_ready: { title: "The daemon is not ready" },
  disk_full: { title: "The disk is full" },
  dead_letters: { title: "Notifications were given up", mend: "Send them again", href: () => "/webhooks?tab=dead" },
  set_aside: { title: "Events were set aside", mend: "See what happened", href: () => "/logs?outcome=aside" },
};

export function troubleOf(a: Attention): { title: string; mend: string | null; href: string | null } {
  const trouble = troubles[a.what];
  return {
    title: trouble?.title ?? a.what.replaceAll("_", " "),
    mend: trouble?.mend ?? null,
    href: trouble?.href ? trouble.href(a.subject ?? "") : null,
  };
}
