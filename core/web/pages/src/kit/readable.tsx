import type { ComponentChildren } from "preact";
import { Stamp } from "./time";

const DEPTH_MAX = 8;
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;
const midnight = "T00:00:00.000Z"; // how the API writes a date

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;

/** A single value for a person; "–" where there is none. */
export function Value({ of }: { of: unknown }): ComponentChildren {
  if (of === null || of === undefined || of === "") {
    return <span class="muted">–</span>;
  }
  if (typeof of === "boolean") {
    return of ? "yes" : "no";
  }
  if (typeof of === "string") {
    if (time.test(of) && of.endsWith(midnight)) {
      return <time dateTime={of}>{of.slice(0, -midnight.length)}</time>;
    }
    return time.test(of) && !Number.isNaN(Date.parse(of)) ? <Stamp at={of} /> : <bdi>{of}</bdi>;
  }
  return String(of);
}

/** Is there nothing in it to read? */
export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === ""
  || (typeof value === "object" && Object.values(value).every(isEmpty));

/** JSON as names and values: no braces, no quotes. full: with those that have none. */
export function Readable({ value, full, depth = 0 }: { value: unknown; full: boolean; depth?: number }): ComponentChildren {
  if (isPlain(value)) {
    return <Value of={value} />;
  }
  if (depth >= DEPTH_MAX) {
    return <code>{JSON.stringify(value)}</code>;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) {
      return <span class="muted">none</span>;
    }
    return (
      <ol class={`readable-list${value.every(isPlain) ? " plain" : ""}`}>
        {value.map((item, i) => <li key={i}><Readable value={item} full={full} depth={depth + 1} /></li>)}
      </ol>
    );
  }
  const members = isObject(value) ? Object.entries(value).filter(([, item]) => full || !isEmpty(item)) : [];
  if (members.length === 0) {
    return <span class="muted">none</span>;
  }
  return (
    <dl class="readable">
      {members.map(([key, item]) => (
        <div key={key} class={isPlain(item) || (Array.isArray(item) && item.every(isPlain)) ? "" : "deep"}><dt><bdi>{key}</bdi></dt><dd><Readable value={item} full={full} depth={depth + 1} /></dd></div>
      ))}
    </dl>
  );
}
