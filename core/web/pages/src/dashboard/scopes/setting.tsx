import { Choice } from "../../kit/choice";
import { Badge, type Tone } from "../../kit/ui";
import { settings, type Setting } from "./types";

const tones: Record<Setting, Tone> = { enabled: "good", optional: "info", disabled: "plain" };

/** One setting: three words to pick from, or the word for those who may only look. */
export function SettingOf({ label, value, onValue }: { label: string; value: Setting; onValue: ((value: Setting) => void) | undefined }) {
  return onValue
    ? <Choice label={label} value={value} options={settings} onValue={(v) => onValue(v as Setting)} />
    : <Badge tone={tones[value]}>{settings.find(([word]) => word === value)?.[1].toLowerCase()}</Badge>;
}
