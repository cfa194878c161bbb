import type { Models, Model } from "../data/types";

export type Setting = "enabled" | "optional" | "disabled";
export interface ScopeRow { name: string; kept_in: "store" | "file"; integrations: string[]; enabled: string[] }
export interface ScopeInFull {
  name: string;
  kept_in: "store" | "file";
  integrations: string[];
  models: Record<string, Setting | { state: Setting; fields: Record<string, Setting> }>;
  actions: Record<string, Setting>;
}
export interface Effect {
  integration: string;
  models: { model: string; change: "added" | "removed" | "fields"; records: number; fields_added?: string[]; fields_removed?: string[] }[];
  events_added: string[];
  events_removed: string[];
  full_sync: boolean;
}
export interface ScopeEffect { scope: string; dry_run: boolean; effects: Effect[] }

/** A scope while it is changed: every model, every field, every action. */
export interface Draft {
  models: Record<string, { state: Setting; fields: Record<string, Setting> }>;
  actions: Record<string, Setting>;
}

export const settings: [Setting, string][] = [["enabled", "On"], ["optional", "Optional"], ["disabled", "Off"]];

/* As the daemon sets them with their model: what the tool itself said has to be named. */
const fieldsOf = (model: Model, state: Setting): Record<string, Setting> =>
  Object.fromEntries(model.fields.map((f) => [f.name, f.raw ? "disabled" : state]));

export function draftOf(scope: ScopeInFull, table: Models): Draft {
  return {
    models: Object.fromEntries(table.models.map((model) => {
      const set = scope.models[model.name] ?? "disabled";
      return [model.name, typeof set === "string" ? { state: set, fields: fieldsOf(model, set) } : { state: set.state, fields: { ...fieldsOf(model, set.state), ...set.fields } }];
    })),
    actions: Object.fromEntries(table.actions.map((a) => [a.id, scope.actions[a.id] ?? "disabled"])),
  };
}

/** With a model set: from off its fields come along, else they stay but for those a record needs. */
export function withModel(draft: Draft, model: Model, state: Setting): Draft {
  const before = draft.models[model.name];
  const fields = before === undefined || before.state === "disabled" ? fieldsOf(model, state) : { ...before.fields };
  for (const f of model.fields) {
    if (f.required) {
      fields[f.name] = state;
    }
  }
  return { ...draft, models: { ...draft.models, [model.name]: { state, fields } } };
}

export function withFields(draft: Draft, model: Model, set: Record<string, Setting>): Draft {
  const before = draft.models[model.name] ?? { state: "disabled", fields: {} };
  return { ...draft, models: { ...draft.models, [model.name]: { ...before, fields: { ...before.fields, ...set } } } };
}

/** As the API takes it. */
export function wishOf(draft: Draft): { models: ScopeInFull["models"]; actions: Record<string, Setting> } {
  return {
    models: Object.fromEntries(Object.entries(draft.models).map(([name, m]) => [name, m.state === "disabled" ? "disabled" : m])),
    actions: draft.actions,
  };
}

/** What is set otherwise, by names: "hris_employees", "hris_employees.first_name", "hris_create_absence". */
export function changesOf(before: Draft, now: Draft): string[] {
  const found: string[] = [];
  for (const [name, m] of Object.entries(now.models)) {
    const was = before.models[name];
    if (was?.state !== m.state) {
      found.push(name);
    } else if (m.state !== "disabled") {
      found.push(...Object.keys(m.fields).filter((f) => was.fields[f] !== m.fields[f]).map((f) => `${name}.${f}`));
    }
  }
  return [...found, ...Object.keys(now.actions).filter((id) => before.actions[id] !== now.actions[id])];
}
