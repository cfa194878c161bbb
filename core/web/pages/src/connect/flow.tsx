// The way through a link: which screens there are, what was typed on the way, and what becomes of it.
import { useState } from "preact/hooks";
import type { ApiError } from "../kit/api";
import { submit, type State, type Submitted, type Tool } from "./client";
import { Choose } from "./choose";
import { Credentials, type Typed } from "./credentials";
import { Done } from "./done";
import { tell } from "./embed";
import { Review } from "./review";
import { Heading, Shell } from "./shell";
import { Steps } from "./steps";
import { useTexts } from "./texts";

type Screen = "choose" | "review" | "credentials" | "steps" | "done";

const firstScreen = (state: State): Screen =>
  state.stage === "done" ? "done" : state.stage === "steps" ? "steps" : state.tools.length === 1 && state.tool !== null ? "review" : "choose";

const refusedBefore = (tool: Tool): string[] =>
  [...tool.models, ...tool.actions].filter((one) => one.setting === "OPTIONAL" && one.refused).map((one) => one.id);

export function Flow({ state, onOver }: { state: State; onOver: () => void }) {
  const t = useTexts();
  const [screen, setScreen] = useState<Screen>(() => firstScreen(state));
  const [chosen, setChosen] = useState<string | null>(state.tool);
  const [refusals, setRefusals] = useState<Record<string, string[]>>({});
  const [typed, setTyped] = useState<Record<string, Typed>>({});
  const tool = state.tools.find((one) => one.id === chosen);
  const label = tool?.label ?? state.tool_label ?? state.tool ?? "";
  const refused = tool ? refusals[tool.id] ?? refusedBefore(tool) : [];
  const who = state.organization_name ?? "";

  const screens: Screen[] = state.kind === "setup" ? ["steps"] : [
    ...(state.tool === null ? ["choose" as const] : []), "review", "credentials",
    ...(tool ? (tool.step_count > 0 ? ["steps" as const] : []) : state.stage === "steps" ? ["steps" as const] : []),
  ];
  const step = screens.indexOf(screen) + 1;
  const goBack = screens.indexOf(screen) > 0 ? () => setScreen(screens[screens.indexOf(screen) - 1] ?? screen) : undefined;

  const refuse = (ids: string[], no: boolean): string[] => {
    const others = refused.filter((one) => !ids.includes(one));
    const next = no ? [...others, ...ids] : others;
    if (tool) {
      setRefusals({ ...refusals, [tool.id]: next });
    }
    return next;
  };
  const connect = (settings: Record<string, string>, without: string[]): Promise<void> =>
    submit({ tool: chosen ?? "", settings, refused: without }).then((done: Submitted) => {
      tell({ type: "weir:connected", token: done.token, tool: chosen ?? "", complete: done.stage === "done" });
      if (tool) {
        setTyped({ ...typed, [tool.id]: { way: 0, values: {} } }); // it is not needed any more
      }
      setScreen(done.stage === "connect" ? "credentials" : done.stage);
    }, (error: ApiError) => {
      if (error.status === 410 || error.status === 404) {
        onOver();
      }
      tell({ type: "weir:failed", kind: typeof error.more.kind === "string" ? error.more.kind : "other" });
      throw error;
    });

  if (state.stage === "done") {
    return <Shell who={who} tool={label}><Heading lead={t.overLead}>{t.overTitle}</Heading></Shell>;
  }
  return (
    <Shell who={who} tool={label} {...(step > 0 ? { step, of: screens.length } : {})}>
      {screen === "choose" && (
        <Choose tools={state.tools} who={who} chosen={chosen} onPick={(id) => { setChosen(id); setScreen("review"); }} />
      )}
      {screen === "review" && tool && (
        <Review tool={tool} who={who} relink={state.kind === "relink"} refused={refused} onRefuse={(id, no) => { refuse([id], no); }} onNext={() => setScreen("credentials")}
          {...(goBack ? { onBack: goBack } : {})} />
      )}
      {screen === "credentials" && tool && (
        <Credentials tool={tool} refused={refused} relink={state.kind === "relink"} onRefuse={(ids) => refuse(ids, true)}
          {...(typed[tool.id] ? { typed: typed[tool.id] as Typed } : {})} onTyped={(next) => setTyped((all) => ({ ...all, [tool.id]: next(all[tool.id]) }))}
          onConnect={connect} {...(goBack ? { onBack: goBack } : {})} />
      )}
      {screen === "steps" && <Steps label={label} toolId={chosen ?? ""} onDone={() => setScreen("done")} onOver={onOver} />}
      {screen === "done" && <Done label={label} who={who} kind={state.kind} />}
    </Shell>
  );
}
