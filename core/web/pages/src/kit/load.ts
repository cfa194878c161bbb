import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { admin, type ApiError, type Page, type Query } from "./api";

/** What a value is by now, for what began when it was another. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  latest.current = value;
  return latest;
}

export interface Loaded<T> {
  data: T | undefined; // the last good answer, kept while it is asked for again
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
  refresh: () => void; // the same, unless an answer is waited for: what is slower than it is asked for must come, too
}

/** What the admin API has at a path; asked for again when path or query change. path null: not now. */
export function useLoad<T>(path: string | null, query?: Query): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError; loading: boolean; of?: string }>({ loading: true });
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([path, query]);

  useEffect(() => {
    if (path === null) {
      setState({ loading: false });
      return undefined;
    }
    const stop = new AbortController();
    setState((s) => (s.of === key ? { ...s, loading: true } : { loading: true, of: key }));
    admin.get<T>(path, query, stop.signal).then(
      (data) => setState({ data, loading: false, of: key }),
      (error) => {
        if (!stop.signal.aborted) {
          setState((s) => ({ ...s, error, loading: false }));
        }
      },
    );
    return () => stop.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const refresh = () => { if (!state.loading) { reload(); } };
  return { data: state.data, error: state.error, loading: state.loading, reload, refresh };
}

export interface Listed<T> {
  rows: T[];
  error: ApiError | undefined;
  loading: boolean;
  more: (() => void) | null; // null: this is all
  reload: () => void;
}

/** A list of the admin API, page after page. */
export function useList<T>(path: string | null, query: Query = {}): Listed<T> {
  const [rows, setRows] = useState<T[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<ApiError>();
  const [loading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const stop = useRef<AbortController>();
  const key = JSON.stringify([path, query]);
  const of = useRef(key);

  const ask = (cursor: string | null, before: T[]) => {
    if (path === null) {
      setLoading(false);
      return;
    }
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    setLoading(true);
    admin.get<Page<T>>(path, { ...query, cursor }, mine.signal).then(
      (page) => {
        setRows([...before, ...page.results]);
        setNext(page.next);
        setError(undefined);
        setLoading(false);
      },
      (failure) => {
        if (!mine.signal.aborted) {
          setError(failure);
          setLoading(false);
        }
      },
    );
  };

  useEffect(() => {
    if (of.current !== key) { // what is only asked for again stays until the answer is there
      of.current = key;
      setRows([]);
      setNext(null);
    }
    ask(null, []);
    return () => stop.current?.abort();
  }, [key, turn]);

  return {
    rows, error, loading,
    more: next !== null ? () => ask(next, rows) : null,
    reload: useCallback(() => setTurn((n) => n + 1), []),
  };
}

export type LiveState = "connecting" | "live" | "lost";

const AGAIN_MS = 5000;

/**
 * Server-Sent Events of the admin API. path null: off. After a broken connection the browser connects again by itself, from where it
 * was; after a refusal it does not, so it is done here, and whether somebody is still signed in is asked.
 */
export function useStream<T>(path: string | null, take: (value: T, type: string) => void, types: string[] = ["message"]): LiveState {
  const [state, setState] = useState<LiveState>("connecting");
  const [turn, setTurn] = useState(0);
  const current = useLatest(take);

  useEffect(() => {
    if (path === null) {
      return undefined;
    }
    const source = new EventSource(`/admin/v1/${path}`);
    const hear = (event: Event) => {
      try {
        current.current(JSON.parse((event as MessageEvent).data) as T, event.type);
      } catch {
        // A line that is no JSON is none of ours.
      }
    };
    source.onopen = () => setState("live");
    let timer: ReturnType<typeof setTimeout>;
    source.onerror = () => {
      setState("lost");
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(() => {
          admin.get("session").catch(() => undefined); // a 401 leads to the sign-in page
          setTurn((n) => n + 1);
        }, AGAIN_MS);
      }
    };
    types.forEach((type) => source.addEventListener(type, hear));
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [path, types.join(), turn]);

  return state;
}

/** Run again and again while the page is shown. */
export function useEvery(ms: number, run: () => void): void {
  const current = useLatest(run);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) {
        current.current();
      }
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}
