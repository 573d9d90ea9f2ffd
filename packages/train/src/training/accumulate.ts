import { ClicksegError } from '@clickseg/raster';
import { type AdamOptions, adamFactors, adamStep } from '../ops/adam.ts';
import { trainStep } from '../unet/train-step.ts';
import type { Unet } from '../unet/unet.ts';
import type { OnnxRuntime, StepResult, TrainingNetwork, TrainingState } from './network.ts';
import { sessionOptions } from './session-options.ts';
import { runningStatistics } from './statistics.ts';

export interface AccumulateOptions {
  readonly batch: number;
  /** Images whose activations are held at once; a divisor of `batch`. */
  readonly microBatch: number;
  readonly shape: readonly [number, number];
  readonly threads?: number;
  readonly optimizer?: AdamOptions;
  /** As in `TrainStepOptions`. */
  readonly block?: number;
}

/**
 * Steps on a batch in parts, so that memory holds the activations of `microBatch` images only: each part's gradient is
 * added up, and Adam steps once on their mean.
 *
 * The loss is a mean over images, so the gradient is that of the whole batch, but for batch norm: each part is
 * normalised by its own statistics, and moves the running ones, as in every framework.
 *
 * @throws ClicksegError `invalid-option` for a `microBatch` that does not divide the batch
 */
export async function accumulatingStep(
  net: Unet,
  ort: OnnxRuntime,
  { batch, microBatch, shape: [h, w], threads, optimizer, block }: AccumulateOptions,
): Promise<Pick<TrainingNetwork, 'step' | 'dispose'>> {
  checkParts(batch, microBatch);
  const parts = batch / microBatch;
  const { inputChannels } = net;
  const { parameterCount } = net.layout;
  const options = sessionOptions(threads);
  const model = trainStep(net, { batch: microBatch, size: [h, w], update: 'gradient', block });
  const session = await ort.InferenceSession.create(model, options);
  const update = await ort.InferenceSession.create(adamStep(parameterCount, optimizer), options);
  const tensor = (data: Float32Array, dims: readonly number[]) => new ort.Tensor('float32', data, dims);
  const flat = (data: Float32Array) => tensor(data, [data.length]);

  return {
    async step(state, input, target, t, learningRate): Promise<StepResult> {
      const plane = microBatch * h * w;
      const gradient = new Float32Array(parameterCount);
      const dice = new Float32Array(batch);
      const probability = new Float32Array(batch * h * w);
      const parameters = flat(state.parameters);
      let statistics: Pick<TrainingState, 'means' | 'variances'> = state;
      let loss = 0;
      for (let part = 0; part < parts; part++) {
        const images = input.subarray(inputChannels * part * plane, inputChannels * (part + 1) * plane);
        const out = await session.run({
          x: tensor(images, [microBatch, inputChannels, h, w]),
          target: tensor(target.subarray(part * plane, (part + 1) * plane), [microBatch, 1, h, w]),
          parameters,
        });
        const [of, means, variances] = [out.gradient, out.means, out.variances].map(
          (result) => result.data as Float32Array,
        );
        for (let i = 0; i < parameterCount; i++) gradient[i] += of[i] / parts;
        statistics = runningStatistics(net, statistics, means, variances, plane);
        dice.set(out.dice.data as Float32Array, part * microBatch);
        probability.set(out.probability.data as Float32Array, part * plane);
        loss += (out.loss.data as Float32Array)[0] / parts;
      }
      const { rate, correction, decay } = adamFactors(learningRate, t, optimizer);
      const scalar = (value: number) => tensor(Float32Array.of(value), []);
      const out = await update.run({
        parameters,
        gradient: flat(gradient),
        m: flat(state.m),
        v: flat(state.v),
        rate: scalar(rate),
        correction: scalar(correction),
        ...(optimizer?.weightDecay ? { decay: scalar(decay) } : {}),
      });
      const data = (name: string) => out[name].data as Float32Array;
      return {
        state: {
          parameters: data('new_parameters'),
          m: data('new_m'),
          v: data('new_v'),
          means: statistics.means,
          variances: statistics.variances,
        },
        loss,
        dice,
        probability,
      };
    },
    async dispose() {
      await session.release();
      await update.release();
    },
  };
}

/** @throws ClicksegError `invalid-option` for a `microBatch` that does not divide the batch */
export function checkParts(batch: number, microBatch: number): void {
  if (Number.isInteger(microBatch) && microBatch >= 1 && batch % microBatch === 0) return;
  throw new ClicksegError('invalid-option', `microBatch ${microBatch} does not divide the batch of ${batch}`);
}
