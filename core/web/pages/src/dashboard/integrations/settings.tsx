import { Field } from "../../kit/ui";
import type { SettingState } from "./types";

// A key in PEM has lines, which a one-line field would drop.
const hasLines = (key: string) => /private_key|certificate|pem$/.test(key);

/** One setting to enter. What it was is never shown. */
export function SettingField({ of, value, onValue, required, placeholder }: {
  of: Omit<SettingState, "set">; value: string; onValue: (value: string) => void; required?: boolean; placeholder?: string;
}) {
  const shared = { value, placeholder, required: required ?? false, spellcheck: false, autocomplete: "off" as const };
  return (
    <Field label={of.label} help={of.help}>
      {(id, describedBy) => (hasLines(of.key)
        ? <textarea {...shared} id={id} aria-describedby={describedBy} rows={4} onInput={(e) => onValue(e.currentTarget.value)} />
        : <input {...shared} id={id} aria-describedby={describedBy} type={of.secret ? "password" : "text"} autocomplete={of.secret ? "new-password" : "off"}
            onInput={(e) => onValue(e.currentTarget.value)} />)}
    </Field>
  );
}
