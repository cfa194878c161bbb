import { useState } from "preact/hooks";
import { admin } from "../kit/api";
import { Button, Failure, TextField } from "../kit/ui";
import { Mark } from "./shell";
import type { Session } from "./session";

export function SignIn({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const submit = () => {
    setBusy(true);
    setError(undefined);
    admin.post<Session>("session", { key: key.trim() }).then(onSignedIn, (failure: Error) => {
      setError(failure);
      setBusy(false);
    });
  };
  return (
    <main class="signin">
      <form class="signin-box" onSubmit={(e) => { e.preventDefault(); submit(); }}>
        <div class="brand"><Mark /> Weir</div>
        <div>
          <h1>Sign in</h1>
          <p class="muted">With an admin key of this daemon.</p>
        </div>
        <TextField label="Admin key" type="password" name="key" autocomplete="current-password" required value={key} onValue={setKey}
          help={<>One of <code>admin_keys</code> in the configuration, or made with <code>weir keys add NAME --for admin</code>.</>} />
        <Failure error={error} />
        <Button type="submit" kind="primary" busy={busy} disabled={key.trim() === ""}>Sign in</Button>
      </form>
    </main>
  );
}
