// Serves the built app until Ctrl+C: `node server/main.mjs [--port 4242]`.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveApp } from './serve-app.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4242' } } });
const folder = fileURLToPath(new URL('../dist', import.meta.url));
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port} is no port`);
  process.exit(1);
}
if (!existsSync(folder)) {
  console.error('The app is not built yet: npm start builds it, or `vite build` here.');
  process.exit(1);
}
const { url, close } = await serveApp({ folder, port });
console.log(`\nThe click app: ${url}   (Ctrl+C ends it)`);
// `npm start` hands on the signal that a terminal has sent here already: the second one must not cut the first short.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => close().then(() => process.exit(0)));
