import type { BackendTensor } from '../backend.ts';
import { type Case, differing, expect, rejection } from './case.ts';
import { conformanceModel } from './model.ts';

const tensor = (h: number, w: number): BackendTensor => ({
  type: 'float32',
  data: Float32Array.from({ length: 3 * h * w }, (_, i) => (i % 17) / 8 - 1),
  dims: [1, 3, h, w],
});
const only = { outputs: ['probability'] } as const;

/** What the interface `Backend` asks beyond right answers. */
export const sessionCases: readonly Case[] = [
  {
    name: 'session: says what computes',
    protects: 'a user who wants to know whether the GPU is in use',
    async run({ backend }) {
      const made = backend();
      expect(typeof made.name === 'string' && made.name !== '', 'backend.name must be a word');
      const session = await made.load(conformanceModel(), {});
      try {
        expect(typeof session.provider === 'string' && session.provider !== '', 'provider must be a word');
        for (const { provider, reason } of session.fallbacks ?? []) {
          expect(provider !== '' && reason !== '', 'every fallback must name its provider and its reason');
        }
      } finally {
        await session.dispose();
      }
      return 0;
    },
  },
  {
    name: 'session: gives what was asked for and leaves its input alone',
    protects: 'memory that the runtime uses again: a worker must not transfer it away',
    async run({ backend }) {
      const session = await backend().load(conformanceModel(), {});
      try {
        const input = tensor(16, 32);
        const before = input.data.slice();
        const answer = await session.run({ input }, only);
        expect(`${Object.keys(answer)}` === 'probability', 'run must give the outputs asked for, no more');
        expect(`${answer['probability'].dims}` === '1,1,16,32', 'dims must be [1, 1, h, w]');
        expect(answer['probability'].data instanceof Float32Array, 'data must be a Float32Array');
        expect(input.data.length === before.length, 'the input was detached');
        expect(differing(input.data, before) === 0, 'the input was changed');
        const kept = answer['probability'].data.slice();
        const again = await session.run({ input }, only);
        expect(differing(again['probability'].data, kept) === 0, 'the same input must give the same bits');
      } finally {
        await session.dispose();
      }
      return 0;
    },
  },
  {
    name: 'session: takes a view with an offset',
    protects: 'inputs that are part of a larger buffer',
    async run({ backend }) {
      const session = await backend().load(conformanceModel(), {});
      try {
        const whole = tensor(16, 16);
        const data = new Float32Array(whole.data.length + 7).subarray(7);
        data.set(whole.data);
        const a = (await session.run({ input: whole }, only))['probability'].data.slice();
        const b = (await session.run({ input: { ...whole, data } }, only))['probability'].data;
        return differing(a, b);
      } finally {
        await session.dispose();
      }
    },
  },
  {
    name: 'session: survives a run that fails',
    protects: 'the next click after an error',
    async run({ backend }) {
      const session = await backend().load(conformanceModel(), {});
      try {
        // Odd sides come back from the pooling one short, which only Concat finds out.
        await rejection(session.run({ input: tensor(15, 15) }, only), 'a run that cannot work must reject');
        const { probability } = await session.run({ input: tensor(16, 16) }, only);
        expect(probability.data.length === 256, 'the session must go on after a failed run');
      } finally {
        await session.dispose();
      }
      return 0;
    },
  },
  {
    name: 'session: two models at once',
    protects: 'a viewer that loads two models at its start',
    async run({ backend }) {
      const made = backend();
      const sessions = await Promise.all([made, made, backend()].map((b) => b.load(conformanceModel(), {})));
      try {
        const answers = [];
        for (const session of sessions) {
          const { probability } = await session.run({ input: tensor(16, 16) }, only);
          answers.push(probability.data.slice());
        }
        expect(differing(answers[0], answers[1]) === 0, 'one model must answer as the other');
        expect(differing(answers[0], answers[2]) === 0, 'one backend must answer as the other');
      } finally {
        for (const session of sessions) await session.dispose();
      }
      return 0;
    },
  },
  {
    name: 'session: refuses bytes that are no model, and loads a good one afterwards',
    protects: 'a user whose first download failed',
    needsBytes: true,
    async run({ backend }) {
      const made = backend();
      const bytes = conformanceModel();
      const promise = 'bytes that are no model must be refused';
      await rejection(made.load(bytes.slice(0, bytes.length >> 1), {}), promise);
      await rejection(made.load(new Uint8Array(), {}), promise);
      await (await made.load(bytes, {})).dispose();
      return 0;
    },
  },
];
