import { signal } from '@preact/signals';
import { say } from '../state/store.ts';

/** One answer to a question. */
export interface Choice<T extends string> {
  readonly id: T;
  readonly title: string;
  readonly hint: string;
}

/** What a person is asked. */
export interface Question {
  readonly title: string;
  readonly choices: readonly Choice<string>[];
  /** The button that changes nothing, and has the focus then. Default 'Close', without it. */
  readonly close?: string;
  answer(id: string | undefined): void;
}

/** The question that is open. */
export const question = signal<Question | undefined>(undefined);

/** Asks, and resolves to what was chosen; `undefined` where nothing was, or another question came. */
export function ask<T extends string>(
  title: string,
  choices: readonly Choice<T>[],
  close?: string,
): Promise<T | undefined> {
  question.value?.answer(undefined);
  say('');
  return new Promise((resolve) => {
    const asked: Question = {
      title,
      choices,
      close,
      answer(id) {
        if (question.value === asked) question.value = undefined;
        resolve(id as T | undefined);
      },
    };
    question.value = asked;
  });
}
