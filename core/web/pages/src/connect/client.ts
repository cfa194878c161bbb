// What the daemon says of a link, and what is sent to it.
import { same } from "../kit/api";

export interface Setting {
  key: string;
  label: string;
  help: string | null;
  secret: boolean;
  required: boolean;
  is_set: boolean;
}
export interface Model {
  id: string;
  label: string;
  setting: "ENABLED" | "OPTIONAL";
  refused: boolean;
  fields: { id: string; setting: "ENABLED" | "OPTIONAL" }[];
}
export interface Action {
  id: string;
  label: string;
  setting: "ENABLED" | "OPTIONAL";
  refused: boolean;
}
export interface Tool {
  id: string;
  label: string;
  settings: Setting[];
  models: Model[];
  actions: Action[];
  step_count: number;
}
export interface Step {
  title: string;
  text: string | null;
  copy_label: string | null;
  copy_value: string | null;
  paste_key: string | null;
  paste_label: string | null;
  paste_help: string | null;
  paste_secret: boolean;
  is_pasted: boolean;
}
export interface Webhook {
  manual: boolean; // a person makes it
  state: "waiting" | "active";
  test: "reached" | "proven" | "unproven" | null;
  tested_at: string | null;
  last_delivery: string | null;
}
export interface State {
  kind: "connect" | "relink" | "setup";
  stage: "connect" | "steps" | "done";
  language: string | null;
  tool: string | null;
  tool_label: string | null;
  organization_name: string | null;
  tools: Tool[];
  steps: Step[];
  webhook: Webhook | null;
  origins?: string[];
}
export interface Submitted {
  stage: State["stage"];
  token: string;
}
/** Of an error of submit, when the tool was asked. */
export interface Trouble {
  kind: "credentials" | "permission" | "setting" | "unreachable" | "other";
  tool_message: string | null;
  settings: string[];
  lacks: { model: string | null; message: string }[];
}

const link = location.pathname.replace(/\/+$/, "");

/** A name as it can stand in a sentence: not endless, and with marks that turn the direction of writing kept to itself. */
const name = (text: string, most: number): string => {
  const cut = [...text].length > most ? `${[...text].slice(0, most).join("")}…` : text;
  return /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/.test(cut) ? `\u2068${cut}\u2069` : cut;
};
const nameOrNull = (text: string | null, most: number) => (text === null ? null : name(text, most));

export const askState = (): Promise<State> => same.get<State>(`${link}/state`).then((state) => ({
  ...state,
  tool_label: nameOrNull(state.tool_label, 64),
  organization_name: nameOrNull(state.organization_name, 120),
  tools: state.tools.map((one) => ({ ...one, label: name(one.label, 64) })),
}));
export const submit = (body: { tool?: string; settings?: Record<string, string>; refused?: string[]; done?: boolean }): Promise<Submitted> =>
  same.post<Submitted>(`${link}/submit`, body);

/** Where this browser keeps what is no secret about this link: the token itself stays out of it. */
export const linkMark = (): string => {
  let hash = 5381;
  for (const letter of link) {
    hash = ((hash * 33) ^ letter.charCodeAt(0)) >>> 0;
  }
  return `weir-steps-${hash.toString(36)}`;
};
