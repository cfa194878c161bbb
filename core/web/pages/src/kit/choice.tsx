import { useId } from "preact/hooks";

/** A few words of which one is picked, side by side. label: for those who do not see what it stands beside. */
export function Choice({ label, value, options, onValue }: {
  label: string; value: string; options: [string, string][]; onValue: (value: string) => void;
}) {
  const name = useId();
  return (
    <div class="choice" role="radiogroup" aria-label={label}>
      {options.map(([v, text]) => (
        <label key={v} class={v === value ? `picked is-${v}` : ""}>
          <input type="radio" name={name} value={v} checked={v === value} onChange={() => onValue(v)} />
          <span>{text}</span>
        </label>
      ))}
    </div>
  );
}
