// What a person does at the tool: step by step, to be gone on with later. What the tool sends is seen here as it comes.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../kit/api";
import { Icon } from "../kit/icons";
import { useEvery } from "../kit/load";
import { Button, Field } from "../kit/ui";
import { askState, linkMark, submit, type State, type Step } from "./client";
import { CopyField } from "./copy";
import { tell } from "./embed";
import { Heading } from "./shell";
import { useTexts, useTool } from "./texts";
import { Waits } from "./waits";

const POLL_MS = 2000;

/** How far the customer was, in this browser. A frame may have nothing to remember it in. */
const remembered = {
  read: (): number => {
    try {
      return Number(localStorage.getItem(linkMark())) || 0;
    } catch {
      return 0;
    }
  },
  write: (step: number) => {
    try {
      localStorage.setItem(linkMark(), String(step));
    } catch {
      // Then the steps begin anew, and what was pasted is there all the same.
    }
  },
};

function Paste({ step, label, onSaved }: { step: Step; label: string; onSaved: () => void }) {
  const t = useTexts();
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const save = () => {
    if (value.trim() === "") {
      setError(t.needed);
      return;
    }
    setBusy(true);
    setError(undefined);
    submit({ settings: { [step.paste_key ?? ""]: value.trim() } }).then(() => {
      setValue("");
      setBusy(false);
      onSaved();
    }, (failure: ApiError) => {
      setError(failure.status === 429 ? t.tooOften : failure.status === 0 ? t.offline : failure.status >= 500 ? t.failed : failure.message);
      setBusy(false);
    });
  };
  return (
    <form class="paste" noValidate onSubmit={(e) => { e.preventDefault(); save(); }}>
      <Field label={t.paste(label)} help={step.is_pasted ? t.saved : ""} error={error}>
        {(id, note) => (
          <input id={id} type={step.paste_secret ? "password" : "text"} value={value} autocomplete="new-password" spellcheck={false}
            placeholder={step.is_pasted ? "••••••••" : ""} aria-describedby={note} aria-invalid={!!error} onInput={(e) => setValue(e.currentTarget.value)} />
        )}
      </Field>
      <Button type="submit" kind={step.is_pasted ? "plain" : "primary"} busy={busy}>{t.save}</Button>
    </form>
  );
}

function OneStep({ toolId, step, number, current, done, onNext, onOpen, onSaved }: {
  toolId: string; step: Step; number: number; current: boolean; done: boolean; onNext: () => void; onOpen: () => void; onSaved: () => void;
}) {
  const t = useTexts();
  const said = useTool(toolId);
  const own = said.steps?.[step.title];
  const title = own?.title ?? step.title;
  const label = (step.paste_key && said.settings?.[step.paste_key]?.label) ?? step.paste_label ?? "";
  const head = useRef<HTMLHeadingElement>(null);
  const was = useRef(current);
  useEffect(() => {
    if (current && !was.current) {
      head.current?.focus();
    }
    was.current = current;
  }, [current]);
  return (
    <li class={`step${current ? " current" : ""}${done ? " done" : ""}`} aria-current={current ? "step" : undefined}>
      <span class="step-mark" aria-hidden="true">{done ? <Icon name="check" size={15} /> : number}</span>
      <div class="step-body">
        <h2 ref={head} tabIndex={-1}>
          {current ? title : <button type="button" onClick={onOpen}>{title}</button>}
          {done && <span class="unseen">: {t.stepIsDone}</span>}
        </h2>
        {current && (
          <div class="stack">
            {(own?.text ?? step.text) && <p>{own?.text ?? step.text}</p>}
            {step.copy_value && (
              <div class="copy-box">
                <span class="muted">{own?.copy ?? step.copy_label}</span>
                <CopyField text={step.copy_value} label={own?.copy ?? step.copy_label ?? title} />
              </div>
            )}
            {step.paste_key && <Paste step={step} label={label} onSaved={onSaved} />}
            {!step.paste_key && <div><Button kind="primary" onClick={onNext}>{t.stepDone}</Button></div>}
          </div>
        )}
      </div>
    </li>
  );
}

export function Steps({ label, toolId, onDone, onOver }: { label: string; toolId: string; onDone: () => void; onOver: () => void }) {
  const t = useTexts();
  const [state, setState] = useState<State>();
  const [current, setCurrent] = useState(remembered.read);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const ended = useRef(false);
  const steps = state?.steps ?? [];
  const pasted = steps.every((one) => !one.paste_key || one.is_pasted);

  const finish = () => {
    if (ended.current) {
      return;
    }
    ended.current = true;
    setBusy(true);
    submit({ done: true }).then((answer) => {
      tell({ type: "weir:connected", token: answer.token, tool: toolId, complete: true });
      onDone();
    }, (failure: ApiError) => {
      ended.current = false;
      setBusy(false);
      if (failure.status === 410) {
        void look(); // done in another window, or too late: the link's state says which
        return;
      }
      setError(failure.status === 429 ? t.tooOften : failure.status === 0 ? t.offline : t.failed);
    });
  };
  const look = () => askState().then((answer) => {
    if (answer.stage === "done") {
      ended.current = true; // in another window
      onDone();
      return;
    }
    setState(answer);
    const all = answer.steps.every((one) => !one.paste_key || one.is_pasted);
    if (answer.webhook?.state === "active" || (all && answer.webhook?.test === "proven")) {
      finish();
    }
  }, (failure: ApiError) => {
    if ([404, 409, 410].includes(failure.status)) {
      onOver();
    }
  });

  useEffect(() => { void look(); }, []);
  useEvery(POLL_MS, () => { if (!ended.current) { void look(); } });
  const go = (step: number) => {
    setCurrent(step);
    remembered.write(step);
  };

  // What the tool did or what was pasted tells of steps that were done elsewhere, too.
  const firstPaste = steps.findIndex((one) => one.paste_key);
  const told = state?.webhook && state.webhook.test !== null && firstPaste >= 0 ? firstPaste : 0;
  const wrong = state?.webhook?.test === "unproven" && state.webhook.state !== "active";
  const at = wrong && pasted && firstPaste >= 0 ? firstPaste : pasted && steps.length > 0 && firstPaste >= 0 && current <= firstPaste ? steps.length : Math.max(current, told);
  const [opened, setOpened] = useState<number>();
  const open = opened ?? at;
  return (
    <div class="stack">
      <Heading lead={t.stepsLead(label)}>{t.stepsTitle(label)}</Heading>
      <ol class="steps">
        {steps.map((one, i) => (
          <OneStep key={one.title} toolId={toolId} step={one} number={i + 1} current={i === open} done={one.paste_key ? one.is_pasted && !wrong : i < at}
            onNext={() => { setOpened(undefined); go(Math.max(at, i + 1)); }} onOpen={() => setOpened(i)}
            onSaved={() => { setOpened(undefined); go(Math.max(at, i + 1)); void look(); }} />
        ))}
      </ol>
      {state?.webhook && <Waits label={label} webhook={state.webhook} pasted={firstPaste < 0 || pasted} />}
      {error && <p class="field-error" role="alert">{error}</p>}
      <div class="connect-actions">
        <Button kind={open >= steps.length ? "primary" : "plain"} busy={busy} disabled={!pasted || steps.length === 0} onClick={finish}>{t.finish}</Button>
      </div>
    </div>
  );
}
