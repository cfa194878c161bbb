import type { IconName } from "../../kit/icons";
import type { ToolRequest } from "../logs/entry";

/** One stage of a trace. The members beside the first three depend on the stage. */
export interface Stage {
  at: string | null;
  after_ms: number;
  stage: string;
  outcome?: string;
  error?: string;
  delivery?: number;
  received_at_ms?: number;
  bytes?: number;
  own?: boolean;
  type?: string;
  id?: string;
  model?: string;
  remote_id?: string;
  fetch_us?: number;
  tries?: number;
  requests?: ToolRequest[];
  change?: string;
  fields?: string[];
  notification?: string;
  endpoint?: string | null;
  attempt?: number;
  status?: number;
  ms?: number;
  next_at_ms?: number;
  answer?: string;
  sync?: string;
  page?: number;
  records?: number;
  count?: number;
  [more: string]: unknown;
}

export interface TraceData {
  id: string;
  by: string;
  integration: string | null;
  end: string;
  complete: boolean;
  stages: Stage[];
  total_ms: number;
}

export const stageIcons: Record<string, IconName> = {
  received: "logs", verified: "audit", event: "play", fetch: "search", change: "data", notification: "webhooks", attempt: "external", sync: "replay",
};

const titles: Record<string, string> = {
  received: "Received", verified: "Verified", event: "Event", fetch: "Fetched", change: "Changed", notification: "Notification", attempt: "Attempt", sync: "Sync",
};
export const stageTitle = (stage: string): string => titles[stage] ?? stage;
