import { Link } from "wouter-preact";
import { useAddress, type Address } from "../../kit/address";
import { at, withQuery, type ApiError, type Page } from "../../kit/api";
import { TypedField, WhenField } from "../../kit/fields";
import { useList, useLoad } from "../../kit/load";
import { Value } from "../../kit/readable";
import { Ago } from "../../kit/time";
import { Badge, Button, Card, Empty, Failure, Loading, Note, PageHead, SelectField, Switch, Table, type Column } from "../../kit/ui";
import "../../styles/admin.css";
import { cellOf, mainFields, titleOf, words, type IntegrationRow, type Model, type Models, type Row } from "../data/types";

const PAGE = 50;
const ownId = /^[1-9A-HJ-NP-Za-km-z]{24}$/;
const usual = ["hris_employees", "ats_candidates", "ats_applications"];

/* Only what the connector can deliver: the rest would never have a record. */
function useModels(it: IntegrationRow | undefined) {
  const table = useLoad<Models>("models");
  const connector = useLoad<{ models?: { model: string }[] }>(it ? at`connectors/${it.tool}` : null);
  const scope = useLoad<{ models: Record<string, string | { state: string }> }>(it ? at`scopes/${it.scope}` : null);
  const delivered = connector.data?.models;
  const models = (table.data?.models ?? []).filter((m) =>
    it && m.listed && m.category === it.category && (delivered === undefined || delivered.some((d) => d.model === m.name)));
  return {
    models, error: table.error,
    loading: table.data === undefined || (connector.data === undefined && connector.error === undefined),
    isOff: (model: string) => scope.data?.models[model] === "disabled",
  };
}

function Trouble({ error, it, again }: { error: ApiError; it: IntegrationRow; again: () => void }) {
  const isScope = error.code.includes("MODEL_DISABLED") || error.status === 403;
  return (
    <div class="card-note">
      <Failure error={error} again={again} />
      {isScope
        ? <p class="muted">Which models are read is set in its scope: <Link href={at`/scopes/${it.scope}`}>{it.scope}</Link>.</p>
        : <p class="muted">See how it is: <Link href={at`/integrations/${it.id}`}>{it.id}</Link>.</p>}
    </div>
  );
}

function Records({ it, model, address }: { it: IntegrationRow; model: Model; address: Address }) {
  const find = address.find ?? "";
  const list = useList<Row>(at`integrations/${it.id}/records/${model.name}`, {
    page_size: PAGE, updated_after: address.after, include_deleted: address.deleted === "1" ? true : null,
    ...(find === "" ? {} : ownId.test(find) ? { ids: find } : { remote_ids: find }),
  });
  const fields = mainFields(list.rows);
  const [lead, ...others] = fields;
  const href = (row: Row) => at`/data/${it.id}/${model.name}/${row.id}`;
  const columns: Column<Row>[] = [
    { head: lead ? words(lead) : "Record", cell: (row) => (
      <div class="named name">
        <Link href={href(row)} aria-label={`Open ${titleOf(row)}`.slice(0, 120)}>{lead && cellOf(row[lead]) !== null ? <Value of={cellOf(row[lead])} /> : <bdi>{titleOf(row)}</bdi>}</Link>
        {row.remote_deleted_at && <div><Badge tone="bad">deleted</Badge></div>}
      </div>) },
    ...others.map((field): Column<Row> => ({ head: words(field), cell: (row) => <span class="clip"><Value of={cellOf(row[field])} /></span> })),
    { head: "Id at the tool", cell: (row) => <span class="mono clip"><bdi>{row.remote_id ?? "–"}</bdi></span> },
    { head: "Changed", kind: "narrow", cell: (row) => <Ago at={row.changed_at} /> },
  ];
  const searched = find !== "" || !!address.after;
  if (list.error && list.rows.length === 0) {
    return <Card flush><Trouble error={list.error} it={it} again={list.reload} /></Card>;
  }
  return (
    <Card flush>
      <Table label={model.label} columns={columns} rows={list.rows} rowKey={(row) => row.id} loading={list.loading} more={list.more} error={list.error} again={list.reload}
        empty={searched
          ? <Empty title="Nothing fits">Look for another id, or for what changed earlier.</Empty>
          : <Empty title={`No ${model.label.toLowerCase()} yet`}>They appear with the first sync, or as soon as the tool tells of one.</Empty>} />
    </Card>
  );
}

function Filters({ integrations, it, models, model, isOff, address, set }: {
  integrations: IntegrationRow[]; it: IntegrationRow; models: Model[]; model: Model | undefined; isOff: (model: string) => boolean;
  address: Address; set: (change: Record<string, string | null>) => void;
}) {
  const any = !!address.find || !!address.after || address.deleted === "1";
  return (
    <form class="filters" role="search" aria-label="Records" onSubmit={(e) => e.preventDefault()}>
      <div class="field-box wide-box"><SelectField label="Integration" value={it.id} onValue={(integration) => set({ integration, model: null, find: null })}
        options={integrations.map((one): [string, string] => [one.id, one.organization ? `${one.organization} (${one.id})` : one.id])} /></div>
      <SelectField label="Model" value={model?.name ?? ""} onValue={(name) => set({ model: name, find: null })}
        options={models.map((one): [string, string] => [one.name, isOff(one.name) ? `${one.label} (not in its scope)` : one.label])} />
      <TypedField label="Id" value={address.find ?? ""} onValue={(find) => set({ find })} placeholder="Weir's, or the tool's" />
      <WhenField label="Changed since" value={address.after} onValue={(after) => set({ after })} />
      <div class="filter-end">
        <Switch label="Deleted ones, too" on={address.deleted === "1"} onChange={(on) => set({ deleted: on ? "1" : null })} />
        {any && <Button small kind="quiet" icon="close" onClick={() => set({ find: null, after: null, deleted: null })}>Clear</Button>}
      </div>
    </form>
  );
}

/** The records of a model, as the application reads them. */
export function Data() {
  const [address, set] = useAddress();
  const list = useLoad<Page<IntegrationRow>>("integrations", { limit: 1000 });
  const integrations = list.data?.results ?? [];
  const it = integrations.find((one) => one.id === address.integration) ?? (address.integration ? undefined : integrations[0]);
  const { models, error, loading, isOff } = useModels(it);
  const model = models.find((one) => one.name === address.model)
    ?? (address.model ? undefined : usual.map((name) => models.find((one) => one.name === name && !isOff(name))).find((one) => one) ?? models[0]);
  const here = withQuery("/data", { integration: it?.id, model: model?.name });

  return (
    <>
      <PageHead title="Data" lead="The records that are kept, as the API gives them to your application." />
      <Failure error={list.error ?? error} again={list.reload} />
      {!list.data && !list.error && <Card><Loading lines={5} /></Card>}
      {list.data && integrations.length === 0 && <Card><Empty title="No integration yet">Its records are here once a customer's tool is connected. <Link href="/integrations">To the integrations</Link></Empty></Card>}
      {list.data && integrations.length > 0 && !it && <Card><Empty title="There is no such integration"><a href="/data">To those there are</a></Empty></Card>}
      {it && loading && <Card><Loading lines={5} /></Card>}
      {it && !loading && (
        <>
          <Filters integrations={integrations} it={it} models={models} model={model} isOff={isOff} address={address} set={set} />
          {model ? <Records key={here} it={it} model={model} address={address} />
            : <Note tone="warn">{address.model ? "This integration has no such model." : "Its connector delivers no model that has a list."}</Note>}
        </>
      )}
    </>
  );
}
