export interface ModelField { name: string; required: boolean; raw: boolean; shown: boolean }
export interface Model { name: string; label: string; category: "HRIS" | "ATS"; listed: boolean; fields: ModelField[] }
export interface Models {
  models: Model[];
  actions: { id: string; label: string; category: "HRIS" | "ATS"; model: string }[];
}

/** A record as the API gives it. Times and ids come with each; the rest depends on the model. */
export interface Row {
  id: string;
  remote_id: string | null;
  changed_at: string;
  remote_deleted_at: string | null;
  [field: string]: unknown;
}

export interface Change {
  at: string;
  model: string | null;
  remote_id: string;
  change: "created" | "updated" | "deleted";
  by: "fetch" | "sync" | "other";
  fields?: string[] | null;
  deliveries?: number[];
  sync?: string;
  sync_type?: "FULL" | "DELTA";
}

export interface IntegrationRow { id: string; organization: string | null; tool: string; category: "HRIS" | "ATS"; scope: string }

const common = new Set(["id", "remote_id", "changed_at", "remote_deleted_at"]);
/* What a person looks for first, whatever the record is of. */
const first = [
  "display_full_name", "name", "title", "first_name", "last_name", "description", "type", "employee", "candidate", "job", "work_email", "email",
  "job_title", "current_stage", "employment_status", "status", "outcome", "job_code", "start_date", "end_date", "date", "amount", "unit", "created_at",
];
const columnsMax = 4;

const isShort = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value !== "") || (typeof value === "object" && nameOf(value) !== undefined);

/* What stands for an embedded record: what it is called. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return undefined;
  }
  const of = value as Record<string, unknown>;
  const full = [of.first_name, of.last_name].filter((part) => typeof part === "string" && part !== "").join(" ");
  const name = of.display_full_name ?? of.name ?? of.title ?? (full !== "" ? full : undefined);
  return typeof name === "string" ? name : undefined;
}

/** A value short enough for a cell: an embedded record becomes its name. */
export function cellOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? nameOf(value) ?? null : value;
}

/** The fields that say most about these rows. */
export function mainFields(rows: Row[]): string[] {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) => !common.has(key) && rows.some((row) => isShort(row[key])));
  const known = first.filter((key) => keys.includes(key));
  const picked = known.filter((key) => !(known.includes("display_full_name") && (key === "first_name" || key === "last_name")));
  const others = keys.filter((key) => !first.includes(key) && !key.endsWith("_id"));
  return [...picked, ...others].slice(0, columnsMax);
}

/** What a record is called, for a heading. */
export function titleOf(row: Row): string {
  return nameOf(row) ?? nameOf(row.employee) ?? nameOf(row.candidate) ?? row.remote_id ?? row.id;
}

/** "employment_status" as a heading. */
export const words = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " ");
