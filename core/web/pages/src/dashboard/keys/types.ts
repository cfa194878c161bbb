export interface Key {
  name: string;
  prefix: string | null;
  surface: "app" | "admin";
  role: "read" | "operate" | "admin";
  integrations: string[] | null; // null: all
  kept_in: "file" | "store";
  state: "active" | "revoked" | "expired";
  created_at: string | null;
  created_by: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}
export interface KeyMade extends Key { key: string }

/** What a role may, said for the surface it is on. */
export const roleHelp: Record<string, string> = {
  "app read": "Reads records, integrations and the feed of changes.",
  "app operate": "Also starts syncs, makes connection links, and acts at the tools.",
  "admin read": "Sees everything on these pages, and changes nothing.",
  "admin operate": "Also replays, syncs, pauses, and makes connection links.",
  "admin admin": "Also changes credentials, scopes, endpoints, connectors and keys.",
};
export const surfaceWord: Record<string, string> = { app: "application, /v1", admin: "pages, /admin/v1" };
