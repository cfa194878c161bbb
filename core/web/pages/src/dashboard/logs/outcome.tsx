import { Badge } from "../../kit/ui";
import { outcomeTone, outcomeWord } from "./entry";

export function Outcome({ of }: { of: string | null | undefined }) {
  return of ? <Badge tone={outcomeTone(of)}>{outcomeWord(of)}</Badge> : <span class="muted">–</span>;
}

/** An integration's or endpoint's name in a table: never broken, cut when it is long. */
export function Ref({ of }: { of: string | null | undefined }) {
  return of ? <span class="ref" title={of}>{of}</span> : <span class="muted">–</span>;
}
