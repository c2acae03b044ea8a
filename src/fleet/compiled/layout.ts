// Where in its memory the compiled kernel finds what: byte addresses, known when it is compiled, so that each access is
// one instruction. Pages that nobody touches cost nothing, hence room for far more replicas than most fleets have.
import { Entry } from '../requests/request-entry.ts';

export const enum Limit {
  REPLICAS = 131_072,
  /** Places of all rings. */
  PLACES = 33_554_432,
  /** Of a replica. */
  SEQUENCES = 256,
  /** Of a batch. */
  ARRIVALS = 2_048,
  /** Of the wheel. */
  BUCKETS = 4_096,
}

export const enum At {
  // --- Single values, float64 ---
  CLOCK = 64,
  /** Start of the window, and requests within every SLO threshold since that have arrived since, too. */
  ATTAINED = 72,
  SLO_TTFT = 88,
  SLO_TPOT = 96,
  SLO_E2E = 104,
  CLIENT_DELAY = 112,
  // --- Single values, int32 ---
  RING_SIZE = 128,
  QUEUE_LIMIT = 132,
  TOTAL_BLOCKS = 136,
  TOKEN_BUDGET = 140,
  SEQUENCES_MAX = 144,
  FULL_PROMPT_FREE = 148,
  /** Whether the performance model plans as perf/physical/physical.ts, and the kernel by itself. */
  IS_PHYSICAL = 152,
  /** First of the free entries of the cell that is entered; -1: none. */
  FREE = 156,

  // --- Arrays by field: see Window and Plan ---
  WINDOW = 256,
  PLAN = 768,
  /** By StepTime. */
  STEP_TIME = 1_024,
  /** By number of decoding sequences, 8 float64 each: the segment of the last question, by Segment. */
  SEGMENT = 4_096,

  // --- Histograms: TTFT, TPOT, ITL, E2E; the floors of their buckets ---
  HISTOGRAMS = 32_768,
  FLOORS = 262_144,

  // --- Arrivals of a batch: float64; int32; pairs of int32 ---
  ARRIVAL_TICKS = 0x0005_0000,
  ARRIVAL_PROMPT = 0x0005_4140,
  ARRIVAL_OUTPUT = 0x0005_6280,
  CANDIDATES = 0x0005_83c0,

  // --- Replicas: an array per quantity, as in replicas.ts; float64 ---
  NEXT_EVENT = 0x0010_0000,
  START = 0x0020_0140,
  ALPHA = 0x0030_0280,
  BETA = 0x0040_03c0,
  DECODE_TICKS = 0x0050_0500,
  STEPS = 0x0060_0640,
  CONTEXT = 0x0070_0780,
  // --- int32 ---
  OUTSTANDING = 0x0080_08c0,
  STEPS_LEFT = 0x0088_0a00,
  DECODES = 0x0090_0b40,
  PREFILL_BLOCKS = 0x0098_0c80,
  ACTIVE = 0x00a0_0dc0,
  FIRST = 0x00a8_0f00,
  WAITING = 0x00b0_1040,
  WAIT_HEAD = 0x00b8_1180,
  WAIT_TAIL = 0x00c0_12c0,
  PREFILLING = 0x00c8_1400,
  PREFILL_HEAD = 0x00d0_1540,
  PREFILL_TAIL = 0x00d8_1680,
  ADMISSIONS = 0x00e0_17c0,
  /** Of the surveyed cell, as in event-wheel.ts and least-counts.ts. */
  NEXT_IN_BUCKET = 0x00e8_1900,
  PREVIOUS_IN_BUCKET = 0x00f0_1a40,
  /** 16 of each replica. */
  RESIDUES = 0x0100_0000,
  BUCKET = 0x0180_1b80,
  FILED = 0x0188_1cc0,
  HEADS = 0x0190_2000,
  LEVELS = 0x0191_0000,
  /** A pair at each place of a ring: finish number and entry. */
  RINGS = 0x0200_0000,
  /** Entries of requests, by Entry, up to the memory's end. */
  POOL = 0x1200_0000,
}

/** Of a histogram, from its start on: counts by bucket, which octaves have any, the two parts of the sum. */
export const enum HistogramAt {
  COUNTS = 0,
  USED = 47_616,
  SUMS = 47_744,
  BYTES = 49_152,
}

/** Of an entry of the pool, less where the entry begins in it. */
export const enum Request {
  ARRIVAL = At.POOL + Entry.ARRIVAL * 8,
  FIRST_TOKEN = At.POOL + Entry.FIRST_TOKEN * 8,
  LAST_TOKEN = At.POOL + Entry.LAST_TOKEN * 8,
  ADMITTED = At.POOL + Entry.ADMITTED * 8,
  PROMPT = At.POOL + Entry.PROMPT * 4,
  OUTPUT = At.POOL + Entry.OUTPUT * 4,
  TARGET = At.POOL + Entry.TARGET * 4,
  DONE = At.POOL + Entry.DONE * 4,
  CHUNK = At.POOL + Entry.CHUNK * 4,
  ADMISSION = At.POOL + Entry.ADMISSION * 4,
  REQUEST = At.POOL + Entry.REQUEST * 4,
  NEXT = At.POOL + Entry.NEXT * 4,
}
