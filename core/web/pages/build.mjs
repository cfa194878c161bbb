// build.mjs <out-dir>: bundle the dashboard and the customer pages, and write them as C, gzipped, for the daemon.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("usage: build.mjs <out-dir>");
  process.exit(2);
}
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

// What a first visit loads, gzipped: script, style and page together.
const limits = { dashboard: 120 * 1024, connect: 40 * 1024 };
const types = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

const files = [];

function add(name, bytes) {
  const gzip = gzipSync(bytes, { level: 9 });
  gzip[9] = 255; // the operating system: the same bytes wherever it is built
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  files.push({ name, type: types[name.split(".").pop()], tag: `"${hash}"`, gzip, raw: bytes.length });
  writeFileSync(join(out, name), bytes);
}

async function bundle(page) {
  const made = await build({
    entryPoints: { [page]: join(here, "src", page, "main.tsx") },
    outdir: out,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: ["es2022"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "warning",
    absWorkingDir: here,
  });
  const names = {};
  for (const file of made.outputFiles) {
    const name = file.path.split(/[\\/]/).pop();
    names[name.split(".").pop()] = name;
    add(name, Buffer.from(file.contents));
  }
  return names;
}

for (const [page, base] of [["dashboard", "/assets/"], ["connect", "/connect/assets/"]]) {
  const names = await bundle(page);
  const html = readFileSync(join(here, "src", page, "index.html"), "utf8")
    .replace("{{style}}", base + names.css)
    .replace("{{script}}", base + names.js)
    .replace("{{icon}}", base + "favicon.svg");
  add(`${page}.html`, Buffer.from(html));
  const first = files.filter((f) => f.name.startsWith(page)).reduce((sum, f) => sum + f.gzip.length, 0);
  console.log(`${page}: ${(first / 1024).toFixed(1)} KB gzipped of ${limits[page] / 1024} KB`);
  if (first > limits[page]) {
    console.error(`${page} is too big for a first visit: take something out, or load it later`);
    process.exit(1);
  }
}
add("favicon.svg", readFileSync(join(here, "src", "favicon.svg")));

files.sort((a, b) => (a.name < b.name ? -1 : 1));
const bytes = (gzip) => {
  const lines = [];
  for (let i = 0; i < gzip.length; i += 24) {
    lines.push("    " + [...gzip.subarray(i, i + 24)].join(",") + ",");
  }
  return lines.join("\n");
};
const c = ["/* Made by build.mjs. */", '#include "web/pages.h"', ""];
files.forEach((f, i) => c.push(`static const unsigned char file_${i}[] = {`, bytes(f.gzip), "};", ""));
c.push("const struct page_file page_files[] = {");
files.forEach((f, i) =>
  c.push(`    {"${f.name}", "${f.type}", ${JSON.stringify(f.tag)}, file_${i}, sizeof file_${i}, ${f.raw}},`));
c.push("    {0},", "};", `const size_t page_file_count = ${files.length};`, "");
writeFileSync(join(out, "files.c"), c.join("\n"));
