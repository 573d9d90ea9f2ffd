import { describe, expect, it } from 'vitest';
import { readArguments, USAGE } from '../src/arguments.ts';
import { StartFault } from '../src/fault.ts';
import { createServer } from '../src/serve.ts';
import { fakeModel, zeros } from './fake-model.ts';

describe('arguments', () => {
  it('without any: the defaults, and no token', () => {
    expect(readArguments([], {})).toEqual({
      model: undefined,
      host: '127.0.0.1',
      port: 8000,
      threads: undefined,
      options: {
        name: 'clickseg',
        maxBatch: 8,
        maxDelay: 2,
        requestTimeout: 300_000,
        precision: 'fp32',
        origin: undefined,
        token: undefined,
      },
    });
  });

  it('--help lists every option and asks for nothing else', () => {
    expect(readArguments(['--help', '--port', 'x'], {})).toBeUndefined();
    const listed = [...USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
    const values = 'model name host port max-batch max-delay request-timeout threads precision origin help';
    expect(listed).toEqual(values.split(' '));
  });

  it.each([
    [['--port', '70000'], 'serve: --port 70000 is no port from 0 to 65535'],
    [['--port='], "serve: --port '' is no port from 0 to 65535"],
    [['--threads', '1.5'], 'serve: --threads 1.5 is no whole number from 1 to 2147483647'],
    [['--max-batch', '0'], 'serve: --max-batch 0 is no whole number from 1 to 2147483647'],
    [['--request-timeout', '5m'], 'serve: --request-timeout 5m is no whole number from 1 to 86400'],
    [['--precision', 'int8'], 'serve: --precision int8 is neither fp32 nor fp16'],
    [['--host='], 'serve: --host is empty, which would listen everywhere'],
  ])('%j: %s', (args, message) => {
    expect(() => readArguments(args, {})).toThrow(new StartFault(message));
  });

  it.each([['--bogus'], ['extra']])('an unknown %s is a fault of usage', (word) => {
    expect(() => readArguments([word], {})).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_PARSE_ARGS/) }),
    );
  });
});

describe('a server that could not be used does not start', () => {
  const both = (options: { name: string; token?: string; origin?: string }, message: RegExp) => {
    const { name, token: CLICKSEG_TOKEN, origin } = options;
    const args = ['--name', name, ...(origin === undefined ? [] : [`--origin=${origin}`])];
    expect(() => readArguments(args, { CLICKSEG_TOKEN })).toThrow(message);
    expect(() => createServer(fakeModel(zeros), options)).toThrow(message);
  };

  it.each(['a/b', '', '..', 'a b', 'modèle', 'a?b', 'x'.repeat(101)])('named %j', (name) => {
    both({ name }, /^serve: --name ".*" does not fit an address/);
  });

  it.each(['clickseg', 'CT_1.2-rc', '-x', 'x'.repeat(100)])('but is found as %j', async (name) => {
    const app = createServer(fakeModel(zeros), { name });
    expect((await app.inject(`/v2/models/${name}/ready`)).json()).toEqual({ name, ready: true });
  });

  it.each([
    '',
    'viewer',
    'viewer.example:8080',
    'https://viewer.example/',
    'https://viewer.example/app',
    'https://Viewer.example',
    'https://viewer.example:443',
    'file://',
    'null',
  ])('for pages of %j, as no browser calls itself', (origin) => {
    both({ name: 'ct', origin }, /^serve: --origin ".*" is no page's: \* or scheme, host and port/);
  });

  it.each(['*', 'https://viewer.example', 'http://localhost:5173', 'http://[::1]:8080', 'app://viewer'])(
    'but for those of %s',
    async (origin) => {
      const app = createServer(fakeModel(zeros), { name: 'ct', origin });
      const { headers } = await app.inject('/v2');
      expect(headers['access-control-allow-origin']).toBe(origin);
    },
  );

  it.each([
    ['', /CLICKSEG_TOKEN is empty: unset it/],
    ['pässword', /its character 2 is no ASCII letter/],
    ['secret\n', /its character 7 is a space or a line break/],
    ['open sesame', /its character 5 is a space/],
  ])('with the token %j, which it does not repeat', (token, message) => {
    both({ name: 'ct', token }, message);
    if (token !== '') expect(() => readArguments([], { CLICKSEG_TOKEN: token })).not.toThrow(token.trim());
  });
});
