import { beforeEach, expect, it, vi } from 'vitest';
import type { Scan } from '../src/state/store.ts';

const openSample = vi.hoisted(() => vi.fn());
const recall = vi.hoisted(() => vi.fn());
const keepWork = vi.hoisted(() => vi.fn());
vi.mock('preact', () => ({ render: () => undefined }));
vi.mock('../src/actions/open.ts', () => ({ openSample, openFiles: () => undefined }));
vi.mock('../src/actions/recall.ts', () => ({ recall }));
vi.mock('../src/keep/keep-work.ts', () => ({ keepWork }));
vi.mock('../src/engine/model.ts', () => ({ segmenter: () => undefined, chosenProvider: {} }));
vi.mock('../src/files/dropped.ts', () => ({ droppedFiles: () => undefined }));
vi.mock('../src/keys.ts', () => ({ listenToKeys: () => undefined }));
vi.mock('../src/offline/register.ts', () => ({ registerOffline: () => undefined }));
vi.mock('../src/panels/app.tsx', () => ({ App: () => undefined }));
vi.mock('../src/truth/score.ts', () => ({ followScores: () => undefined }));
vi.mock('../src/truth/follow-heat.ts', () => ({ followHeat: () => undefined }));

beforeEach(() => {
  vi.resetModules();
  vi.resetAllMocks();
  vi.stubGlobal('location', { search: '' });
  vi.stubGlobal('document', {
    documentElement: { dataset: {} },
    getElementById: () => undefined,
    addEventListener: () => undefined,
  });
});

it('keeps the work of scans opened later where the sample cannot be had', async () => {
  recall.mockResolvedValue(false);
  openSample.mockRejectedValue(new Error('offline'));
  const { said } = await import('../src/state/store.ts');
  await import('../src/main.tsx');
  await vi.waitFor(() => expect(said.value).toEqual({ text: 'offline', fault: true }));
  expect(keepWork).toHaveBeenCalledOnce();
});

it('leaves a scan in its place that was opened while the browser looked for the last one', async () => {
  const { scan } = await import('../src/state/store.ts');
  recall.mockImplementation(async () => {
    scan.value = { name: 'mine' } as Scan;
    return false;
  });
  await import('../src/main.tsx');
  await vi.waitFor(() => expect(keepWork).toHaveBeenCalledOnce());
  expect(openSample).not.toHaveBeenCalled();
});
