import { sentence } from "../../kit/text";
import type { Tone } from "../../kit/ui";

export interface Rhythm {
  next_at: string | null;
  every_s: number;
  relaxed: boolean;
  why: string | null;
}
export interface SettingState {
  key: string;
  label: string;
  help: string | null;
  secret: boolean;
  required: boolean;
  set: boolean;
}
export interface Integration {
  id: string;
  tool: string;
  label: string;
  category: "HRIS" | "ATS";
  organization: string | null;
  scope: string;
  state: "ACTIVE" | "INVALID" | "INACTIVE";
  setup_status: "INCOMPLETE" | "FINAL_SYNC_PENDING" | "COMPLETED";
  qa_status: "PENDING" | "FAILED" | "PASSED";
  qa_reason: string | null;
  paused: boolean;
  kept_in: "store" | "file";
  first_sync_done: boolean;
  problem: string | null;
  auth_failed_since: string | null;
  created_at: string | null;
  last_full_sync: string | null;
  last_delta_sync: string | null;
  last_delivery: string | null;
  callback_url: string;
  subscription: { state: string; remote_id: string | null; detail: string | null; checked_at: string | null };
  connector: { version: string | null; generation: number; held_back: string | null; error: string | null };
  sync: Rhythm;
  base_url?: string | null; // this and what follows: of one alone
  settings?: SettingState[];
  silent_at?: string | null;
  webhook_missed?: number;
}
export interface Subscription {
  integration: string;
  tool: string;
  state: string;
  reason: string | null;
  remote_id: string | null;
  automatic: boolean;
  checked_at: string | null;
  active_since: string | null;
  doubted_at: string | null;
  last_delivery: string | null;
  silent_at: string | null;
  usual_pause_ms: number;
  pauses_learned: number;
  missed_changes: number;
  callback_url: string;
  events: string[];
  steps: { title: string; text: string; copy: string | null; value: string | null; paste: string | null }[];
}
export interface Sync {
  id: string;
  run: number;
  type: "FULL" | "DELTA";
  state: string;
  started_at: string | null;
  ended_at: string | null;
  model: string | null;
  pages: number;
  records: number;
  changed: number;
  gone: number;
  set_aside: number;
  records_per_s: number | null;
  records_expected: number | null;
  message: string | null;
}
export interface Connector {
  tool: string;
  label: string | null;
  category: "HRIS" | "ATS" | null;
  loaded: boolean;
}
export interface ConnectorInFull extends Connector {
  base_url?: string | null;
  settings?: Omit<SettingState, "set">[];
}
export interface ScopeRow {
  name: string;
  kept_in: "store" | "file";
  integrations: string[];
  enabled: string[];
}
export interface ScopeEffect {
  scope: string;
  effects: {
    models: { model: string; change: "added" | "removed" | "fields"; records: number; fields_added?: string[]; fields_removed?: string[] }[];
    events_added: string[];
    events_removed: string[];
    full_sync: boolean;
  }[];
}

export const isUnderWay = (sync: Sync): boolean => sync.state === "RUNNING" || sync.state === "QUEUED";

/** What a person wants to know of a subscription first. */
export function subscriptionWord(state: string): { text: string; tone: Tone } {
  const words: Record<string, { text: string; tone: Tone }> = {
    active: { text: "active", tone: "good" }, pending: { text: "being made", tone: "info" }, none: { text: "none yet", tone: "plain" },
    needs_permission: { text: "permission missing", tone: "bad" }, manual_setup: { text: "to set up by hand", tone: "warn" },
    failed: { text: "failed", tone: "bad" }, removed: { text: "removed", tone: "plain" },
  };
  return words[state] ?? { text: state, tone: "plain" };
}

/** "every 3 h" */
export const everyWord = (seconds: number): string =>
  seconds >= 86400 && seconds % 86400 === 0 && seconds > 86400 ? `every ${seconds / 86400} days` : `every ${Math.round((seconds / 3600) * 10) / 10} h`;

/** The newer of both kinds. */
export const lastSync = (of: Integration): string | null =>
  [of.last_full_sync, of.last_delta_sync].filter((t) => t !== null).sort().pop() ?? null;

/** Why it is synced then. */
export const whyWord = (of: Rhythm): string => sentence(of.why);
