import { useState } from "preact/hooks";
import { admin, at } from "../../kit/api";
import { useList } from "../../kit/load";
import { Ago } from "../../kit/time";
import { toast } from "../../kit/toast";
import { Badge, Button, Card, Confirm, Empty, PageHead, Switch, Table, type Column, type Tone } from "../../kit/ui";
import "../../styles/admin.css";
import { MadeKey } from "../keys/made";
import { MakeKey } from "../keys/make";
import { surfaceWord, type Key, type KeyMade } from "../keys/types";
import { useMayWhole } from "../session";

const tones: Record<Key["state"], Tone> = { active: "good", revoked: "plain", expired: "warn" };
const roleTones: Record<Key["role"], Tone> = { read: "plain", operate: "info", admin: "warn" };

function End({ of: k }: { of: Key }) {
  if (k.kept_in === "file") {
    return null;
  }
  return (
    <span class="muted small-text">
      {k.revoked_at ? <Ago at={k.revoked_at} /> : k.expires_at ? <>{k.state === "expired" ? "ended" : "ends"} <Ago at={k.expires_at} /></> : "does not end"}
    </span>
  );
}

function Keyring() {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<KeyMade>();
  const [revoking, setRevoking] = useState<Key>();
  const [past, setPast] = useState(false);
  const list = useList<Key>("keys", { limit: 200 });
  const rows = past ? list.rows : list.rows.filter((k) => k.state === "active");
  const hidden = list.rows.length - list.rows.filter((k) => k.state === "active").length;
  const columns: Column<Key>[] = [
    { head: "Key", cell: (k) => <div class="named name"><strong>{k.name}</strong>{k.prefix ? <span class="mono muted">{k.prefix}…</span> : <span class="muted small-text">in the configuration</span>}</div> },
    { head: "Role", kind: "narrow", cell: (k) => <div class="two-lines"><Badge tone={roleTones[k.role]}>{k.role}</Badge><span class="muted small-text">{surfaceWord[k.surface]}</span></div> },
    { head: "Integrations", cell: (k) => (k.integrations === null ? <span class="muted">all</span> : <div class="chips key-of">{k.integrations.map((one) => <code key={one}>{one}</code>)}</div>) },
    { head: "State", kind: "narrow", cell: (k) => <div class="two-lines"><Badge tone={tones[k.state]}>{k.state}</Badge><End of={k} /></div> },
    { head: "Last used", cell: (k) => (
      <div class="two-lines"><Ago at={k.last_used_at} none="never" />{k.created_at && <span class="muted small-text">made <Ago at={k.created_at} /> by {k.created_by}</span>}</div>) },
    { head: "Revoke", kind: "actions", cell: (k) => k.kept_in === "store" && k.state === "active" && <Button small kind="danger" aria-label={`Revoke ${k.name}`} onClick={() => setRevoking(k)}>Revoke</Button> },
  ];
  return (
    <>
      <PageHead title="Keys" lead="Who may read the API, and who may use these pages. A key is shown once, when it is made; those of the configuration file are changed there."
        actions={<Button kind="primary" icon="plus" onClick={() => setMaking(true)}>Make a key</Button>} />
      {hidden > 0 && <div><Switch label={`Show the ${hidden} that ended, too`} on={past} onChange={setPast} /></div>}
      <Card flush>
        <Table label="Keys" columns={columns} rows={rows} rowKey={(k) => `${k.kept_in} ${k.name}`} loading={list.loading} error={list.error} again={list.reload} more={list.more}
          empty={<Empty title="No key yet">Make one for your application.</Empty>} />
      </Card>
      {making && <MakeKey onClose={() => setMaking(false)} onMade={(key) => { setMaking(false); setMade(key); list.reload(); }} />}
      {made && <MadeKey made={made} onClose={() => setMade(undefined)} />}
      {revoking && (
        <Confirm title={`Revoke ${revoking.name}?`} action="Revoke" onClose={() => setRevoking(undefined)}
          run={() => admin.del(at`keys/${revoking.name}`).then(() => { toast.done(`${revoking.name} is revoked`); list.reload(); })}>
          <p>Whoever uses it is refused from now on{revoking.last_used_at ? <>; it was last used <Ago at={revoking.last_used_at} /></> : "; it was never used"}. This cannot be taken back: a new key is made instead.</p>
        </Confirm>
      )}
    </>
  );
}

export function Keys() {
  const may = useMayWhole("admin");
  return may ? <Keyring /> : <><PageHead title="Keys" /><Card><Empty title="Keys are for admins">Sign in with a key of the role admin that is for all integrations.</Empty></Card></>;
}
