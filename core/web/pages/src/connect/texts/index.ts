// Which language the page speaks, and how it changes. A further one is a file here, and a line in each table.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { dataDe, dataEn, type DataTexts } from "./data";
import { de } from "./de";
import { en, type Texts } from "./en";
import { toolsDe, toolsEn, type ToolTexts } from "./tools";

export type { Texts };
export type Language = "en" | "de";
interface Words {
  texts: Texts;
  data: DataTexts;
  tools: Record<string, ToolTexts>;
}

export const languages: Record<Language, Words> = {
  en: { texts: en, data: dataEn, tools: toolsEn },
  de: { texts: de, data: dataDe, tools: toolsDe },
};

const known = (tag: string): Language | undefined => {
  const word = tag.toLowerCase().split("-")[0] ?? "";
  return word in languages ? (word as Language) : undefined;
};

/** What the link asks for counts, also where it is not spoken here: that is English then. Else what the browser likes best. */
export function chooseLanguage(link: string | null, browser: readonly string[]): Language {
  if (link !== null) {
    return known(link) ?? "en";
  }
  return browser.map(known).find((one) => one !== undefined) ?? "en";
}

export const Speech = createContext<{ language: Language; speak: (language: Language) => void }>({ language: "en", speak: () => {} });

export const useTexts = (): Texts => languages[useContext(Speech).language].texts;

const plain = (id: string): string => {
  const words = id.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What the data is called. What the language has no word for has the API's. */
export function useData() {
  const { data } = languages[useContext(Speech).language];
  return {
    model: (id: string, label: string) => data.models[id] ?? { name: label, why: "" },
    field: (id: string) => data.fields[id] ?? plain(id),
    action: (id: string, label: string) => data.actions[id] ?? label,
  };
}

const nothing: ToolTexts = {};

/** What is said of a tool beyond the connector's own English. */
export const useTool = (tool: string): ToolTexts => languages[useContext(Speech).language].tools[tool] ?? nothing;
