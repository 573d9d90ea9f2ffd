import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { adamFactors } from '../ops/adam.ts';
import { channelBlock } from '../unet/channel-block.ts';
import { inferenceModel } from '../unet/inference.ts';
import { fitsBlock, trainStep } from '../unet/train-step.ts';
import type { Unet, UnetWeights } from '../unet/unet.ts';
import { type AccumulateOptions, accumulatingStep } from './accumulate.ts';
import type { PredictBatch } from './clicks.ts';
import { sessionOptions } from './session-options.ts';
import { runningStatistics } from './statistics.ts';

/**
 * The parts of onnxruntime that training needs: pass `onnxruntime-node` (or `onnxruntime-web`) as it is.
 * Nothing here imports a runtime, so that the caller chooses the build and the execution provider.
 */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => Tensor;
}

/** Weights together with Adam's two moments: what a checkpoint keeps. */
export interface TrainingState extends UnetWeights {
  readonly m: Float32Array;
  readonly v: Float32Array;
}

export interface StepResult {
  readonly state: TrainingState;
  readonly loss: number;
  /** Dice of each image, `[n]` */
  readonly dice: Float32Array;
  /** The answers that the step judged, `[n, 1, h, w]`; by the batch's own statistics, before the update. */
  readonly probability: Float32Array;
}

/** A network in training: one session that steps, and a fresh one for each prediction mode. */
export interface TrainingNetwork {
  step(
    state: TrainingState,
    input: Float32Array,
    target: Float32Array,
    t: number,
    rate: number,
  ): Promise<StepResult>;
  /** Evaluates `body` with predictions of these weights, in evaluation mode. */
  predicting<R>(weights: UnetWeights, body: (predict: PredictBatch) => Promise<R>): Promise<R>;
  dispose(): Promise<void>;
}

export async function trainingNetwork(
  net: Unet,
  ort: OnnxRuntime,
  given: Omit<AccumulateOptions, 'microBatch' | 'block'> & { readonly microBatch?: number },
): Promise<TrainingNetwork> {
  const { batch, microBatch = batch, shape, threads } = given;
  const widest = await channelBlock(ort);
  const block = fitsBlock(net, widest) ? widest : 1;
  const stepping =
    microBatch === batch
      ? wholeStep(net, ort, { ...given, block })
      : accumulatingStep(net, ort, { ...given, microBatch, block });
  return { ...(await stepping), predicting: predictor(net, ort, { microBatch, shape, threads }) };
}

/** Forward, backward and Adam in one run. */
async function wholeStep(
  net: Unet,
  ort: OnnxRuntime,
  { batch, shape: [h, w], threads, optimizer, block }: Omit<AccumulateOptions, 'microBatch'>,
): Promise<Pick<TrainingNetwork, 'step' | 'dispose'>> {
  const options = sessionOptions(threads);
  const model = trainStep(net, { batch, size: [h, w], optimizer, block });
  const session = await ort.InferenceSession.create(model, options);
  const tensor = (data: Float32Array, shape: readonly number[]) => new ort.Tensor('float32', data, shape);
  const flat = (data: Float32Array) => tensor(data, [data.length]);
  const scalar = (value: number) => tensor(new Float32Array([value]), []);
  const data = (t: Tensor) => t.data as Float32Array;

  return {
    async step(state, input, target, t, learningRate) {
      const { rate, correction, decay } = adamFactors(learningRate, t, optimizer);
      const out = await session.run({
        x: tensor(input, [batch, net.inputChannels, h, w]),
        target: tensor(target, [batch, 1, h, w]),
        parameters: flat(state.parameters),
        m: flat(state.m),
        v: flat(state.v),
        rate: scalar(rate),
        correction: scalar(correction),
        ...(optimizer?.weightDecay ? { decay: scalar(decay) } : {}),
      });
      const { means, variances } = runningStatistics(
        net,
        state,
        data(out.means),
        data(out.variances),
        batch * h * w,
      );
      return {
        state: {
          parameters: data(out.new_parameters),
          m: data(out.new_m),
          v: data(out.new_v),
          means,
          variances,
        },
        loss: data(out.loss)[0],
        dice: data(out.dice),
        probability: data(out.probability),
      };
    },

    dispose: () => session.release(),
  };
}

function predictor(
  net: Unet,
  ort: OnnxRuntime,
  { microBatch, shape: [h, w], threads }: Pick<AccumulateOptions, 'microBatch' | 'shape' | 'threads'>,
): TrainingNetwork['predicting'] {
  const options = sessionOptions(threads);
  const channels = net.inputChannels;
  return async (weights, body) => {
    // A new session each time costs 40 ms at width 16; its constant weights make every forward pass
    // 1.7 times as fast as one session whose weights are fed, as onnxruntime can lay them out in advance.
    const forward = await ort.InferenceSession.create(inferenceModel(net, weights), options);
    try {
      return await body(async (input, n) => {
        const probability = new Float32Array(n * h * w);
        for (let from = 0; from < n; from += microBatch) {
          const to = Math.min(n, from + microBatch);
          const part = input.subarray(channels * from * h * w, channels * to * h * w);
          const shape = [to - from, channels, h, w];
          const out = await forward.run({ input: new ort.Tensor('float32', part, shape) });
          probability.set(out.probability.data as Float32Array, from * h * w);
        }
        return probability;
      });
    } finally {
      await forward.release();
    }
  };
}
