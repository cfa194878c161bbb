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

/** What one right is for: the same right often opens several models. */
interface Right {
  names: string[];
  models: (string | null)[];
  messages: string[];
}

/** Without the request that it was about. */
const inShort = (message: string): string => {
  const text = message.replace(/^[A-Z]+ \/\S*: HTTP \d+[:,] /, "");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function rightsOf(lacks: Trouble["lacks"]): Right[] {
  const found: Right[] = [];
  lacks.forEach((lack) => {
    const names = [...new Set(lack.message.match(rights) ?? [])];
    const same = found.find((one) => names.length > 0 && one.names.join() === names.join());
    if (same) {
      same.models.push(lack.model);
      same.messages.push(lack.message);
    } else {
      found.push({ names, models: [lack.model], messages: [lack.message] });
    }
  });
  return found;
}

function Lack({ tool, right, refused, busy, onWithout }: {
  tool: Tool; right: Right; refused: string[]; busy: boolean; onWithout: (ids: string[]) => void;
}) {
  const t = useTexts();
  const data = useData();
  const name = (id: string | null) => id === null ? t.rightForWebhook : data.model(id, tool.models.find((one) => one.id === id)?.label ?? id).name;
  const free = right.models.every((id) => id !== null && !refused.includes(id) && tool.models.some((one) => one.id === id && one.setting === "OPTIONAL"));
  const all = right.models.map(name).join(", ");
  return (
    <li>
      <div><span>{t.rightFor(all)}:</span> {right.names.map((one) => <code key={one}>{one}</code>)}</div>
      {free && <Button small busy={busy} onClick={() => onWithout(right.models as string[])}>{t.without(all)}</Button>}
      {right.names.length === 0 ? <p><bdi>{inShort(right.messages[0] ?? "")}</bdi></p> : <Said tool={tool.label} message={right.messages.join("\n")} />}
    </li>
  );
}

export function Failed({ error, trouble, tool, refused, busy, onWithout }: {
  error: ApiError; trouble: Trouble | undefined; tool: Tool; refused: string[]; busy: boolean; onWithout: (ids: string[]) => void;
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
            {rightsOf(trouble.lacks.length > 0 ? trouble.lacks : [{ model: null, message: trouble.tool_message ?? "" }]).map((one) => (
              <Lack key={one.messages[0]} tool={tool} right={one} refused={refused} busy={busy} onWithout={onWithout} />
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
