// Where to find what is asked for, step by step, with what is to be copied.
import { CopyField } from "./copy";
import { useTexts } from "./texts";
import type { Guide } from "./texts/tools";

export function GuideList({ guide, reads }: { guide: Guide; reads: ReadonlySet<string> }) {
  const t = useTexts();
  return (
    <section class="guide">
      <h2>{t.guideTitle}</h2>
      <ol>
        {guide.map((one) => typeof one === "string" ? <li key={one}>{one}</li> : (
          <li key={one.text}>
            {one.text}
            <ul class="codes">{one.codes(reads).map((code) => <li key={code}><CopyField text={code} label={code} small /></li>)}</ul>
          </li>
        ))}
      </ol>
    </section>
  );
}
