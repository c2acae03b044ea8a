// `fleetday decide`: a policy or one of its rules outside any simulation, line by line of JSON; or a policy over recorded
// metrics. A line that does not do is told on standard error as { error, line }; the others are answered all the same.
import type { Command } from 'commander';
import { UserError } from '../../../kernel/user-error.ts';
import type { ScalingPolicy } from '../../../policies/scaling/policy.ts';
import type { Decider } from '../../decide/deciders.ts';

interface DecideOptions {
  parameters?: string;
  manifest?: string;
  stateful?: boolean;
  csv?: string;
  prometheus?: string;
  map: string[];
  pool?: string;
  feedback?: boolean;
}

export function register(program: Command): void {
  program
    .command('decide')
    .description('ask a scaling policy or a rule: one JSON per line in, one decision per line out')
    .argument('<policy|rule>', 'one that `fleetday policies` lists, or the file of a module')
    .option('--parameters <file>', 'of the policy: a YAML or JSON file, or {key: value}')
    .option('--manifest <file>', 'take them from a HorizontalPodAutoscaler, ScaledObject or Knative Service')
    .option('--stateful', "carry the policy's state from line to line")
    .option('--csv <file>', 'decide on recorded metrics: a column time, others named as signals')
    .option('--prometheus <file>', 'decide on recorded metrics: what query_range answers')
    .option('--map <metric=signal>', 'what a recorded metric is; may be repeated', collect, [])
    .option('--pool <file>', 'facts of the recorded pool: a YAML or JSON file, or {maxReplicas: 20}')
    .option('--feedback', 'decide for the replicas decided on before, not for those recorded')
    .action(decideCommand);
}

async function decideCommand(name: string, options: DecideOptions): Promise<void> {
  const { policyOrRule } = await import('../../decide/policy-by-name.ts');
  const found = await policyOrRule(name);
  checkOptions(name, options, 'rule' in found);
  const { csv, prometheus } = options;
  if ('policy' in found && (csv ?? prometheus) !== undefined) await backtestPolicy(found.policy, options);
  else await decideLines('rule' in found ? await ofRule(found.rule) : await ofPolicy(found.policy, options));
}

/** An option that would do nothing is a mistake. */
function checkOptions(name: string, options: DecideOptions, isRule: boolean): void {
  const { csv, prometheus, map, ...others } = options;
  const isRecorded = (csv ?? prometheus) !== undefined;
  const given = [
    ...Object.keys(others),
    ...(map.length > 0 ? ['map'] : []),
    ...(csv === undefined ? [] : ['csv']),
    ...(prometheus === undefined ? [] : ['prometheus']),
  ];
  const problems = given
    .filter((option) => isRule || (!isRecorded && ['map', 'pool', 'feedback'].includes(option)))
    .map((option) =>
      isRule
        ? `--${option}: ${name} is a rule, which has none; write everything on the line`
        : `--${option}: goes with --csv or --prometheus only; leave it out`,
    );
  if (csv !== undefined && prometheus !== undefined)
    problems.push('--csv and --prometheus: give one of them');
  if (isRecorded && options.stateful) problems.push('--stateful: recorded metrics are always; leave it out');
  if (problems.length > 0) throw new UserError(problems);
}

async function ofRule(
  rule: Parameters<typeof import('../../decide/deciders.ts').ruleDecider>[0],
): Promise<Decider> {
  const { ruleDecider } = await import('../../decide/deciders.ts');
  return ruleDecider(rule);
}

async function ofPolicy(policy: ScalingPolicy, options: DecideOptions): Promise<Decider> {
  const [{ checkedParameters, policyDecider }, { writtenParameters }] = await Promise.all([
    import('../../decide/deciders.ts'),
    import('../../decide/policy-by-name.ts'),
  ]);
  const { parameters } = writtenParameters(policy, options);
  // A mistake on the command line is told once, not for every line.
  if (Object.keys(parameters).length > 0) checkedParameters(policy, parameters);
  return policyDecider(policy, { parameters, isStateful: options.stateful ?? false });
}

async function decideLines(decide: Decider): Promise<void> {
  const { linesOf } = await import('../../decide/lines.ts');
  for await (const { number, text } of linesOf(process.stdin as AsyncIterable<Buffer>)) {
    if (text === '') continue;
    try {
      await write(`${JSON.stringify(decide(parsed(text)))}\n`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      for (const problem of error.problems) {
        process.stderr.write(`${JSON.stringify({ error: problem, line: number })}\n`);
      }
      process.exitCode = 2;
    }
  }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) throw new UserError('is not UTF-8, or too long; write it as JSON in UTF-8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UserError(
      `is not valid JSON (${(error as Error).message.split('\n')[0]}); write one value per line`,
    );
  }
}

async function backtestPolicy(policy: ScalingPolicy, options: DecideOptions): Promise<void> {
  const [{ backtest }, { parseMap }, { mappingFrom, writtenParameters }, { checkedParameters }] =
    await Promise.all([
      import('../../decide/backtest.ts'),
      import('../../decide/metrics.ts'),
      import('../../decide/policy-by-name.ts'),
      import('../../decide/deciders.ts'),
    ]);
  const { parameters, minReplicas, maxReplicas } = writtenParameters(policy, options);
  checkedParameters(policy, parameters);
  const own = parseMap(options.map);
  const pool = {
    ...(minReplicas !== undefined && { minReplicas }),
    ...(maxReplicas !== undefined && { maxReplicas }),
    ...(options.pool !== undefined && mappingFrom(options.pool, '--pool')),
  };
  const samples =
    options.csv !== undefined
      ? (await import('../../decide/csv.ts')).readMetricsCsv(options.csv, own)
      : (await import('../../decide/prometheus.ts')).readPrometheus(options.prometheus!, own);
  const lines = backtest(samples, { policy, parameters, pool, withFeedback: options.feedback ?? false });
  for (const line of lines) await write(`${JSON.stringify(line)}\n`);
}

/** Waits while the reader is behind. */
async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    process.stdout
      .once('drain', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
  });
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
