// The card that everything stands in, and its small parts.
import type { ComponentChildren } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { languages, Speech, useTexts, type Language } from "./texts";

function Languages() {
  const t = useTexts();
  const { language, speak } = useContext(Speech);
  return (
    <span class="languages">
      <select aria-label={t.languageLabel} value={language} onChange={(e) => speak(e.currentTarget.value as Language)}>
        {(Object.keys(languages) as Language[]).map((one) => <option key={one} value={one} lang={one}>{languages[one].texts.language}</option>)}
      </select>
    </span>
  );
}

/** A tool's letter: no picture is loaded from anywhere. */
export function Tile({ label, small }: { label: string; small?: boolean }) {
  return <span class={`tile${small ? " small" : ""}`} aria-hidden="true">{label.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase() ?? "?"}</span>;
}

export function Shell({ who, tool, step, of, children }: {
  who?: string | null | undefined; tool?: string | null | undefined; step?: number; of?: number; children: ComponentChildren;
}) {
  const t = useTexts();
  return (
    <div class="connect">
      <main class="connect-card">
        {(who || tool) && (
          <div class="connect-head">
            {tool && <Tile label={tool} />}
            <div class="connect-names">
              {tool && <div class="connect-tool"><bdi>{tool}</bdi></div>}
              {who && <div class="connect-who muted"><bdi>{who}</bdi></div>}
            </div>
          </div>
        )}
        {step !== undefined && of !== undefined && of > 1 && (
          <div class="progress">
            <progress max={of} value={step - 0.5} aria-label={t.progress} />
            <span class="muted">{t.stepOf(step, of)}</span>
          </div>
        )}
        {children}
      </main>
      <footer class="connect-foot muted"><span>{t.poweredBy}</span><Languages /></footer>
    </div>
  );
}

let shown = false;

/** The heading of a screen. A reader is taken to it whenever another screen comes; not to the first, as that is where it begins anyway. */
export function Heading({ children, lead }: { children: ComponentChildren; lead?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (shown) {
      heading.current?.focus();
    }
    shown = true;
  }, []);
  return (
    <header class="connect-title">
      <h1 ref={heading} tabIndex={-1}>{children}</h1>
      {lead && <p class="muted">{lead}</p>}
    </header>
  );
}
