import { Json } from "../../kit/json";
import { duration } from "../../kit/time";
import { Badge } from "../../kit/ui";
import type { ToolRequest } from "./entry";

function bytes(n: number): string {
  return n < 1024 ? `${n} bytes` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`;
}

/** What the tool was asked. Values are never kept: a body shows its members and their kinds. */
export function Requests({ of }: { of: ToolRequest[] }) {
  return (
    <ul class="requests">
      {of.map((r, i) => (
        <li key={i}>
          <div class="request-line">
            <strong class="mono">{r.method}</strong> <span class="mono grow"><bdi>{r.path}</bdi></span>
            <Badge tone={r.status >= 200 && r.status < 300 ? "good" : "bad"}>{r.status > 0 ? r.status : r.outcome}</Badge>
            <span class="muted">{duration(r.ms)} · {bytes(r.bytes)}</span>
          </div>
          {r.body && (
            <details>
              <summary>Answer, without its values</summary>
              <Json value={r.body} label={`Answer to ${r.method} ${r.path}, without its values`} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

/** How the application's answer to a failed attempt began. */
export function Answer({ text }: { text: string }) {
  return <details class="answer"><summary>Answer</summary><Json value={text} label="Answer" /></details>;
}
