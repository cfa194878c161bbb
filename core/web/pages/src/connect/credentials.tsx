// The credentials: where they are found, what is typed, and what the tool says to it.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../kit/api";
import { Button, Field } from "../kit/ui";
import type { Setting, Tool, Trouble } from "./client";
import { GuideList } from "./guide";
import { Heading } from "./shell";
import { useTexts, useTool } from "./texts";
import { address, operators } from "./texts/tools";
import { Failed } from "./trouble";

export interface Typed {
  way: number;
  values: Record<string, string>;
}

const isLong = (key: string): boolean => /private_key|certificate|pem/.test(key);

function useLabels(tool: Tool) {
  const t = useTexts();
  const { settings } = useTool(tool.id);
  return (one: Setting) => ({
    label: settings?.[one.key]?.label ?? (one.key === "base_url" ? t.address : one.label),
    help: settings?.[one.key]?.help ?? (one.key === "base_url" ? t.addressHelp(tool.label) : one.help ?? ""),
  });
}

function Secret({ id, note, value, wrong, placeholder, onValue }: {
  id: string; note: string | undefined; value: string; wrong: boolean; placeholder: string; onValue: (value: string) => void;
}) {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <div class="secret">
      <input id={id} type={open ? "text" : "password"} value={value} autocomplete="new-password" spellcheck={false} placeholder={placeholder}
        aria-describedby={note} aria-invalid={wrong} onInput={(e) => onValue(e.currentTarget.value)} />
      <Button small kind="quiet" aria-pressed={open} aria-controls={id} onClick={() => setOpen(!open)}>{open ? t.hideSecret : t.showSecret}</Button>
    </div>
  );
}

function Input({ tool, one, value, error, needed, onValue }: {
  tool: Tool; one: Setting; value: string; error: string | undefined; needed: boolean; onValue: (value: string) => void;
}) {
  const t = useTexts();
  const { label, help } = useLabels(tool)(one);
  const kept = one.is_set ? t.unchanged : "";
  const placeholder = one.is_set && one.secret ? "••••••••" : "";
  return (
    <Field label={needed || one.is_set ? label : `${label} (${t.optional})`} help={[help, kept].filter((text) => text !== "").join(" ")} error={error}>
      {(id, note) => isLong(one.key) ? (
        <textarea id={id} class="secret-text" rows={4} value={value} spellcheck={false} autocomplete="off" placeholder={placeholder}
          aria-describedby={note} aria-invalid={!!error} onInput={(e) => onValue(e.currentTarget.value)} />
      ) : one.secret ? (
        <Secret id={id} note={note} value={value} wrong={!!error} placeholder={placeholder} onValue={onValue} />
      ) : (
        <input id={id} type={one.key === "base_url" ? "url" : "text"} value={value} autocomplete="off" autocapitalize="off" spellcheck={false}
          aria-describedby={note} aria-invalid={!!error} onInput={(e) => onValue(e.currentTarget.value)} />
      )}
    </Field>
  );
}

/** Which settings are asked for, which are for those who know them, and between which ways one can choose. */
function useSplit(tool: Tool, way: number) {
  const { ways } = useTool(tool.id);
  const hidden = operators[tool.id] ?? [];
  const settings = tool.settings.filter((one) => !hidden.includes(one.key));
  const inWay = ways?.[way]?.settings;
  const inAny = (ways ?? []).flatMap((one) => one.settings);
  const main = settings.filter((one) => (inWay ? inWay.includes(one.key) || (one.required && !inAny.includes(one.key)) : one.required));
  return {
    ways: ways ?? [], main,
    more: settings.filter((one) => !main.includes(one) && !inAny.includes(one.key)),
    others: settings.filter((one) => !main.includes(one) && inAny.includes(one.key)),
    needs: (one: Setting) => main.includes(one),
  };
}

const firstWay = (tool: Tool, ways: { settings: string[] }[] | undefined): number =>
  Math.max(0, (ways ?? []).findIndex((way) => way.settings.some((key) => key !== "base_url" && tool.settings.some((one) => one.key === key && one.is_set))));

export function Credentials({ tool, refused, relink, typed, onTyped, onRefuse, onConnect, onBack }: {
  tool: Tool; refused: string[]; relink: boolean; typed?: Typed; onTyped: (next: (was: Typed | undefined) => Typed) => void; onRefuse: (ids: string[]) => string[];
  onConnect: (settings: Record<string, string>, refused: string[]) => Promise<void>; onBack?: () => void;
}) {
  const t = useTexts();
  const said = useTool(tool.id);
  const { way, values } = typed ?? { way: firstWay(tool, said.ways), values: {} };
  const { ways, main, more, others, needs } = useSplit(tool, way);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const reads = new Set([...tool.models, ...tool.actions].map((one) => one.id).filter((id) => !refused.includes(id)));
  const trouble = failure && typeof failure.more.kind === "string" ? (failure.more as unknown as Trouble) : undefined;

  const [lacking, setLacking] = useState(0);
  useEffect(() => {
    if (lacking > 0) {
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    }
  }, [lacking]);

  const change = (key: string, value: string) => {
    onTyped((was) => ({ way, values: { ...(was?.values ?? values), [key]: value } })); // a password manager fills two before they are drawn
    setErrors(Object.fromEntries(Object.entries(errors).filter(([one]) => one !== key)));
  };
  const send = (without: string[]) => {
    const given: Record<string, string | null> = {};
    const missing: Record<string, string> = {};
    [...main, ...more].forEach((one) => {
      const text = (values[one.key] ?? "").trim();
      if (text !== "") {
        given[one.key] = one.key === "base_url" ? address(tool.id, text) : text;
      } else if (needs(one) && !one.is_set) {
        missing[one.key] = t.needed;
      }
    });
    // Of two ways one counts: what the other had goes.
    others.filter((one) => one.is_set && Object.keys(given).some((key) => ways[way]?.settings.includes(key) && key !== "base_url"))
      .forEach((one) => { given[one.key] = null; });
    setFailure(undefined);
    setErrors(missing);
    if (Object.keys(missing).length > 0) {
      setLacking(lacking + 1);
      return;
    }
    setBusy(true);
    onConnect(given as Record<string, string>, without).catch((error: ApiError) => {
      const named = Array.isArray(error.more.settings) ? (error.more.settings as string[]) : [];
      setErrors(Object.fromEntries(named.map((key) => [key, t.checkThis])));
      setFailure(error);
      setBusy(false);
    });
  };

  return (
    <form ref={form} class="stack" noValidate onSubmit={(e) => { e.preventDefault(); send(refused); }}>
      <Heading lead={t.credentialsLead(tool.label)}>{relink ? t.relinkTitle(tool.label) : t.credentialsTitle(tool.label)}</Heading>
      {failure && (
        <Failed error={failure} trouble={trouble} tool={tool} refused={refused} busy={busy} onWithout={(ids) => send(onRefuse(ids))} />
      )}
      {ways.length > 1 && (
        <fieldset class="ways">
          <legend>{t.way}</legend>
          {ways.map((one, i) => (
            <label key={one.name}>
              <input type="radio" name="way" checked={i === way} onChange={() => { onTyped(() => ({ way: i, values })); setErrors({}); setFailure(undefined); }} />
              <span>{one.name}</span>
            </label>
          ))}
        </fieldset>
      )}
      {ways[way] && <GuideList guide={ways[way].guide} reads={reads} />}
      {main.map((one) => (
        <Input key={one.key} tool={tool} one={one} needed value={values[one.key] ?? ""} error={errors[one.key]} onValue={(value) => change(one.key, value)} />
      ))}
      {more.length > 0 && (
        <details class="more-settings" open={more.some((one) => errors[one.key] || values[one.key])}>
          <summary>{t.moreSettings}</summary>
          <div class="stack">
            <p class="muted">{t.moreSettingsLead}</p>
            {more.map((one) => (
              <Input key={one.key} tool={tool} one={one} needed={false} value={values[one.key] ?? ""} error={errors[one.key]}
                onValue={(value) => change(one.key, value)} />
            ))}
          </div>
        </details>
      )}
      <div class="connect-actions">
        <Button kind="primary" type="submit" busy={busy}>{busy ? t.checking(tool.label) : t.connect}</Button>
        {onBack && <Button kind="quiet" disabled={busy} onClick={onBack}>{t.back}</Button>}
      </div>
      <div class="unseen" role="status">{busy ? t.checking(tool.label) : ""}</div>
    </form>
  );
}
