import { useState } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { Badge, Button } from "../../kit/ui";
import type { Model, ModelField } from "../data/types";
import { SettingOf } from "./setting";
import { settings, withFields, withModel, type Draft, type Setting } from "./types";

type Change = ((draft: Draft) => void) | undefined;

function Fields({ model, shown, draft, onChange }: { model: Model; shown: ModelField[]; draft: Draft; onChange: Change }) {
  const fields = draft.models[model.name]?.fields ?? {};
  const own = model.fields.filter((f) => !f.required);
  const all = (to: Setting) => onChange?.(withFields(draft, model, Object.fromEntries(own.filter((f) => !f.raw).map((f) => [f.name, to]))));
  return (
    <div class="scope-fields">
      {onChange && own.length > 1 && shown.length === model.fields.length && (
        <div class="row scope-all"><span class="muted">All fields</span>
          {settings.map(([word, text]) => <Button small key={word} aria-label={`All fields of ${model.label}: ${text.toLowerCase()}`} onClick={() => all(word)}>{text}</Button>)}
        </div>
      )}
      <ul class="scope-list">
        {shown.map((f) => (
          <li key={f.name}>
            <span class="scope-name"><code>{f.name}</code>
              {f.required && <span class="muted"> a record is none without it</span>}
              {f.raw && <span class="muted"> all that the tool itself said</span>}
              {!f.shown && !f.raw && <span class="muted"> only joins records</span>}
            </span>
            {f.required ? <Badge>as its model</Badge>
              : <SettingOf label={`${model.name}.${f.name}`} value={fields[f.name] ?? "disabled"} onValue={onChange && ((to) => onChange(withFields(draft, model, { [f.name]: to })))} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function ModelRow({ model, shown, draft, onChange }: { model: Model; shown: ModelField[]; draft: Draft; onChange: Change }) {
  const [open, setOpen] = useState(false);
  const of = draft.models[model.name] ?? { state: "disabled", fields: {} };
  const isOff = of.state === "disabled";
  const on = model.fields.filter((f) => f.required || (of.fields[f.name] ?? "disabled") !== "disabled").length;
  const isOpen = !isOff && (open || shown.length < model.fields.length); // what was looked for is in sight
  return (
    <li class={`scope-model${isOff ? " off" : ""}`}>
      <div class="scope-row">
        <button type="button" class="scope-open" aria-expanded={isOpen} disabled={isOff} onClick={() => setOpen(!open)}>
          <span class={`turn${isOpen ? " turned" : ""}`}><Icon name="next" size={15} /></span>
          <span class="scope-title"><strong>{model.label}</strong> <code class="muted">{model.name}</code></span>
          <span class="muted scope-count">{isOff ? "not read" : `${on} of ${model.fields.length} fields`}</span>
        </button>
        <SettingOf label={model.label} value={of.state} onValue={onChange && ((to) => onChange(withModel(draft, model, to)))} />
      </div>
      {isOpen && <Fields model={model} shown={shown} draft={draft} onChange={onChange} />}
    </li>
  );
}

/** The models with their fields. find: only what is called so; then their fields are open. */
export function ScopeModels({ models, draft, onChange, find }: { models: Model[]; draft: Draft; onChange: Change; find: string }) {
  const word = find.trim().toLowerCase();
  const named = (text: string) => text.toLowerCase().includes(word);
  const shown = models
    .map((model) => ({ model, fields: named(model.label) || named(model.name) ? model.fields : model.fields.filter((f) => named(f.name)) }))
    .filter(({ fields }) => fields.length > 0);
  if (shown.length === 0) {
    return <p class="muted card-note">No model and no field is called so.</p>;
  }
  return (
    <ul class="scope-models">
      {shown.map(({ model, fields }) => <ModelRow key={model.name} model={model} shown={fields} draft={draft} onChange={onChange} />)}
    </ul>
  );
}
