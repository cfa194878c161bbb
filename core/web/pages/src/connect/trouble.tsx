// Why it did not work, in the reader's words first, and then in the tool's.
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { ApiError } from "../kit/api";
import { Icon } from "../kit/icons";
import { Button } from "../kit/ui";
import type { Tool, Trouble } from "./client";
import { useData, useTexts, type Texts } from "./texts";
import { rights } from "./texts/tools";

function Box({ title, children }: { title: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="note bad" role="alert" tabIndex={-1} ref={box}>
      <Icon name="warning" size={17} />
      <div class="trouble"><strong>{title}</strong>{children}</div>
    </div>
  );
}

function Said({ tool, message }: { tool: string; message: string | null }) {
  const t = useTexts();
  return message ? <details class="said"><summary>{t.said(tool)}</summary><p><bdi>{message}</bdi></p></details> : null;
}

const ours = (error: ApiError, t: Texts): [string, string] => {
  if (error.status === 0) {
    return [t.other, t.offline];
  }
  if (error.status === 429) {
    return [t.other, error.code === "TOO_OFTEN" ? t.tooOften : t.busy];
  }
  return [t.other, error.status >= 500 ? t.failed : t.otherWhat];
};

function Lack({ tool, lack, refused, busy, onWithout }: {
  tool: Tool; lack: Trouble["lacks"][number]; refused: string[]; busy: boolean; onWithout: (id: string) => void;
}) {
  const t = useTexts();
  const data = useData();
  const model = tool.models.find((one) => one.id === lack.model);
  const name = lack.model === null ? "" : data.model(lack.model, model?.label ?? lack.model).name;
  const named = lack.message.match(rights) ?? [];
  return (
    <li>
      <div>{name === "" ? t.rightForWebhook : t.rightFor(name)}: {named.map((one) => <code key={one}>{one}</code>)}</div>
      <p class="muted"><bdi>{lack.message}</bdi></p>
      {model?.setting === "OPTIONAL" && !refused.includes(model.id) && (
        <Button small busy={busy} onClick={() => onWithout(model.id)}>{t.without(name)}</Button>
      )}
    </li>
  );
}

export function Failed({ error, trouble, tool, refused, busy, onWithout }: {
  error: ApiError; trouble: Trouble | undefined; tool: Tool; refused: string[]; busy: boolean; onWithout: (id: string) => void;
}) {
  const t = useTexts();
  if (!trouble) {
    const [title, what] = ours(error, t);
    return <Box title={title}><p>{what}</p><Said tool={tool.label} message={error.status === 400 ? error.message : null} /></Box>;
  }
  switch (trouble.kind) {
    case "credentials":
      return <Box title={t.wrongCredentials(tool.label)}><p>{t.wrongCredentialsWhat}</p><Said tool={tool.label} message={trouble.tool_message} /></Box>;
    case "permission":
      return (
        <Box title={t.wrongRights(tool.label)}>
          <p>{t.wrongRightsWhat(tool.label)}</p>
          <ul class="lacks">
            {(trouble.lacks.length > 0 ? trouble.lacks : [{ model: null, message: trouble.tool_message ?? "" }]).map((one) => (
              <Lack key={one.model ?? ""} tool={tool} lack={one} refused={refused} busy={busy} onWithout={onWithout} />
            ))}
          </ul>
        </Box>
      );
    case "setting":
      return <Box title={t.wrongSetting}><p><bdi>{trouble.tool_message}</bdi></p></Box>;
    case "unreachable":
      return <Box title={t.unreachable(tool.label)}><p>{t.unreachableWhat}</p><Said tool={tool.label} message={trouble.tool_message} /></Box>;
    default:
      return <Box title={t.other}><p>{t.otherWhat}</p><Said tool={tool.label} message={trouble.tool_message} /></Box>;
  }
}
