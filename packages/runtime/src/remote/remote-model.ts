import { callOptions } from '../call-options.ts';
import type { ModelSource } from '../load-network.ts';
import { type ModelMetadataInput, parseMetadata } from '../metadata.ts';
import { graphStub } from './graph-stub.ts';
import { checkOptions, type RemoteOptions } from './options.ts';
import { askForMetadata } from './server-metadata.ts';
import { describeServerModel } from './server-model.ts';

/** A model on a server, and what is known of it here. */
export interface RemoteModelOptions extends RemoteOptions {
  /** How the model wants to be fed, where the server does not say; goes before what it says. */
  readonly metadata?: ModelMetadataInput;
  readonly signal?: AbortSignal;
}

/**
 * A model for `createSegmenter` whose weights stay on the server: a client needs no copy of them.
 *
 * Names and shapes come from the server's description of the model. How to feed it (spacing, sigma,
 * normalisation, threshold) comes from `metadata`, or from the parameter `clickseg` of its configuration: Triton's
 * `config.pbtxt` holds it as `parameters`, and its model configuration extension hands it out at
 * `GET /v2/models/NAME/config`, as `examples/serve` does too.
 *
 * @throws ClicksegError `invalid-option`; `backend-failed` where the server does not answer, has no such model, or
 * it is not ready; `invalid-model` where nobody describes it, or its tensors are neither FP32 nor FP16; the
 * signal's reason when aborted
 */
export async function remoteModel(options: RemoteModelOptions): Promise<ModelSource> {
  const settings = checkOptions(callOptions(options, 'remoteModel'));
  const { metadata, signal } = options;
  const given = metadata === undefined ? undefined : parseMetadata(metadata);
  const server = await describeServerModel(settings, signal);
  // What is given stays out of the stub: it may differ from what the server says, which `remoteBackend` compares with it.
  if (given !== undefined) return { data: graphStub(server), metadata: given };
  return { data: graphStub(server, JSON.stringify(await askForMetadata(settings, signal))) };
}
