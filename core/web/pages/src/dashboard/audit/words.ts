export interface AuditEntry {
  at: string;
  who: string;
  through: string;
  method: string;
  route: string;
  target: string | null;
  outcome: "done" | "denied" | "refused" | "failed";
  status: number;
  from: string;
}

/** What was done, for a person; by method and route. */
const words: Record<string, string> = {
  "POST /admin/v1/session": "Signed in",
  "DELETE /admin/v1/session": "Signed out",
  "POST /admin/v1/connectors/reload": "Reloaded all connectors",
  "POST /admin/v1/connectors/{}/reload": "Reloaded a connector",
  "POST /admin/v1/integrations": "Made an integration",
  "DELETE /admin/v1/integrations/{}": "Deleted an integration",
  "POST /admin/v1/integrations/{}/settings": "Set credentials",
  "POST /admin/v1/integrations/{}/sync": "Started a sync",
  "POST /admin/v1/integrations/{}/sync/cancel": "Cancelled a sync",
  "POST /admin/v1/integrations/{}/ensure": "Repaired a subscription",
  "POST /admin/v1/subscriptions/{}/ensure": "Repaired a subscription",
  "POST /admin/v1/subscriptions/{}/remove": "Removed a subscription",
  "POST /admin/v1/integrations/{}/enable": "Switched an integration on",
  "POST /admin/v1/integrations/{}/disable": "Switched an integration off",
  "POST /admin/v1/integrations/{}/pass-qa": "Passed the quality check",
  "POST /admin/v1/integrations/{}/refetch": "Fetched a record again",
  "POST /admin/v1/integrations/{}/relink": "Made a reconnect link",
  "POST /admin/v1/integrations/{}/setup-link": "Made a set-up link",
  "POST /admin/v1/links": "Made a connection link",
  "PUT /admin/v1/integrations/{}/scope": "Gave another scope",
  "POST /admin/v1/events/replay": "Replayed events",
  "POST /admin/v1/deliveries/replay": "Replayed deliveries",
  "POST /admin/v1/notifications/replay": "Sent notifications again",
  "POST /admin/v1/notifications/discard": "Discarded notifications",
  "POST /admin/v1/endpoints": "Added an endpoint",
  "PATCH /admin/v1/endpoints/{}": "Changed an endpoint",
  "DELETE /admin/v1/endpoints/{}": "Removed an endpoint",
  "POST /admin/v1/endpoints/{}/enable": "Enabled an endpoint",
  "POST /admin/v1/endpoints/{}/disable": "Disabled an endpoint",
  "POST /admin/v1/endpoints/{}/test": "Sent a test",
  "POST /admin/v1/endpoints/{}/rotate": "Rotated a secret",
  "POST /admin/v1/endpoints/{}/verify": "Checked a signature",
  "POST /admin/v1/keys": "Made a key",
  "DELETE /admin/v1/keys/{}": "Revoked a key",
  "POST /admin/v1/scopes": "Made a scope",
  "PUT /admin/v1/scopes/{}": "Changed a scope",
  "DELETE /admin/v1/scopes/{}": "Deleted a scope",
  "POST /admin/v1/custom-fields": "Made a custom field",
  "DELETE /admin/v1/custom-fields/{}": "Deleted a custom field",
  "POST /admin/v1/reload": "Reloaded the configuration",
  "POST /admin/v1/backup": "Made a backup",
};
export const actionWord = (entry: AuditEntry): string | undefined => words[`${entry.method} ${entry.route}`];

/** Where what it was about is shown. */
export function targetHref(entry: AuditEntry): string | undefined {
  if (!entry.target || (entry.outcome !== "done" && entry.method === "POST" && !entry.route.includes("{}"))) { // it was not made
    return undefined;
  }
  const one = encodeURIComponent(entry.target);
  const places: [string, string][] = [["/admin/v1/endpoints", "webhooks"], ["/admin/v1/scopes", "scopes"], ["/admin/v1/connectors", "connectors"], ["/admin/v1/integrations", "integrations"], ["/admin/v1/subscriptions", "integrations"]];
  const place = places.find(([route]) => entry.route.startsWith(route));
  return place && entry.method !== "DELETE" ? `/${place[1]}/${one}` : undefined;
}

/** Actions to search for: routes with what they do; several methods of one route are found together. */
export const routes: [string, string][] = Object.entries(words).reduce<[string, string][]>((all, [key, word]) => {
  const route = key.slice(key.indexOf(" ") + 1);
  const known = all.find(([one]) => one === route);
  if (known) {
    known[1] += `, ${word.charAt(0).toLowerCase()}${word.slice(1)}`;
    return all;
  }
  return [...all, [route, word]];
}, []).sort((a, b) => (a[1] < b[1] ? -1 : 1));
