import type { ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { admin, type ApiError } from "../kit/api";
import { Icon, type IconName } from "../kit/icons";
import { useTheme } from "../kit/theme";
import { toast } from "../kit/toast";
import { Button } from "../kit/ui";
import { SessionContext, useMay, useMayWhole, type Role } from "./session";

export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0d7a72" />
      <path d="M5 11c3.5 0 3.5 3 7 3s3.5-3 7-3 3.5 3 8 3M5 19c3.5 0 3.5 3 7 3s3.5-3 7-3 3.5 3 8 3" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" />
    </svg>
  );
}

const places: { href: string; label: string; icon: IconName; role: Role; whole?: true }[] = [ // whole: about more than single integrations
  { href: "/", label: "Overview", icon: "overview", role: "read" },
  { href: "/integrations", label: "Integrations", icon: "integrations", role: "read" },
  { href: "/logs", label: "Logs", icon: "logs", role: "read" },
  { href: "/webhooks", label: "Webhooks", icon: "webhooks", role: "read", whole: true },
  { href: "/data", label: "Data", icon: "data", role: "read" },
  { href: "/scopes", label: "Scopes", icon: "scopes", role: "read" },
  { href: "/connectors", label: "Connectors", icon: "connectors", role: "read", whole: true },
  { href: "/keys", label: "Keys", icon: "keys", role: "admin", whole: true },
  { href: "/audit", label: "Audit log", icon: "audit", role: "read" },
];

const isAt = (place: string, here: string) => (place === "/" ? here === "/" : here === place || here.startsWith(place + "/"));

function ThemePicker() {
  const [theme, setTheme] = useTheme();
  return (
    <div class="row">
      <Icon name="theme" size={16} />
      <select class="grow" aria-label="Colours" value={theme} onChange={(e) => setTheme(e.currentTarget.value as typeof theme)}>
        <option value="system">As the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </div>
  );
}

export function Shell({ children, onSignedOut, hidden }: { children: ComponentChildren; onSignedOut: () => void; hidden: boolean }) {
  const session = useContext(SessionContext);
  const [here] = useLocation();
  const [open, setOpen] = useState(false);
  const may: Record<Role, boolean> = { read: useMay("read"), operate: useMay("operate"), admin: useMay("admin") };
  const isWhole = useMayWhole("read");
  const title = places.find((p) => isAt(p.href, here))?.label ?? "Weir";

  useEffect(() => {
    document.title = `${title} · Weir`;
    setOpen(false);
    window.scrollTo(0, 0);
  }, [here]);

  const signOut = () => {
    admin.del("session").then(onSignedOut, (error: ApiError) => {
      if (error.status === 401) {
        onSignedOut();
      } else {
        toast.failed(error); // the session is still there, and has to look so
      }
    });
  };
  return (
    <div class="shell" hidden={hidden}>
      <a class="skip" href="#main">Skip to the content</a>
      <div class="topbar">
        <Link class="brand" href="/"><Mark /> Weir</Link>
        <Button kind="quiet" icon="menu" aria-label="Menu" aria-expanded={open} onClick={() => setOpen(true)} />
      </div>
      <aside class={`side${open ? " open" : ""}`} aria-label="Sections">
        <div class="side-close"><Button kind="quiet" icon="close" aria-label="Close the menu" onClick={() => setOpen(false)} /></div>
        <Link class="brand" href="/"><Mark /> Weir</Link>
        <nav>
          {places.filter((p) => may[p.role] && (!p.whole || isWhole)).map((p) => (
            <Link key={p.href} href={p.href} aria-current={isAt(p.href, here) ? "page" : undefined} onClick={() => setOpen(false)}>
              <Icon name={p.icon} /> {p.label}
            </Link>
          ))}
        </nav>
        <div class="side-foot">
          <div><strong>{session?.name}</strong> <span class="muted">{session?.role}</span></div>
          <ThemePicker />
          <Button small icon="signout" onClick={signOut}>Sign out</Button>
        </div>
      </aside>
      <main class="main" id="main" tabIndex={-1}><div class="page">{children}</div></main>
    </div>
  );
}
