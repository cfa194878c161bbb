import type { ComponentType } from "preact";
import { Audit } from "./pages/audit";
import { ConnectorPage } from "./pages/connector";
import { Connectors } from "./pages/connectors";
import { Data } from "./pages/data";
import { Integration } from "./pages/integration";
import { Integrations } from "./pages/integrations";
import { Keys } from "./pages/keys";
import { Logs } from "./pages/logs";
import { Overview } from "./pages/overview";
import { Record } from "./pages/record";
import { Scope } from "./pages/scope";
import { Scopes } from "./pages/scopes";
import { Trace } from "./pages/trace";
import { Webhook } from "./pages/webhook";
import { Webhooks } from "./pages/webhooks";

/** Where each page is; the first that fits is shown. */
export const routes: [string, ComponentType<any>][] = [
  ["/", Overview],
  ["/integrations", Integrations],
  ["/integrations/:id", Integration],
  ["/logs", Logs],
  ["/trace/:id?", Trace],
  ["/webhooks", Webhooks],
  ["/webhooks/:name", Webhook],
  ["/data", Data],
  ["/data/:integration/:model/:id", Record],
  ["/scopes", Scopes],
  ["/scopes/:name", Scope],
  ["/connectors", Connectors],
  ["/connectors/:tool", ConnectorPage],
  ["/keys", Keys],
  ["/audit", Audit],
];
