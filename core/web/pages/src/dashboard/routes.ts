import type { ComponentType } from "preact";
import { Overview } from "./pages/overview";

/** Where each page is; the first that fits is shown. */
export const routes: [string, ComponentType<any>][] = [
  ["/", Overview],
];
