import { useEffect, useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { Badge, Button, Dialog, Failure, Loading, type Tone } from "../../kit/ui";
import type { Result } from "./types";

const tones: Record<Result["result"], Tone> = { unchanged: "plain", loaded: "good", reloaded: "good", refused: "bad" };

/** Look at the files again, at once, and say what that brought. tool undefined: of all. */
export function ReloadDialog({ tool, onClose }: { tool?: string; onClose: () => void }) {
  const [results, setResults] = useState<Result[]>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    admin.post<{ results: Result[] }>(tool === undefined ? "connectors/reload" : at`connectors/${tool}/reload`).then((d) => setResults(d.results), setError);
  }, []);
  return (
    <Dialog title={tool === undefined ? "Reload the connectors" : `Reload ${tool}`} onClose={onClose}>
      <div class="stack" aria-live="polite">
        <Failure error={error} />
        {!results && !error && <Loading lines={2} />}
        {results && (
          <ul class="plain-list reload-list">
            {results.map((r) => (
              <li key={r.path}>
                <div class="row"><strong>{r.tool}</strong> <Badge tone={tones[r.result]}>{r.result}</Badge> {r.version && <span class="muted">version {r.version}, generation {r.generation}</span>}</div>
                {r.error && <div class="log-error"><bdi>{r.error}</bdi></div>}
                {r.held_back.map((h) => <div class="muted" key={h.id}><bdi>{h.id}</bdi> stays on generation {h.generation} for now: <bdi>{h.reason}</bdi></div>)}
              </li>
            ))}
          </ul>
        )}
        <div class="dialog-foot"><Button kind="primary" onClick={onClose}>Close</Button></div>
      </div>
    </Dialog>
  );
}
