import { useContext, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useEvery, useLoad, useStream, type LiveState } from "../../kit/load";
import { Card, Failure, Loading, PageHead } from "../../kit/ui";
import "../../styles/operate.css";
import { Attention } from "../overview/attention";
import { Charts, Fleet, Latencies, Queues, Rates } from "../overview/figures";
import { FirstRun, isNew } from "../overview/firstrun";
import type { OverviewData } from "../overview/types";
import { SessionContext, useMayWhole } from "../session";

const words: Record<LiveState, string> = { connecting: "Connecting", live: "Live", lost: "Connecting again" };

/** For a key of some integrations: the figures are those of all, so it is told what it is for. */
function Limited() {
  const session = useContext(SessionContext);
  return (
    <>
      <PageHead title="Overview" />
      <Card title="Your key is for some integrations alone">
        <div class="stack">
          <p class="muted">What the daemon does as a whole is not shown to it. These are yours:</p>
          <div class="chips">{session?.integrations.map((one) => <span class="chip" key={one}>{one}</span>)}</div>
          <div class="actions"><Link class="button primary" href="/integrations">To the integrations</Link></div>
        </div>
      </Card>
    </>
  );
}

export function Overview() {
  return useMayWhole("read") ? <Whole /> : <Limited />;
}

function Whole() {
  const [told, setTold] = useState<OverviewData>();
  const asked = useLoad<OverviewData>("overview");
  const live = useStream<OverviewData>("overview/stream", setTold, ["overview"]);
  useEvery(10000, () => {
    if (live === "lost") {
      asked.reload();
    }
  });
  const data = told && (!asked.data || told.at >= asked.data.at) ? told : asked.data;
  return (
    <>
      <PageHead title="Overview" actions={<span class={`live-dot ${live}`} role="status">{words[live]}</span>} />
      {!data && <Failure error={asked.error} again={asked.reload} />}
      {!data ? !asked.error && <Loading lines={6} /> : (
        <>
          {isNew(data) && <FirstRun of={data} />}
          {(data.integrations.count > 0 || data.attention.length > 0) && <Attention rows={data.attention} total={data.attention_count} />}
          {data.integrations.count > 0 && (
            <>
              <Rates of={data} />
              <Charts of={data} />
              <div class="grid two">
                <Latencies of={data.latency} />
                <Queues of={data} />
              </div>
            </>
          )}
          <Fleet of={data} />
        </>
      )}
    </>
  );
}
