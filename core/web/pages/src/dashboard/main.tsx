import { render } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { Route, Switch } from "wouter-preact";
import { admin, setCsrf, whenSignedOut } from "../kit/api";
import { Toasts } from "../kit/toast";
import { Empty, Loading, PageHead } from "../kit/ui";
import "../styles/dashboard.css";
import { routes } from "./routes";
import { SessionContext, type Session } from "./session";
import { Shell } from "./shell";
import { SignIn } from "./signin";

function NotFound() {
  return <><PageHead title="There is no such page" /><Empty title="The address leads nowhere"><a href="/">To the overview</a></Empty></>;
}

function App() {
  const [session, setSession] = useState<Session | null>();
  const enter = useCallback((s: Session) => {
    setCsrf(s.csrf);
    setSession(s);
  }, []);
  const leave = useCallback(() => setSession(null), []);

  useEffect(() => {
    whenSignedOut(leave);
    admin.get<Session>("session").then(enter, leave);
  }, []);

  if (session === undefined) {
    return <Loading />;
  }
  if (session === null) {
    return <SignIn onSignedIn={enter} />;
  }
  return (
    <SessionContext.Provider value={session}>
      <Shell onSignedOut={leave}>
        <Switch>
          {routes.map(([path, page]) => <Route path={path} component={page} key={path} />)}
          <Route component={NotFound} />
        </Switch>
      </Shell>
      <Toasts />
    </SessionContext.Provider>
  );
}

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
}
