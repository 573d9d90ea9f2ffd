import { workerData } from 'node:worker_threads';
import { serveThread } from '../../src/node/index.ts';

// Holds its thread while it runs, as onnxruntime-node does, and then says that it came to the end of it.
const done = workerData as Int32Array;
serveThread({
  name: 'slow',
  load: async () => ({
    provider: 'slow',
    async run() {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
      done[0] = 1;
      throw new Error('unused');
    },
    dispose: async () => {},
  }),
});
