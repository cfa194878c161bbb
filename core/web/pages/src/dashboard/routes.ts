import type { ComponentType } from "preact";
import { Integration } from "./pages/integration";
import { Integrations } from "./pages/integrations";
import { Logs } from "./pages/logs";
import { Overview } from "./pages/overview";
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
];
