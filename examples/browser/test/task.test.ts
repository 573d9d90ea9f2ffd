import { beforeEach, expect, it } from 'vitest';
import { type OwnTask, runTask, task } from '../src/state/task.ts';

beforeEach(() => {
  task.value = undefined;
});

/** Work that ends when it is told to. */
function begin(text: string, how?: { pending: boolean }) {
  let end = (): void => undefined;
  let fail = (_: Error): void => undefined;
  let own!: OwnTask;
  const ended = runTask(
    text,
    (mine) => {
      own = mine;
      return new Promise<void>((resolve, reject) => {
        [end, fail] = [resolve, reject];
      });
    },
    how,
  );
  return { own, ended, end, fail };
}

it('shows work from its first moment until its end', async () => {
  const { own, ended, end } = begin('Reading', { pending: true });
  expect(task.value).toMatchObject({ text: 'Reading', done: 0, total: 0, pending: true });
  own.report(1, 2);
  expect(task.value).toMatchObject({ text: 'Reading', done: 1, total: 2, pending: true });
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
