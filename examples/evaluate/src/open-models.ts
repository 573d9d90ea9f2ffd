import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ClicksegError } from '@clickseg/raster';
import { type Backend, createSegmenter, type ModelSource, type Segmenter } from '@clickseg/runtime';
import { type RemoteOptions, remoteBackend, remoteModel } from '@clickseg/runtime/remote';

/** A model that is ready. */
export interface OpenedModel {
  /** As tables name it. */
  readonly name: string;
  /** As the model states its own; empty where it states none. */
  readonly version: string;
  /** Of the weights; of a model on a server, of its description, since the weights stay there. */
  readonly sha256: string;
  readonly segmenter: Segmenter;
}

/** Where networks run: here, or on a server that has the models under their names. */
export type Inference =
  | { readonly backend: Backend }
  | { readonly remote: Pick<RemoteOptions, 'url' | 'token' | 'fetch'> };

/**
 * Opens models, each named by its own description or by `NAME=` before it. Without a server they are files
 * or packages (with a `/node` entry that has `loadModel`, as `@clickseg/model-ct`).
 *
 * @throws ClicksegError `invalid-model`, `backend-failed`; `invalid-option` for two of one name
 */
export async function openModels(sources: readonly string[], inference: Inference): Promise<OpenedModel[]> {
  const opened: OpenedModel[] = [];
  try {
    for (const source of sources) {
      const [, given, where] = /^(?:([\w .-]+)=)?(.+)$/.exec(source) ?? [];
      const { model, backend } = await openOne(where, inference);
      const segmenter = await createSegmenter({ model, backend });
      const name = given ?? segmenter.metadata.name;
      const { version } = segmenter.metadata;
      opened.push({ name, version: version === '0' ? '' : version, sha256: digestOf(model), segmenter });
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

async function openOne(
  where: string,
  inference: Inference,
): Promise<{ model: ModelSource; backend: Backend }> {
  if ('backend' in inference) return { model: { data: await bytesOf(where) }, backend: inference.backend };
  const options = { ...inference.remote, model: where };
  return { model: await remoteModel(options), backend: remoteBackend(options) };
}

async function bytesOf(where: string): Promise<Uint8Array> {
  try {
    if (existsSync(where)) return new Uint8Array(await readFile(where));
    const { loadModel } = await modelPackage(where);
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

/** Ours by its name, so that whoever looks for what is used here finds it; any other as it is called. */
async function modelPackage(name: string): Promise<{ loadModel(): Promise<{ data: Uint8Array }> }> {
  return name === '@clickseg/model-ct' ? import('@clickseg/model-ct/node') : import(`${name}/node`);
}

const digestOf = ({ data }: ModelSource): string =>
  createHash('sha256').update(new Uint8Array(data)).digest('hex');
