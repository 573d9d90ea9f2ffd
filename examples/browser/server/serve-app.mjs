import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

// What a hospital's strict viewer allows, and what the app needs of it: WebAssembly, a worker and pictures of its own.
const HEADERS = {
  'content-security-policy': [
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
    "frame-ancestors 'none'",
  ].join('; '),
  // These two give the page threads.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/**
 * Serves the built app to this machine alone.
 *
 * @param {{ folder: string, port?: number, headers?: Record<string, string> }} options - `port`: the first
 * to try, the next free one is taken; 0 for any. `headers`: instead of the app's own of the same name, for tests
 * @returns {Promise<{ url: string, close(): Promise<void> }>} its address, without a slash at the end
 */
export async function serveApp({ folder, port = 0, headers = {} }) {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) response.setHeader(name, value);
    send(folder, request, response).catch(() => response.destroy());
  });
  const taken = await listen(server, port);
  return {
    url: `http://localhost:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function send(folder, request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const path = normalize(decodeURIComponent(pathname));
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  const found = await stat(file).catch(() => undefined);
  if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405).end();
  if (!found?.isFile()) return response.writeHead(404).end('not found');
  response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
  response.setHeader('content-length', found.size);
  // Files in assets/ carry a digest of their content in their name.
  response.setHeader(
    'cache-control',
    path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
  );
  if (request.method === 'HEAD') return response.end();
  // Not `pipe`, which keeps the file open after a download that was broken off, and dies of one that cannot be read.
  await pipeline(createReadStream(file), response);
}

const TRIES = 20;

async function listen(server, first) {
  for (let port = first; ; port++) {
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => resolve(server.off('error', reject)));
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port >= first + TRIES) throw error;
    }
  }
}
