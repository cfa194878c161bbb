import { useEffect, useState } from "preact/hooks";
import type { Address } from "../../kit/address";
import { useLoad } from "../../kit/load";
import type { Page } from "../../kit/api";
import { Button, SelectField, Switch, TextField } from "../../kit/ui";
import { outcomeWord, outcomes } from "./entry";

const times: [string, string][] = [
  ["", "Any time"], ["15m", "Last 15 minutes"], ["1h", "Last hour"], ["24h", "Last 24 hours"], ["7d", "Last 7 days"], ["custom", "From … until …"],
];

/** A text that takes effect when the typing pauses. */
function Typed({ label, value, onValue, placeholder, search }: {
  label: string; value: string; onValue: (value: string) => void; placeholder?: string; search?: boolean;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) {
      return undefined;
    }
    const timer = setTimeout(() => onValue(text.trim()), 350);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class={search ? "field-box search" : "field-box"}>
      <TextField label={label} value={text} onValue={setText} type="search" maxLength={200} {...(placeholder ? { placeholder } : {})} />
    </div>
  );
}

/* What an input of the browser calls a time, and what the API does. */
const local = (iso: string | undefined): string => {
  if (!iso || Number.isNaN(Date.parse(iso))) {
    return "";
  }
  const when = new Date(iso);
  return new Date(when.getTime() - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};
const iso = (text: string): string => (text === "" ? "" : new Date(text).toISOString());

export function Filters({ address, set }: { address: Address; set: (change: Record<string, string | null>) => void }) {
  const integrations = useLoad<Page<{ id: string; tool: string }>>("integrations", { limit: 1000 });
  const endpoints = useLoad<Page<{ name: string }>>("endpoints", { limit: 1000 });
  const ids = integrations.data?.results ?? [];
  const tools = [...new Set(ids.map((it) => it.tool))].sort();
  const words = outcomes[address.kind ?? ""] ?? [...new Set(Object.values(outcomes).flat())];
  const custom = !!address.until || (!!address.since && !times.some(([value]) => value === address.since));
  const [wide, setWide] = useState(custom);
  const isWide = wide || custom;
  const keys = ["text", "id", "integration", "tool", "outcome", "endpoint", "since", "until", "errors"];
  const any = keys.some((key) => address[key]);
  const known = (list: [string, string][], value: string | undefined): [string, string][] =>
    value && !list.some(([v]) => v === value) ? [...list, [value, value]] : list;

  const pickTime = (value: string) => {
    setWide(value === "custom");
    set(value === "custom" ? { since: new Date(Date.now() - 3600000).toISOString(), until: null } : { since: value, until: null });
  };
  return (
    <form class="filters" role="search" aria-label="Search the log" onSubmit={(e) => e.preventDefault()}>
      <Typed search label="Text" value={address.text ?? ""} onValue={(text) => set({ text })} placeholder="An error, a path, an event type …" />
      <Typed label="Id" value={address.id ?? ""} onValue={(id) => set({ id })} placeholder="Record, event, notification …" />
      <SelectField label="Integration" value={address.integration ?? ""} onValue={(integration) => set({ integration })}
        options={known([["", "All"], ...ids.map((it): [string, string] => [it.id, it.id])], address.integration)} />
      {(tools.length > 1 || address.tool) && (
        <SelectField label="Tool" value={address.tool ?? ""} onValue={(tool) => set({ tool })}
          options={known([["", "All"], ...tools.map((tool): [string, string] => [tool, tool])], address.tool)} />
      )}
      <SelectField label="Outcome" value={address.outcome ?? ""} onValue={(outcome) => set({ outcome })}
        options={known([["", "All"], ...words.map((word): [string, string] => [word, outcomeWord(word)])], address.outcome)} />
      {(address.kind === "attempt" || address.kind === "notification" || address.endpoint) && (
        <SelectField label="Endpoint" value={address.endpoint ?? ""} onValue={(endpoint) => set({ endpoint })}
          options={known([["", "All"], ...(endpoints.data?.results ?? []).map((e): [string, string] => [e.name, e.name])], address.endpoint)} />
      )}
      <SelectField label="Time" value={isWide ? "custom" : address.since ?? ""} onValue={pickTime} options={times} />
      {isWide && (
        <>
          <TextField label="From" type="datetime-local" value={local(address.since)} onValue={(text) => set({ since: iso(text) })} />
          <TextField label="Until" type="datetime-local" value={local(address.until)} onValue={(text) => set({ until: iso(text) })} />
        </>
      )}
      <div class="filter-end">
        <Switch label="Problems only" on={!!address.errors} onChange={(on) => set({ errors: on ? "true" : null })} />
        {any && <Button small kind="quiet" icon="close" onClick={() => { setWide(false); set(Object.fromEntries(keys.map((key) => [key, null]))); }}>Clear</Button>}
      </div>
    </form>
  );
}
