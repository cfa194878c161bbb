import { useLoad } from "../../kit/load";
import { count } from "../../kit/time";
import { Failure, Loading, PageHead, Stat } from "../../kit/ui";

interface OverviewData {
  last_hour: Record<"deliveries" | "events" | "changes" | "notifications", { count: number; per_minute: number; minutes: number[] }>;
}

export function Overview() {
  const { data, error, reload } = useLoad<OverviewData>("overview");
  return (
    <>
      <PageHead title="Overview" />
      <Failure error={error} again={reload} />
      {!data ? <Loading /> : (
        <div class="stats">
          {(["deliveries", "events", "changes", "notifications"] as const).map((key) => (
            <Stat key={key} label={key} value={count(data.last_hour[key].count)} note="in the last hour" />
          ))}
        </div>
      )}
    </>
  );
}
