// The daemon's own HTTP API. Every answer comes in the same envelope; a failure becomes an ApiError with a sentence for a person.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: Record<string, unknown> = {}, // what else the error says
  ) {
    super(message);
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;
export interface Page<T> {
  results: T[];
  next: string | null;
}

let csrf = "";
let onSignedOut: () => void = () => {};

/** The session's value against forged requests; sent along with whatever changes something. */
export function setCsrf(value: string): void {
  csrf = value;
}
/** Called when the daemon no longer knows the session. */
export function whenSignedOut(run: () => void): void {
  onSignedOut = run;
}

export function withQuery(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") {
      params.set(key, String(value));
    }
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** A path with its parts percent-encoded: at`integrations/${id}`. */
export function at(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((path, part, i) => path + (i > 0 ? encodeURIComponent(values[i - 1] ?? "") : "") + part, "");
}

async function read(response: Response): Promise<any> {
  const text = await response.text();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return {};
  }
}

async function call<T>(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  if (method !== "GET" && csrf !== "") {
    headers["X-Weir-Csrf"] = csrf;
  }
  let response: Response;
  try {
    response = await fetch(url, {
      method, headers, credentials: "same-origin",
      ...(body !== undefined ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new ApiError(0, "UNREACHABLE", "The daemon cannot be reached. Is it running, and are you online?");
  }
  const answer = await read(response);
  if (response.ok) {
    return answer.data as T;
  }
  if (response.status === 401) {
    onSignedOut();
  }
  const error = answer.error ?? {};
  throw new ApiError(response.status, error.code ?? "", error.message ?? `The daemon answered ${response.status}.`, error);
}

/** Of the admin API: paths without "/admin/v1/". */
export const admin = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    call<T>("GET", withQuery(`/admin/v1/${path}`, query), undefined, signal),
  post: <T>(path: string, body: unknown = {}) => call<T>("POST", `/admin/v1/${path}`, body),
  put: <T>(path: string, body: unknown) => call<T>("PUT", `/admin/v1/${path}`, body),
  patch: <T>(path: string, body: unknown) => call<T>("PATCH", `/admin/v1/${path}`, body),
  del: <T>(path: string, query?: Query) => call<T>("DELETE", withQuery(`/admin/v1/${path}`, query)),
};

/** Of any path of the same origin. */
export const same = {
  get: <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal),
  post: <T>(path: string, body: unknown) => call<T>("POST", path, body),
};
