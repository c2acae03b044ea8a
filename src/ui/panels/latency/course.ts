// A latency over the day: p99 as a line, p95 dotted, p50 dim, and its limit.
import { chart, trackLayer } from '../../canvas/chart.ts';
import { latency, trimmed } from '../../format.ts';
import { dim, text, type Line, type Tone } from '../../line.ts';
import type { Track } from '../../model/history.ts';
import { timeFrame } from '../../model/time-frame.ts';
import type { UiState } from '../../state.ts';
import { framed, inner, legendHead, type Panel } from '../panel.ts';

export interface Course {
  name: string;
  unit: string;
  scale: number;
  p50: Track;
  p95: Track;
  p99: Track;
  tone: Tone;
  limit?: 'ttftSeconds' | 'tpotSeconds' | 'e2eSeconds';
}

export const COURSES: Record<'ttft' | 'tpot' | 'itl' | 'e2e', Course> = {
  ttft: {
    name: 'TTFT',
    unit: 's',
    scale: 1,
    p50: 'ttftP50',
    p95: 'ttftP95',
    p99: 'ttftP99',
    tone: 'latency',
    limit: 'ttftSeconds',
  },
  tpot: {
    name: 'TPOT',
    unit: 'ms',
    scale: 1000,
    p50: 'tpotP50',
    p95: 'tpotP95',
    p99: 'tpotP99',
    tone: 'latencyToo',
    limit: 'tpotSeconds',
  },
  itl: {
    name: 'ITL',
    unit: 'ms',
    scale: 1000,
    p50: 'itlP50',
    p95: 'itlP95',
    p99: 'itlP99',
    tone: 'latencyToo',
  },
  e2e: {
    name: 'E2E',
    unit: 's',
    scale: 1,
    p50: 'e2eP50',
    p95: 'e2eP95',
    p99: 'e2eP99',
    tone: 'latency',
    limit: 'e2eSeconds',
  },
};

/** What the lines are, where the course has no frame of its own. */
export function courseCaption(state: UiState, course: Course, withP95: boolean): Line {
  const entries = legend(state, course, withP95);
  return [dim(`${course.name}, ${course.unit}`), ...entries.flatMap((entry) => [text('  '), ...entry])];
}

function legend({ info }: UiState, course: Course, withP95: boolean): Line[] {
  const limit = course.limit && info.slo[course.limit];
  return [
    [text('⠒⠒⠒', course.tone), dim(' p99')],
    ...(withP95 ? [[text('⠂⠐⠂', course.tone), dim(' p95')]] : []),
    [dim('⠒⠒⠒ p50')],
    ...(limit === undefined ? [] : [[dim(`⠂⠐ SLO ${latency(limit)}`)]]),
  ];
}

export function coursePlot(
  state: UiState,
  course: Course,
  size: { width: number; height: number; withP95: boolean },
): Line[] {
  const frame = timeFrame(state);
  const layers = [
    trackLayer(frame, state.history, course.p50, { tone: 'dim' }),
    ...(size.withP95
      ? [trackLayer(frame, state.history, course.p95, { tone: course.tone, look: 'dots' as const })]
      : []),
    trackLayer(frame, state.history, course.p99, { tone: course.tone }),
  ];
  const label = (seconds: number): string => trimmed(seconds * course.scale);
  return chart({ frame, layers, ...size, label, limit: course.limit && state.info.slo[course.limit] });
}

export function coursePanel(course: Course): Panel {
  return (state, width, height) => {
    const room = inner(width);
    const title = `${course.name}, ${course.unit}`;
    const head = legendHead(title, legend(state, course, true), width);
    const body = coursePlot(state, course, { width: room, height: height - 2, withP95: true });
    return framed({ title, head, width, height }, body);
  };
}
