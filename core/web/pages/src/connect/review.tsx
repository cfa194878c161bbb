// What will be read, and why; what is optional can be refused.
import { Icon } from "../kit/icons";
import { Badge, Button, Switch } from "../kit/ui";
import type { Action, Model, Tool } from "./client";
import { Heading } from "./shell";
import { useData, useTexts } from "./texts";

function Fields({ model }: { model: Model }) {
  const t = useTexts();
  const data = useData();
  return model.fields.length === 0 ? null : (
    <details class="fields">
      <summary>{t.showFields(model.fields.length)}</summary>
      <p class="muted">{model.fields.map((one) => data.field(one.id)).join(", ")}</p>
    </details>
  );
}

function OneModel({ model, on, onSwitch }: { model: Model; on: boolean; onSwitch: (on: boolean) => void }) {
  const t = useTexts();
  const { name, why } = useData().model(model.id, model.label);
  return (
    <li class={on ? "" : "off"}>
      <div class="part-head">
        <h2>{name}</h2>
        {model.setting === "OPTIONAL" ? <Switch label={t.read(name)} hideLabel on={on} onChange={onSwitch} /> : <Badge>{t.required}</Badge>}
      </div>
      {why && <p class="muted">{why}</p>}
      <Fields model={model} />
    </li>
  );
}

function OneAction({ action, on, onSwitch }: { action: Action; on: boolean; onSwitch: (on: boolean) => void }) {
  const t = useTexts();
  const name = useData().action(action.id, action.label);
  return (
    <li class={on ? "" : "off"}>
      <div class="part-head">
        <h3>{name}</h3>
        {action.setting === "OPTIONAL" ? <Switch label={t.allow(name)} hideLabel on={on} onChange={onSwitch} /> : <Badge>{t.required}</Badge>}
      </div>
    </li>
  );
}

export function Review({ tool, who, relink, refused, onRefuse, onNext, onBack }: {
  tool: Tool; who: string; relink: boolean; refused: string[]; onRefuse: (id: string, no: boolean) => void; onNext: () => void; onBack?: () => void;
}) {
  const t = useTexts();
  return (
    <div class="stack">
      {relink ? <Heading lead={t.relinkLead(tool.label, who)}>{t.relinkTitle(tool.label)}</Heading>
        : <Heading lead={t.reviewLead(who)}>{t.reviewTitle(tool.label)}</Heading>}
      {tool.models.length === 0 && <p class="muted">{t.nothingRead}</p>}
      <ul class="parts" aria-label={t.reviewTitle(tool.label)}>
        {tool.models.map((one) => (
          <OneModel key={one.id} model={one} on={!refused.includes(one.id)} onSwitch={(on) => onRefuse(one.id, !on)} />
        ))}
      </ul>
      {tool.actions.length > 0 && (
        <section>
          <h2>{t.actionsTitle(tool.label)}</h2>
          <p class="muted">{t.actionsLead}</p>
          <ul class="parts">
            {tool.actions.map((one) => (
              <OneAction key={one.id} action={one} on={!refused.includes(one.id)} onSwitch={(on) => onRefuse(one.id, !on)} />
            ))}
          </ul>
        </section>
      )}
      <p class="safe muted"><Icon name="audit" size={16} /> <span>{t.safe}</span></p>
      <div class="connect-actions">
        <Button kind="primary" onClick={onNext}>{t.next}</Button>
        {onBack && <Button kind="quiet" onClick={onBack}>{t.back}</Button>}
      </div>
    </div>
  );
}
