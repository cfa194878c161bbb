import { render, type ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Route, Switch } from "wouter-preact";
import { admin, setCsrf, whenSignedOut } from "../kit/api";
import { useLatest } from "../kit/load";
import { Toasts } from "../kit/toast";
import { Empty, Loading, PageHead, stayOpen } from "../kit/ui";
import "../styles/dashboard.css";
import { routes } from "./routes";
import { SessionContext, type Session } from "./session";
import { Shell } from "./shell";
import { SignIn } from "./signin";

function NotFound() {
  return <><PageHead title="There is no such page" /><Empty title="The address leads nowhere"><a href="/">To the overview</a></Empty></>;
}

/* Above all else: a dialog that is open would keep what is not one from being used. */
function SignedOut({ children }: { children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return <dialog ref={box} class="over" aria-label="Sign in again" onCancel={(e) => e.preventDefault()} onClose={stayOpen}>{children}</dialog>;
}

function App() {
  const [session, setSession] = useState<Session | null>();
  const [isOver, setOver] = useState(false); // it was session's, and nobody is signed in now
  const known = useLatest(session);
  const enter = useCallback((s: Session) => {
    setCsrf(s.csrf);
    setSession(s);
    setOver(false);
  }, []);
  const leave = useCallback(() => setSession(null), []);

  useEffect(() => {
    // What is being typed waits for whoever signs in again, out of sight.
    whenSignedOut(() => (known.current ? setOver(true) : leave()));
    admin.get<Session>("session").then(enter, leave);
    const look = () => { // another window may have signed in anew, or out
      if (!document.hidden && known.current) {
        admin.get<Session>("session").then(resume, () => undefined);
      }
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const resume = (s: Session) => {
    if (known.current && (s.name !== known.current.name || s.role !== known.current.role)) {
      location.reload(); // somebody else
    } else {
      enter(s);
    }
  };

  if (session === undefined) {
    return <Loading />;
  }
  if (session === null) {
    return <SignIn onSignedIn={enter} />;
  }
  return (
    <SessionContext.Provider value={session}>
      {isOver && <SignedOut><SignIn onSignedIn={resume} /></SignedOut>}
      <Shell onSignedOut={leave} hidden={isOver}>
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
