import { expect, test } from 'vitest';
import { Inbox } from '../../../src/run/live/inbox.ts';

const fail = (error: Error): never => {
  throw error;
};

test('an open inbox lets everything be done at once', () => {
  const inbox = new Inbox(fail);
  const done: number[] = [];
  inbox.take(() => done.push(1));
  expect(done).toEqual([1]);
});

test('what comes while it is shut is done when it is opened, in order and after what was waited for', () => {
  const inbox = new Inbox(fail);
  const done: string[] = [];
  inbox.shut();
  inbox.take(() => done.push('one'));
  inbox.take(() => done.push('two'));
  expect(done).toEqual([]);
  inbox.open(() => done.push('awaited'));
  expect(done).toEqual(['awaited', 'one', 'two']);
});

test('what is done may shut it again: the rest is kept', () => {
  const inbox = new Inbox(fail);
  const done: number[] = [];
  inbox.shut();
  inbox.take(() => {
    done.push(1);
    inbox.shut();
  });
  inbox.take(() => done.push(2));
  inbox.open(() => {});
  expect(done).toEqual([1]);
  expect(inbox.isShut).toBe(true);
  inbox.open(() => {});
  expect(done).toEqual([1, 2]);
});

test('an error goes to whoever ends the run, and once it is closed nothing is done', () => {
  const errors: string[] = [];
  const inbox = new Inbox(({ message }) => {
    errors.push(message);
    inbox.close();
  });
  inbox.shut();
  inbox.take(() => fail(new Error('a bug')));
  inbox.take(() => fail(new Error('too late')));
  inbox.open(() => {});
  inbox.take(() => fail(new Error('much too late')));
  expect(errors).toEqual(['a bug']);
});
