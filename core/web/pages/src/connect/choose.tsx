// Which tool is it?
import { useState } from "preact/hooks";
import { Icon } from "../kit/icons";
import { TextField } from "../kit/ui";
import type { Tool } from "./client";
import { Heading, Tile } from "./shell";
import { useTexts } from "./texts";

const MANY = 4;

export function Choose({ tools, who, chosen, onPick }: { tools: Tool[]; who: string; chosen: string | null; onPick: (id: string) => void }) {
  const t = useTexts();
  const [wanted, setWanted] = useState("");
  const word = wanted.trim().toLowerCase();
  const found = tools.filter((one) => word === "" || one.label.toLowerCase().includes(word) || one.id.includes(word))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <div class="stack">
      <Heading lead={t.chooseLead(who)}>{t.chooseTitle}</Heading>
      {tools.length > MANY && <TextField label={t.search} type="search" value={wanted} onValue={setWanted} autocomplete="off" />}
      <ul class="choices">
        {found.map((one) => (
          <li key={one.id}>
            <button type="button" class="choice" aria-label={one.label} aria-current={one.id === chosen ? "true" : undefined} onClick={() => onPick(one.id)}>
              <Tile label={one.label} small /><span class="grow">{one.label}</span><Icon name="next" size={16} />
            </button>
          </li>
        ))}
      </ul>
      <div aria-live="polite">{found.length === 0 && <p class="muted">{tools.length === 0 ? t.noTools : t.nothingFound}</p>}</div>
    </div>
  );
}
