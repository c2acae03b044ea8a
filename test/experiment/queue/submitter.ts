// A process that submits small points and prints each outcome as a line, to be killed: submitter.ts <url> <points> [first]
import { openQueue } from '../../../src/experiment/queue/executor.ts';
import { quickPoints, VERSION } from './points.ts';

const [url, count, first = '1'] = process.argv.slice(2);
const queue = await openQueue(url, { version: VERSION, sweep: 'test', checkSeconds: 2 });
const points = await quickPoints(Number(count), Number(first));
await queue.run(
  points,
  (outcome) => process.stdout.write(`${JSON.stringify(outcome)}\n`),
  new AbortController().signal,
);
await queue.close();
