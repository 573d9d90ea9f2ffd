import { nodeBackend, serveThread } from '../../src/node/index.ts';

serveThread(nodeBackend({ threads: 1 }));
