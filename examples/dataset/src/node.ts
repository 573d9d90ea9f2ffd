export {
  type DatasetCase,
  type DatasetSlice,
  findDataFolder,
  type LabelledCase,
  type LoadedCase,
  loadIndex,
  slicesOf,
} from './data-folder.ts';
export * from './index.ts';
export { isRunning } from './is-running.ts';
export { makeOutFolder, tryOutFolder } from './out-folder.ts';
export { loadFolder } from './pairs-folder.ts';
export { readBytes } from './read-bytes.ts';
export { checkSplit, hasIndex } from './splits.ts';
