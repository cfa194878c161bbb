import { useEffect, useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { Json, pretty } from "../../kit/json";
import { duration } from "../../kit/time";
import { Button, Code, Dialog, Failure, Loading, Note } from "../../kit/ui";
import type { Tested } from "./types";

function sentText(t: Tested): string {
  const headers = t.request.headers.map((h) => `${h.name}: ${h.value ?? "(as set, not shown)"}`).join("\n");
  return `${t.request.method} ${t.request.url}\n${headers}\n\n${pretty(t.request.body)}`;
}

/** Sends a message that changes nothing, and shows what was sent and answered. */
export function TestDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const [tested, setTested] = useState<Tested>();
  const [error, setError] = useState<Error>();
  const send = () => {
    setTested(undefined);
    setError(undefined);
    admin.post<Tested>(at`endpoints/${name}/test`).then(setTested, setError);
  };
  useEffect(send, []);
  return (
    <Dialog wide title={`Test message to ${name}`} onClose={onClose}>
      <div class="stack" aria-live="polite">
        {!tested && !error && <Loading />}
        <Failure error={error} again={send} />
        {tested && (
          <>
            <Note tone={tested.delivered ? "good" : "bad"} title={tested.delivered ? `Taken: HTTP ${tested.status}` : tested.status > 0 ? `Not taken: HTTP ${tested.status}` : "There was no answer"}>
              {" "}in {duration(tested.ms)}{tested.detail && <>: <bdi>{tested.detail}</bdi></>}
            </Note>
            <section class="stack tight"><h3>Request</h3><Code text={sentText(tested)} label="Request" /></section>
            <section class="stack tight"><h3>Answer</h3>{tested.answer ? <Json value={tested.answer} label="Answer" /> : <p class="muted">Without a body.</p>}</section>
          </>
        )}
        <div class="dialog-foot"><Button onClick={send} disabled={!tested && !error}>Send another one</Button><Button kind="primary" onClick={onClose}>Close</Button></div>
      </div>
    </Dialog>
  );
}
