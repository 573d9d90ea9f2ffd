import { ClicksegError, isClicksegError } from '@clickseg/raster';
import type { ModelSource } from '../load-network.ts';
import { MODEL_METADATA_KEY, type ModelMetadataInput, parseMetadata } from '../metadata.ts';
import { RemoteFault } from './fault.ts';
import { graphStub } from './graph-stub.ts';
import { isObject } from './message.ts';
import { checkOptions, type RemoteOptions, type RemoteSettings } from './options.ts';
import { askForObject, describeServerModel } from './server-model.ts';

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
  const settings = checkOptions(options);
  const { metadata, signal } = options;
  const given = metadata === undefined ? undefined : parseMetadata(metadata);
  const server = await describeServerModel(settings, signal);
  const description = given ?? parseMetadata(await askForMetadata(settings, signal));
  return { data: graphStub(server, JSON.stringify(description)) };
}

async function askForMetadata(settings: RemoteSettings, signal?: AbortSignal): Promise<string> {
  const path = `${settings.path}/config`;
  try {
    return await askForObject(settings, path, signal, ({ parameters }) => {
      const parameter = isObject(parameters) ? parameters[MODEL_METADATA_KEY] : undefined;
      const text = isObject(parameter) ? parameter['string_value'] : undefined;
      if (typeof text !== 'string')
        throw silent(settings, `no parameter '${MODEL_METADATA_KEY}' in its configuration`);
      return text;
    });
  } catch (error) {
    const fault = isClicksegError(error) ? error.cause : undefined;
    const { kind, status } = fault instanceof RemoteFault ? fault : {};
    // The extension is Triton's; other servers of the protocol have no such path.
    if (kind === 'status' && [400, 404, 405, 501].includes(status ?? 0)) {
      throw silent(settings, 'this server hands out no configuration', error);
    }
    throw error;
  }
}

function silent({ model }: RemoteSettings, why: string, cause?: unknown): ClicksegError {
  const hint = 'give metadata, or open the model from its bytes';
  const message = `remote: model '${model}' does not say how it wants to be fed: ${why}; ${hint}`;
  return new ClicksegError('invalid-model', message, { cause });
}
