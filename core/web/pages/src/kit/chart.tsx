import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Series {
  label: string;
  color: string; // a custom property of the style sheet, such as "--chart-1"
  values: (number | null)[];
  unit?: string;
}

const DAY_S = 86400;

/** A time on the axis: the hour, or the day where it spans days. */
const moments = (ticks: number[], days: boolean) => ticks.map((t) => {
  const at = new Date(t * 1000);
  return days ? at.toLocaleDateString("en", { month: "short", day: "numeric" })
    : `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
});

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* A value between gaps makes no line: it is shown as a dot. */
const lonely = (u: uPlot, of: number): number[] => {
  const values = u.data[of] ?? [];
  const is = (i: number) => values[i] !== null && values[i] !== undefined;
  return [...values.keys()].filter((i) => is(i) && !is(i - 1) && !is(i + 1));
};

function options(series: Series[], width: number, height: number, format: (v: number) => string): uPlot.Options {
  const axis = { stroke: css("--muted"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
  return {
    width, height,
    cursor: { points: { size: 6 }, y: false },
    legend: { live: true },
    scales: { y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [{ ...axis, values: (_u, ticks) => moments(ticks, (ticks[ticks.length - 1] ?? 0) - (ticks[0] ?? 0) > 2 * DAY_S) }, { ...axis, size: 54, values: (_u, ticks) => ticks.map((t) => format(t)) }],
    series: [
      { label: "At", value: (_u: uPlot, t: number | null) => (t === null || t === undefined ? "now" : moments([t], false)[0]) },
      ...series.map((s) => ({
        label: s.label,
        stroke: css(s.color),
        width: 1.8,
        fill: series.length === 1 ? css(s.color) + "22" : "",
        points: { show: true, size: 5, fill: css(s.color), filter: lonely },
        value: (u: uPlot, v: number | null, i: number) => {
          const shown = v ?? (u.cursor.idx == null ? u.data[i]?.[u.data[i].length - 1] : null); // nobody points at it: the newest
          return shown === null || shown === undefined ? "–" : format(shown) + (s.unit ? ` ${s.unit}` : "");
        },
      })),
    ] as uPlot.Series[],
  };
}

/** Lines over time. at: seconds since 1970, one for each value. The table of the same is for those who cannot see it. */
export function Chart({ label, at, series, height = 180, format = (v) => String(Math.round(v * 100) / 100) }: {
  label: string; at: number[]; series: Series[]; height?: number; format?: (value: number) => string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const shape = series.map((s) => s.label + s.color).join();
  const latest = useRef<uPlot.AlignedData>([[]]);
  latest.current = [at, ...series.map((s) => s.values)] as uPlot.AlignedData;

  useEffect(() => {
    const el = box.current;
    if (!el) {
      return undefined;
    }
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(series, Math.max(el.clientWidth, 200), height, format), latest.current, el);
    };
    draw();
    const watch = new ResizeObserver(() => plot.current?.setSize({ width: Math.max(el.clientWidth, 200), height }));
    const dark = matchMedia("(prefers-color-scheme: dark)");
    watch.observe(el);
    dark.addEventListener("change", draw);
    window.addEventListener("weir-theme", draw);
    return () => {
      watch.disconnect();
      dark.removeEventListener("change", draw);
      window.removeEventListener("weir-theme", draw);
      plot.current?.destroy();
    };
  }, [shape, height]);
  useEffect(() => plot.current?.setData(latest.current), [at, series]);

  const last = series.map((s) => `${s.label}: ${format(s.values[s.values.length - 1] ?? 0)}`).join(", ");
  return <div class="chart" role="img" aria-label={`${label}. Now ${last}.`} ref={box} />;
}
