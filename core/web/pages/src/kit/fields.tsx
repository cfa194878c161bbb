import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { TextField } from "./ui";

/** A text that takes effect when the typing pauses, or the field is left. */
export function TypedField({ label, value, onValue, placeholder, help, search }: {
  label: string; value: string; onValue: (value: string) => void; placeholder?: string; help?: string; search?: boolean;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const tell = (typed: string) => {
    clearTimeout(timer.current);
    if (typed.trim() !== told.current) {
      told.current = typed.trim();
      onValue(told.current);
    }
  };
  const type = (typed: string) => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell(typed), 350);
  };
  useLayoutEffect(() => { // another value than was told last is somebody else's, and stands above what is being typed
    if (value !== told.current) {
      clearTimeout(timer.current);
      told.current = value;
      setText(value);
    }
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div class={search ? "field-box search" : "field-box"}>
      <TextField label={label} value={text} onValue={type} onBlur={() => tell(text)} type="search" maxLength={100} {...(placeholder ? { placeholder } : {})} {...(help ? { help } : {})} />
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
