import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";

export type Tone = "good" | "bad" | "warn" | "info" | "plain";

/* ---- buttons ---- */

type ButtonProps = Omit<JSX.HTMLAttributes<HTMLButtonElement>, "icon"> & {
  kind?: "primary" | "plain" | "danger" | "quiet"; icon?: IconName; busy?: boolean; disabled?: boolean; type?: "button" | "submit";
  children?: ComponentChildren; small?: boolean;
};

export function Button({ kind = "plain", icon, busy, small, children, disabled, type = "button", ...rest }: ButtonProps) {
  return (
    <button {...rest} type={type} disabled={disabled || busy} aria-busy={busy}
      class={`button ${kind}${small ? " small" : ""}${children === undefined ? " icon-only" : ""}`}>
      {icon && <Icon name={icon} size={small ? 15 : 17} />}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [state, setState] = useState<"" | "done" | "failed">("");
  const copy = () => {
    // Over plain HTTP there is no clipboard.
    (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error())).then(() => {
      setState("done");
      setTimeout(() => setState(""), 2000);
    }, () => setState("failed"));
  };
  return <Button small icon={state === "done" ? "check" : "copy"} onClick={copy} aria-live="polite">
    {state === "done" ? "Copied" : state === "failed" ? "Mark it and copy it yourself" : label}</Button>;
}

/* ---- words and numbers ---- */

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

const tones: Record<string, Tone> = {
  ACTIVE: "good", SUCCEEDED: "good", COMPLETED: "good", active: "good", ok: "good", delivered: "good", accepted: "good", PASSED: "good",
  INVALID: "bad", FAILED: "bad", failed: "bad", dead: "bad", refused: "bad", error: "bad", disabled: "bad",
  INACTIVE: "plain", PENDING: "info", RUNNING: "info", running: "info", pending: "info", waiting: "info",
  manual_setup: "warn", needs_permission: "warn", INCOMPLETE: "warn", FINAL_SYNC_PENDING: "info", CANCELLED: "plain", degraded: "warn",
};
/** A state's word in its colour. */
export function State({ of }: { of: string | null | undefined }) {
  return of ? <Badge tone={tones[of] ?? "plain"}>{of.toLowerCase().replaceAll("_", " ")}</Badge> : <span class="muted">–</span>;
}

export function Stat({ label, value, note, tone }: { label: ComponentChildren; value: ComponentChildren; note?: ComponentChildren; tone?: Tone }) {
  return (
    <div class={`stat ${tone ?? ""}`}>
      <div class="stat-label">{label}</div>
      <div class="stat-value">{value}</div>
      {note !== undefined && <div class="stat-note">{note}</div>}
    </div>
  );
}

export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return <dl class="facts">{of.map(([key, value]) => <div key={key}><dt>{key}</dt><dd>{value}</dd></div>)}</dl>;
}

export function Code({ text, copy = true, label }: { text: string; copy?: boolean; label?: string }) {
  return (
    <div class="code">
      <pre tabIndex={0} aria-label={label ?? "Code"}><code>{text}</code></pre>
      {copy && <CopyButton text={text} />}
    </div>
  );
}

/* ---- rooms of a page ---- */

export function PageHead({ title, lead, actions, back }: {
  title: ComponentChildren; lead?: ComponentChildren; actions?: ComponentChildren; back?: { href: string; label: string };
}) {
  return (
    <header class="page-head">
      {back && <a class="back" href={back.href}><Icon name="back" size={15} /> {back.label}</a>}
      <div class="page-title">
        <h1>{title}</h1>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {lead && <div class="lead">{lead}</div>}
    </header>
  );
}

export function Card({ title, actions, children, flush }: {
  title?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren; flush?: boolean;
}) {
  return (
    <section class={`card${flush ? " flush" : ""}`}>
      {title !== undefined && <div class="card-head"><h2>{title}</h2>{actions && <div class="actions">{actions}</div>}</div>}
      <div class="card-body">{children}</div>
    </section>
  );
}

export function Note({ tone = "info", title, children }: { tone?: Tone; title?: string; children?: ComponentChildren }) {
  return (
    <div class={`note ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={tone === "good" ? "check" : "warning"} size={17} />
      <div>{title && <strong>{title}</strong>} {children}</div>
    </div>
  );
}

export function Failure({ error, again }: { error: Error | undefined; again?: () => void }) {
  return error ? <Note tone="bad">{error.message} {again && <Button small onClick={again}>Try again</Button>}</Note> : null;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><strong>{title}</strong>{children && <div>{children}</div>}</div>;
}

export function Loading({ lines = 3 }: { lines?: number }) {
  return <div class="loading" role="status" aria-label="Loading">{Array.from({ length: lines }, (_, i) => <div class="bone" key={i} />)}</div>;
}

/* ---- tables ---- */

export interface Column<T> {
  head: string;
  cell: (row: T) => ComponentChildren;
  kind?: "number" | "wide" | "narrow" | "actions";
}

export function Table<T>({ columns, rows, rowKey, label, empty, loading, more, error, again }: {
  columns: Column<T>[]; rows: T[]; rowKey: (row: T, i: number) => string | number; label: string; empty?: ComponentChildren;
  loading?: boolean; more?: (() => void) | null; error?: Error | undefined; again?: () => void;
}) {
  const failure = error && <Failure error={error} {...(again ? { again } : {})} />;
  if (failure && rows.length === 0) {
    return failure;
  }
  if (rows.length === 0) {
    return loading ? <Loading /> : <>{empty ?? <Empty title="Nothing here yet" />}</>;
  }
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead><tr>{columns.map((c) => <th scope="col" class={c.kind} key={c.head}>{c.kind === "actions" ? <span class="unseen">{c.head}</span> : c.head}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={rowKey(row, i)}>{columns.map((c) => <td class={c.kind} data-head={c.head} key={c.head}>{c.cell(row)}</td>)}</tr>
          ))}
        </tbody>
      </table>
      {failure && <div class="card-note">{failure}</div>}
      {more && <div class="more"><Button onClick={more} busy={!!loading}>Show more</Button></div>}
    </div>
  );
}

/* ---- forms ---- */

export function Field({ label, help, error, children }: {
  label: string; help?: ComponentChildren; error?: string | undefined; children: (id: string, describedBy: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  const note = help || error ? `${id}-note` : undefined;
  return (
    <div class={`field${error ? " wrong" : ""}`}>
      <label for={id}>{label}</label>
      {children(id, note)}
      {note && <div class="field-note" id={note}>{error ? <span class="field-error" role="alert">{error}</span> : help}</div>}
    </div>
  );
}

export function TextField({ label, help, error, value, onValue, ...rest }: Omit<JSX.HTMLAttributes<HTMLInputElement>, "label" | "value"> & {
  label: string; help?: ComponentChildren; error?: string | undefined; value: string; onValue: (value: string) => void; type?: string; required?: boolean;
  placeholder?: string; autocomplete?: string; name?: string; maxLength?: number; min?: number; step?: string; disabled?: boolean;
}) {
  return (
    <Field label={label} help={help} error={error}>
      {(id, note) => <input {...rest} id={id} value={value} aria-describedby={note} aria-invalid={!!error} spellcheck={false}
        onInput={(e) => onValue(e.currentTarget.value)} />}
    </Field>
  );
}

export function SelectField({ label, help, value, onValue, options }: {
  label: string; help?: ComponentChildren; value: string; onValue: (value: string) => void; options: [string, string][];
}) {
  return (
    <Field label={label} help={help}>
      {(id, note) => (
        <select id={id} value={value} aria-describedby={note} onChange={(e) => onValue(e.currentTarget.value)}>
          {options.map(([v, text]) => <option value={v} key={v}>{text}</option>)}
        </select>
      )}
    </Field>
  );
}

export function Switch({ label, on, onChange, disabled, hideLabel }: {
  label: string; on: boolean; onChange: (on: boolean) => void; disabled?: boolean; hideLabel?: boolean;
}) {
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={on} disabled={disabled ?? false} onChange={(e) => onChange(e.currentTarget.checked)} />
      <span class="track" aria-hidden="true" />
      <span class={hideLabel ? "unseen" : ""}>{label}</span>
    </label>
  );
}

export function Tabs({ tabs, current, onPick, label }: { tabs: [string, ComponentChildren][]; current: string; onPick: (id: string) => void; label: string }) {
  const move = (event: KeyboardEvent, i: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[(i + step + tabs.length) % tabs.length];
    if (step !== 0 && next) {
      onPick(next[0]);
      ((event.currentTarget as HTMLElement).parentElement?.children[(i + step + tabs.length) % tabs.length] as HTMLElement)?.focus();
    }
  };
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => { // on a phone the strip is longer than the screen
    const picked = strip.current?.querySelector<HTMLElement>("[aria-selected=true]");
    if (strip.current && picked) {
      strip.current.scrollLeft = picked.offsetLeft - strip.current.offsetLeft - 40;
    }
  }, [current]);
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={strip}>
      {tabs.map(([id, text], i) => (
        <button key={id} role="tab" type="button" aria-selected={id === current} tabIndex={id === current ? 0 : -1}
          onClick={() => onPick(id)} onKeyDown={(e) => move(e, i)}>{text}</button>
      ))}
    </div>
  );
}

/* ---- dialogs ---- */

/* Its scroll bar is the dialog itself, too. */
const isBeside = (e: MouseEvent, box: Element): boolean => {
  const at = box.getBoundingClientRect();
  return e.clientX < at.left || e.clientX > at.right || e.clientY < at.top || e.clientY > at.bottom;
};

/** For a dialog's onClose. A second Escape closes it without onCancel. */
export const stayOpen = (e: JSX.TargetedEvent<HTMLDialogElement>) => {
  if (e.currentTarget.isConnected) {
    e.currentTarget.showModal();
  }
};

/** A modal dialog; Escape and a click beside it close it. keep: only its buttons do, since what it shows is shown once. */
export function Dialog({ title, onClose, children, wide, keep }: {
  title: string; onClose: () => void; children: ComponentChildren; wide?: boolean; keep?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    const before = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    return () => {
      dialog?.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog ref={box} class={wide ? "wide" : ""} aria-labelledby={id}
      onCancel={(e) => { e.preventDefault(); if (!keep) { onClose(); } }}
      onClose={keep ? stayOpen : undefined}
      onMouseDown={(e) => { if (!keep && e.target === box.current && isBeside(e, e.currentTarget)) { onClose(); } }}>
      <div class="dialog-head"><h2 id={id}>{title}</h2><Button kind="quiet" icon="close" aria-label="Close" onClick={onClose} /></div>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}

/** Asks before something that cannot be taken back. The word has to be typed where one is given. */
export function Confirm({ title, children, action, word, onClose, run }: {
  title: string; children: ComponentChildren; action: string; word?: string; onClose: () => void; run: () => Promise<unknown>;
}) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const go = () => {
    setBusy(true);
    run().then(onClose, (failure: Error) => { setError(failure); setBusy(false); });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(e) => { e.preventDefault(); go(); }}>
        <div class="stack">
          <div>{children}</div>
          {word && <TextField label={`Type ${word} to go on`} value={typed} onValue={setTyped} autocomplete="off" />}
          <Failure error={error} />
          <div class="dialog-foot">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="danger" busy={busy} disabled={word !== undefined && typed !== word}>{action}</Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
