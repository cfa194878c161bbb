// Line icons on a 24 grid, drawn for Weir.
const paths = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM14 8h6V4h-6zM4 20h6v-4H4z",
  integrations: "M9 7V3M15 7V3M6 7h12v4a6 6 0 0 1-12 0zM12 17v4",
  logs: "M5 6h14M5 12h14M5 18h9",
  webhooks: "M4 12h11M11 7l5 5-5 5M20 4v16",
  data: "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3",
  scopes: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  connectors: "M4 8h7v7H4zM13 8h7M13 12h7M13 16h4M7 4v4M7 15v5",
  keys: "M14 10a4 4 0 1 0-3.5 4L12 15.500v2h2v2h2.500v-3z",
  audit: "M12 3l7 3v6c0 4-3 7.500-7 9-4-1.500-7-5-7-9V6zM9 12l2 2 4-4",
  signout: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 13l4 4L19 7",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  play: "M7 5l12 7-12 7z",
  pause: "M8 5v14M16 5v14",
  replay: "M4 12a8 8 0 1 1 2.500 5.800M4 18v-5h5",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  plus: "M12 5v14M5 12h14",
  external: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
