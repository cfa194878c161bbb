import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { same } from "../kit/api";
import { Failure, Loading } from "../kit/ui";
import "../styles/connect.css";

function App() {
  const [state, setState] = useState<{ stage: string; organization_name: string | null }>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    same.get<typeof state>(location.pathname.replace(/\/$/, "") + "/state").then(setState, setError);
  }, []);
  return error ? <Failure error={error} /> : state ? <h1>{state.organization_name}</h1> : <Loading />;
}

const root = document.getElementById("app");
if (root) {
  render(<App />, root);
}
