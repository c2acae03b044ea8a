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
  /** To be read ahead. */
  EXPECTED = 80,
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
  /** Whether replicas are to be read ahead; and a sum of what was read so. */
  READS_AHEAD = 160,
  READ = 164,

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

  // --- Replicas, as in replicas.ts: two lines of the cache of each, then another one ---
  DOUBLES = 0x0010_0000,
  NEXT_EVENT = DOUBLES,
  START = DOUBLES + 8,
  ALPHA = DOUBLES + 16,
  BETA = DOUBLES + 24,
  DECODE_TICKS = DOUBLES + 32,
  STEPS = DOUBLES + 40,
  CONTEXT = DOUBLES + 48,
  /** Of the surveyed cell, as in event-wheel.ts and least-counts.ts; int32. */
  BUCKET = DOUBLES + 56,
  FILED = DOUBLES + 60,
  /** 16 of int32. */
  RESIDUES = DOUBLES + 64,

  WORDS = 0x0110_0000,
  OUTSTANDING = WORDS,
  STEPS_LEFT = WORDS + 4,
  DECODES = WORDS + 8,
  PREFILL_BLOCKS = WORDS + 12,
  ACTIVE = WORDS + 16,
  FIRST = WORDS + 20,
  WAITING = WORDS + 24,
  WAIT_HEAD = WORDS + 28,
  WAIT_TAIL = WORDS + 32,
  PREFILLING = WORDS + 36,
  PREFILL_HEAD = WORDS + 40,
  PREFILL_TAIL = WORDS + 44,
  ADMISSIONS = WORDS + 48,
  BATCH_SIZE = WORDS + 52,
  BATCH_PROMPT = WORDS + 56,
  NUMBER = WORDS + 60,

  /** Replicas to be read ahead; int32. */
  EXPECTED = 0x0005_c500,

  /** Of the surveyed cell: neighbours in a bucket, a pair of int32 for each replica. */
  NEXT_IN_BUCKET = 0x0190_0000,
  PREVIOUS_IN_BUCKET = NEXT_IN_BUCKET + 4,
  HEADS = 0x01a0_0000,
  LEVELS = 0x01a1_0000,
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
