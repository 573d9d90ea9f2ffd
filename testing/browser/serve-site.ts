import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What a site has and how it is sent. */
export interface SiteOptions {
  /** Folders by the path they are served under, such as `{ '/': 'dist', '/ort/': '…/dist' }`; the longest path wins. */
  readonly folders: Readonly<Record<string, string>>;
  /** Whether the pages get SharedArrayBuffer (COOP and COEP). Default true. */
  readonly isolated?: boolean;
  /** Default: what a hospital's strict viewer allows. `null` for none. */
  readonly policy?: string | null;
  /** Asked first; true where it answered. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A site on this machine. */
export interface Site {
  /** Its address, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

const STRICT =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' data: blob:; style-src 'self'; object-src 'none'; base-uri 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Serves folders on a free port of this machine. */
export async function serveSite(options: SiteOptions): Promise<Site> {
  const { folders, isolated = true, policy = STRICT, handle } = options;
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer((request, response) => {
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    if (policy !== null) response.setHeader('content-security-policy', policy);
    if (handle?.(request, response)) return;
    send(request, response).catch(() => response.destroy());
  });
  const send = async (request: IncomingMessage, response: ServerResponse) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const prefix = prefixes.find((each) => path.startsWith(each));
    const file = prefix && join(folders[prefix] as string, path.slice(prefix.length) || 'index.html');
    const found = file ? await stat(file).catch(() => undefined) : undefined;
    if (!file || !found?.isFile()) {
      response.writeHead(404).end('not found');
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.setHeader('content-length', found.size);
    await pipeline(createReadStream(file), response);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
