import { workerData } from 'node:worker_threads';
import { nodeBackend, serveThread } from '@clickseg/runtime/node';

serveThread(nodeBackend(workerData as { threads?: number }));
