import { Badge } from "../../kit/ui";
import { outcomeTone, outcomeWord } from "./entry";

export function Outcome({ of }: { of: string | null | undefined }) {
  return of ? <Badge tone={outcomeTone(of)}>{outcomeWord(of)}</Badge> : <span class="muted">–</span>;
}
