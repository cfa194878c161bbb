import { useEffect, useState } from "preact/hooks";
import { TextField } from "./ui";

/** A text that takes effect when the typing pauses, or the field is left. */
export function TypedField({ label, value, onValue, placeholder, help, search }: {
  label: string; value: string; onValue: (value: string) => void; placeholder?: string; help?: string; search?: boolean;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) {
      return undefined;
    }
    const timer = setTimeout(() => onValue(text.trim()), 350);
    return () => clearTimeout(timer);
  }, [text]);
  const leave = () => { // before whatever was clicked: "Clear" clears this, too
    if (text !== value) {
      onValue(text.trim());
    }
  };
  return (
    <div class={search ? "field-box search" : "field-box"}>
      <TextField label={label} value={text} onValue={setText} onBlur={leave} type="search" maxLength={200} {...(placeholder ? { placeholder } : {})} {...(help ? { help } : {})} />
    </div>
  );
}

/* What an input of the browser calls a time, and what the API does. */
const local = (iso: string | undefined): string => {
  if (!iso || Number.isNaN(Date.parse(iso))) {
    return "";
  }
  const when = new Date(iso);
  return new Date(when.getTime() - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};
const iso = (text: string): string => (text === "" || Number.isNaN(Date.parse(text)) ? "" : new Date(text).toISOString());

/** A moment in the visitor's own time; value and onValue as the API writes it, "" for none. */
export function WhenField({ label, value, onValue }: { label: string; value: string | undefined; onValue: (iso: string) => void }) {
  return <TextField label={label} type="datetime-local" value={local(value)} onValue={(text) => onValue(iso(text))} />;
}
