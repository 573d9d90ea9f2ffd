// Keeps the app's own files, so that it starts without a network from its second visit on. The model is kept by the
// runtime's cache. Bundled by vite.config.ts into sw.js, which puts the files and a digest of them before it.
interface Scope {
  readonly FILES: readonly string[];
  readonly BUILD: string;
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}
interface WorkerEvent {
  readonly request: Request;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const scope = self as unknown as Scope;
const NAME = `clickseg-app-${scope.BUILD}`;

scope.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(NAME);
      await cache.addAll(scope.FILES.map((file) => new Request(file, { cache: 'no-cache' })));
      await scope.skipWaiting();
    })(),
  );
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith('clickseg-app-') && name !== NAME);
      await Promise.all(old.map((name) => caches.delete(name)));
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  // The page itself may have changed; all that it names has a digest in its name, or is looked for again if not kept.
  event.respondWith(request.mode === 'navigate' ? freshFirst(request) : keptFirst(request));
});

async function freshFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(NAME)).match('./');
    if (kept === undefined) throw error;
    return kept;
  }
}

async function keptFirst(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  // What is large and not needed by all, such as the build with WebGPU, is kept once it was used. The model has its own
  // cache, which checks it.
  if (answer.ok && answer.status === 200 && !request.url.endsWith('.onnx')) {
    await cache.put(request, answer.clone()).catch(() => undefined);
  }
  return answer;
}
