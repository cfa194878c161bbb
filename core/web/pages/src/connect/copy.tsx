// A value to be copied. In a frame that may not use the clipboard it is marked, so that the keyboard can.
import { useRef, useState } from "preact/hooks";
import { Icon } from "../kit/icons";
import { useTexts } from "./texts";

export function CopyField({ text, label, small }: { text: string; label: string; small?: boolean }) {
  const t = useTexts();
  const field = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState(false);
  const say = () => {
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  const mark = () => {
    field.current?.select();
    if (document.execCommand("copy")) {
      say();
    }
  };
  const copy = () => {
    navigator.clipboard ? navigator.clipboard.writeText(text).then(say, mark) : mark();
  };
  return (
    <span class={`copy${small ? " small" : ""}`}>
      <input ref={field} readOnly value={text} aria-label={label} size={small ? Math.max(text.length, 8) : 20} onFocus={(e) => e.currentTarget.select()} />
      <button type="button" class="button small" aria-label={done ? t.copied : `${t.copy}: ${label}`} onClick={copy}>
        <Icon name={done ? "check" : "copy"} size={15} />{!small && <span>{done ? t.copied : t.copy}</span>}
      </button>
      <span class="unseen" role="status">{done ? t.copied : ""}</span>
    </span>
  );
}
