import { beforeEach, expect, it, vi } from 'vitest';
import { renewLife } from '../src/state/lifetime.ts';
import { said, say } from '../src/state/store.ts';
import { type OwnTask, runTask, type TaskOptions, task } from '../src/state/task.ts';

beforeEach(() => {
  task.value = undefined;
  say('');
});

/** Work that ends when it is told to. */
function begin(text: string, how?: TaskOptions) {
  let end = (_?: unknown): void => undefined;
  let fail = (_: Error): void => undefined;
  let own!: OwnTask;
  const ended = runTask(
    text,
    (mine) => {
      own = mine;
      return new Promise<unknown>((resolve, reject) => {
        [end, fail] = [resolve, reject];
      });
    },
    how,
  );
  return { own, ended, end, fail };
}

it('shows work from its first moment until its end', async () => {
  const { own, ended, end } = begin('Reading', { pending: () => true });
  expect(task.value).toMatchObject({ text: 'Reading', done: 0, total: 0 });
  expect(task.value?.pending()).toBe(true);
  own.report(1, 2);
  expect(task.value).toMatchObject({ text: 'Reading', done: 1, total: 2 });
  own.report(1, 2, 'Reading liver');
  expect(task.value?.text).toBe('Reading liver');
  end();
  await ended;
  expect(task.value).toBeUndefined();
});

it('is no longer shown once it failed', async () => {
  const { ended, fail } = begin('Reading');
  fail(new Error('no slice 3'));
  await expect(ended).rejects.toThrow('no slice 3');
  expect(task.value).toBeUndefined();
});

it('leaves another that has begun meanwhile alone', async () => {
  const first = begin('Carrying');
  const stopped = first.own;
  task.value?.stop();
  expect(stopped.signal.aborted).toBe(true);
  const second = begin('Replaying');
  // What was stopped has nothing more to show.
  stopped.report(3, 4);
  expect(task.value).toMatchObject({ text: 'Replaying', done: 0 });
  first.end();
  await first.ended;
  expect(task.value?.text).toBe('Replaying');
  expect(second.own.signal.aborted).toBe(false);
  second.end();
  await second.ended;
  expect(task.value).toBeUndefined();
});

it('is refused beside another, which stays, and says so where it is to', async () => {
  const first = begin('Carrying');
  const work = vi.fn();
  expect(await runTask('Simulating', work)).toBeUndefined();
  expect(said.value.text).toBe('');
  expect(await runTask('Reading', work, { refused: 'labels.nii: not opened' })).toBeUndefined();
  expect(said.value).toEqual({
    text: 'labels.nii: not opened beside “Carrying”. Stop that (Esc) or wait for it.',
    fault: true,
  });
  expect(work).not.toHaveBeenCalled();
  expect(task.value?.text).toBe('Carrying');
  first.end();
  await first.ended;
});

it('makes room at the moment it is stopped, says so once, and comes to nothing however it ends', async () => {
  const stopped = vi.fn(() => 'Reading: stopped.');
  for (const end of ['end', 'fail'] as const) {
    say('');
    const work = begin('Reading', { stopped });
    const stop = task.value?.stop;
    stop?.();
    expect(task.value).toBeUndefined();
    expect(said.value.text).toBe('Reading: stopped.');
    stop?.();
    work[end](new Error('aborted'));
    expect(await work.ended).toBeUndefined();
  }
  expect(stopped).toHaveBeenCalledTimes(2);
});

it('ends with its scan, without a word', async () => {
  const work = begin('Carrying', { stopped: () => 'Carrying: stopped.' });
  renewLife();
  expect(work.own.signal.aborted).toBe(true);
  expect(task.value).toBeUndefined();
  expect(said.value.text).toBe('');
  work.end();
  await work.ended;
  const next = begin('Replaying');
  expect(next.own.signal.aborted).toBe(false);
  next.end();
  await next.ended;
});
