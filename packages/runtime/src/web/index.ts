export { type FetchModelOptions, fetchModel, type ModelBytes } from './fetch-model.ts';
export { type ModelCache, openModelCache } from './model-cache.ts';
export { serveBackend } from './serve-backend.ts';
export { WEB_BACKEND_DEFAULTS, type WebBackendOptions, webBackend } from './web-backend.ts';
export { workerBackend } from './worker-backend.ts';
