// docs/policies.md is what the registry says now; the examples of docs/own-policies.md work as they stand there.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulate, UserError, type OwnPolicy } from '../../src/index.ts';
import { policiesReference } from '../../src/scenario/policies-reference.ts';

describe('docs/policies.md', () => {
  it('is current', async () => {
    // To renew it: npm run build && node dist/cli/main.js policies --markdown > docs/policies.md
    expect(await policiesReference()).toBe(readFileSync('docs/policies.md', 'utf8'));
  });

  it('links to headings that it has', async () => {
    const page = await policiesReference();
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, target] of page.matchAll(/\]\(#([^)]*)\)/g)) expect(headings).toContain(target);
  });
});

describe('simulate()', () => {
  const small = {
    duration: '4m',
    workload: { arrivals: { kind: 'constant', requestsPerSecond: 5 }, promptTokens: 200, outputTokens: 50 },
    fleet: { pools: [{ model: 'llama2-7b', tp: 1, replicas: 4 }] },
    slo: { ttft: '1s' },
  };

  it('runs the example of the page', async () => {
    const { default: policy } = (await import('../../docs/examples/my-policy.mjs' as string)) as {
      default: OwnPolicy;
    };
    const { summary, scaling } = await simulate('docs/examples/own-policy.yaml', {
      policy,
      set: ['duration=10m'],
    });
    expect(summary.slo_attainment).toBeGreaterThan(0.99);
    expect(summary.replicas_ready_mean).toBeLessThan(8);
    expect(scaling.length).toBeGreaterThan(0);
  });

  it('gives the same as the command line would, on any number of threads', async () => {
    const scenario = { ...small, autoscaling: { policy: 'threshold', initial: 1, coldStart: 'warm' } };
    const [one, two] = await Promise.all([simulate(scenario), simulate(scenario, { threads: 1 })]);
    expect(two.summary).toEqual(one.summary);
    expect(one.summary.arrived).toBeGreaterThan(1000);
  });

  it('lets a policy of code decide in the place of another, without its parameters', async () => {
    const seen: unknown[] = [];
    const policy: OwnPolicy<{ target: number }> = {
      name: 'two',
      parameters: { target: 2 },
      recommend: (parameters) => {
        seen.push(parameters);
        return { desiredReplicas: parameters.target, reason: 'always' };
      },
    };
    const asked = async (autoscaling: unknown) => {
      const { scaling, resolvedYaml } = await simulate({ ...small, autoscaling }, { policy });
      expect(resolvedYaml).toContain('code: two');
      return scaling.map(({ toReplicas }) => toReplicas);
    };
    expect(await asked(undefined)).toEqual([2]);
    expect(await asked('hpa')).toEqual([2]);
    expect(await asked({ policy: 'threshold', parameters: { up: 3 } })).toEqual([2]);
    expect(await asked({ parameters: { target: 3 } })).toEqual([3]);
    expect(seen.at(-1)).toEqual({ target: 3 });
  });

  it('leaves a policy of code to simulate(): a scenario that names one cannot be run without', async () => {
    await expect(simulate({ ...small, autoscaling: { policy: { code: 'two' } } })).rejects.toThrow(
      /^pool pool-1: policy two is given by code/,
    );
  });

  it.each([
    [null, /must be a mapping of keys, or the path of a file/],
    ['no-such.yaml', /no-such\.yaml: there is no such file/],
    [{ ...small, duration: -1 }, /^duration: must be at least 1 \(seconds\), got -1; raise it$/],
    [{ ...small, autoscaling: 'hpaa' }, /^autoscaling: unknown name, got "hpaa"; did you mean "hpa"/],
    [{ ...small, autoscaling: {} }, /^autoscaling\.policy: is missing; name one/],
  ])('refuses %j', async (scenario, message) => {
    const error = await simulate(scenario as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
  });
});
