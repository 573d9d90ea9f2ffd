import { Session } from 'node:inspector/promises';

/**
 * Bytes that a call takes from the heap, collected ones too (sampled), and from buffers outside it (counted).
 * Warm `f` up before; run node with --expose-gc.
 *
 * @param calls - for the heap's samples
 * @param bufferCalls - for the buffers, each call looked at by itself, so that a collection between two hides none
 */
export async function bytesPerCall(f, calls, bufferCalls) {
  globalThis.gc?.();
  // Buffers are given back in the background.
  await new Promise((done) => setTimeout(done, 100));
  let buffers = 0;
  for (let i = 0; i < bufferCalls; i++) {
    const before = process.memoryUsage().arrayBuffers;
    f();
    buffers += Math.max(0, process.memoryUsage().arrayBuffers - before);
  }
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 64,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  for (let i = 0; i < calls; i++) f();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const bytes = (node) => node.selfSize + node.children.reduce((sum, child) => sum + bytes(child), 0);
  return { heap: bytes(profile.head) / calls, buffers: buffers / bufferCalls };
}
