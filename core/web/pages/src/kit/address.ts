import { useCallback } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";

export type Address = Record<string, string>;

/**
 * What stands behind the "?" of the page's address, and a way to change some of it: what is set so can be shared, and found again.
 * A change is made to the address as it is then, not as it was when the page was drawn: of two at once none is lost.
 */
export function useAddress(): [Address, (change: Record<string, string | null | undefined>) => void] {
  const search = useSearch();
  const [, go] = useLocation();
  const set = useCallback((change: Record<string, string | null | undefined>) => {
    const params = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(change)) {
      if (value === null || value === undefined || value === "") {
        params.delete(key);
      } else {
        params.set(key, value);
      }
    }
    const text = params.toString();
    go(text === "" ? location.pathname : `${location.pathname}?${text}`, { replace: true });
  }, [go]);
  return [Object.fromEntries(new URLSearchParams(search)), set];
}

/** The nth part of the page's path, decoded once: what the router hands out is decoded by halves. */
export function pathPart(n: number): string {
  const part = location.pathname.split("/")[n] ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
