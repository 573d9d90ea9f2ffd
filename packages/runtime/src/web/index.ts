export { serveBackend } from '../worker/serve-backend.ts';
export { workerBackend } from '../worker/worker-backend.ts';
export { WORKER_BACKEND_DEFAULTS, type WorkerBackendOptions } from '../worker/worker-options.ts';
export { FETCH_MODEL_DEFAULTS, type FetchModelOptions, fetchModel, type ModelBytes } from './fetch-model.ts';
export { type ModelCache, openModelCache } from './model-cache.ts';
export { WEB_BACKEND_DEFAULTS, type WebBackendOptions, webBackend } from './web-backend.ts';
export { hasWebGpu, wasmThreads } from './web-session.ts';
