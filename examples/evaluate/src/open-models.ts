import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';
import { type Backend, createSegmenter, type Segmenter } from '@clickseg/runtime';

/** A model that is ready. */
export interface OpenedModel {
  /** As tables name it. */
  readonly name: string;
  readonly sha256: string;
  readonly segmenter: Segmenter;
}

/**
 * Opens models by file or package (one with a `/node` entry that has `loadModel`, as `@clickseg/model-ct`),
 * each named by its own description or by `NAME=` before it.
 *
 * @throws ClicksegError `invalid-model`, `invalid-option` for two of one name
 */
export async function openModels(sources: readonly string[], backend: Backend): Promise<OpenedModel[]> {
  const opened: OpenedModel[] = [];
  try {
    for (const source of sources) {
      const [, given, where] = /^(?:([\w .-]+)=)?(.+)$/.exec(source) ?? [];
      const data = await bytesOf(where);
      const segmenter = await createSegmenter({ model: { data }, backend });
      const name = given ?? segmenter.metadata.name;
      opened.push({ name, sha256: createHash('sha256').update(data).digest('hex'), segmenter });
      if (opened.filter((m) => m.name === name).length > 1) {
        throw new ClicksegError(
          'invalid-option',
          `evaluate: two models are called ${name}; write --model NAME=${where}`,
        );
      }
    }
  } catch (error) {
    await closeModels(opened);
    throw error;
  }
  return opened;
}

export async function closeModels(models: readonly OpenedModel[]): Promise<void> {
  for (const { segmenter } of models) await segmenter.dispose();
}

async function bytesOf(where: string): Promise<Uint8Array> {
  try {
    if (existsSync(where)) return new Uint8Array(await readFile(where));
    const { loadModel } = (await import(`${where}/node`)) as { loadModel(): Promise<{ data: Uint8Array }> };
    return (await loadModel()).data;
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ClicksegError(
      'invalid-model',
      `evaluate: --model ${where} is no file and no model package (${why})`,
      { cause },
    );
  }
}
