import { Code } from "./ui";

/** JSON as a person reads it; what is none is shown as it is. */
export function pretty(value: unknown): string {
  if (typeof value !== "string") {
    return JSON.stringify(value, null, 2) ?? "";
  }
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

export function Json({ value, label }: { value: unknown; label: string }) {
  return <Code text={pretty(value)} label={label} />;
}
