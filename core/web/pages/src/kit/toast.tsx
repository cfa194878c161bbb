import { useEffect, useState } from "preact/hooks";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}
let show: (text: string, bad: boolean) => void = () => {};

/** Tell what was done, or that it was not, for some seconds. */
export const toast = {
  done: (text: string) => show(text, false),
  failed: (error: Error) => show(error.message, true),
};

export function Toasts() {
  const [toasts, setToasts] = useState<Toast[]>([]);
  useEffect(() => {
    let last = 0;
    show = (text, bad) => {
      const id = ++last;
      setToasts((all) => [...all.slice(-3), { id, text, bad }]);
      setTimeout(() => setToasts((all) => all.filter((t) => t.id !== id)), bad ? 9000 : 4500);
    };
    return () => { show = () => {}; };
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map((t) => <div class={`toast ${t.bad ? "bad" : ""}`} key={t.id}>{t.text}</div>)}
    </div>
  );
}

/** Run something that a click asked for, and say how it went. In a dialog failed shows it there: it covers what is said here. */
export function act(run: Promise<unknown>, done: string, then?: () => void, failed: (error: Error) => void = toast.failed): void {
  run.then(() => { toast.done(done); then?.(); }, failed);
}
