// What the page tells the application around it: only in a frame or a window that one of the allowed origins opened.

export type Message =
  | { type: "weir:ready" }
  | { type: "weir:resize"; height: number }
  | { type: "weir:connected"; token: string; tool: string; complete: boolean }
  | { type: "weir:failed"; kind: string }
  | { type: "weir:closed" };

let origins: string[] = [];

export const inFrame = (): boolean => window.parent !== window;
export const canClose = (): boolean => inFrame() || !!window.opener;

/** A browser that knows who is around says it, and then nobody else is spoken to; whatever else is written to is checked by it. */
function around(): string[] {
  const frames = location.ancestorOrigins;
  return frames && frames.length > 0 ? origins.filter((one) => one === frames[0]) : origins;
}

export function tell(message: Message): void {
  if (inFrame()) {
    around().forEach((origin) => window.parent.postMessage(message, origin));
  }
  if (window.opener) {
    origins.forEach((origin) => (window.opener as Window).postMessage(message, origin));
  }
}

/** From now on these are spoken to. */
export function speakTo(allowed: string[]): void {
  origins = allowed;
  tell({ type: "weir:ready" });
  if (inFrame()) {
    document.documentElement.classList.add("framed");
    let last = 0;
    new ResizeObserver(() => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (height !== last) {
        last = height;
        tell({ type: "weir:resize", height });
      }
    }).observe(document.body);
  }
}

export function close(): void {
  tell({ type: "weir:closed" });
  if (!inFrame() && window.opener) {
    window.close();
  }
}
