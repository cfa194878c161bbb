import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Series {
  label: string;
  color: string; // a custom property of the style sheet, such as "--chart-1"
  values: (number | null)[];
  unit?: string;
}

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* A value between gaps makes no line: it is shown as a dot. */
const lonely = (u: uPlot, of: number): number[] => {
  const values = u.data[of] ?? [];
  const is = (i: number) => values[i] !== null && values[i] !== undefined;
  return [...values.keys()].filter((i) => is(i) && !is(i - 1) && !is(i + 1));
};
const day = "\n{D} {MMM}";
const times = [
  [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", day, null, day, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", day, null, day, null, null, null, 1],
];

function options(series: Series[], width: number, height: number, format: (v: number) => string): uPlot.Options {
  const axis = { stroke: css("--muted"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false }, font: "11px system-ui" };
  return {
    width, height,
    cursor: { points: { size: 6 }, y: false },
    legend: { live: true },
    scales: { y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [{ ...axis, values: times as uPlot.Axis.Values }, { ...axis, size: 54, values: (_u, ticks) => ticks.map((t) => format(t)) }],
    series: [
      { value: "{D} {MMM} {HH}:{mm}" },
      ...series.map((s) => ({
        label: s.label,
        stroke: css(s.color),
        width: 1.8,
        fill: series.length === 1 ? css(s.color) + "22" : "",
        points: { show: true, size: 5, fill: css(s.color), filter: lonely },
        value: (_u: uPlot, v: number | null) => (v === null || v === undefined ? "–" : format(v) + (s.unit ? ` ${s.unit}` : "")),
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
  const data = () => [at, ...series.map((s) => s.values)] as uPlot.AlignedData;

  useEffect(() => {
    const el = box.current;
    if (!el) {
      return undefined;
    }
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(series, Math.max(el.clientWidth, 200), height, format), data(), el);
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
  useEffect(() => plot.current?.setData(data()), [at, series]);

  const last = series.map((s) => `${s.label}: ${format(s.values[s.values.length - 1] ?? 0)}`).join(", ");
  return <div class="chart" role="img" aria-label={`${label}. Now ${last}.`} ref={box} />;
}
