/** What the daemon says of something, as a sentence of its own: it begins large and ends with a full stop. */
export function sentence(text: string | null | undefined): string {
  const trimmed = (text ?? "").trim();
  return trimmed === "" ? "" : trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?:]$/.test(trimmed) ? "" : ".");
}
