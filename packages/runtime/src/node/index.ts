export { WORKER_BACKEND_DEFAULTS, type WorkerBackendOptions } from '../worker/worker-options.ts';
export { attachMetadata } from './model-tool/attach-metadata.ts';
export { checkModel, type ModelCheck } from './model-tool/check-model.ts';
export {
  NODE_BACKEND_DEFAULTS,
  type NodeBackendOptions,
  type NodeExecutionProvider,
  nodeBackend,
} from './node-backend.ts';
export { serveThread, threadBackend } from './thread-backend.ts';
