export {
  NODE_BACKEND_DEFAULTS,
  type NodeBackendOptions,
  type NodeExecutionProvider,
  nodeBackend,
} from './node-backend.ts';
