export interface Failed { at: string; call: string; message: string }
export interface Connector {
  tool: string;
  label: string | null;
  version: string | null;
  contract: string | null;
  category: "HRIS" | "ATS" | null;
  path: string;
  loaded: boolean;
  generation: number;
  error: string | null;
  integrations: number;
  behind: number;
  calls: number;
  failures: number;
  misbehaved: number;
  last_failure: Failed | null;
}
export interface OnIt {
  id: string;
  state: string;
  problem: string | null;
  version: string | null;
  generation: number;
  held_back: string | null;
  calls: number;
  failures: number;
  last_failure: Failed | null;
}
export interface ConnectorInFull extends Connector {
  outcomes: Record<string, number>;
  base_url?: string | null; // this and what follows: of one that is loaded
  offers?: { subscribe: boolean; inspect: boolean; unsubscribe: boolean; steps: number; missed: boolean };
  settings?: { key: string; label: string; help: string | null; secret: boolean; required: boolean }[];
  events?: { name: string; models: string[] }[];
  models?: { model: string; fields: string[]; lists: boolean; since: boolean; by_id: boolean; listed_with: string | null }[];
  actions?: { action: string; label: string; fields: string[] }[];
  apis?: { name: string; label: string }[];
  on_it: OnIt[];
}
export interface Result {
  tool: string;
  result: "unchanged" | "loaded" | "reloaded" | "refused";
  version: string | null;
  generation: number;
  error: string | null;
  path: string;
  integrations: number;
  held_back: { id: string; generation: number; reason: string }[];
}

/** Of a hundred calls, so many failed. */
export const failedShare = (of: { calls: number; failures: number }): string => (of.calls === 0 ? "–" : `${((of.failures / of.calls) * 100).toFixed(of.failures === 0 ? 0 : 1)} %`);
