// The numbers that one looks for first, large: cost, attainment, latency, energy, use.
import { latency, percent, scaled, usd } from '../../format.ts';
import { markup, type Html } from '../escape.ts';
import { totalKey, totalUsd } from '../read/cost-parts.ts';
import { linked } from '../sections/explained.ts';
import type { RunView } from '../read/run-view.ts';
import { MISSED_SHARE_MAX } from './missed.ts';

export function figuresOf({ results, slo, hasSlo, explained }: RunView): Html {
  const { summary } = results;
  const attainment = summary.number('slo_attainment');
  const isHeld = 1 - attainment <= MISSED_SHARE_MAX + 1e-12;
  const p99 = summary.number('p99_ttft_ms') / 1000;
  const promised = slo.ttft > 0 ? `p99 TTFT, ${latency(slo.ttft)} promised` : 'p99 TTFT';
  const link = (key: string, text: string) => linked(explained, key, text);
  const attained: [string, string, string][] =
    hasSlo && !Number.isNaN(attainment)
      ? [
          [
            `${isHeld ? '✓' : '✗'} ${percent(attainment)}`,
            'of arrivals within the SLO',
            isHeld ? 'held' : 'broken',
          ],
        ]
      : [];
  const figures: [value: string | Html, label: string, tone?: string][] = [
    [link(totalKey(results), usd(totalUsd(results))), 'total cost'],
    ...attained,
    [latency(p99), promised],
    [
      link('usd_per_million_output_tokens', usd(summary.number('usd_per_million_output_tokens'))),
      'per million output tokens',
    ],
    [link('facility_kwh', scaled(summary.number('facility_kwh') * 1000, 'Wh')), 'energy, cooling included'],
    [percent(summary.number('duty_cycle')), 'duty cycle: time in steps'],
  ];
  return markup`<ul class="figures">${figures.map(([value, label, tone]) => markup`<li><strong${tone !== undefined && markup` class="${tone}"`}>${value}</strong><span>${label}</span></li>`)}</ul>`;
}
