import type { Job } from 'bullmq';

/** Why a chunk failed for good. BullMQ calls a job whose worker gives no sign of life any more stalled. */
export const failureWords = ({
  failedReason,
  stalledCounter,
  attemptsMade,
}: Pick<Job, 'failedReason' | 'stalledCounter' | 'attemptsMade'>): string =>
  /stalled more than/.test(failedReason)
    ? `its worker died ${stalledCounter} times`
    : `failed ${attemptsMade} times: ${failedReason}`;
