// A process that submits small points and prints a line for each outcome, to be killed: submitter.ts <url> <points>.
import { openQueue } from '../../../src/experiment/queue/executor.ts';
import { quickPoints, VERSION } from './points.ts';

const [url, count] = process.argv.slice(2);
const queue = await openQueue(url, { version: VERSION, sweep: 'test' });
const points = await quickPoints(Number(count));
await queue.run(points, (one) => process.stdout.write(`${one.key}\n`), new AbortController().signal);
await queue.close();
