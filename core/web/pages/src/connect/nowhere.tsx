// Links that lead nowhere, and whom to ask then.
import type { ApiError } from "../kit/api";
import { Button } from "../kit/ui";
import { Heading } from "./shell";
import { useTexts } from "./texts";

export function Nowhere({ error, again }: { error: ApiError; again: () => void }) {
  const t = useTexts();
  if (error.status === 410) {
    return <Heading lead={t.expiredLead}>{t.expiredTitle}</Heading>;
  }
  if (error.status === 404) {
    return <Heading lead={t.unknownLead}>{t.unknownTitle}</Heading>;
  }
  if (error.status === 409) {
    return <Heading lead={t.goneLead}>{t.goneTitle}</Heading>;
  }
  return (
    <div class="stack">
      <Heading lead={error.status === 0 ? t.offline : t.failed}>{t.troubleTitle}</Heading>
      <div class="connect-actions"><Button kind="primary" onClick={again}>{t.tryAgain}</Button></div>
    </div>
  );
}
