// What the tool has sent so far, and what that tells.
import type { ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import { Icon } from "../kit/icons";
import type { Webhook } from "./client";
import { Speech, useTexts } from "./texts";

function Line({ state, name, children }: { state: "good" | "bad" | "wait"; name: string; children: ComponentChildren }) {
  return (
    <li class={`wait-line ${state}`}>
      <span class="wait-mark" aria-hidden="true">{state !== "wait" && <Icon name={state === "good" ? "check" : "warning"} size={15} />}</span>
      <span><strong>{name}</strong> {children}</span>
    </li>
  );
}

const clock = (iso: string | null, language: string): string =>
  (iso ? new Date(iso).toLocaleTimeString(language === "en" ? [] : language, { hour: "2-digit", minute: "2-digit" }) : "");

export function Waits({ label, webhook, pasted }: { label: string; webhook: Webhook; pasted: boolean }) {
  const t = useTexts();
  const { language } = useContext(Speech);
  const active = webhook.state === "active";
  const reached = active || webhook.test !== null || webhook.last_delivery !== null;
  const wrong = !active && pasted && webhook.test === "unproven";
  const proven = active || (pasted && webhook.test === "proven");
  return (
    <section class="waits" aria-live="polite">
      <h2>{t.waitTitle(label)}</h2>
      <ul>
        <Line state={reached ? "good" : "wait"} name={t.checkAddress}>
          {reached ? t.addressGood(label, clock(webhook.test !== null ? webhook.tested_at : webhook.last_delivery, language)) : t.addressWaiting(label)}
        </Line>
        <Line state={proven ? "good" : wrong ? "bad" : "wait"} name={t.checkSecret}>
          {proven ? t.secretGood : wrong ? t.secretWrong : pasted ? t.secretStored(label) : t.secretWaiting}
        </Line>
      </ul>
    </section>
  );
}
