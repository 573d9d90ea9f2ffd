// ../../testing/browser/bundle-pages.ts
import { build } from "esbuild";

// ../../testing/browser/open-browser.ts
import chromium from "@sparticuz/chromium";
import { chromium as driver } from "playwright-core";
var WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];
var OFFLINE = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic"
];
async function openBrowser(options = {}) {
  const { webgpu = true } = options;
  return driver.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--no-zygote", ...OFFLINE, ...webgpu ? WEBGPU : []]
  });
}

// server/serve-app.mjs
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
var HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join("; "),
  // These two give the page threads.
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer"
};
var TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml"
};
async function serveApp({ folder, port = 0, headers = {} }) {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) response.setHeader(name, value);
    send(folder, request, response).catch(() => response.destroy());
  });
  const taken = await listen(server, port);
  return {
    url: `http://localhost:${taken}`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    })
  };
}
async function send(folder, request, response) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const path = normalize(decodeURIComponent(pathname));
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  const found = await stat(file).catch(() => void 0);
  if (request.method !== "GET" && request.method !== "HEAD") return response.writeHead(405).end();
  if (!found?.isFile()) return response.writeHead(404).end("not found");
  response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  response.setHeader("content-length", found.size);
  response.setHeader(
    "cache-control",
    path.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache"
  );
  if (request.method === "HEAD") return response.end();
  createReadStream(file).pipe(response);
}
var TRIES = 20;
async function listen(server, first) {
  for (let port = first; ; port++) {
    try {
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", () => resolve(server.off("error", reject)));
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== "EADDRINUSE" || port >= first + TRIES) throw error;
    }
  }
}

// ../../../../../tmp/look.ts
var site = await serveApp({ folder: "/tmp/app-dist" });
var browser = await openBrowser();
var [w, h, scheme] = [Number(process.argv[2] ?? 1280), Number(process.argv[3] ?? 800), process.argv[4] ?? "dark"];
var page = await browser.newPage({ viewport: { width: w, height: h }, colorScheme: scheme });
page.setDefaultTimeout(15e4);
page.on("console", (m) => console.log("console", m.type(), m.text().slice(0, 300)));
page.on("pageerror", (e) => console.log("pageerror", e.message, e.stack?.slice(0, 600)));
try {
  const t = Date.now();
  await page.goto(`${site.url}/?provider=wasm`);
  await page.waitForSelector("body[data-ready]", { timeout: 12e4 });
  await page.waitForSelector("#backend", { timeout: 12e4 });
  console.log("ready", Date.now() - t);
  const at = (x, y) => page.evaluate(([x2, y2]) => {
    const m = document.querySelector("#overlay .outlines").getScreenCTM();
    const p = new DOMPoint(x2, y2).matrixTransform(m);
    return [p.x, p.y];
  }, [x, y]);
  const quiet = () => page.waitForSelector("#overlay[aria-busy=false]");
  const click = async (x, y, button = "left") => {
    const [a, b] = await at(x, y);
    await page.mouse.click(a, b, { button });
    await page.waitForTimeout(50);
    await quiet();
  };
  const mod = process.argv[5] && await import(process.argv[5]);
  if (mod) await mod.default({ page, at, click, quiet, site });
  else {
    await click(281, 305);
    await page.screenshot({ path: "/tmp/appshots/one.png" });
  }
} catch (e) {
  console.log(e);
  await page.screenshot({ path: "/tmp/appshots/fail.png" });
}
await browser.close();
await site.close();
