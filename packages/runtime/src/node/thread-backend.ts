import { parentPort, type Worker as Thread, type TransferListItem } from 'node:worker_threads';
import { ClicksegError } from '@clickseg/raster';
import type { Endpoint } from 'comlink';
import type { Backend } from '../backend.ts';
import { isOurs, serveBackend } from '../worker/serve-backend.ts';
import { backendElsewhere } from '../worker/worker-backend.ts';
import type { WorkerBackendOptions } from '../worker/worker-options.ts';

/**
 * Runs networks in a thread of its own, so that a server or an Electron process goes on answering while one computes:
 * onnxruntime-node holds the thread that it is called on. Everything else of the runtime works as without it.
 * The thread is started with the first model and ended with the last; not before what it computes is done, though,
 * for that would end the whole process.
 *
 * @param start - makes the thread, whose script calls {@link serveThread}:
 * `() => new Worker(new URL('./thread.js', import.meta.url))`
 * @throws ClicksegError `invalid-option`; loading and runs reject with `backend-failed` where the thread dies
 */
export function threadBackend(start: () => Thread, options: WorkerBackendOptions = {}): Backend {
  // What is no function is refused there.
  const worker = typeof start === 'function' ? () => asWorker(start()) : start;
  return backendElsewhere('thread', worker, options);
}

/**
 * Makes a thread run networks for {@link threadBackend}: its only line besides its imports.
 *
 * @param backend - such as `nodeBackend()`
 * @throws ClicksegError `invalid-option` on the main thread
 */
export function serveThread(backend: Backend): void {
  const port = parentPort;
  if (port === null)
    throw new ClicksegError('invalid-option', 'serveThread: this is the main thread, not a worker');
  const endpoint: Endpoint = {
    postMessage: (message, transfer) => port.postMessage(message, transfer as TransferListItem[] | undefined),
    addEventListener: (_, listener) => {
      port.on('message', (data: unknown) => call(listener, { data }));
    },
    // The thread ends as a whole; nothing is taken off before.
    removeEventListener: () => undefined,
  };
  serveBackend(backend, endpoint);
}

// What `workerBackend` uses of a browser's worker, of a thread. Unlike that one a thread says when it ends.
function asWorker(thread: Thread): Worker {
  const ender = createEnder(thread);
  const on: Record<string, (listener: EventListenerOrEventListenerObject) => void> = {
    message: (listener) => thread.on('message', (data: unknown) => call(listener, { data })),
    messageerror: (listener) => thread.on('messageerror', () => call(listener, {})),
    error: (listener) => {
      thread.on('error', (error: unknown) => {
        call(listener, { message: error instanceof Error ? error.message : String(error) });
      });
      thread.on('exit', (code) => call(listener, { message: `it ended with exit code ${code}` }));
    },
  };
  const worker = {
    postMessage: (message: unknown, transfer?: TransferListItem[]) => {
      ender.asked(message);
      thread.postMessage(message, transfer);
    },
    addEventListener: (type: string, listener: EventListenerOrEventListenerObject) => on[type]?.(listener),
    removeEventListener: () => undefined,
    terminate: () => ender.end(),
  };
  return worker as unknown as Worker;
}

// ms in which a thread that has said nothing yet may still do so.
const GRACE = 1000;

/**
 * Ends a thread when it has answered all that it was asked: onnxruntime-node aborts the process (SIGABRT) where its
 * thread is terminated while it computes. A thread that never spoke to us does not serve, so it computes nothing.
 */
function createEnder(thread: Thread): { asked(message: unknown): void; end(): void } {
  const open = new Set<unknown>();
  let spoke = false;
  let ending = false;
  const settle = () => {
    if (ending && open.size === 0) void thread.terminate();
  };
  thread.on('message', (message: { id?: unknown } | null | undefined) => {
    spoke ||= isOurs(message);
    open.delete(message?.id);
    settle();
  });
  return {
    asked: (message) => open.add((message as { id: unknown }).id),
    end() {
      ending = true;
      settle();
      if (!spoke) setTimeout(() => spoke || void thread.terminate(), GRACE).unref();
    },
  };
}

function call(listener: EventListenerOrEventListenerObject, event: object): void {
  if (typeof listener === 'function') listener(event as Event);
  else listener.handleEvent(event as Event);
}
