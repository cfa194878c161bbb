import { useEffect, useState } from "preact/hooks";

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function ago(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (Math.abs(seconds) < 5) {
    return "now";
  }
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) {
      return relative.format(Math.round(seconds / size), unit);
    }
  }
  return "now";
}

/** How long ago, or until; the exact time on hover. Nothing for null. */
export function Ago({ at, none = "–" }: { at: string | null | undefined; none?: string }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 15000);
    return () => clearInterval(timer);
  }, []);
  return at ? <time dateTime={at} title={new Date(at).toLocaleString()}>{ago(at)}</time> : <span class="muted">{none}</span>;
}

/** Local date and time to the millisecond, for logs. */
export function Stamp({ at }: { at: string }) {
  const when = new Date(at);
  const pad = (n: number, width = 2) => String(n).padStart(width, "0");
  const day = `${when.getFullYear()}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`;
  const time = `${pad(when.getHours())}:${pad(when.getMinutes())}:${pad(when.getSeconds())}.${pad(when.getMilliseconds(), 3)}`;
  return <time dateTime={at} class="stamp"><span class="muted">{day}</span> {time}</time>;
}

export function duration(ms: number): string {
  if (ms < 1000) {
    return `${ms < 10 && ms % 1 !== 0 ? ms.toFixed(1) : Math.round(ms)} ms`;
  }
  const s = ms / 1000;
  if (s < 60) {
    return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
  }
  return s < 172800 ? `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min` : `${Math.round(s / 86400)} days`;
}

const whole = new Intl.NumberFormat("en");
export const count = (n: number): string => whole.format(n);
