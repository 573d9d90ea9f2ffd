export {
  type DatasetCase,
  type DatasetSlice,
  findDataFolder,
  type LoadedCase,
  loadIndex,
  slicesOf,
} from './data-folder.ts';
export * from './index.ts';
