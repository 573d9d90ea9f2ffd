import { createHash } from 'node:crypto';
import { type LabelledCase, type LoadedCase, loadFolder } from '@clickseg/example-dataset/node';
import { type Catalogue, makeCatalogue } from '../catalogue.ts';
import { diskMethod } from '../methods/disk.ts';
import { growMethod } from '../methods/grow.ts';
import type { Method } from '../methods/method.ts';
import { networkMethod } from '../methods/network.ts';
import { closeModels, type Inference, type OpenedModel, openModels } from '../open-models.ts';
import { needsModel, type Settings } from '../settings.ts';
import type { ChunkContext } from './evaluate-chunk.ts';
import type { RecordHeader } from './record.ts';
import { SCORING_VERSION } from './scoring-version.ts';

/** What a run needs from its machine. */
export interface Machine {
  readonly data: string;
  readonly models: readonly string[];
  readonly inference: Inference;
}

/** A run, ready to evaluate any of its chunks. */
export interface Run {
  readonly settings: Settings;
  readonly catalogue: Catalogue;
  readonly header: RecordHeader;
  readonly context: ChunkContext;
  close(): Promise<void>;
}

/** Opens data and models. @throws ClicksegError where either is not there */
export async function openRun(settings: Settings, machine: Machine, signal?: AbortSignal): Promise<Run> {
  const cases = loadFolder(machine.data, { split: settings.split });
  const models = needsModel(settings) ? await openModels(machine.models, machine.inference) : [];
  const catalogue = await makeCatalogue(cases, settings, signal);
  const methods = methodsOf(settings, models);
  return {
    settings,
    catalogue,
    header: headerOf(settings, catalogue, { models, methods }),
    context: { settings, methods, load: lastLoaded(), folder: machine.data, signal },
    close: () => closeModels(models),
  };
}

/** Identity of a run: only what decides its scores goes in. */
function headerOf(
  settings: Settings,
  { digest, structures, chunks, groups }: Catalogue,
  { models, methods }: { models: readonly OpenedModel[]; methods: readonly Method[] },
): RecordHeader {
  const about = {
    settings: { ...settings },
    models: models.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    methods: methods.map(({ name }) => name),
    data: digest,
    structures,
    chunks: chunks.length,
    groups,
    // Records from before there was a version are of the first, and stay those of one run.
    ...(SCORING_VERSION > 1 ? { scoring: SCORING_VERSION } : {}),
  };
  return { format: 1, run: createHash('sha256').update(JSON.stringify(about)).digest('hex'), about };
}

function methodsOf(settings: Settings, models: readonly OpenedModel[]): Method[] {
  return settings.methods.flatMap((kind) => {
    if (kind === 'disk') return [diskMethod(settings.diskRadius)];
    if (kind === 'grow') return [growMethod()];
    return models.map(({ name, segmenter }) =>
      kind === 'model'
        ? networkMethod(name, segmenter)
        : networkMethod(`${name}, random clicks`, segmenter, 'random'),
    );
  });
}

/** Chunks of one case follow each other: the last one read is kept, and no more. */
function lastLoaded(): (entry: LabelledCase) => Promise<LoadedCase> {
  let last: { entry: LabelledCase; loaded: LoadedCase } | undefined;
  return async (entry) => {
    if (last?.entry !== entry) {
      last = undefined;
      last = { entry, loaded: await entry.load() };
    }
    return last.loaded;
  };
}
