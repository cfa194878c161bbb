// The customers' pages: asks what the link is for, and shows what is left to do.
import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../kit/api";
import { askState, type State } from "./client";
import { speakTo } from "./embed";
import { Flow } from "./flow";
import { Shell } from "./shell";
import { Nowhere } from "./nowhere";
import { chooseLanguage, languages, Speech, useTexts, type Language } from "./texts";

function Waiting() {
  const t = useTexts();
  return <div class="loading" role="status" aria-label={t.loading}><div class="bone" /><div class="bone" /><div class="bone" /></div>;
}

export function App() {
  const [state, setState] = useState<State>();
  const [error, setError] = useState<ApiError>();
  const [language, speak] = useState<Language>(() => chooseLanguage(null, navigator.languages));
  const load = () => {
    setError(undefined);
    askState().then((answer) => {
      speak(chooseLanguage(answer.language, navigator.languages));
      speakTo(answer.origins ?? []);
      setState(answer);
    }, setError);
  };
  const loadAnew = () => { // it ended, or was used, while the page was open
    setState(undefined);
    load();
  };
  useEffect(load, []);
  useEffect(() => {
    const { texts } = languages[language];
    const tool = state?.tool_label ?? (state?.tools.length === 1 ? state.tools[0]?.label : undefined);
    document.documentElement.lang = language;
    document.title = tool ? texts.title(tool) : texts.titleAny;
  }, [language, state]);

  return (
    <Speech.Provider value={{ language, speak }}>
      {state ? <Flow state={state} onOver={loadAnew} /> : (
        <Shell>{error ? <Nowhere error={error} again={load} /> : <Waiting />}</Shell>
      )}
    </Speech.Provider>
  );
}
