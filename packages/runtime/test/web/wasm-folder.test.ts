import { expect, it } from 'vitest';
import { wasmFolder } from '../../src/web/wasm-folder.ts';

const at = (href: string) => new URL(href.replace(/^blob:/, '')) as unknown as Location;
const page = at('https://viewer.example.org/app/index.html?study=1');
const blob = {
  protocol: 'blob:',
  href: 'blob:https://viewer.example.org/0f',
  origin: 'https://viewer.example.org',
};

it.each([
  ['/ort/', page, 'https://viewer.example.org/ort/'],
  ['./ort/', page, 'https://viewer.example.org/app/ort/'],
  ['../ort/', page, 'https://viewer.example.org/ort/'],
  ['https://cdn.example.org/ort/', page, 'https://cdn.example.org/ort/'],
  ['/ort/', at('https://viewer.example.org/assets/worker.js'), 'https://viewer.example.org/ort/'],
  ['ort/', at('https://viewer.example.org/assets/worker.js'), 'https://viewer.example.org/assets/ort/'],
  ['/ort/', blob as Location, 'https://viewer.example.org/ort/'],
  ['/ort/', { protocol: 'data:', href: 'data:text/javascript,1', origin: 'null' } as Location, '/ort/'],
])('%s is relative to the page or the worker, not to the bundle', (folder, location, whole) => {
  expect(wasmFolder(folder, location)).toBe(whole);
});

it('stays as it is where there is no address', () => {
  expect(wasmFolder('/ort/')).toBe('/ort/');
});
