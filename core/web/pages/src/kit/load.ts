import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { admin, type ApiError, type Page, type Query } from "./api";

export interface Loaded<T> {
  data: T | undefined; // the last good answer, kept while it is asked for again
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
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
  return { data: state.data, error: state.error, loading: state.loading, reload };
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

/** Server-Sent Events of the admin API. The browser connects again by itself, from where it was. path null: off. */
export function useStream<T>(path: string | null, take: (value: T, type: string) => void, types: string[] = ["message"]): LiveState {
  const [state, setState] = useState<LiveState>("connecting");
  const current = useRef(take);
  current.current = take;

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
    source.onerror = () => setState("lost");
    types.forEach((type) => source.addEventListener(type, hear));
    return () => source.close();
  }, [path, types.join()]);

  return state;
}

/** Run again and again while the page is shown. */
export function useEvery(ms: number, run: () => void): void {
  const current = useRef(run);
  current.current = run;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) {
        current.current();
      }
    }, ms);
    return () => clearInterval(timer);
  }, [ms]);
}
