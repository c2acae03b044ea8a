import { expect, test } from 'vitest';
import { Answers } from '../../../src/run/threads/answers.ts';

test('a question is complete when all groups have answered it, whoever is ahead', () => {
  const answers = new Answers<string, number>(2);
  answers.asked('first');
  answers.asked('second');
  answers.add(1, 11);
  answers.add(1, 12);
  expect(answers.complete).toBeUndefined();
  answers.add(0, 1);
  expect(answers.complete).toBe('first');
  expect(answers.take()).toEqual({ question: 'first', answers: [1, 11] });
  expect(answers.open).toBe(1);
  answers.add(0, 2);
  expect(answers.take()).toEqual({ question: 'second', answers: [2, 12] });
  expect(answers).toMatchObject({ open: 0, complete: undefined });
});

test('an answer that nobody has asked for is a bug', () => {
  expect(() => new Answers<string, number>(1).add(0, 1)).toThrow();
});
