import { parentPort } from 'node:worker_threads';

// Lives, speaks of other things, and never serves.
parentPort?.on('message', () => undefined);
parentPort?.postMessage({ greeting: 'hello' });
