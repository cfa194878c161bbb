// A value to be copied. In a frame that may not use the clipboard it is marked, so that the keyboard can.
import { useRef, useState } from "preact/hooks";
import { Icon } from "../kit/icons";
import { useTexts } from "./texts";

export function CopyField({ text, label, small }: { text: string; label: string; small?: boolean }) {
  const t = useTexts();
  const box = useRef<HTMLSpanElement>(null);
  const [done, setDone] = useState(false);
  const say = () => {
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  const mark = () => {
    const field = box.current?.firstElementChild;
    if (field instanceof HTMLInputElement) {
      field.select();
    } else if (field) {
      getSelection()?.selectAllChildren(field);
    }
    if (document.execCommand("copy")) {
      say();
    }
  };
  const copy = () => {
    navigator.clipboard ? navigator.clipboard.writeText(text).then(say, mark) : mark();
  };
  return (
    <span ref={box} class={`copy${small ? " small" : ""}`}>
      {small ? <code>{text}</code> : <input readOnly value={text} aria-label={label} onFocus={(e) => e.currentTarget.select()} />}
      <button type="button" class="button small" aria-label={`${t.copy}: ${label}`} onClick={copy}>
        <Icon name={done ? "check" : "copy"} size={15} />{!small && <span>{done ? t.copied : t.copy}</span>}
      </button>
      <span class="unseen" role="status">{done ? t.copied : ""}</span>
    </span>
  );
}
