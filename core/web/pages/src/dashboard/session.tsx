import { createContext } from "preact";
import { useContext } from "preact/hooks";

export type Role = "read" | "operate" | "admin";
export interface Session {
  name: string;
  role: Role;
  integrations: string[]; // ids and patterns that the key is for; none: all
  csrf: string;
}

export const SessionContext = createContext<Session | null>(null);

const ranks: Record<Role, number> = { read: 1, operate: 2, admin: 3 };

/** May whoever is signed in do what needs this role? What is not allowed is not shown; the daemon refuses it anyway. */
export function useMay(role: Role): boolean {
  const session = useContext(SessionContext);
  return session !== null && ranks[session.role] >= ranks[role];
}

/** The same, for what is about more than single integrations: a key that is for some of them may not. */
export function useMayWhole(role: Role): boolean {
  const session = useContext(SessionContext);
  return useMay(role) && session?.integrations.length === 0;
}

/** Is the key for all integrations? What is about all of them at once is refused to others. */
export function useIsWhole(): boolean {
  const session = useContext(SessionContext);
  return session !== null && session.integrations.length === 0;
}
