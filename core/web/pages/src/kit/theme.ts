import { useEffect, useState } from "preact/hooks";

export type Theme = "system" | "light" | "dark";
const KEY = "weir-theme";

const kept = (): Theme => {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
};
const apply = (theme: Theme) => {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
};
apply(kept());

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(kept);
  useEffect(() => {
    apply(theme);
    localStorage.setItem(KEY, theme);
    window.dispatchEvent(new Event("weir-theme"));
  }, [theme]);
  return [theme, setTheme];
}
