import { useState } from "preact/hooks";
import type { Address } from "../../kit/address";
import { TypedField, WhenField } from "../../kit/fields";
import { useLoad } from "../../kit/load";
import type { Page } from "../../kit/api";
import { Button, SelectField, Switch } from "../../kit/ui";
import { useIsWhole } from "../session";
import { outcomeWord, outcomes } from "./entry";

const times: [string, string][] = [
  ["", "Any time"], ["15m", "Last 15 minutes"], ["1h", "Last hour"], ["24h", "Last 24 hours"], ["7d", "Last 7 days"], ["custom", "From … until …"],
];

export function Filters({ address, set }: { address: Address; set: (change: Record<string, string | null>) => void }) {
  const integrations = useLoad<Page<{ id: string; tool: string }>>("integrations", { limit: 1000 });
  const endpoints = useLoad<Page<{ name: string }>>(useIsWhole() ? "endpoints" : null, { limit: 1000 });
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
    <form class="filters log-filters" role="search" aria-label="Search the log" onSubmit={(e) => e.preventDefault()}>
      <TypedField search label="Text" value={address.text ?? ""} onValue={(text) => set({ text })} placeholder="An error, a path, an event type …" />
      <TypedField label="Id" value={address.id ?? ""} onValue={(id) => set({ id })} placeholder="Record, event, notification …" />
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
          <WhenField label="From" value={address.since} onValue={(since) => set({ since })} />
          <WhenField label="Until" value={address.until} onValue={(until) => set({ until })} />
        </>
      )}
      <div class="filter-end">
        <Switch label="Problems only" on={!!address.errors} onChange={(on) => set({ errors: on ? "true" : null })} />
        {any && <Button small kind="quiet" icon="close" onClick={() => { setWide(false); set(Object.fromEntries(keys.map((key) => [key, null]))); }}>Clear</Button>}
      </div>
    </form>
  );
}
