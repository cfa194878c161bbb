// The end. Where a webhook waits for its first message, the page says so, and turns green when it comes.
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../kit/icons";
import { useEvery } from "../kit/load";
import { Button } from "../kit/ui";
import { askState, type State, type Webhook } from "./client";
import { canClose, close } from "./embed";
import { Heading } from "./shell";
import { useTexts } from "./texts";
import { Waits } from "./waits";

const POLL_MS = 3000;

export function Done({ label, who, kind }: { label: string; who: string; kind: State["kind"] }) {
  const t = useTexts();
  const [webhook, setWebhook] = useState<Webhook | null>(null);
  const steps = webhook?.manual === true;
  const look = () => askState().then((state) => setWebhook(state.webhook), () => undefined);
  useEffect(() => { void look(); }, []);
  const unproven = steps && webhook !== null && webhook.state !== "active";
  useEvery(POLL_MS, () => { if (unproven) { void look(); } });
  return (
    <div class="stack end" aria-live="polite">
      <div class={`end-mark${unproven ? " wait" : ""}`} aria-hidden="true"><Icon name="check" size={34} /></div>
      <Heading lead={unproven ? t.unprovenLead(label) : kind === "relink" ? t.relinkedLead : kind === "setup" || steps ? t.setUpLead : t.doneLead(who)}>
        {t.doneTitle(label)}
      </Heading>
      {unproven && webhook && <Waits label={label} webhook={webhook} pasted />}
      {canClose() ? <div class="connect-actions centred"><Button kind="primary" onClick={close}>{t.close}</Button></div>
        : <p class="muted">{t.closeHint}</p>}
    </div>
  );
}
