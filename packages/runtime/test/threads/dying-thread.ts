import { nodeBackend, serveThread } from '../../src/node/index.ts';

// Dies in the middle of its third run, as of memory that runs out.
const backend = nodeBackend({ threads: 1 });
serveThread({
  ...backend,
  async load(bytes, options) {
    const session = await backend.load(bytes, options);
    let runs = 0;
    return { ...session, run: (...given) => (++runs === 3 ? process.exit(7) : session.run(...given)) };
  },
});
