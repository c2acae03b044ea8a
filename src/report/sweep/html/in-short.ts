// The sentences at the top of a sweep's page: how much was simulated, which variants keep the limits, which is best in each
// objective, and which parameter moves each response most.
import type { Analysis, VariantResult } from '../../../experiment/sweep/analysis/analysis.ts';
import { count } from '../../format.ts';
import { markup, named, type Html } from '../../html/escape.ts';
import { intervalText } from '../text.ts';

export function inShort(analysis: Analysis): Html {
  const { variants, result, failures } = analysis;
  const { experiment } = result.plan;
  const feasible = variants.filter(({ isFeasible }) => isFeasible);
  const limits = experiment.constraints.map(({ text }) => text).join(' and ');
  const partial = variants.reduce((sum, one) => sum + one.partial, 0);
  return markup`<p class="lead">${count(variants.length)} variants in ${count(result.rows.length)} runs${failures.length > 0 && `, of which ${count(failures.length)} failed`}.
${limits !== '' && `${count(feasible.length)} of the variants keep ${limits} on average.`}</p>
<ul>${bestOf(analysis, feasible)}${movers(analysis)}</ul>
${partial > 0 && markup`<p class="warning">${count(partial)} runs did not come to their end: their queue outlived the drain. What they say of latency is of the requests that were served.</p>`}`;
}

function bestOf({ result }: Analysis, feasible: readonly VariantResult[]): Html[] {
  return result.plan.experiment.objectives.flatMap(({ key, sense }) => {
    const sign = sense === 'minimise' ? 1 : -1;
    const known = feasible.filter(({ responses }) => Number.isFinite(responses[key].mean));
    if (known.length === 0) return [];
    const best = known.reduce((a, b) =>
      sign * b.responses[key].mean < sign * a.responses[key].mean ? b : a,
    );
    const which = sense === 'minimise' ? 'Least' : 'Most';
    return [
      markup`<li>${which} ${key}: ${intervalText(best.responses[key])}, variant ${best.variant.index + 1} (${named(settingsText(best))}).</li>
`,
    ];
  });
}

export function settingsText({ variant }: VariantResult): string {
  return Object.entries(variant.labels)
    .map(([axis, label]) => `${axis} ${label}`)
    .join(', ');
}

/** Of the parameters of a response, the one between whose levels it differs most. */
function movers({ effects }: Analysis): Html[] {
  return Object.entries(effects).flatMap(([response, ofAxes]) => {
    const spans = ofAxes
      .map(({ axis, levels }) => {
        const means = levels.map(({ effect }) => effect.mean);
        return { axis, span: Math.max(...means) - Math.min(...means) };
      })
      .filter(({ span }) => span > 0);
    if (ofAxes.length < 2 || spans.length === 0) return [];
    const most = spans.reduce((a, b) => (b.span > a.span ? b : a));
    return [
      markup`<li>${response} moves most with ${named(most.axis)}.</li>
`,
    ];
  });
}
