import { expect, it } from 'vitest';
import { createServer } from '../src/serve.ts';
import { CHANNELS, fakeModel, zeros } from './fake-model.ts';

const app = createServer(fakeModel(zeros), { name: 'ct', maxDelay: 0 });

async function infer(payload: string) {
  const answer = await app.inject({ method: 'POST', url: '/v2/models/ct/infer', payload });
  return { status: answer.statusCode, error: answer.json().error as string };
}

const input = { name: 'input', datatype: 'FP32', shape: [1, CHANNELS, 16, 16] };
const of = (fields: object) => JSON.stringify({ inputs: [{ ...input, ...fields }] });
// What JSON can hold and no text be made of.
const odd = { toString: 1 };
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

it.each([
  ['a datatype that is no text', of({ datatype: odd }), 'is {"toString":1}, the model expects FP32'],
  ['a side that is none', of({ shape: [1, CHANNELS, odd, 16] }), 'unexpected shape'],
  ['a size that is none', of({ parameters: { binary_data_size: odd } }), 'binary_data_size {"toString":1}'],
  [
    'an output that is no text',
    JSON.stringify({ inputs: [input], outputs: [{ name: odd }] }),
    "unexpected output '{",
  ],
  ['a shape without end', of({ shape: 0 }).replace('"shape":0', `"shape":${deep}`), 'too deep to be shown'],
  ['a datatype of a million letters', of({ datatype: 'x'.repeat(1e6) }), `is ${'x'.repeat(120)}…, the`],
  ['an element of a million letters', of({ data: new Array(CHANNELS * 256).fill('x'.repeat(1e3)) }), 'x…"'],
])('refuses %s, and shows little of it', async (_, payload, message) => {
  const { status, error } = await infer(payload);
  expect([status, error]).toEqual([400, expect.stringContaining(message)]);
  expect(error.length).toBeLessThan(300);
});

it.each<[string, object, string]>([
  ['too few', { data: [[1, 2], [], 3] }, `expected ${CHANNELS * 256} elements, got 3`],
  ['too many', { data: [[new Array(CHANNELS * 256).fill(0)], [0]] }, `${CHANNELS * 256} elements, got more`],
  // For which there is no room to be made before they are there.
  [
    'few of very many',
    { shape: [8, CHANNELS, 4096, 4096], data: [1] },
    `expected ${8 * CHANNELS * 4096 ** 2} elements, got 1`,
  ],
])('refuses elements that are %s', async (_, fields, message) => {
  expect(await infer(of(fields))).toEqual({ status: 400, error: expect.stringContaining(message) });
});

it('takes elements nested as the shape is', async () => {
  const side = (each: unknown) => new Array(16).fill(each);
  expect(await infer(of({ data: [new Array(CHANNELS).fill(side(side(0)))] }))).toMatchObject({ status: 200 });
});

it.each([
  ['/v2/%zz', 400, 'no valid path: /v2/%zz'],
  [`/v2/models/${'x'.repeat(101)}`, 414, `part of the path is too long: /v2/models/${'x'.repeat(101)}`],
  [`/${'x'.repeat(200)}`, 404, `no such path: /${'x'.repeat(119)}…`],
])('answers %s as it answers every error', async (path, status, error) => {
  const answer = await app.inject(path);
  expect([answer.statusCode, answer.json()]).toEqual([status, { error }]);
});

it.each([
  ['Bearer right', 200],
  ['bearer right', 200],
  ['BEARER  right', 200],
  ['Bearer Right', 401],
  ['Bearer ', 401],
  ['right', 401],
  ['Basic right', 401],
])('with %j as authorization: %i', async (authorization, status) => {
  const guarded = createServer(fakeModel(zeros), { name: 'ct', token: 'right' });
  const { statusCode } = await guarded.inject({ url: '/v2/models/ct/ready', headers: { authorization } });
  expect(statusCode).toBe(status);
});
